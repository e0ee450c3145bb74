// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// How much memory there is.
#pragma once

#include <cstdint>
#include <optional>

namespace kernelscope {

/// Bytes that programs could still take without pushing others out, as the system estimates it; nothing where that
/// cannot be told.
std::optional<std::uint64_t> availableMemory();

} // namespace kernelscope
