// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// The order in which things run that nothing orders.
#pragma once

#include "cuda/emulation/emulation.h"

#include <algorithm>
#include <cstdint>
#include <numeric>
#include <vector>

namespace kernelscope::emulation {

/// 0 to count - 1 in the order asked for.
inline std::vector<int> orderOf(std::size_t count, Order order) {
    std::vector<int> result(count);
    std::iota(result.begin(), result.end(), 0);
    if (order.kind == Order::Kind::Reversed)
        std::reverse(result.begin(), result.end());
    if (order.kind == Order::Kind::Shuffled) {
        // SplitMix64 (Steele et al. 2014), so that a seed means the same order on every machine.
        std::uint64_t state = order.seed;
        const auto draw = [&state] {
            state += 0x9e3779b97f4a7c15u;
            std::uint64_t z = state;
            z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
            z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
            return z ^ (z >> 31);
        };
        for (std::size_t i = count; i > 1; --i)
            std::swap(result[i - 1], result[draw() % i]);
    }
    return result;
}

} // namespace kernelscope::emulation
