// SPDX-License-Identifier: GPL-3.0-or-later
#include "cpu/cpu_backend.h"

#include "base/processor.h"
#include "cpu/cpu_executor.h"
#include "cpu/isa/isa.h"

#include <thread>

#if defined(__linux__)
#include <sched.h>
#endif

namespace kernelscope {

int availableThreads() {
#if defined(__linux__)
    cpu_set_t set;
    CPU_ZERO(&set);
    if (sched_getaffinity(0, sizeof set, &set) == 0 && CPU_COUNT(&set) > 0)
        return CPU_COUNT(&set);
#endif
    return static_cast<int>(std::max(1u, std::thread::hardware_concurrency()));
}

CpuBackend::CpuBackend(int threads) : m_threads(threads) {
    if (threads < 0 || threads > 1024)
        throw Error({"Cannot use the CPU", "threads", std::to_string(threads), "1 to 1024", ""});
}

DeviceInfo CpuBackend::device() const {
    DeviceInfo info;
    info.id = m_threads == 0 ? "cpu" : "cpu:" + std::to_string(m_threads);
    info.name = processorName();
    info.backend = "cpu";
    info.instructionSet = cpu::selectKernels().name;
    info.threads = m_threads == 0 ? availableThreads() : m_threads;
    return info;
}

std::unique_ptr<Executor> CpuBackend::load(const Network& network, DataSetPtr data, const TrainingSpec& spec) const {
    return std::make_unique<cpu::CpuExecutor>(
        network, std::move(data), spec, cpu::selectKernels(), m_threads == 0 ? availableThreads() : m_threads);
}

} // namespace kernelscope
