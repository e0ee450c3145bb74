// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// What `kernelscope-cli bench` can measure. Each file beside this one declares its options and does its work.
#pragma once

#include "cli/commands.h"

namespace kernelscope {

/// One matrix product, from three loops up to OpenBLAS.
void addBenchLadderCommand(CLI::App& bench, Command& command);

/// What the machine's cores can do at most.
void addBenchMachineCommand(CLI::App& bench, Command& command);

/// Images per second of training.
void addBenchTrainCommand(CLI::App& bench, Command& command);

} // namespace kernelscope
