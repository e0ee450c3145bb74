// SPDX-License-Identifier: GPL-3.0-or-later
// As many multiplications and additions as a core can do: nothing is read from memory, and nothing waits.

// A sum must wait for the one before it, four or five cycles; in the meantime the core could have begun two operations
// a cycle. Twelve independent chains keep it busy, and with both constants they fit into sixteen registers.
constexpr std::size_t chains = 12;

float multiplyAdd(std::size_t rounds, float factor, float summand) {
    const Vec f = broadcast(factor);
    const Vec s = broadcast(summand);
    Vec x[chains];
#pragma GCC unroll 16
    for (std::size_t c = 0; c < chains; ++c)
        x[c] = broadcast(static_cast<float>(c)); // each its own, or the compiler could compute one for all
    for (std::size_t round = 0; round < rounds; ++round) {
#pragma GCC unroll 16
        for (std::size_t c = 0; c < chains; ++c)
            x[c] = x[c] * f + s;
    }
    Vec total{};
#pragma GCC unroll 16
    for (std::size_t c = 0; c < chains; ++c)
        total += x[c];
    return sum(total);
}
