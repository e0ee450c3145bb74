// SPDX-License-Identifier: GPL-3.0-or-later
#include "data/npz_reader.h"

#include "data/class_names.h"
#include "data/known_sets.h"
#include "data/npz_archive.h"
#include "data/npz_layout.h"
#include "data/read_error.h"
#include "data/test_split.h"

#include <algorithm>
#include <bitset>
#include <cmath>
#include <cstddef>
#include <initializer_list>
#include <limits>
#include <numeric>
#include <optional>
#include <utility>

namespace kernelscope {

namespace fs = std::filesystem;

namespace {

constexpr const char* kExpectedArrays = "x_train and y_train, perhaps x_test and y_test; or images and labels";

/// How an array's numbers become bytes: byte = offset + factor * value, rounded.
struct Scale {
    double factor = 1.0;
    double offset = 0.0;
    const char* note = "";
};

/// Smallest and largest value.
struct Range {
    double low = std::numeric_limits<double>::infinity();
    double high = -std::numeric_limits<double>::infinity();
};

class NpzReader {
public:
    NpzReader(fs::path path, OpenProgress* progress)
        : m_path(std::move(path)),
          m_progress(progress),
          m_archive(m_path, progress) {}

    std::shared_ptr<const MemoryDataSet> read() {
        findArrays();
        m_trainLayout = layoutOf(*m_trainImages);
        checkLabels(*m_trainLabels, m_trainLayout.images);
        if (m_testImages) {
            m_testLayout = layoutOf(*m_testImages);
            checkLabels(*m_testLabels, m_testLayout.images);
            if (!(m_testLayout.shape == m_trainLayout.shape))
                refuseFile(m_testImages->path, "images of " + toFullString(m_testLayout.shape),
                    toFullString(m_trainLayout.shape) + ", as the training images are",
                    "Take both arrays from the same data set.");
        }
        beginProgress();
        m_train.labels = readLabels(*m_trainLabels);
        if (m_testLabels)
            m_test.labels = readLabels(*m_testLabels);
        countClasses();
        Scale scale = isScaledApart() ? chooseScale({&m_trainImages}) : chooseScale({&m_trainImages, &m_testImages});
        m_train.pixels = readPixels(*m_trainImages, m_trainLayout, scale);
        if (m_testImages) {
            const Scale testScale = isScaledApart() ? chooseScale({&m_testImages}) : scale;
            m_test.pixels = readPixels(*m_testImages, m_testLayout, testScale);
            if (*scale.note == '\0')
                scale.note = testScale.note;
        } else {
            setTestImagesAside();
        }
        return finish(scale);
    }

private:
    // ---- Which arrays there are.

    void findArrays() {
        if (m_archive.isEmpty())
            refuseFile(m_path, "a zip archive without NumPy arrays", kExpectedArrays,
                "Unpack the archive if it holds data of another kind.");
        m_trainImages = m_archive.find(
            {"x_train", "train_images", "train_x", "images_train", "train_data", "xtrain", "train_image"});
        m_trainLabels = m_archive.find({"y_train", "train_labels", "train_y", "labels_train", "train_targets", "ytrain",
            "train_label", "t_train"});
        m_testImages = m_archive.find({"x_test", "test_images", "test_x", "images_test", "test_data", "xtest",
            "test_image", "x_val", "val_images", "x_valid"});
        m_testLabels = m_archive.find({"y_test", "test_labels", "test_y", "labels_test", "test_targets", "ytest",
            "test_label", "t_test", "y_val", "val_labels", "y_valid"});
        if (!m_trainImages && !m_trainLabels) {
            m_trainImages = m_archive.find({"images", "x", "data", "image", "imgs", "arr_0"});
            m_trainLabels = m_archive.find({"labels", "y", "label", "targets", "target", "arr_1"});
        }
        if (!m_trainImages || !m_trainLabels)
            refuseFile(
                m_path, "the arrays " + m_archive.names(), kExpectedArrays, "Save the arrays under these names.");
        if (m_testImages.has_value() != m_testLabels.has_value())
            refuseFile(m_path,
                std::string("test ") + (m_testImages ? "images without labels" : "labels without images"),
                "both, or none", "Save the missing array, too.");
        m_classNames = m_archive.find({"class_names", "classes", "label_names", "classnames"});
    }

    // ---- Their values.

    /// All images twice where their range must be known first, and the labels; in stored bytes.
    void beginProgress() {
        if (!m_progress)
            return;
        std::uint64_t total = 0;
        for (const auto* array : {&m_trainImages, &m_testImages})
            if (*array)
                total += (needsRange() ? 2 : 1) * (*array)->entry->storedSize;
        for (const auto* array : {&m_trainLabels, &m_testLabels})
            if (*array)
                total += (*array)->entry->storedSize;
        m_progress->begin(total);
    }

    std::vector<std::uint8_t> readLabels(const NpzArray& array) {
        const NpyHeader& header = array.header;
        const std::uint64_t count = header.shape[0];
        const auto refuse = [&](std::uint64_t at, double value, const std::string& expected) {
            std::string text = std::to_string(value);
            if (std::floor(value) == value && std::fabs(value) < 1e15)
                text = std::to_string(static_cast<std::int64_t>(value));
            refuseFile(array.path, "label " + text + " for image " + std::to_string(at), expected,
                "Save whole numbers from 0 on.");
        };
        std::vector<std::uint8_t> labels;
        if (!isOneHot(header)) {
            m_archive.visitValues(array, [&](double value) {
                if (!(value >= 0.0 && value < kMostClasses) || std::floor(value) != value)
                    refuse(labels.size(), value, "whole numbers from 0 to " + std::to_string(kMostClasses - 1));
                labels.push_back(static_cast<std::uint8_t>(value));
            });
            return labels;
        }
        // Growing with the rows that really come: the number of rows is nothing but the header's word so far.
        const std::uint64_t classes = header.shape[1];
        std::vector<bool> has;
        std::uint64_t at = 0;
        m_archive.visitValues(array, [&](double value) {
            const std::uint64_t image = header.isFortranOrder ? at % count : at / classes;
            const std::uint64_t label = header.isFortranOrder ? at / count : at % classes;
            ++at;
            if (image == labels.size()) {
                if (!header.isFortranOrder && !has.empty() && !has.back())
                    refuse(image - 1, 0.0, "a single 1 among zeros in each row");
                labels.push_back(0);
                has.push_back(false);
            }
            if (value == 0.0)
                return;
            if (value != 1.0 || has[static_cast<std::size_t>(image)])
                refuse(image, value, "a single 1 among zeros in each row");
            has[static_cast<std::size_t>(image)] = true;
            labels[static_cast<std::size_t>(image)] = static_cast<std::uint8_t>(label);
        });
        const auto without = std::find(has.begin(), has.end(), false);
        if (without != has.end())
            refuse(static_cast<std::uint64_t>(without - has.begin()), 0.0, "a single 1 among zeros in each row");
        m_oneHotClasses = static_cast<int>(classes);
        return labels;
    }

    /// One stray number must not pass as a set of 256 classes: most of them must have images.
    void countClasses() {
        std::bitset<kMostClasses> present;
        m_classes = m_oneHotClasses;
        for (const std::uint8_t label : m_train.labels) {
            present.set(label);
            m_classes = std::max(m_classes, label + 1);
        }
        if (2 * static_cast<int>(present.count()) <= m_classes && m_classes > 2)
            refuseFile(m_trainLabels->path,
                "labels up to " + std::to_string(m_classes - 1) + ", of which only " + std::to_string(present.count()) +
                    " have images",
                "labels from 0 on without large gaps", "Number the classes from 0 on.");
        if (present.count() < 2)
            refuseFile(m_trainLabels->path, "one class", "at least two", "Add images of another class.");
        for (std::size_t i = 0; i < m_test.labels.size(); ++i)
            if (m_test.labels[i] >= m_classes)
                refuseFile(m_testLabels->path,
                    "label " + std::to_string(m_test.labels[i]) + " for image " + std::to_string(i),
                    "labels from 0 to " + std::to_string(m_classes - 1) + ", as in the training labels",
                    "Take both arrays from the same data set.");
    }

    static bool isByte(const NpyHeader& header) {
        return header.kind == NpyHeader::Kind::Unsigned && header.valueBytes == 1;
    }

    /// Bytes are pixels as they are. (A set of bytes that are all 0 or 1 is found when they are there.)
    bool needsRange() const {
        return !isByte(m_trainImages->header) || (m_testImages && !isByte(m_testImages->header));
    }

    /// Where one array has whole numbers and the other has not, pixels to 255 may stand beside shares to 1: the range
    /// of both together would say nothing about either.
    bool isScaledApart() const {
        const auto isFloat = [](const NpzArray& array) { return array.header.kind == NpyHeader::Kind::Float; };
        return m_testImages && isFloat(*m_trainImages) != isFloat(*m_testImages);
    }

    /// For the arrays together.
    Scale chooseScale(std::initializer_list<const std::optional<NpzArray>*> arrays) {
        if (!needsRange())
            return {};
        Range range;
        for (const std::optional<NpzArray>* array : arrays) {
            if (!*array)
                continue;
            m_archive.visitValues(**array, [&](double value) {
                if (!std::isfinite(value))
                    refuseFile((*array)->path, "a value that is infinite or not a number", "finite values",
                        "Save the images as numbers from 0 to 255, or from 0 to 1.");
                range.low = std::min(range.low, value);
                range.high = std::max(range.high, value);
            });
        }
        if (range.low >= 0.0 && range.high <= 1.0)
            return {255.0, 0.0, "values from 0 to 1 stretched to 255"};
        if (range.low >= 0.0 && range.high <= 255.0)
            return {};
        if (range.low >= -1.0 && range.high <= 1.0)
            return {127.5, 127.5, "values from -1 to 1 stretched to 0 to 255"};
        refuseFile((*arrays.begin())->value().path,
            "values from " + std::to_string(range.low) + " to " + std::to_string(range.high),
            "pixels from 0 to 255, 0 to 1, or -1 to 1", "Save the images before they are standardised.");
    }

    std::vector<std::uint8_t> readPixels(const NpzArray& array, const NpzImageLayout& layout, const Scale& scale) {
        const NpyHeader& header = array.header;
        const auto count = static_cast<std::size_t>(header.count());
        const std::size_t dimensions = header.shape.size();
        // In the order in which values lie in the file, the fastest dimension first.
        std::vector<std::size_t> order(dimensions);
        std::iota(order.begin(), order.end(), std::size_t{0});
        if (!header.isFortranOrder)
            std::reverse(order.begin(), order.end());
        std::vector<std::uint64_t> index(dimensions);
        std::uint64_t to = 0;
        const auto advance = [&] {
            for (const std::size_t d : order) {
                to += layout.strides[d];
                if (++index[d] < header.shape[d])
                    return;
                to -= layout.strides[d] * header.shape[d];
                index[d] = 0;
            }
        };
        bool inOrder = isByte(header) && scale.factor == 1.0 && !header.isFortranOrder;
        std::uint64_t expected = 1;
        for (std::size_t d = dimensions; inOrder && d-- > 0; expected *= header.shape[d])
            inOrder = header.shape[d] == 1 || layout.strides[d] == expected;

        std::vector<std::uint8_t> pixels;
        if (inOrder) {
            // Growing with what really comes, as nothing but the header's word was checked so far.
            pixels.reserve(static_cast<std::size_t>(std::min<std::uint64_t>(count, m_archive.trustedSize())));
            m_archive.visitPieces(array,
                [&](std::span<const std::uint8_t> piece) { pixels.insert(pixels.end(), piece.begin(), piece.end()); });
            return pixels;
        }
        verify(array);
        pixels.resize(count);
        m_archive.visitValues(array, [&](double value) {
            pixels[static_cast<std::size_t>(to)] =
                static_cast<std::uint8_t>(std::clamp(scale.offset + scale.factor * value, 0.0, 255.0) + 0.5);
            advance();
        });
        return pixels;
    }

    /// Makes sure that all values are there before room for them is taken, where they do not come in order. Those whose
    /// range was looked for have all been read once.
    void verify(const NpzArray& array) {
        if (needsRange() || array.entry->size <= m_archive.trustedSize())
            return;
        m_archive.visitPieces(array, [](std::span<const std::uint8_t>) {});
    }

    // ---- The data set.

    void setTestImagesAside() {
        std::vector<std::uint64_t> keys(m_train.labels.size());
        std::iota(keys.begin(), keys.end(), std::uint64_t{0});
        const std::vector<bool> test = chooseTestImages(m_train.labels, keys);
        const std::size_t pixels = m_trainLayout.shape.size();
        std::size_t kept = 0;
        for (std::size_t i = 0; i < test.size(); ++i) {
            const auto from = m_train.pixels.begin() + static_cast<std::ptrdiff_t>(i * pixels);
            if (test[i]) {
                m_test.pixels.insert(m_test.pixels.end(), from, from + static_cast<std::ptrdiff_t>(pixels));
                m_test.labels.push_back(m_train.labels[i]);
                continue;
            }
            if (kept != i)
                std::copy_n(from, pixels, m_train.pixels.begin() + static_cast<std::ptrdiff_t>(kept * pixels));
            m_train.labels[kept++] = m_train.labels[i];
        }
        m_train.labels.resize(kept);
        m_train.pixels.resize(kept * pixels);
        if (m_test.labels.empty())
            refuseFile(m_path, "no test images, and one image of each class", "at least two images of a class",
                "Add images, or arrays to test on.");
    }

    /// Texts of an array, as UTF-8; empty where it does not name each class.
    std::vector<std::string> readClassNames() {
        if (!m_classNames)
            return {};
        const NpyHeader& header = m_classNames->header;
        if (isNumber(header) || header.shape.size() != 1 || header.shape[0] != static_cast<std::uint64_t>(m_classes))
            return {};
        const bool wide = header.kind == NpyHeader::Kind::Text;
        std::vector<std::string> names;
        m_archive.visitPieces(*m_classNames, [&](std::span<const std::uint8_t> piece) {
            for (std::size_t at = 0; at < piece.size(); at += header.valueBytes)
                names.push_back(npyText(piece.subspan(at, header.valueBytes), wide, header.isBigEndian));
        });
        const bool all = std::none_of(names.begin(), names.end(), [](const std::string& name) { return name.empty(); });
        return all ? names : std::vector<std::string>{};
    }

    std::shared_ptr<const MemoryDataSet> finish(Scale scale) {
        // Black and white, stored as 0 and 1.
        const auto isOne = [](const std::vector<std::uint8_t>& pixels) {
            return std::all_of(pixels.begin(), pixels.end(), [](std::uint8_t pixel) { return pixel <= 1; });
        };
        if (scale.factor == 1.0 && !isScaledApart() && isOne(m_train.pixels) && isOne(m_test.pixels)) {
            for (auto* pixels : {&m_train.pixels, &m_test.pixels})
                for (std::uint8_t& pixel : *pixels)
                    pixel = pixel != 0 ? 255 : 0;
            scale.note = "values from 0 to 1 stretched to 255";
        }
        DataInfo info;
        info.source = m_path.string();
        info.shape = m_trainLayout.shape;
        info.classes = m_classes;
        const std::string known = m_testImages ? knownSetName(m_train.labels, m_test.labels) : std::string();
        info.name = known.empty() ? m_path.stem().string() : known;
        info.classNames = readClassNames();
        if (info.classNames.empty())
            info.classNames = classNamesFor(info.name, m_classes);
        const std::string aside =
            m_testImages ? "" : "one in " + std::to_string(kOneTestImageIn) + " set aside for testing";
        for (const std::string& part : {m_trainLayout.note, std::string(scale.note), aside})
            if (!part.empty())
                info.note += (info.note.empty() ? "" : "; ") + part;
        return std::make_shared<const MemoryDataSet>(std::move(info), std::move(m_train), std::move(m_test));
    }

    fs::path m_path;
    OpenProgress* m_progress;
    NpzArchive m_archive;
    std::optional<NpzArray> m_trainImages;
    std::optional<NpzArray> m_trainLabels;
    std::optional<NpzArray> m_testImages;
    std::optional<NpzArray> m_testLabels;
    std::optional<NpzArray> m_classNames;
    NpzImageLayout m_trainLayout;
    NpzImageLayout m_testLayout;
    int m_oneHotClasses = 0;
    int m_classes = 0;
    MemoryDataSet::Part m_train;
    MemoryDataSet::Part m_test;
};

} // namespace

std::shared_ptr<const MemoryDataSet> readNpz(const fs::path& path, OpenProgress* progress) {
    return NpzReader(path, progress).read();
}

} // namespace kernelscope
