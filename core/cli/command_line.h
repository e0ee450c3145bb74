// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// The whole command line: also what its manual page and its completions are made from.
#pragma once

#include "cli/commands.h"

namespace kernelscope {

/// Adds every command with its options. When one is chosen, `command` is set to its work.
void describeCommandLine(CLI::App& app, Command& command);

} // namespace kernelscope
