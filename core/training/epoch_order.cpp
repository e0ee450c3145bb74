// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/philox.h"
#include "training/trainer.h"

#include <numeric>
#include <utility>

namespace kernelscope {

// Fisher-Yates; the index below i is the high part of word * i (Lemire's method without rejection: the bias of at most
// i / 2^32 is far below what any training can see, and every element costs exactly one word on every machine).
std::vector<std::uint32_t> epochOrder(std::uint64_t seed, int epoch, std::size_t count) {
    std::vector<std::uint32_t> order(count);
    std::iota(order.begin(), order.end(), 0u);
    PhiloxBlock block{};
    for (std::size_t i = count; i > 1; --i) {
        const std::size_t drawn = count - i;
        if (drawn % 4 == 0)
            block = philoxBlock(seed, RandomStream::Shuffle, static_cast<std::uint32_t>(epoch), drawn / 4);
        const std::uint64_t below = (std::uint64_t{block[drawn % 4]} * i) >> 32;
        std::swap(order[i - 1], order[below]);
    }
    return order;
}

} // namespace kernelscope
