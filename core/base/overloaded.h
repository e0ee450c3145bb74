// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// std::visit with one lambda for each alternative.
#pragma once

namespace kernelscope {

/// Overload set of lambdas: std::visit(Overloaded{[](const Conv&) {...}, [](const Pool&) {...}}, layer).
template <class... Functions>
struct Overloaded : Functions... {
    using Functions::operator()...;
};
template <class... Functions>
Overloaded(Functions...) -> Overloaded<Functions...>;

} // namespace kernelscope
