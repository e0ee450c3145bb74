// SPDX-License-Identifier: GPL-3.0-or-later
#include "data/known_sets.h"

#include "data/class_names.h"

#include <algorithm>
#include <array>
#include <cstddef>

namespace kernelscope {

namespace {

using FirstLabels = std::array<std::uint8_t, 10>;

struct KnownSet {
    const char* name;
    std::size_t trainCount;
    std::size_t testCount;
    Shape shape;
    FirstLabels train;
    FirstLabels test;
};

constexpr std::array<KnownSet, 3> kKnownSets{{
    {"MNIST", 60000, 10000, {1, 28, 28}, {5, 0, 4, 1, 9, 2, 1, 3, 1, 4}, {7, 2, 1, 0, 4, 1, 4, 9, 5, 9}},
    {"Fashion-MNIST", 60000, 10000, {1, 28, 28}, {9, 0, 0, 3, 0, 2, 7, 2, 5, 5}, {9, 2, 1, 1, 6, 1, 4, 6, 5, 7}},
    {"CIFAR-10", 50000, 10000, {3, 32, 32}, {6, 9, 9, 4, 1, 1, 2, 7, 8, 3}, {3, 8, 8, 0, 6, 6, 1, 6, 3, 1}},
}};

bool beginsWith(std::span<const std::uint8_t> labels, const FirstLabels& first) {
    return std::equal(first.begin(), first.end(), labels.begin());
}

} // namespace

std::string knownSetName(std::span<const std::uint8_t> trainLabels, std::span<const std::uint8_t> testLabels) {
    for (const KnownSet& set : kKnownSets)
        if (trainLabels.size() == set.trainCount && testLabels.size() == set.testCount &&
            beginsWith(trainLabels, set.train) && beginsWith(testLabels, set.test))
            return set.name;
    return {};
}

std::string knownSetByName(std::string_view name, const Shape& shape, std::size_t trainCount, std::size_t testCount) {
    const std::string lower = toLower(name);
    const auto speaksOf = [&](const char* word) { return lower.find(word) != std::string::npos; };
    std::string_view meant;
    if (speaksOf("fashion"))
        meant = "Fashion-MNIST";
    else if (speaksOf("cifar10") || speaksOf("cifar-10") || speaksOf("cifar_10"))
        meant = "CIFAR-10";
    for (const KnownSet& set : kKnownSets)
        if (set.name == meant && set.shape == shape && set.trainCount == trainCount && set.testCount == testCount)
            return set.name;
    return {};
}

} // namespace kernelscope
