// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/error.h"
#include "files/run_record_json.h"
#include "fuzz/fuzz_target.h"
#include "fuzz/sample_record.h"

#include <nlohmann/json.hpp>

namespace kernelscope::fuzz {
namespace {

bool accepts(std::span<const std::uint8_t> input) {
    const InputFile file(input);
    try {
        const RunRecord record = loadRunRecord(file.path());
        // What was read can be written, and read again.
        const std::string text = toJson(record).dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
        runRecordFromJson(parseRunRecord(text, "Cannot read the run record", "written"), "written");
        return true;
    } catch (const Error&) {
        return false;
    }
}

void run(std::span<const std::uint8_t> input) {
    accepts(input);
}

std::vector<Bytes> seeds() {
    const std::string text = toJson(sampleRecord()).dump();
    return {bytesOf(text), bytesOf(R"({"format": "kernelscope-run", "version": 1})"), bytesOf("[[[[]]]]")};
}

const Registration registration({"run_record", run, seeds, 1, accepts});

} // namespace
} // namespace kernelscope::fuzz
