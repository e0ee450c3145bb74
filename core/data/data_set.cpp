// SPDX-License-Identifier: GPL-3.0-or-later
#include "data/data_set.h"

#include "base/error.h"

#include <algorithm>
#include <utility>

namespace kernelscope {

namespace {

void check(const DataInfo& info, const char* splitName, const MemoryDataSet::Part& part) {
    const std::string subject = info.name + ", " + splitName;
    const std::size_t pixels = info.shape.size();
    // Divided instead of multiplied, so that no product can overflow.
    const bool fits = pixels == 0
                          ? part.pixels.empty()
                          : part.pixels.size() % pixels == 0 && part.pixels.size() / pixels == part.labels.size();
    if (!fits)
        throw Error({"Cannot make a data set", subject, std::to_string(part.pixels.size()) + " bytes of pixels",
            std::to_string(part.labels.size()) + " images of " + toString(info.shape), {}});
    const auto highest = std::max_element(part.labels.begin(), part.labels.end());
    if (highest != part.labels.end() && static_cast<int>(*highest) >= info.classes)
        throw Error({"Cannot make a data set", subject, "the label " + std::to_string(*highest),
            "labels below " + std::to_string(info.classes), {}});
}

} // namespace

const std::vector<SkippedFile>& DataSet::skipped() const {
    static const std::vector<SkippedFile> none;
    return none;
}

MemoryDataSet::MemoryDataSet(DataInfo info, Part train, Part test, std::vector<SkippedFile> skipped)
    : m_info(std::move(info)),
      m_train(std::move(train)),
      m_test(std::move(test)),
      m_skipped(std::move(skipped)) {
    check(m_info, "training set", m_train);
    check(m_info, "test set", m_test);
    m_info.trainCount = m_train.labels.size();
    m_info.testCount = m_test.labels.size();
}

std::span<const std::uint8_t> MemoryDataSet::image(Split split, std::size_t index) const {
    const std::size_t pixels = m_info.shape.size();
    return std::span(part(split).pixels).subspan(index * pixels, pixels);
}

std::uint8_t MemoryDataSet::label(Split split, std::size_t index) const {
    return part(split).labels[index];
}

} // namespace kernelscope
