// SPDX-License-Identifier: GPL-3.0-or-later
#include "data/test_split.h"

#include "data/read_error.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <utility>

namespace kernelscope {

namespace {

/// Mixes all bits (the finalizer of SplitMix64; Steele, Lea and Flood, 2014).
std::uint64_t mixed(std::uint64_t z) {
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9U;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBU;
    return z ^ (z >> 31);
}

} // namespace

std::uint64_t keyOf(std::string_view name) {
    std::uint64_t key = 0xCBF29CE484222325U;
    for (const char c : name)
        key = (key ^ static_cast<unsigned char>(c)) * 0x100000001B3U;
    return key;
}

std::vector<bool> chooseTestImages(
    std::span<const std::uint8_t> labels, std::span<const std::uint64_t> keys, std::uint64_t seed) {
    std::array<std::vector<std::pair<std::uint64_t, std::size_t>>, kMostClasses> ofClass;
    for (std::size_t i = 0; i < labels.size(); ++i)
        ofClass[labels[i]].emplace_back(mixed(keys[i] + seed * 0x9E3779B97F4A7C15U), i);
    std::vector<bool> test(labels.size());
    for (auto& images : ofClass) {
        if (images.size() < 2)
            continue;
        std::sort(images.begin(), images.end());
        const std::size_t count = std::max<std::size_t>(1, (images.size() + kOneTestImageIn / 2) / kOneTestImageIn);
        for (std::size_t i = 0; i < count; ++i)
            test[images[i].second] = true;
    }
    return test;
}

} // namespace kernelscope
