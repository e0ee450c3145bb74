// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/bench_command.h"
#include "cli/option_checks.h"
#include "cli/output.h"
#include "hardware/machine_peaks.h"
#include "training/run_record.h"

#include <memory>

namespace kernelscope {
namespace {

using Json = nlohmann::ordered_json;

struct BenchMachineOptions {
    PeakBudget budget;
    bool json = false;
};

Json spreadJson(const Spread& spread) {
    return {{"median", spread.median * 1e-9}, {"least", spread.least * 1e-9}, {"most", spread.most * 1e-9}};
}

/// "61.2 (58.9 to 61.5)", in billions.
std::string spreadText(const Spread& spread) {
    return fixed(spread.median * 1e-9, 1) + " (" + fixed(spread.least * 1e-9, 1) + " to " +
           fixed(spread.most * 1e-9, 1) + ")";
}

int benchMachine(const BenchMachineOptions& options) {
    const std::atomic<bool> isCancelled{false};
    const MachinePeaks peaks = *measureMachinePeaks(options.budget, isCancelled);
    if (options.json) {
        Json roofs = Json::array();
        for (const Roofs* roof : {&peaks.one, &peaks.all})
            roofs.push_back({{"threads", roof->threads}, {"gflopPerSecond", spreadJson(roof->flops)},
                {"gigabytesPerSecond", spreadJson(roof->bandwidth)}});
        const BuildInfo build = buildInfo();
        printJson({{"event", "bench"}, {"measures", "machine"}, {"chip", peaks.chip},
            {"instructionSet", peaks.instructionSet}, {"fusedMultiplyAdd", peaks.fused},
            {"repeats", options.budget.repeats}, {"copiedBytes", peaks.copiedBytes}, {"peaks", std::move(roofs)},
            {"build", build.version + " " + build.commit}});
        return exitDone;
    }
    Table table({"threads", "GFLOP/s", "GB/s copied"});
    for (const Roofs* roof : {&peaks.one, &peaks.all})
        table.addRow({std::to_string(roof->threads), spreadText(roof->flops), spreadText(roof->bandwidth)});
    print(peaks.chip + ", " + peaks.instructionSet +
          (peaks.fused ? ", fused multiply-add" : ", multiplication and addition apart") + "; median of " +
          std::to_string(options.budget.repeats) + " (least to most)\n" + table.text() +
          "Arithmetic on registers alone, fp32. Copied: bytes read and bytes written, between arrays of " +
          thousands(static_cast<std::int64_t>(peaks.copiedBytes >> 20)) + " MiB.\n");
    return exitDone;
}

} // namespace

void addBenchMachineCommand(CLI::App& bench, Command& command) {
    auto options = std::make_shared<BenchMachineOptions>();
    CLI::App* sub = bench.add_subcommand("machine", "What this machine's cores compute and copy at most");
    sub->add_option("--repeats", options->budget.repeats, "How many measurements to take the median of")
        ->check(wholeNumber(1, 1000))
        ->capture_default_str();
    sub->add_option("--seconds", options->budget.seconds, "How long each measurement takes, at least")
        ->check(numberBetween(0, 60, true))
        ->capture_default_str();
    sub->add_flag("--json", options->json, "Print one JSON object on one line");
    sub->callback([options, &command] { command = [options] { return benchMachine(*options); }; });
}

} // namespace kernelscope
