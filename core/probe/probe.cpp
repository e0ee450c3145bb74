// SPDX-License-Identifier: GPL-3.0-or-later
#include "probe/probe.h"

#include "base/error.h"
#include "reference/reference_model.h"

#include <cstdint>
#include <span>
#include <string>

namespace kernelscope {

Probe::Probe(const Network& network) : m_plan(compile(network, Fusion::Off)) {}

ProbeResult Probe::look(const Snapshot& snapshot, const Tensor& image, int label) const {
    if (image.shape != m_plan.network.input || image.values.size() != image.shape.size())
        throw Error({"Cannot look at an image with the network", m_plan.network.name,
            toString(image.shape) + " with " + std::to_string(image.values.size()) + " values",
            toString(m_plan.network.input) + ", the network's input", ""});
    ReferenceModel<float> model(m_plan);
    model.forward(snapshot.parameters, image.values, std::span<const float>(snapshot.state));

    ProbeResult result;
    result.step = snapshot.step;
    result.input = image;
    for (std::size_t layer = 0; layer < m_plan.layers.size(); ++layer) {
        const std::span<const float> output = model.output(layer);
        result.outputs.push_back({m_plan.layers[layer].out, {output.begin(), output.end()}});
    }
    result.probabilities.assign(model.probabilities().begin(), model.probabilities().end());
    result.predicted = model.predicted();
    result.label = label;
    if (label >= 0)
        result.loss = static_cast<double>(model.loss(label));
    return result;
}

Tensor imageTensor(const DataSet& data, Split split, std::size_t index) {
    if (index >= data.info().count(split))
        throw Error({"Cannot show an image of the data set", data.info().name, "number " + std::to_string(index),
            "less than " + std::to_string(data.info().count(split)), ""});
    const auto sample = static_cast<std::uint32_t>(index);
    data.require(split, std::span(&sample, 1));
    Tensor tensor{data.info().shape, {}};
    for (const std::uint8_t pixel : data.image(split, index))
        tensor.values.push_back(static_cast<float>(pixel) / 255.0f);
    return tensor;
}

} // namespace kernelscope
