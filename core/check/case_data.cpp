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

namespace {

/// Draws the images of one case.
class CaseImages {
public:
    CaseImages(const LayerCase& layerCase, const Plan& plan, Clearance clearance)
        : m_case(layerCase),
          m_clearance(clearance),
          m_model(plan),
          m_size(layerCase.network.input.size()) {
        const std::vector<float> parameters = caseParameters(layerCase, plan);
        m_parameters.assign(parameters.begin(), parameters.end());
    }

    /// @param purpose of the random words; each attempt at an image has its own.
    MemoryDataSet::Part draw(std::size_t count, std::uint32_t purpose) {
        const Plan& plan = m_model.plan();
        const auto classes = static_cast<std::uint32_t>(plan.classes);
        MemoryDataSet::Part part;
        part.pixels.resize(count * m_size);
        m_images.resize(count * m_size);
        const std::size_t piece = plan.stateCount > 0 ? count : 1;
        for (std::size_t first = 0; first < count; first += piece)
            drawPiece(part.pixels, first, piece, purpose);
        for (std::uint32_t i = 0; i < count; ++i)
            part.labels.push_back(
                static_cast<std::uint8_t>(layer_cases::word(m_case.seed, purpose - 1, i, 0) % classes));
        return part;
    }

private:
    void drawPiece(std::span<std::uint8_t> pixels, std::size_t first, std::size_t count, std::uint32_t purpose) {
        const Plan& plan = m_model.plan();
        // Far fewer images than a whole network has branches keep the full distance.
        const bool isLarge = plan.stateCount > 0 && plan.flops.forward > 10'000'000;
        const double enough = isLarge ? 0.3 * caseDistance : caseDistance;
        if (m_clearance == Clearance::Float) {
            for (std::uint32_t attempt = 0; attempt < 1000; ++attempt)
                if (drawOnce(pixels, first, count, purpose + attempt) > enough)
                    return;
            throw Error({"Cannot find images without ties and kinks for the case", m_case.name, "", "", ""});
        }
        // As many attempts as take a moment.
        const double work = static_cast<double>(plan.flops.forward) * static_cast<double>(count);
        const auto attempts = static_cast<std::uint32_t>(std::clamp(1e8 / std::max(work, 1.0), 1.0, 300.0));
        std::uint32_t best = 0;
        double greatest = -1;
        for (std::uint32_t attempt = 0; attempt < attempts; ++attempt)
            if (const double distance = drawOnce(pixels, first, count, purpose + attempt); distance > greatest) {
                greatest = distance;
                best = attempt;
            }
        drawOnce(pixels, first, count, purpose + best);
    }

    /// Fills these images; returns how near they come to a kink.
    double drawOnce(std::span<std::uint8_t> pixels, std::size_t first, std::size_t count, std::uint32_t purpose) {
        for (std::size_t i = first; i < first + count; ++i)
            for (std::size_t p = 0; p < m_size; ++p) {
                const std::uint32_t word = layer_cases::word(m_case.seed, purpose, static_cast<std::uint32_t>(i), p);
                pixels[i * m_size + p] = static_cast<std::uint8_t>(word >> 24);
                m_images[i * m_size + p] = pixels[i * m_size + p] / 255.0;
            }
        TrainingPass pass = casePass;
        pass.firstPosition = first;
        m_model.forward(m_parameters, std::span(std::as_const(m_images)).subspan(first * m_size, count * m_size), pass);
        return distanceFromKinks(m_model, GradientReach::Learning);
    }

    const LayerCase& m_case;
    Clearance m_clearance;
    ReferenceModel<double> m_model;
    std::size_t m_size; ///< Of one image.
    std::vector<double> m_parameters;
    std::vector<double> m_images; ///< The pixels as numbers from 0 to 1.
};

} // namespace

std::shared_ptr<const MemoryDataSet> caseData(
    const LayerCase& layerCase, std::size_t trainCount, std::size_t testCount, Clearance clearance) {
    const Plan plan = compile(layerCase.network, Fusion::Off);
    CaseImages images(layerCase, plan, clearance);
    DataInfo info;
    info.name = layerCase.name;
    info.source = "check";
    info.shape = layerCase.network.input;
    info.classes = plan.classes;
    for (int c = 0; c < plan.classes; ++c)
        info.classNames.push_back(std::to_string(c));
    MemoryDataSet::Part train = images.draw(trainCount, 10001);
    MemoryDataSet::Part test = images.draw(testCount, 20001);
    return std::make_shared<const MemoryDataSet>(std::move(info), std::move(train), std::move(test));
}

} // namespace kernelscope
