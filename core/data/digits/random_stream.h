// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// A stream of chance for one purpose: a writer, a writer's way with one digit, one image.
#pragma once

#include <cstdint>

namespace kernelscope::digits {

/// SplitMix64 (Steele, Lea and Flood, 2014) started from three numbers, so that any image's stream can be had at
/// once, without having drawn the images before it.
class RandomStream {
public:
    RandomStream(std::uint64_t seed, std::uint64_t subject, std::uint64_t purpose)
        : m_state(seed * 0x9E3779B97F4A7C15U + subject * 0xD1B54A32D192ED03U + purpose * 0x8CB92BA72F3D8DD7U) {
        next();
        next();
    }

    /// 64 random bits.
    std::uint64_t next() {
        std::uint64_t z = (m_state += 0x9E3779B97F4A7C15U);
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9U;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EBU;
        return z ^ (z >> 31);
    }

    /// Uniform in [0, 1), a multiple of 2^-24 and so exact in float.
    float uniform() { return static_cast<float>(next() >> 40) * 0x1p-24f; }

    /// Uniform in [from, to).
    float uniform(float from, float to) { return from + (to - from) * uniform(); }

    /// True with this probability.
    bool chance(float probability) { return uniform() < probability; }

    /// Mean 0, standard deviation 1, triangular: needs no logarithm, and has no tail beyond 2.45 that would make a
    /// digit unreadable.
    float deviate() {
        const std::uint64_t bits = next();
        const float a = static_cast<float>(bits >> 40);
        const float b = static_cast<float>((bits >> 16) & 0xFFFFFFU);
        return (a + b - 0x1p24f) * (2.4494897f * 0x1p-24f);
    }

private:
    std::uint64_t m_state;
};

} // namespace kernelscope::digits
