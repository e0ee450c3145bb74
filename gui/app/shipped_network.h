// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// The trained network that comes with the application.
#pragma once

#include "files/safetensors.h"

#include <optional>

namespace kernelscope {

/// The network that the window shows before anything was trained; nothing where this build has none.
std::optional<WeightsFile> shippedNetwork();

} // namespace kernelscope
