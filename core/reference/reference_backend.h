// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// The reference backend: one clear scalar function per layer, unfused, one thread.
#pragma once

#include "training/backend.h"

namespace kernelscope {

/// The first rung of the engine ladder and the oracle of all tests.
class ReferenceBackend final : public Backend {
public:
    DeviceInfo device() const override;
    std::unique_ptr<Executor> load(const Network& network, DataSetPtr data, const TrainingSpec& spec) const override;
};

} // namespace kernelscope
