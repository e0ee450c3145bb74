// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/bench_command.h"
#include "cli/option_checks.h"
#include "cli/output.h"
#include "hardware/matrix_ladder.h"
#include "training/run_record.h"

#include <limits>
#include <memory>

namespace kernelscope {
namespace {

using Json = nlohmann::ordered_json;

struct BenchLadderOptions {
    LadderSpec spec;
    bool json = false;
};

void showJson(const LadderSpec& spec, const MatrixLadder& ladder) {
    Json rungs = Json::array();
    for (const LadderRung& rung : ladder.rungs) {
        Json entry{{"name", rung.name}, {"what", rung.what}, {"threads", rung.threads}};
        if (rung.reason.empty()) {
            entry["gflopPerSecond"] = rung.flops.median * 1e-9;
            entry["leastGflopPerSecond"] = rung.flops.least * 1e-9;
            entry["mostGflopPerSecond"] = rung.flops.most * 1e-9;
            entry["ofPeak"] = rung.ofPeak;
            entry["overBefore"] = rung.overBefore > 0 ? Json(rung.overBefore) : Json();
            entry["differingValues"] = rung.differing;
        } else {
            entry["reason"] = rung.reason;
        }
        rungs.push_back(std::move(entry));
    }
    const BuildInfo build = buildInfo();
    printJson({{"event", "bench"}, {"measures", "ladder"}, {"size", ladder.size}, {"repeats", spec.repeats},
        {"seed", spec.seed}, {"chip", ladder.chip}, {"instructionSet", ladder.instructionSet},
        {"peakGflopPerSecondOneThread", ladder.peakOne.median * 1e-9},
        {"peakGflopPerSecondAllThreads", ladder.peakAll.median * 1e-9}, {"rungs", std::move(rungs)},
        {"build", build.version + " " + build.commit}});
}

void showTable(const LadderSpec& spec, const MatrixLadder& ladder) {
    const std::string size = std::to_string(ladder.size);
    print("A product of two matrices of " + size + " x " + size + ", fp32, on " + ladder.chip + ", " +
          ladder.instructionSet + "; median of " + std::to_string(spec.repeats) + "\n");
    Table table({"rung", "threads", "GFLOP/s", "least", "most", "of the peak", "x the rung before", "what is new "});
    std::string reasons;
    for (const LadderRung& rung : ladder.rungs) {
        if (rung.reason.empty())
            table.addRow({rung.name, std::to_string(rung.threads), fixed(rung.flops.median * 1e-9, 1),
                fixed(rung.flops.least * 1e-9, 1), fixed(rung.flops.most * 1e-9, 1), percent(rung.ofPeak, 0),
                rung.overBefore > 0 ? fixed(rung.overBefore, 1) : "", rung.what});
        else
            reasons += rung.reason + '\n';
    }
    print(table.text() + "Peak, measured in turn with the rungs: " + fixed(ladder.peakOne.median * 1e-9, 1) +
          " GFLOP/s on one thread, " + fixed(ladder.peakAll.median * 1e-9, 1) + " on all.\n" + reasons);
}

int benchLadder(const BenchLadderOptions& options) {
    const std::atomic<bool> isCancelled{false};
    const MatrixLadder ladder = *measureMatrixLadder(options.spec, isCancelled);
    if (options.json)
        showJson(options.spec, ladder);
    else
        showTable(options.spec, ladder);
    for (const LadderRung& rung : ladder.rungs)
        if (rung.differing > 0)
            throw Error({"Rung does not compute the product", rung.name,
                std::to_string(rung.differing) + " values that differ from the scalar product's", "none",
                "Its figure says nothing."});
    return exitDone;
}

} // namespace

void addBenchLadderCommand(CLI::App& bench, Command& command) {
    auto options = std::make_shared<BenchLadderOptions>();
    CLI::App* sub = bench.add_subcommand(
        "ladder", "One matrix product, from three loops up to all that the machine has, each way checked");
    sub->add_option("--size", options->spec.size, "Rows and columns of the matrices")
        ->check(wholeNumber(1, kLargestLadder))
        ->capture_default_str();
    sub->add_option("--repeats", options->spec.repeats, "How many measurements to take the median of")
        ->check(wholeNumber(1, 1000))
        ->capture_default_str();
    sub->add_option("--seed", options->spec.seed, "Seed for the numbers in the matrices")
        ->check(wholeNumber(0, std::numeric_limits<std::uint64_t>::max()))
        ->capture_default_str();
    sub->add_flag("--json", options->json, "Print one JSON object on one line");
    sub->callback([options, &command] { command = [options] { return benchLadder(*options); }; });
}

} // namespace kernelscope
