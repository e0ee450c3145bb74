// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// What the system says of the processor.
#pragma once

#include <string>

namespace kernelscope {

/// "AMD EPYC 9654", as Linux names the first processor; "CPU" where it does not tell.
std::string processorName();

} // namespace kernelscope
