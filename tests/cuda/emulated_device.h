// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// The emulated device as a backend, for tests of everything above the kernels.
#pragma once

#include "cuda/cuda_executor.h"
#include "cuda/emulation/emulation.h"
#include "cuda/platform/lost_devices.h"
#include "executor_support.h"

#include <memory>
#include <string>
#include <utility>

namespace kernelscope {

/// Loads networks on the emulated device, by default with graphs of one step alone: time there means nothing, so
/// nothing is measured.
class EmulatedBackend final : public Backend {
public:
    explicit EmulatedBackend(
        int stepsPerLaunch = 1, int evaluationImages = 0, cuda::Precision precision = cuda::Precision::Fp32) {
        m_options.stepsPerLaunch = stepsPerLaunch;
        m_options.evaluationImages = evaluationImages;
        m_options.precision = precision;
    }

    DeviceInfo device() const override {
        const bool isTf32 = m_options.precision == cuda::Precision::Tf32;
        return {isTf32 ? "cuda:0:tf32" : "cuda:0", "emulated", "cuda", "sm_89", 1, isTf32 ? "tf32" : "fp32"};
    }

    std::unique_ptr<Executor> load(const Network& network, DataSetPtr data, const TrainingSpec& spec) const override {
        return loadCuda(network, std::move(data), spec);
    }

    /// The same with what only this executor has.
    std::unique_ptr<cuda::CudaExecutor> loadCuda(
        const Network& network, DataSetPtr data, const TrainingSpec& spec) const {
        return std::make_unique<cuda::CudaExecutor>(compile(network), std::move(data), spec, m_options);
    }

private:
    cuda::LoadOptions m_options;
};

/// A fresh device, of which nothing is lost.
inline void freshDevice(const emulation::DeviceConfiguration& configuration = {}) {
    emulation::reset(configuration);
    cuda::forgetLostDevices();
}

/// How often a function of CUDA was called since the device was fresh or calls were counted anew.
inline std::size_t callsOf(const std::string& function) {
    std::size_t count = 0;
    for (const std::string& call : emulation::calls())
        count += call == function;
    return count;
}

} // namespace kernelscope
