// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/error.h"
#include "core/data/made_files.h"
#include "data/gzip_file.h"
#include "data/npy_header.h"
#include "fuzz/fuzz_target.h"

namespace kernelscope::fuzz {
namespace {

void run(std::span<const std::uint8_t> input) {
    const InputFile file(input);
    try {
        GzipFile stream(file.path());
        readNpyHeader(stream, file.path()).text();
    } catch (const Error&) {
    }
}

std::vector<Bytes> seeds() {
    return {npy("|u1", "2, 3", Bytes(6)), npy("<f4", "4,", Bytes(16), true), npy(">i8", "", Bytes(8)),
        npy("<U7", "3,", Bytes(84)), npyOf("{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (4L,)}", {}, 2),
        npy("|O", "2,", {})};
}

const Registration registration({"npy", run, seeds});

} // namespace
} // namespace kernelscope::fuzz
