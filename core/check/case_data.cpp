// SPDX-License-Identifier: GPL-3.0-or-later
#include "check/case_data.h"

#include "base/error.h"
#include "base/philox.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <span>
#include <string>
#include <utility>

namespace kernelscope {

namespace layer_cases {

std::uint32_t word(std::uint64_t seed, std::uint32_t purpose, std::uint32_t where, std::uint64_t index) {
    const PhiloxBlock block = philox({static_cast<std::uint32_t>(index / 4), where, purpose, 0x7e57u},
        {static_cast<std::uint32_t>(seed), static_cast<std::uint32_t>(seed >> 32)});
    return block[index % 4];
}

} // namespace layer_cases

std::vector<float> caseParameters(const LayerCase& layerCase, const Plan& plan) {
    std::vector<float> values = initialParameters(plan, layerCase.seed);
    for (const ParameterInfo& parameter : plan.parameters)
        if (parameter.shape.initializer != Initializer::GlorotUniform)
            for (std::size_t i = parameter.slice.offset; i < parameter.slice.offset + parameter.slice.size; ++i)
                values[i] += 0.4f * unitFloat(layer_cases::word(layerCase.seed, 1, 0, i)) - 0.2f;
    return values;
}

std::vector<float> caseState(const LayerCase& layerCase, const Plan& plan) {
    std::vector<float> values = initialState(plan);
    for (std::size_t i = 0; i < values.size(); ++i)
        values[i] += unitFloat(layer_cases::word(layerCase.seed, 2, 0, i)) - 0.5f;
    return values;
}

double distanceFromKinks(const ReferenceModel<double>& model, GradientReach reach, std::size_t image) {
    double least = std::numeric_limits<double>::infinity();
    const Plan& plan = model.plan();
    bool counts = reach == GradientReach::Input;
    for (std::size_t layer = 0; layer < plan.layers.size(); ++layer) {
        counts = counts || plan.layers[layer].parameters > 0;
        if (!counts)
            continue;
        const auto input = layer == 0 ? model.image(image) : model.output(layer - 1, image);
        const bool isDropped = layer > 0 && std::holds_alternative<Dropout>(plan.network.layers[layer - 1]);
        const Shape in = plan.layers[layer].in;
        const Shape out = plan.layers[layer].out;
        if (const auto* activation = std::get_if<Activation>(&plan.network.layers[layer])) {
            if (activation->kind == ActivationKind::Relu ||
                (activation->kind == ActivationKind::LeakyRelu && activation->slope != 1))
                for (const double value : input)
                    if (value != 0 || !isDropped)
                        least = std::min(least, std::abs(value));
        } else if (const auto* pool = std::get_if<Pool>(&plan.network.layers[layer])) {
            if (pool->kind != PoolKind::Max || pool->size == 1)
                continue;
            for (int channel = 0; channel < out.channels; ++channel)
                for (int y = 0; y < out.height; ++y)
                    for (int x = 0; x < out.width; ++x) {
                        double first = -std::numeric_limits<double>::infinity();
                        double second = first;
                        for (int i = 0; i < pool->size; ++i)
                            for (int j = 0; j < pool->size; ++j) {
                                const int at =
                                    (channel * in.height + y * pool->stride + i) * in.width + x * pool->stride + j;
                                const double value = input[static_cast<std::size_t>(at)];
                                second = std::max(second, std::min(first, value));
                                first = std::max(first, value);
                            }
                        if (first != 0 || second != 0)
                            least = std::min(least, first - second);
                    }
        }
    }
    return least;
}

double distanceFromKinks(const ReferenceModel<double>& model, GradientReach reach) {
    double least = std::numeric_limits<double>::infinity();
    for (std::size_t image = 0; image < model.images(); ++image)
        least = std::min(least, distanceFromKinks(model, reach, image));
    return least;
}

std::shared_ptr<const MemoryDataSet> caseData(
    const LayerCase& layerCase, std::size_t trainCount, std::size_t testCount) {
    const Plan plan = compile(layerCase.network, Fusion::Off);
    const std::vector<float> floats = caseParameters(layerCase, plan);
    const std::vector<double> parameters(floats.begin(), floats.end());
    ReferenceModel<double> model(plan);
    const std::size_t size = layerCase.network.input.size();
    const auto classes = static_cast<std::uint32_t>(plan.classes);
    // Far fewer images than a whole network has branches keep the full distance.
    const double distance = plan.stateCount > 0 && plan.flops.forward > 10'000'000 ? 0.3 * caseDistance : caseDistance;
    const auto draw = [&](std::size_t count, std::uint32_t purpose) {
        MemoryDataSet::Part part;
        part.pixels.resize(count * size);
        std::vector<double> images(count * size);
        const std::size_t piece = plan.stateCount > 0 ? count : 1;
        for (std::size_t at = 0; at < count; at += piece)
            for (std::uint32_t attempt = 0;; ++attempt) {
                if (attempt == 1000)
                    throw Error({"Cannot find images without ties and kinks for the case", layerCase.name, "", "", ""});
                for (std::size_t i = at; i < at + piece; ++i)
                    for (std::size_t p = 0; p < size; ++p) {
                        const std::uint32_t word =
                            layer_cases::word(layerCase.seed, purpose + attempt, static_cast<std::uint32_t>(i), p);
                        part.pixels[i * size + p] = static_cast<std::uint8_t>(word >> 24);
                        images[i * size + p] = part.pixels[i * size + p] / 255.0;
                    }
                TrainingPass pass = casePass;
                pass.firstPosition = at;
                model.forward(parameters, std::span(images).subspan(at * size, piece * size), pass);
                if (distanceFromKinks(model, GradientReach::Learning) > distance)
                    break;
            }
        for (std::uint32_t i = 0; i < count; ++i)
            part.labels.push_back(
                static_cast<std::uint8_t>(layer_cases::word(layerCase.seed, purpose - 1, i, 0) % classes));
        return part;
    };
    DataInfo info;
    info.name = layerCase.name;
    info.source = "test";
    info.shape = layerCase.network.input;
    info.classes = plan.classes;
    for (int c = 0; c < plan.classes; ++c)
        info.classNames.push_back(std::to_string(c));
    MemoryDataSet::Part train = draw(trainCount, 10001);
    MemoryDataSet::Part test = draw(testCount, 20001);
    return std::make_shared<const MemoryDataSet>(std::move(info), std::move(train), std::move(test));
}

} // namespace kernelscope
