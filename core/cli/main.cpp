// SPDX-License-Identifier: GPL-3.0-or-later
// kernelscope-cli: what the window does, without the window.
#include "base/standard_streams.h"
#include "cli/command_line.h"
#include "cli/output.h"

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <exception>
#include <new>
#include <sstream>
#include <string>
#include <string_view>

using namespace kernelscope;

namespace {

/// Also where the options could not be parsed.
bool wantsJson(int argc, char** argv) {
    return std::any_of(argv + 1, argv + argc, [](const char* word) { return std::string_view(word) == "--json"; });
}

/// A sentence where the first word is no command; else nothing.
std::string unknownCommand(const CLI::App& app, int argc, char** argv) {
    if (argc < 2 || argv[1][0] == '-')
        return {};
    std::string known;
    for (const CLI::App* sub : app.get_subcommands({}))
        known += (known.empty() ? "" : ", ") + sub->get_name();
    return "There is no command '" + std::string(argv[1]) + "'. The commands are: " + known + ".";
}

} // namespace

int main(int argc, char** argv) {
    ensureStandardStreams();
    // A limit on file sizes and a reader that went away are errors to report, not reasons to die unsaved.
    std::signal(SIGXFSZ, SIG_IGN);
    std::signal(SIGPIPE, SIG_IGN);

    CLI::App app;
    Command command;
    describeCommandLine(app, command);
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        if (error.get_exit_code() == 0) { // help and version
            std::ostringstream text;
            app.exit(error, text);
            print(text.str());
            return isOutputLost() ? exitFailure : exitDone;
        }
        const std::string unknown = app.get_subcommands().empty() ? unknownCommand(app, argc, argv) : std::string();
        // CLI11 lists what is missing, but says nothing of what stands there instead.
        printError(unknown.empty() ? error.what() : unknown, wantsJson(argc, argv));
        std::fputs("Run with --help for more information.\n", stderr);
        return exitInput;
    }

    const bool json = wantsJson(argc, argv);
    try {
        const int code = command();
        return code == exitDone && isOutputLost() ? int{exitFailure} : code;
    } catch (const Error& error) {
        printError(error, json);
        return exitInput;
    } catch (const std::bad_alloc&) {
        printError(std::string("There is not enough memory. A smaller batch or network needs less."), json);
    } catch (const std::exception& error) {
        printError(std::string(error.what()), json);
    }
    return exitFailure;
}
