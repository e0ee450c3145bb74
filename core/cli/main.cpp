// SPDX-License-Identifier: GPL-3.0-or-later
// kernelscope-cli: what the window does, without the window.
#include "cli/commands.h"
#include "cli/output.h"
#include "training/run_record.h"

#include <csignal>
#include <cstdio>
#include <exception>
#include <new>

using namespace kernelscope;

namespace {

constexpr const char* footer = "Exit codes: 0 done; 1 failure; 2 bad usage or input; 3 the loss became infinite or not "
                               "a number (the last finite\nweights are saved); 128 + N stopped by signal N with "
                               "everything saved (130 SIGINT, 143 SIGTERM).";

std::string version() {
    const BuildInfo build = buildInfo();
    return "kernelscope-cli " + build.version + " (" + build.commit + ", " + build.compiler + ", " + build.type + ")";
}

} // namespace

int main(int argc, char** argv) {
    // A limit on file sizes and a reader that went away are errors to report, not reasons to die unsaved.
    std::signal(SIGXFSZ, SIG_IGN);
    std::signal(SIGPIPE, SIG_IGN);

    CLI::App app("Trains convolutional networks and tells how they did it.", "kernelscope-cli");
    app.footer(footer);
    app.set_version_flag("--version", version());
    app.require_subcommand(1);
    Command command;
    addDevicesCommand(app, command);
    addTrainCommand(app, command);
    addEvaluateCommand(app, command);
    addInfoCommand(app, command);
    for (CLI::App* sub : app.get_subcommands({}))
        sub->footer(sub->get_footer() + footer);
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        return app.exit(error) == 0 ? exitDone : exitInput;
    }

    const CLI::Option* json = app.get_subcommands().front()->get_option_no_throw("--json");
    try {
        return command();
    } catch (const Error& error) {
        printError(error, json && json->count() > 0);
        return exitInput;
    } catch (const std::bad_alloc&) {
        std::fputs("kernelscope-cli: There is not enough memory. A smaller batch or network needs less.\n", stderr);
    } catch (const std::exception& error) {
        std::fprintf(stderr, "kernelscope-cli: %s\n", error.what());
    }
    return exitFailure;
}
