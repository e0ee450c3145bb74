// SPDX-License-Identifier: GPL-3.0-or-later
#include "editor/memory_needs.h"

#include "training/optimizer.h"

namespace kernelscope {

MemoryNeeds memoryNeeds(const Shape& input, const std::vector<LayerInfo>& layers, const TrainingSpec& spec) {
    MemoryNeeds needs;
    std::int64_t image = 4 * static_cast<std::int64_t>(input.size());
    for (const LayerInfo& layer : layers) {
        needs.parameters += layer.parameterBytes;
        image += layer.activationBytes;
    }
    needs.gradients = needs.parameters;
    needs.optimizer = needs.parameters * static_cast<std::int64_t>(momentsPerParameter(spec.optimizer.kind));
    needs.activations = image * spec.batchSize;
    return needs;
}

} // namespace kernelscope
