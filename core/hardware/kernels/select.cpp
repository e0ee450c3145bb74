// SPDX-License-Identifier: GPL-3.0-or-later
#include "hardware/kernels/select.h"

#include "cpu/isa/isa.h"

#include <string_view>

namespace kernelscope::hardware {

const Kernels& selectKernels() {
#if defined(__x86_64__)
    const std::string_view chosen = cpu::selectKernels().name;
    for (const Kernels* kernels : {&avx2Kernels, &avx512Kernels})
        if (chosen == kernels->name)
            return *kernels;
#endif
    return portableKernels;
}

} // namespace kernelscope::hardware
