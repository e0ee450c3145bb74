// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// The CPU backend: fused steps, vector instructions picked at run time, all cores.
#pragma once

#include "training/backend.h"

namespace kernelscope {

/// Threads that the machine offers to this process (its affinity mask counts).
int availableThreads();

/// The fastest that this program can do on the CPU.
class CpuBackend final : public Backend {
public:
    /// @param threads 0: availableThreads(). Throws Error outside 1 to 1024.
    explicit CpuBackend(int threads = 0);

    DeviceInfo device() const override;
    std::unique_ptr<Executor> load(const Network& network, DataSetPtr data, const TrainingSpec& spec) const override;

private:
    int m_threads;
};

} // namespace kernelscope
