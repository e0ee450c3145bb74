// SPDX-License-Identifier: GPL-3.0-or-later
#include "training/checkpoint.h"

#include "base/error.h"

#include <algorithm>

namespace kernelscope {
namespace {

constexpr std::size_t sampledImages = 64;

/// G. Fowler, L. C. Noll and K.-P. Vo's hash, variant 1a.
class Fnv {
public:
    void add(std::uint8_t byte) { m_hash = (m_hash ^ byte) * 0x100000001b3u; }
    std::uint64_t value() const { return m_hash; }

private:
    std::uint64_t m_hash = 0xcbf29ce484222325u;
};

void addImages(Fnv& hash, const DataSet& data, Split split) {
    const std::size_t count = data.info().count(split);
    const std::size_t sampled = std::min(count, sampledImages);
    std::vector<std::uint32_t> indices(sampled);
    for (std::size_t i = 0; i < sampled; ++i)
        indices[i] = static_cast<std::uint32_t>(i * count / sampled); // over all of it
    data.require(split, indices);
    for (const std::uint32_t index : indices) {
        hash.add(data.label(split, index));
        for (const std::uint8_t pixel : data.image(split, index))
            hash.add(pixel);
    }
}

void addLabels(Fnv& hash, const DataSet& data, Split split) {
    const std::size_t count = data.info().count(split);
    for (std::size_t i = 0; i < count; ++i)
        hash.add(data.label(split, i)); // known from the start, also where the image is not made yet
}

std::string threads(const DeviceInfo& device) {
    return device.name + " (" + device.instructionSet + ", " + std::to_string(device.threads) +
           (device.threads == 1 ? " thread" : " threads") + ")";
}

} // namespace

DataFingerprint dataFingerprint(const DataSet& data) {
    Fnv images;
    Fnv labels;
    for (const Split split : {Split::Train, Split::Test}) {
        addImages(images, data, split);
        addLabels(labels, data, split);
    }
    return {images.value(), labels.value()};
}

void requireSameData(const Checkpoint& checkpoint, const DataSet& data) {
    const DataInfo& then = checkpoint.record.data;
    const DataInfo& now = data.info();
    const auto refuse = [&](const std::string& found, const std::string& expected) {
        throw Error({"Cannot continue the run on the data set", now.name, found, expected,
            "A run goes on with the data that it began with: " + then.name +
                (then.source.empty() ? std::string() : " from " + then.source) + "."});
    };
    if (now.shape != then.shape)
        refuse("images of " + toFullString(now.shape), toFullString(then.shape) + ", as the run was trained on");
    const auto counts = [](const DataInfo& info) {
        return std::to_string(info.trainCount) + " training and " + std::to_string(info.testCount) +
               " test images of " + std::to_string(info.classes) + " classes";
    };
    if (now.trainCount != then.trainCount || now.testCount != then.testCount || now.classes != then.classes)
        refuse(counts(now), counts(then) + ", as the run was trained on");
    const DataFingerprint found = dataFingerprint(data);
    const std::string expected = "those that the run was trained on";
    if (found.images != checkpoint.dataId.images)
        refuse("other images of the same number and size", expected);
    if (checkpoint.dataId.labels && found.labels != checkpoint.dataId.labels)
        refuse("other labels of the same images", expected);
}

std::string resumeDifference(const DeviceInfo& before, const DeviceInfo& now) {
    if (before.backend == now.backend && before.instructionSet == now.instructionSet && before.threads == now.threads &&
        before.precision == now.precision && (before.backend == "cpu" || before.name == now.name))
        return {};
    return "The run began on " + threads(before) + " and goes on on " + threads(now) +
           ": it will not repeat bit for bit what it would have become there.";
}

} // namespace kernelscope
