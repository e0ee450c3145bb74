// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/command_line.h"

#include "training/run_record.h"

#include <string>

namespace kernelscope {
namespace {

constexpr const char* footer = "Exit codes: 0 done; 1 failure; 2 bad usage or input; 3 the loss became infinite or not "
                               "a number (the last finite\nweights are saved); 128 + N stopped by signal N with "
                               "everything saved (130 SIGINT, 143 SIGTERM).";

std::string version() {
    const BuildInfo build = buildInfo();
    return "kernelscope-cli " + build.version + " (" + build.commit + ", " + build.compiler + ", " + build.type + ")";
}

} // namespace

void describeCommandLine(CLI::App& app, Command& command) {
    app.description("Trains convolutional networks and tells how they did it.");
    app.name("kernelscope-cli");
    app.set_version_flag("--version", version());
    app.require_subcommand(1);
    addDevicesCommand(app, command);
    addCheckCommand(app, command);
    addTrainCommand(app, command);
    addEvaluateCommand(app, command);
    addInfoCommand(app, command);
    addBenchCommand(app, command);
    for (CLI::App* sub : app.get_subcommands({}))
        sub->footer(sub->get_footer() + footer);
    app.footer(footer); // last, for a subcommand inherits what is there when it is made
}

} // namespace kernelscope
