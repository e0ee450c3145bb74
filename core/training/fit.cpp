// SPDX-License-Identifier: GPL-3.0-or-later
#include "training/fit.h"

#include "base/error.h"

#include <string>

namespace kernelscope {
namespace {

/// The first batch norm that sees one value of each channel in an image.
const LayerInfo* normOverImagesAlone(const Plan& plan) {
    for (std::size_t i = 0; i < plan.layers.size(); ++i)
        if (std::holds_alternative<BatchNorm>(plan.network.layers[i]) && plan.layers[i].in.isFlat())
            return &plan.layers[i];
    return nullptr;
}

Error tooFewValues(const LayerInfo& layer, const std::string& batch, const std::string& advice) {
    return Error({"Cannot train the layer", layer.name,
        batch + ", so one value for each of its " + std::to_string(layer.in.channels) + " channels",
        "at least 2, to take a variance of", advice});
}

} // namespace

void requireFit(const Plan& plan, const DataInfo& data) {
    if (data.shape != plan.network.input)
        throw Error({"Cannot use the data set", data.name, "images of " + toFullString(data.shape),
            "the network's input of " + toFullString(plan.network.input),
            "Choose a network that is made for these images, or other data."});
    if (data.classes != plan.classes)
        throw Error({"Cannot use the data set", data.name, std::to_string(data.classes) + " classes",
            std::to_string(plan.classes) + ", as many as the network's last layer has outputs",
            "Give the last dense layer " + std::to_string(data.classes) + " units."});
}

void requireBatch(const Plan& plan, std::size_t images) {
    if (images != 1)
        return;
    if (const LayerInfo* layer = normOverImagesAlone(plan))
        throw tooFewValues(*layer, "a batch of 1 image", "Use larger batches.");
}

void requireBatches(const Plan& plan, const TrainingSpec& spec, std::size_t trainCount) {
    const LayerInfo* layer = normOverImagesAlone(plan);
    if (!layer)
        return;
    const std::size_t images = spec.trainSamples ? spec.trainSamples : trainCount;
    const auto batch = static_cast<std::size_t>(spec.batchSize);
    if (batch == 1 || images == 1)
        throw tooFewValues(*layer, "batches of 1 image",
            batch == 1 ? "Use a batch size of 2 or more." : "Use 2 or more training images.");
    if (images % batch == 1)
        throw tooFewValues(*layer,
            "a last batch of 1 image (" + std::to_string(images) + " images in batches of " + std::to_string(batch) +
                ")",
            "Use another batch size, or only " + std::to_string(images - 1) + " training images.");
}

void requirePlaces(std::span<const Prediction> predictions, const SampleRange& range) {
    if (!predictions.empty() && predictions.size() != range.count)
        throw Error({"Cannot evaluate", "the predictions", std::to_string(predictions.size()) + " places",
            std::to_string(range.count) + ", one for each image", ""});
}

} // namespace kernelscope
