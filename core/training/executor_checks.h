// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// What every executor refuses before it computes. Header-only, because the GPU module's does too and links no object
/// of core/.
#pragma once

#include "base/error.h"
#include "training/backend.h"

#include <algorithm>
#include <span>
#include <string>

namespace kernelscope {

/// The first batch norm that sees one value of each channel in an image; null where there is none.
inline const LayerInfo* normOverImagesAlone(const Plan& plan) {
    for (std::size_t i = 0; i < plan.layers.size(); ++i)
        if (std::holds_alternative<BatchNorm>(plan.network.layers[i]) && plan.layers[i].in.isFlat())
            return &plan.layers[i];
    return nullptr;
}

/// The refusal of batches that are too small for that layer. @param batch in words; @param advice what to change.
inline Error tooFewValues(const LayerInfo& layer, const std::string& batch, const std::string& advice) {
    return Error({"Cannot train the layer", layer.name,
        batch + ", so one value for each of its " + std::to_string(layer.in.channels) + " channels",
        "at least 2, to take a variance of", advice});
}

/// Throws Error, naming the layer, unless batch norm can take a variance of such a batch: one image is too few where a
/// channel has but one value, as behind a dense layer. Backends call it before each training step.
inline void requireBatch(const Plan& plan, std::size_t images) {
    if (images != 1)
        return;
    if (const LayerInfo* layer = normOverImagesAlone(plan))
        throw tooFewValues(*layer, "a batch of 1 image", "Use larger batches.");
}

/// Throws Error unless there is a place for each image of the range, or none at all. For Executor::evaluate().
inline void requirePlaces(std::span<const Prediction> predictions, const SampleRange& range) {
    if (!predictions.empty() && predictions.size() != range.count)
        throw Error({"Cannot evaluate", "the predictions", std::to_string(predictions.size()) + " places",
            std::to_string(range.count) + ", one for each image", ""});
}

/// Throws Error unless the data set has that image. Before threads or kernels start, which could not tell.
inline void requireSample(const DataInfo& data, Split split, std::size_t sample) {
    if (sample >= data.count(split))
        throw Error({"Cannot find an image in the data set", data.name, "index " + std::to_string(sample),
            "less than " + std::to_string(data.count(split)), ""});
}

/// Throws Error unless the batches are whole: a batch size, a learning rate for each step, samples that exist.
inline void requireSamples(const DataInfo& data, const BatchPlan& batches) {
    if (batches.batchSize < 1)
        throw Error({"Cannot train", "batch size", std::to_string(batches.batchSize), "at least 1", ""});
    if (batches.learningRates.size() != batches.steps())
        throw Error({"Cannot train", "the batches", std::to_string(batches.learningRates.size()) + " learning rates",
            std::to_string(batches.steps()) + ", one for each step", ""});
    if (!batches.samples.empty())
        requireSample(data, Split::Train, *std::max_element(batches.samples.begin(), batches.samples.end()));
}

/// Throws Error unless an array is as long as the arena that is copied from or to it. @param size the arena's.
inline void requireArenaSize(const Plan& plan, std::size_t found, std::size_t size) {
    if (found != size)
        throw Error({"Cannot copy values of the network", plan.network.name, std::to_string(found) + " values",
            std::to_string(size), ""});
}

} // namespace kernelscope
