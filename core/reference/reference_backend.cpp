// SPDX-License-Identifier: GPL-3.0-or-later
#include "reference/reference_backend.h"

#include "base/processor.h"
#include "reference/reference_executor.h"

#include <string>
#include <utility>

namespace kernelscope {

DeviceInfo ReferenceBackend::device() const {
    return {"reference", processorName(), "reference", "scalar", 1, "fp32"};
}

std::unique_ptr<Executor> ReferenceBackend::load(
    const Network& network, DataSetPtr data, const TrainingSpec& spec) const {
    return std::make_unique<ReferenceExecutor>(network, std::move(data), spec);
}

} // namespace kernelscope
