// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/bench_command.h"

namespace kernelscope {

void addBenchCommand(CLI::App& app, Command& command) {
    CLI::App* sub = app.add_subcommand("bench", "Measure what this machine does");
    sub->require_subcommand(1);
    addBenchLadderCommand(*sub, command);
    addBenchMachineCommand(*sub, command);
    addBenchTrainCommand(*sub, command);
}

} // namespace kernelscope
