// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/error.h"
#include "core/data/made_files.h"
#include "data/gzip_file.h"
#include "data/tar_reader.h"
#include "fuzz/fuzz_target.h"

#include <array>

namespace kernelscope::fuzz {
namespace {

void run(std::span<const std::uint8_t> input) {
    // Hardly any change would leave a checksum right, so they are all mended.
    Bytes archive(input.begin(), input.end());
    const bool mended = !archive.empty() && archive[0] != 0x1F;
    for (std::size_t at = 0; mended && at + 512 <= archive.size(); at += 512)
        if (std::any_of(archive.begin() + static_cast<std::ptrdiff_t>(at + 257),
                archive.begin() + static_cast<std::ptrdiff_t>(at + 262), [](std::uint8_t byte) { return byte == 'u'; }))
            sealTarHeader(archive, at);
    const InputFile file(archive);
    try {
        GzipFile stream(file.path());
        TarReader tar(stream);
        std::array<std::uint8_t, 700> part;
        while (tar.next())
            tar.read(part);
    } catch (const Error&) {
    }
}

std::vector<Bytes> seeds() {
    const Bytes first = tarEntry("folder/first.bin", Bytes(600, 3));
    const Bytes whole = joined(joined(first, tarEntry("second", {1, 2, 3})), tarEnd());
    return {whole, gzip(whole), joined(joined(tarEntry("link", {}, '2'), first), tarEnd()), first};
}

const Registration registration({"tar", run, seeds});

} // namespace
} // namespace kernelscope::fuzz
