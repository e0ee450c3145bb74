// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// The counter-based random generator Philox 4x32-10: J. K. Salmon et al., "Parallel random numbers: as easy as 1, 2,
/// 3", SC 2011. A pure function of key and counter, so every backend draws the same numbers in any order. Header-only,
/// because device code draws from it too.
#pragma once

#include <array>
#include <cstdint>

namespace kernelscope {

/// What random numbers are drawn for: the last word of the counter keeps the streams apart.
enum class RandomStream : std::uint32_t { Initialization = 1, Shuffle = 2, Dropout = 3, Augmentation = 4 };

/// Four random words.
using PhiloxBlock = std::array<std::uint32_t, 4>;

/// Ten rounds of Philox 4x32 over a counter, under a key.
constexpr PhiloxBlock philox(PhiloxBlock counter, std::array<std::uint32_t, 2> key) {
    for (int round = 0; round < 10; ++round) {
        const std::uint64_t a = std::uint64_t{0xD2511F53u} * counter[0];
        const std::uint64_t b = std::uint64_t{0xCD9E8D57u} * counter[2];
        counter = {static_cast<std::uint32_t>(b >> 32) ^ counter[1] ^ key[0], static_cast<std::uint32_t>(b),
            static_cast<std::uint32_t>(a >> 32) ^ counter[3] ^ key[1], static_cast<std::uint32_t>(a)};
        key[0] += 0x9E3779B9u;
        key[1] += 0xBB67AE85u;
    }
    return counter;
}

/// The block at an index of a stream: key = seed, counter = (index, where, stream).
constexpr PhiloxBlock philoxBlock(std::uint64_t seed, RandomStream stream, std::uint32_t where, std::uint64_t index) {
    return philox({static_cast<std::uint32_t>(index), static_cast<std::uint32_t>(index >> 32), where,
                      static_cast<std::uint32_t>(stream)},
        {static_cast<std::uint32_t>(seed), static_cast<std::uint32_t>(seed >> 32)});
}

/// A word as a number in [0, 1), a multiple of 2^-24.
constexpr float unitFloat(std::uint32_t word) {
    return static_cast<float>(word >> 8) * (1.0f / 16777216.0f);
}

} // namespace kernelscope
