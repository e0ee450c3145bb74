// SPDX-License-Identifier: GPL-3.0-or-later
#include "check/device_check.h"
#include "cli/commands.h"
#include "cli/output.h"
#include "cli/signal_stop.h"
#include "devices/devices.h"

#include <unistd.h>

#include <cstdio>
#include <memory>
#include <string>

namespace kernelscope {
namespace {

struct CheckOptions {
    std::string device = "cpu";
    std::string filter;
    bool json = false;
};

nlohmann::ordered_json jsonOf(const CheckResult& result) {
    nlohmann::ordered_json figures = nlohmann::ordered_json::array();
    for (const CheckFigure& figure : result.figures)
        figures.push_back({{"what", figure.what}, {"deviation", figure.deviation}, {"tolerance", figure.tolerance}});
    nlohmann::ordered_json json{{"event", "case"}, {"group", result.group}, {"name", result.name},
        {"passed", result.passed()}, {"figures", std::move(figures)}};
    if (!result.failure.empty())
        json["failure"] = result.failure;
    return json;
}

/// "3.1e-07 of 1.0e-05  gradients, most in conv1.weight".
void addRow(Table& table, const CheckResult& result) {
    const CheckFigure* worst = result.worst();
    table.addRow({result.group, result.name, result.passed() ? "agrees" : "DEVIATES",
        worst && result.failure.empty() ? deviationText(worst->deviation) : "",
        worst && result.failure.empty() ? deviationText(worst->tolerance) : "",
        !result.failure.empty() ? result.failure
        : worst                 ? worst->what
                                : ""});
}

int check(const CheckOptions& options) {
    RunControl control;
    const SignalStop signals(control);
    const std::vector<CheckCase> cases = deviceChecks(options.filter);
    if (cases.empty())
        throw Error(
            {"Cannot check the device", options.device, "no case whose group and name hold '" + options.filter + "'",
                "part of one, such as 'layers: conv 3'", "Leave --filter out to run all."});
    const std::unique_ptr<Backend> backend = openBackend(options.device);
    const bool isWatched = !options.json && isatty(STDERR_FILENO);
    std::size_t shown = 0;
    const CheckReport report = checkDevice(*backend, cases, [&](const CheckReport& soFar) {
        for (; options.json && shown < soFar.results.size(); ++shown)
            printJson(jsonOf(soFar.results[shown]));
        if (isWatched)
            std::fprintf(stderr, "\r%zu of %zu cases", soFar.results.size(), soFar.planned);
        return !control.isCancelled();
    });
    if (isWatched)
        std::fputs("\r\033[K", stderr);

    const DeviceInfo& device = report.device;
    if (options.json) {
        nlohmann::ordered_json json{{"event", "checked"}, {"device", device.id}, {"name", device.name},
            {"instructionSet", device.instructionSet}, {"precision", device.precision}, {"driver", device.driver},
            {"cases", report.planned}, {"checked", report.results.size()}, {"passed", report.passed()},
            {"agrees", report.agrees()}, {"verdict", report.verdict()}};
        printJson(json);
    } else {
        Table table({"group", "case ", "result ", "deviation", "of", "in "});
        for (const CheckResult& result : report.results)
            addRow(table, result);
        print(table.text() + '\n' + device.id + " (" + device.name + ", " + device.instructionSet + ", " +
              device.precision + (device.driver.empty() ? "" : ", driver for " + device.driver) +
              "): " + report.verdict() + '\n');
    }
    if (!report.isComplete())
        return exitSignal + signals.signal();
    return report.agrees() ? exitDone : exitFailure;
}

} // namespace

void addCheckCommand(CLI::App& app, Command& command) {
    auto options = std::make_shared<CheckOptions>();
    CLI::App* sub = app.add_subcommand("check", "Compare a device with the reference, layer by layer and run by run");
    sub->add_option("--device", options->device, "cpu (all cores), cpu:N (N threads), reference, cuda:N or cuda:N:tf32")
        ->type_name("DEVICE")
        ->capture_default_str();
    sub->add_option("--filter", options->filter, "Only cases whose group and name hold this, such as 'dropout masks'")
        ->type_name("TEXT");
    sub->add_flag("--json", options->json, "Print one JSON object a line: each case, then the verdict");
    sub->callback([options, &command] { command = [options] { return check(*options); }; });
}

} // namespace kernelscope
