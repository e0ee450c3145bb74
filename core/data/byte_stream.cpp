// SPDX-License-Identifier: GPL-3.0-or-later
#include "data/byte_stream.h"

#include <algorithm>

namespace kernelscope {

std::vector<std::uint8_t> readClaimed(ByteStream& stream, std::uint64_t claimed, std::uint64_t trusted) {
    std::vector<std::uint8_t> bytes;
    while (bytes.size() < claimed) {
        const std::size_t before = bytes.size();
        const std::uint64_t wanted = std::max<std::uint64_t>({trusted, 2 * std::uint64_t{before}, 4096});
        const std::size_t size = static_cast<std::size_t>(std::min(wanted, claimed));
        bytes.reserve(size); // exactly, where resize() might take more
        bytes.resize(size);
        const std::size_t count = stream.read(std::span(bytes).subspan(before));
        if (before + count < size) {
            bytes.resize(before + count);
            break;
        }
    }
    return bytes;
}

} // namespace kernelscope
