// SPDX-License-Identifier: GPL-3.0-or-later
#include "training/fit.h"

#include "base/error.h"

#include <algorithm>
#include <cstdint>
#include <string>

namespace kernelscope {
namespace {

/// "class 7" or "class 7 (sneaker)".
std::string classText(const DataInfo& data, std::size_t index) {
    const std::string number = std::to_string(index);
    const bool isNamed = index < data.classNames.size() && data.classNames[index] != number;
    return "class " + number + (isNamed ? " (" + data.classNames[index] + ")" : "");
}

/// "class 3, class 5 and class 7", or the first few and how many there are more.
std::string classList(const DataInfo& data, const std::vector<std::size_t>& classes) {
    constexpr std::size_t most = 3;
    std::string text;
    for (std::size_t i = 0; i < std::min(classes.size(), most); ++i) {
        const bool isLast = i + 1 == classes.size();
        text += (i == 0 ? "" : isLast ? " and " : ", ") + classText(data, classes[i]);
    }
    if (classes.size() > most)
        text += " and " + std::to_string(classes.size() - most) + " more";
    return text;
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

void requireTest(const StoppingSpec& stopping, const DataInfo& data) {
    if ((stopping.targetAccuracy > 0 || stopping.patience > 0) && data.testCount == 0)
        throw Error({"Cannot stop by the test with the data set", data.name, "no test images", "at least one",
            "Train all epochs instead: target accuracy 0, patience 0."});
}

std::vector<std::string> labelWarnings(const DataSet& data, const TrainingSpec& spec) {
    const DataInfo& info = data.info();
    const std::size_t images = spec.trainSamples ? std::min(spec.trainSamples, info.trainCount) : info.trainCount;
    std::vector<std::size_t> counts(static_cast<std::size_t>(info.classes));
    for (std::size_t i = 0; i < images; ++i)
        ++counts.at(data.label(Split::Train, i));
    std::vector<std::size_t> missing;
    for (std::size_t c = 0; c < counts.size(); ++c)
        if (counts[c] == 0)
            missing.push_back(c);

    const std::string first = images < info.trainCount ? "first " + std::to_string(images) + " " : "";
    std::vector<std::string> warnings;
    if (!missing.empty()) {
        std::string text = classList(info, missing) + (missing.size() == 1 ? " has" : " have") +
                           (first.empty() ? " no training image" : " no image among the " + first + "training images") +
                           ": the network cannot learn " + (missing.size() == 1 ? "it." : "them.");
        text.front() = 'C';
        warnings.push_back(std::move(text));
    }
    const auto largest = std::max_element(counts.begin(), counts.end());
    if (counts.size() > 2 && 2 * *largest > images && missing.size() + 1 < counts.size())
        warnings.push_back("More than half of the " + first + "training images are of " +
                           classText(info, static_cast<std::size_t>(largest - counts.begin())) +
                           ": answering with it alone looks like a good result.");
    return warnings;
}

} // namespace kernelscope
