// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// What an error says.
#pragma once

#include "base/error.h"

#include <QString>

#include <functional>

namespace kernelscope::testing {

/// The text of the Error that a function throws; empty where it throws none.
inline QString refusal(const std::function<void()>& function) {
    try {
        function();
    } catch (const Error& error) {
        return QString::fromStdString(error.what());
    }
    return {};
}

} // namespace kernelscope::testing
