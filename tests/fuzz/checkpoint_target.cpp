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

void run(std::span<const std::uint8_t> input) {
    const InputFile file(input);
    try {
        loadCheckpoint(file.path());
    } catch (const Error&) {
    }
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
    const InputFolder folder;
    const auto path = folder.path() / "run.checkpoint";
    saveCheckpoint(path, checkpoint);
    std::ifstream file(path, std::ios::binary);
    const Bytes whole{std::istreambuf_iterator<char>(file), {}};
    Bytes cut = whole;
    cut.resize(whole.size() - 4);
    Bytes claims = whole;
    claims[5] = 1; // a header of a terabyte
    return {whole, cut, claims};
}

const Registration registration({"checkpoint", run, seeds});

} // namespace
} // namespace kernelscope::fuzz
