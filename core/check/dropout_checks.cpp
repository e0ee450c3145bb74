// SPDX-License-Identifier: GPL-3.0-or-later
#include "check/check_groups.h"

#include <utility>

namespace kernelscope::check {
namespace {

/// A case in which each value that dropout lets through can be told from the gradients: the dense layer behind it has,
/// for a weight, the sum over the batch of input * output gradient, so it is 0 exactly where each image's input is.
///
/// Each image of the batch is bright in a band of its own and black elsewhere, so that a weight's gradient shows the
/// mask of one image. Over as many steps as there are images every image comes to every place of the batch.
struct Masks {
    static constexpr int images = 5;
    static constexpr Shape shape{3, 7, 5};

    float rate;
    bool isBehindConvolution; ///< One that hands its input on: the mask is then another layer's.

    Network network() const {
        Network network{"masks", shape, {}};
        if (isBehindConvolution)
            network.layers.emplace_back(Conv{shape.channels, 1, 1, 0});
        network.layers.emplace_back(Dropout{rate});
        network.layers.emplace_back(Flatten{});
        network.layers.emplace_back(Dense{3});
        return network;
    }

    /// Whether the element, in CHW order, is in an image's band.
    static bool isBright(int image, std::size_t element) { return element % images == static_cast<std::size_t>(image); }

    static DataSetPtr data() {
        DataInfo info;
        info.name = "bands";
        info.source = "check";
        info.shape = shape;
        info.classes = 3;
        info.classNames = {"0", "1", "2"};
        MemoryDataSet::Part part;
        for (int image = 0; image < images; ++image) {
            for (std::size_t i = 0; i < shape.size(); ++i)
                part.pixels.push_back(isBright(image, i) ? 255 : 0);
            part.labels.push_back(static_cast<std::uint8_t>(image % 3));
        }
        return std::make_shared<const MemoryDataSet>(std::move(info), part, part);
    }
};

std::vector<CheckFigure> compareMasks(const Masks& masks, const Backend& backend) {
    TrainingSpec spec;
    spec.optimizer.kind = OptimizerKind::Sgd;
    spec.batchSize = Masks::images;
    spec.seed = 0x123456789abcdef0u;
    const Plan plan = compile(masks.network(), Fusion::Off);
    std::vector<float> parameters = initialParameters(plan, spec.seed);
    Slice dense;
    for (const ParameterInfo& parameter : plan.parameters) {
        if (parameter.name == "dense1.weight")
            dense = parameter.slice;
        if (parameter.name == "conv1.weight") // the identity: [filters][channels]
            for (std::size_t i = 0; i < parameter.slice.size; ++i)
                parameters[parameter.slice.offset + i] = i % (Masks::shape.channels + 1) == 0 ? 1.0f : 0.0f;
    }
    const std::unique_ptr<Executor> executor = backend.load(plan.network, Masks::data(), spec);
    const int layer = masks.isBehindConvolution ? 1 : 0;
    std::size_t differing = 0;
    std::size_t kept = 0;
    for (int turn = 0; turn < Masks::images; ++turn) {
        const std::int64_t step = (std::int64_t{1} << 32) - 2 + turn; // only the lower 32 bits count
        std::vector<std::uint32_t> samples;
        for (int position = 0; position < Masks::images; ++position)
            samples.push_back(static_cast<std::uint32_t>((position + turn) % Masks::images));
        executor->write(Arena::Parameters, parameters);
        trainOn(*executor, samples, Masks::images, step, 1e-3f);
        const std::vector<float> gradients = contentsOf(*executor, Arena::Gradients);
        for (int position = 0; position < Masks::images; ++position)
            for (std::size_t i = 0; i < Masks::shape.size(); ++i) {
                if (!Masks::isBright(static_cast<int>(samples[static_cast<std::size_t>(position)]), i))
                    continue;
                const DropoutKey key{spec.seed, step, static_cast<std::uint32_t>(position), layer};
                const bool isExpected = isKept(dropoutWord(key, i), masks.rate);
                kept += isExpected;
                differing += isExpected != (gradients.at(dense.offset + i) != 0);
            }
    }
    return {{"values dropped or kept wrongly", static_cast<double>(differing), 0},
        {"masks that tell nothing", kept == 0 || kept == Masks::images * Masks::shape.size() ? 1.0 : 0.0, 0}};
}

} // namespace

std::vector<CheckCase> dropoutChecks() {
    std::vector<CheckCase> cases;
    for (const auto& [name, masks] :
        {std::pair{"rate 0.5", Masks{0.5f, false}}, std::pair{"rate 0.1", Masks{0.1f, false}},
            std::pair{"rate 0.9", Masks{0.9f, false}}, std::pair{"behind a convolution", Masks{0.3f, true}}})
        cases.push_back(
            {"dropout masks", name, [masks = masks](const Backend& backend) { return compareMasks(masks, backend); }});
    return cases;
}

} // namespace kernelscope::check
