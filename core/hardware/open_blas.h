// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// OpenBLAS, where it is installed: what a library tuned for years makes of the machine.
#pragma once

#include "hardware/matrix_product.h"

#include <string>

namespace kernelscope {

/// The library, looked for at run time, so that nothing depends on it. Once loaded it stays, for it has threads.
class OpenBlas {
public:
    /// Looks for it.
    OpenBlas();

    /// Why it cannot be used, as a sentence; empty where it can.
    const std::string& reason() const { return m_reason; }
    /// "OpenBLAS 0.3.21 ... Zen", as it describes itself.
    std::string description() const;
    /// Where reason() is empty. Its threads go on looking for work for some milliseconds afterwards.
    void multiply(const MatrixProduct& product, int threads) const;

private:
    /// cblas_sgemm, by its published numbers for "row by row" and "not transposed".
    using Multiply = void (*)(int order, int leftTransposed, int rightTransposed, int rows, int columns, int depth,
        float factor, const float* left, int leftStep, const float* right, int rightStep, float resultFactor,
        float* result, int resultStep);

    Multiply m_multiply = nullptr;
    void (*m_setThreads)(int) = nullptr;
    char* (*m_describe)() = nullptr;
    std::string m_reason;
};

} // namespace kernelscope
