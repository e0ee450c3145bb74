// SPDX-License-Identifier: GPL-3.0-or-later
// The masks of dropout: Philox 4x32-10 as in base/philox.h, many blocks side by side. Plain loops: the compiler turns
// them into vectors.

constexpr std::size_t maskBlocks = 16; // in flight

void dropoutMask(const DropoutMask& a) {
    std::uint32_t word0[maskBlocks], word1[maskBlocks], word2[maskBlocks], word3[maskBlocks];
    for (std::size_t first = 0; first < a.blocks; first += maskBlocks) {
        for (std::size_t i = 0; i < maskBlocks; ++i) {
            word0[i] = static_cast<std::uint32_t>(first + i);
            word1[i] = a.position;
            word2[i] = a.step;
            word3[i] = a.stream;
        }
        std::uint32_t key0 = a.key[0];
        std::uint32_t key1 = a.key[1];
        for (int round = 0; round < 10; ++round) {
            for (std::size_t i = 0; i < maskBlocks; ++i) {
                const std::uint64_t x = std::uint64_t{0xD2511F53u} * word0[i];
                const std::uint64_t y = std::uint64_t{0xCD9E8D57u} * word2[i];
                word0[i] = static_cast<std::uint32_t>(y >> 32) ^ word1[i] ^ key0;
                word2[i] = static_cast<std::uint32_t>(x >> 32) ^ word3[i] ^ key1;
                word1[i] = static_cast<std::uint32_t>(y);
                word3[i] = static_cast<std::uint32_t>(x);
            }
            key0 += 0x9E3779B9u;
            key1 += 0xBB67AE85u;
        }
        std::uint8_t* kept = a.kept + first * 4;
        for (std::size_t i = 0; i < maskBlocks; ++i) {
            kept[i * 4] = word0[i] >> 8 >= a.threshold;
            kept[i * 4 + 1] = word1[i] >> 8 >= a.threshold;
            kept[i * 4 + 2] = word2[i] >> 8 >= a.threshold;
            kept[i * 4 + 3] = word3[i] >> 8 >= a.threshold;
        }
    }
}

void applyMask(const std::uint8_t* kept, float scale, const float* in, float* out, std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) {
        const float grown = in[i] * scale;
        out[i] = kept[i] ? grown : 0.0f;
    }
}
