// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// Whether results depend on how blocks and threads take turns, which a GPU leaves open.
#pragma once

#include "cuda/emulation/emulation.h"

#include <cstdint>
#include <vector>

namespace kernelscope::cuda {

/// Forward, in reverse, and in eight orders drawn by seed.
inline std::vector<emulation::Order> orders() {
    using Kind = emulation::Order::Kind;
    std::vector<emulation::Order> orders{{Kind::Forward, 0}, {Kind::Reversed, 0}};
    for (std::uint32_t seed = 1; seed <= 8; ++seed)
        orders.push_back({Kind::Shuffled, seed});
    return orders;
}

/// Calls run() in every order, and compares what it returns bit by bit (so it must hold no NaN).
template <class Run>
bool isTheSameInEveryOrder(const Run& run) {
    const auto expected = run();
    bool isTheSame = true;
    for (const emulation::Order& order : orders()) {
        emulation::setOrder(order);
        isTheSame = isTheSame && run() == expected;
    }
    emulation::setOrder({});
    return isTheSame;
}

} // namespace kernelscope::cuda
