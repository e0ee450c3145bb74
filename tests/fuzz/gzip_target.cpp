// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/error.h"
#include "core/data/made_files.h"
#include "data/file_kind.h"
#include "data/gzip_file.h"
#include "fuzz/fuzz_target.h"

namespace kernelscope::fuzz {
namespace {

void run(std::span<const std::uint8_t> input) {
    const InputFile file(input);
    describe(fileKind(file.path()));
    try {
        GzipFile stream(file.path());
        readClaimed(stream, std::uint64_t{1} << 18, 4096); // for speed's sake little by little
    } catch (const Error&) {
    }
}

std::vector<Bytes> seeds() {
    const Bytes text = bytesOf("some text, some text, some text");
    return {gzip(text), gzip(text, 0), joined(gzip(text), gzip(Bytes(1000))), text};
}

const Registration registration({"gzip", run, seeds});

} // namespace
} // namespace kernelscope::fuzz
