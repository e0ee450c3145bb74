// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// The commands of kernelscope-cli. Each file beside this one declares its options and does its work; main.cpp joins
/// them.
#pragma once

#include <CLI/CLI.hpp>

#include <functional>

namespace kernelscope {

/// What the process tells its caller, as documented in --help.
enum ExitCode {
    exitDone = 0,
    exitFailure = 1,   ///< Something failed that was asked for correctly: a full disk, a device.
    exitInput = 2,     ///< Bad usage, or a file that cannot be used.
    exitNonFinite = 3, ///< The loss became infinite or not a number; the last finite weights are saved.
    exitSignal = 128,  ///< Plus the signal's number: stopped by it, with everything saved.
};

/// The command that was chosen, ready to run: gives the exit code, throws Error on bad input.
using Command = std::function<int()>;

/// Each adds its subcommand; when that is chosen, `command` is set to its work.
void addDevicesCommand(CLI::App& app, Command& command);
void addCheckCommand(CLI::App& app, Command& command);
void addTrainCommand(CLI::App& app, Command& command);
void addEvaluateCommand(CLI::App& app, Command& command);
void addInfoCommand(CLI::App& app, Command& command);
void addBenchCommand(CLI::App& app, Command& command);

} // namespace kernelscope
