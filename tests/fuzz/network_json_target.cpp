// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/error.h"
#include "fuzz/fuzz_target.h"
#include "network/network.h"
#include "network/network_json.h"
#include "network/plan.h"

#include <nlohmann/json.hpp>

namespace kernelscope::fuzz {
namespace {

void run(std::span<const std::uint8_t> input) {
    try {
        const Network network = parseNetwork(std::string(input.begin(), input.end()), "input");
        // What was read can be written, and read again.
        parseNetwork(toJson(network).dump(), "written");
        compile(network);
    } catch (const Error&) {
    }
}

std::vector<Bytes> seeds() {
    std::vector<Bytes> all;
    for (const std::string& name : presetNames())
        all.push_back(bytesOf(toJson(preset(name)).dump()));
    all.push_back(bytesOf(R"({"format": "kernelscope-network", "version": 1})"));
    all.push_back(bytesOf(std::string(100, '[')));
    return all;
}

const Registration registration({"network_json", run, seeds});

} // namespace
} // namespace kernelscope::fuzz
