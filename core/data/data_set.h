// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// Labelled images as every reader and generator delivers them and every backend trains on them.
#pragma once

#include "data/open_progress.h"
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
    std::string note;                    ///< For people: what the reader did to the images. Often empty.

    /// Images in one split.
    std::size_t count(Split split) const { return split == Split::Train ? trainCount : testCount; }
};

/// A file of a data set that could not be used, though its others could.
struct SkippedFile {
    std::string file;   ///< Its path below the source.
    std::string reason; ///< For people: "no PNG or JPEG picture, but GIF".
};

/// Images as uint8 (0 = background, 255 = full ink) in CHW order, with a label each.
///
/// A data set may still be in the making (the built-in digits are generated while the window opens), therefore
/// require() comes before image(). All functions may be called from any thread.
class DataSet {
public:
    virtual ~DataSet() = default;

    /// Name, shape, classes and counts; known from the start.
    virtual const DataInfo& info() const = 0;

    /// Blocks until the images and labels at these indices of a split exist, making them if nobody else has.
    /// Data that is read from files is complete from the start: there it returns at once.
    virtual void require(Split split, std::span<const std::uint32_t> indices) const = 0;

    /// Whether an image exists, so that require() would not have to wait or to make it. Once true, always true.
    virtual bool isReady(Split /*split*/, std::size_t /*index*/) const { return true; }

    /// Pixels of one image, info().shape.size() of them, CHW. Only after require().
    virtual std::span<const std::uint8_t> image(Split split, std::size_t index) const = 0;

    /// Class of one image. Known from the start, also where the image is not made yet.
    virtual std::uint8_t label(Split split, std::size_t index) const = 0;

    /// Files that were left out, in the order of their names. Empty but for folders of images.
    virtual const std::vector<SkippedFile>& skipped() const;
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
    MemoryDataSet(DataInfo info, Part train, Part test, std::vector<SkippedFile> skipped = {});

    const DataInfo& info() const override { return m_info; }
    void require(Split, std::span<const std::uint32_t>) const override {}
    std::span<const std::uint8_t> image(Split split, std::size_t index) const override;
    std::uint8_t label(Split split, std::size_t index) const override;
    const std::vector<SkippedFile>& skipped() const override { return m_skipped; }

private:
    const Part& part(Split split) const { return split == Split::Train ? m_train : m_test; }

    DataInfo m_info;
    Part m_train;
    Part m_test;
    std::vector<SkippedFile> m_skipped;
};

/// Opens what the user named:
/// - "digits", the built-in digits, or "digits-color", the same in colour on textured ground; both are made while they
///   are used;
/// - the folder with the four files of MNIST or of a set in its form, or one of these files;
/// - CIFAR-10 or CIFAR-100 in their binary version: the folder of their .bin files, one of these, or the .tar.gz;
/// - an .npz file of NumPy arrays (x_train, y_train, x_test, y_test, as Keras has them);
/// - a folder of PNG and JPEG pictures with a sub-folder for each class, also below train/ and test/.
///
/// Files are known by their content, whatever they are called. Everything is checked against the real size of the files
/// before it is allocated. Throws Error naming the file, what was found, what was expected and what to do.
/// @param progress may be watched, and cancelled, from another thread: Cancelled is thrown then.
DataSetPtr openDataSet(const std::string& source, OpenProgress* progress = nullptr);

/// The sources that openDataSet() knows without any file.
inline constexpr const char* kDigitsSource = "digits";
inline constexpr const char* kColorDigitsSource = "digits-color";

} // namespace kernelscope
