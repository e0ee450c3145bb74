// SPDX-License-Identifier: GPL-3.0-or-later
#include "cpu/isa/isa.h"

#include "base/error.h"

#include <cstdlib>

namespace kernelscope::cpu {
namespace {

struct Isa {
    const char* name;
    const Kernels* kernels;
};

/// The least first.
std::vector<Isa> runnable() {
    std::vector<Isa> isas{{"portable", &portableKernels}};
#if defined(__x86_64__)
    // The compiler's answer includes whether the operating system saves the wide registers.
    const bool avx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
    if (avx2)
        isas.push_back({"avx2", &avx2Kernels});
    if (avx2 && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl") &&
        __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512dq"))
        isas.push_back({"avx512", &avx512Kernels});
#endif
    return isas;
}

} // namespace

std::vector<std::string> availableIsas() {
    std::vector<std::string> names;
    for (const Isa& isa : runnable())
        names.emplace_back(isa.name);
    return names;
}

const Kernels& selectKernels() {
    const std::vector<Isa> isas = runnable();
    const char* wanted = std::getenv("KERNELSCOPE_ISA");
    if (!wanted || !*wanted)
        return *isas.back().kernels;
    std::string all;
    for (const Isa& isa : isas) {
        if (isa.name == std::string(wanted))
            return *isa.kernels;
        all += (all.empty() ? "" : ", ") + std::string(isa.name);
    }
    throw Error({"Cannot use the instruction set in KERNELSCOPE_ISA", wanted, "one that this machine cannot run",
        "one of " + all, "Unset the variable to use the best one."});
}

} // namespace kernelscope::cpu
