// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/error.h"
#include "files/safetensors.h"
#include "fuzz/fuzz_target.h"
#include "network/network.h"
#include "network/plan.h"

#include <fstream>
#include <iterator>

namespace kernelscope::fuzz {
namespace {

Network small() {
    Network network;
    network.name = "small";
    network.input = {1, 2, 2};
    network.layers = {Flatten{}, Dense{2}};
    return network;
}

void run(std::span<const std::uint8_t> input) {
    static const Plan plan = compile(small());
    const InputFile file(input);
    try {
        loadWeights(file.path());
    } catch (const Error&) {
    }
    try {
        loadWeights(file.path(), plan);
    } catch (const Error&) {
    }
}

std::vector<Bytes> seeds() {
    const Plan plan = compile(small());
    const std::vector<float> values(plan.parameterCount, 0.25f);
    const InputFolder folder;
    const auto path = folder.path() / "weights.safetensors";
    saveWeights(path, plan, values);
    std::ifstream file(path, std::ios::binary);
    const Bytes whole{std::istreambuf_iterator<char>(file), {}};
    Bytes claims = whole;
    claims[5] = 1; // a header of a terabyte
    return {whole, claims, bytesOf(std::string("\x02\0\0\0\0\0\0\0{}", 10))};
}

const Registration registration({"safetensors", run, seeds});

} // namespace
} // namespace kernelscope::fuzz
