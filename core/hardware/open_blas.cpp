// SPDX-License-Identifier: GPL-3.0-or-later
#include "hardware/open_blas.h"

#include <dlfcn.h>

namespace kernelscope {

OpenBlas::OpenBlas() {
    void* library = nullptr;
    for (const char* name : {"libopenblas.so.0", "libopenblas.so"})
        if (!library)
            library = dlopen(name, RTLD_NOW | RTLD_LOCAL);
    if (!library) {
        m_reason = "OpenBLAS is not installed here (Debian and Ubuntu call it libopenblas0-pthread).";
        return;
    }
    m_multiply = reinterpret_cast<Multiply>(dlsym(library, "cblas_sgemm"));
    m_setThreads = reinterpret_cast<void (*)(int)>(dlsym(library, "openblas_set_num_threads"));
    m_describe = reinterpret_cast<char* (*)()>(dlsym(library, "openblas_get_config"));
    if (!m_multiply || !m_setThreads)
        m_reason = "The OpenBLAS that is installed here lacks cblas_sgemm or openblas_set_num_threads.";
}

std::string OpenBlas::description() const {
    return m_describe ? m_describe() : "OpenBLAS";
}

void OpenBlas::multiply(const MatrixProduct& product, int threads) const {
    constexpr int rowByRow = 101;
    constexpr int notTransposed = 111;
    const auto rows = static_cast<int>(product.rows);
    const auto columns = static_cast<int>(product.columns);
    const auto depth = static_cast<int>(product.depth);
    m_setThreads(threads);
    m_multiply(rowByRow, notTransposed, notTransposed, rows, columns, depth, 1.0f, product.left, depth, product.right,
        columns, 0.0f, product.result, columns);
}

} // namespace kernelscope
