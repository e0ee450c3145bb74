// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// Labelled images as every reader and generator delivers them and every backend trains on them.
#pragma once

#include "network/shape.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace kernelscope {

/// Which part of a data set: what is learnt from, or what is only ever tested on.
enum class Split { Train, Test };

/// What is known of a data set without looking at its pixels.
struct DataInfo {
    std::string name;                    ///< For people: "Built-in digits", "MNIST".
    std::string source;                  ///< "digits", or the path that it was read from.
    Shape shape;                         ///< Of one image.
    int classes = 0;                     ///< Labels are 0 .. classes - 1.
    std::vector<std::string> classNames; ///< One for each class.
    std::size_t trainCount = 0;          ///< Images in Split::Train.
    std::size_t testCount = 0;           ///< Images in Split::Test.

    /// Images in one split.
    std::size_t count(Split split) const { return split == Split::Train ? trainCount : testCount; }
};

/// Images as uint8 (0 = background, 255 = full ink) in CHW order, with a label each.
///
/// A data set may still be in the making (the built-in digits are generated while the window opens), therefore
/// require() comes before image() and label(). All functions may be called from any thread.
class DataSet {
public:
    virtual ~DataSet() = default;

    /// Name, shape, classes and counts; known from the start.
    virtual const DataInfo& info() const = 0;

    /// Blocks until the images and labels at these indices of a split exist, making them if nobody else has.
    /// Data that is read from files is complete from the start: there it returns at once.
    virtual void require(Split split, std::span<const std::uint32_t> indices) const = 0;

    /// Pixels of one image, info().shape.size() of them, CHW. Only after require().
    virtual std::span<const std::uint8_t> image(Split split, std::size_t index) const = 0;

    /// Class of one image. Only after require().
    virtual std::uint8_t label(Split split, std::size_t index) const = 0;
};

/// Data sets are immutable to all who share them.
using DataSetPtr = std::shared_ptr<const DataSet>;

/// A data set that lies complete in memory: what file readers and tests deliver.
class MemoryDataSet final : public DataSet {
public:
    /// Pixels and labels of one split; pixels.size() == labels.size() * shape.size().
    struct Part {
        std::vector<std::uint8_t> pixels;
        std::vector<std::uint8_t> labels;
    };

    /// Counts in info are set from the parts. Throws Error when a size or a label does not fit info.
    MemoryDataSet(DataInfo info, Part train, Part test);

    const DataInfo& info() const override { return m_info; }
    void require(Split, std::span<const std::uint32_t>) const override {}
    std::span<const std::uint8_t> image(Split split, std::size_t index) const override;
    std::uint8_t label(Split split, std::size_t index) const override;

private:
    const Part& part(Split split) const { return split == Split::Train ? m_train : m_test; }

    DataInfo m_info;
    Part m_train;
    Part m_test;
};

/// Opens what the user named: "digits" for the built-in digits, or a path to a folder with the four MNIST files
/// (.gz or not). Throws Error naming the file, what was found and what was expected.
DataSetPtr openDataSet(const std::string& source);

} // namespace kernelscope
