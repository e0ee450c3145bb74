// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/error.h"
#include "core/data/made_files.h"
#include "data/idx_reader.h"
#include "fuzz/fuzz_target.h"

namespace kernelscope::fuzz {
namespace {

void run(std::span<const std::uint8_t> input) {
    const InputFile file(input);
    for (const int dimensions : {3, 1}) {
        try {
            const IdxReader reader(file.path(), dimensions);
            reader.visit([](std::span<const std::uint8_t>) {});
            reader.read();
        } catch (const Error&) {
        }
    }
}

std::vector<Bytes> seeds() {
    const Bytes images = idx({2, 3, 2}, Bytes(12, 7));
    return {images, idx({4}, {0, 1, 2, 3}), gzip(images), gzip(idx({3}, {9, 8, 7})), idx({0xFFFFFFFF, 2, 2}, {1})};
}

const Registration registration({"idx", run, seeds});

} // namespace
} // namespace kernelscope::fuzz
