// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/error.h"
#include "core/data/made_files.h"
#include "data/zip_file.h"
#include "fuzz/fuzz_target.h"

namespace kernelscope::fuzz {
namespace {

void run(std::span<const std::uint8_t> input) {
    const InputFile file(input);
    try {
        ZipFile archive(file.path());
        for (const ZipFile::Entry& entry : archive.entries()) {
            try {
                const auto stream = archive.open(entry);
                readClaimed(*stream, std::min(entry.size, std::uint64_t{1} << 18), archive.trustedSize());
            } catch (const Error&) {
            }
        }
    } catch (const Error&) {
    }
}

std::vector<Bytes> seeds() {
    const std::vector<std::pair<std::string, Bytes>> files = {
        {"a.npy", Bytes(40, 7)}, {"folder/b", {1, 2, 3}}, {"c", {}}};
    return {zip(files), zip(files, ZipForm::Deflated), zip(files, ZipForm::Zip64), zip({})};
}

const Registration registration({"zip", run, seeds});

} // namespace
} // namespace kernelscope::fuzz
