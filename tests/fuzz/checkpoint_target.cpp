// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/error.h"
#include "files/checkpoint_file.h"
#include "fuzz/fuzz_target.h"
#include "fuzz/sample_record.h"
#include "network/plan.h"

#include <fstream>
#include <iterator>

namespace kernelscope::fuzz {
namespace {

bool accepts(std::span<const std::uint8_t> input) {
    const InputFile file(input);
    try {
        loadCheckpoint(file.path());
        return true;
    } catch (const Error&) {
        return false;
    }
}

void run(std::span<const std::uint8_t> input) {
    accepts(input);
}

Bytes fileOf(const Checkpoint& checkpoint) {
    const InputFolder folder;
    const auto path = folder.path() / "run.checkpoint";
    saveCheckpoint(path, checkpoint);
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

std::vector<Bytes> seeds() {
    Checkpoint checkpoint;
    checkpoint.record = sampleRecord();
    checkpoint.record.network.name = "small";
    checkpoint.record.network.layers = {Flatten{}, Dense{2}};
    checkpoint.record.network.input = {1, 2, 2};
    checkpoint.record.data.shape = {1, 2, 2};
    checkpoint.learningRate = 0.01f;
    const Plan plan = compile(checkpoint.record.network);
    checkpoint.parameters.assign(plan.parameterCount, 0.5f);
    checkpoint.moments.assign(2 * plan.parameterCount, 0.25f);
    const Bytes whole = fileOf(checkpoint);
    auto best = std::make_shared<Snapshot>();
    best->step = 4;
    best->epoch = 1;
    best->parameters = checkpoint.parameters;
    checkpoint.record.spec.stopping.patience = 2;
    checkpoint.best = best;
    const Bytes withBest = fileOf(checkpoint);
    // In the middle of the second epoch.
    StepPoint step = checkpoint.record.steps.back();
    ++step.step;
    checkpoint.record.steps.push_back(step);
    checkpoint.sums = {0.5, step.correct, step.count, 0.5};
    const Bytes midEpoch = fileOf(checkpoint);
    Bytes cut = whole;
    cut.resize(whole.size() - 4);
    Bytes claims = whole;
    claims[5] = 1; // a header of a terabyte
    return {whole, withBest, midEpoch, cut, claims};
}

const Registration registration({"checkpoint", run, seeds, 3, accepts});

} // namespace
} // namespace kernelscope::fuzz
