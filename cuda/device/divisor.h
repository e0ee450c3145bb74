// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// Division by a number that the host knows: a GPU has no instruction for it, but multiplies fast.
#pragma once

#include "cuda/platform/platform.h"

#include <cstdint>

namespace kernelscope::cuda {

/// Divides numbers below 2^31 by a multiplication and a shift. T. Granlund, P. L. Montgomery, "Division by invariant
/// integers using multiplication", PLDI 1994, figure 4.1.
class Divisor {
public:
    Divisor() = default; ///< By 1.
    /// @param divisor 1 or more.
    __host__ __device__ explicit Divisor(int divisor) : m_divisor(divisor) {
        const auto d = static_cast<std::uint64_t>(divisor);
        while ((std::uint64_t{1} << m_shift) < d)
            ++m_shift;
        m_multiplier = static_cast<std::uint32_t>((((std::uint64_t{1} << m_shift) - d) << 32) / d + 1);
    }

    /// value / divisor, for 0 <= value < 2^31.
    __device__ __forceinline__ int quotient(int value) const {
        const auto n = static_cast<std::uint32_t>(value);
        const auto high = static_cast<std::uint32_t>((std::uint64_t{m_multiplier} * n) >> 32);
        return static_cast<int>((high + n) >> m_shift);
    }

    /// value % divisor, given the quotient.
    __device__ __forceinline__ int remainder(int value, int quotient) const { return value - quotient * m_divisor; }

    int value() const { return m_divisor; }

private:
    int m_divisor = 1;
    std::uint32_t m_multiplier = 1;
    unsigned m_shift = 0;
};

} // namespace kernelscope::cuda
