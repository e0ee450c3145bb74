// SPDX-License-Identifier: GPL-3.0-or-later
#include "data/npz_reader.h"

#include "data/class_names.h"
#include "data/known_sets.h"
#include "data/npz_archive.h"
#include "data/npz_labels.h"
#include "data/npz_layout.h"
#include "data/npz_pixels.h"
#include "data/read_error.h"
#include "data/test_split.h"

#include <algorithm>
#include <cstddef>
#include <numeric>
#include <optional>
#include <utility>

namespace kernelscope {

namespace fs = std::filesystem;

namespace {

constexpr const char* kExpectedArrays = "x_train and y_train, perhaps x_test and y_test; or images and labels";

/// Everything that can be wrong is looked for before room for images and labels is taken: of a compressed archive,
/// arrays may inflate to a thousand times its size.
class NpzReader {
public:
    NpzReader(fs::path path, OpenProgress* progress)
        : m_path(std::move(path)),
          m_progress(progress),
          m_archive(m_path, progress) {}

    std::shared_ptr<const MemoryDataSet> read() {
        findArrays();
        checkShapes();
        beginProgress();
        surveyAllLabels();
        m_names = readClassNames();
        chooseScales();
        if (isWalked())
            for (const NpzArray* array : imageArrays())
                m_archive.visitPieces(*array, [](std::span<const std::uint8_t>) {});

        m_train = {
            readPixels(m_archive, *m_trainImages, m_trainLayout, m_trainScale), readLabels(m_archive, *m_trainLabels)};
        if (m_testImages)
            m_test = {
                readPixels(m_archive, *m_testImages, m_testLayout, m_testScale), readLabels(m_archive, *m_testLabels)};
        else
            setTestImagesAside();
        stretchZerosAndOnes();
        return finish();
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

    void checkShapes() {
        m_trainLayout = layoutOf(*m_trainImages);
        checkLabels(*m_trainLabels, m_trainLayout.images);
        if (!m_testImages)
            return;
        m_testLayout = layoutOf(*m_testImages);
        checkLabels(*m_testLabels, m_testLayout.images);
        if (!(m_testLayout.shape == m_trainLayout.shape))
            refuseFile(m_testImages->path, "images of " + toFullString(m_testLayout.shape),
                toFullString(m_trainLayout.shape) + ", as the training images are",
                "Take both arrays from the same data set.");
    }

    std::vector<const NpzArray*> imageArrays() const {
        return m_testImages ? std::vector<const NpzArray*>{&*m_trainImages, &*m_testImages}
                            : std::vector<const NpzArray*>{&*m_trainImages};
    }

    // ---- Their values, looked at.

    /// Whether the images' range must be known, for which all of them are read once.
    bool needsRange() const {
        const std::vector<const NpzArray*> arrays = imageArrays();
        return std::any_of(arrays.begin(), arrays.end(), [](const NpzArray* array) { return !isByte(array->header); });
    }

    /// Whether the images are read once for nothing but to know that they are whole: there is much more of them than
    /// the archive has bytes.
    bool isWalked() const {
        std::uint64_t claimed = m_trainImages->header.count() + m_trainLayout.images;
        if (m_testImages)
            claimed += m_testImages->header.count() + m_testLayout.images;
        return !needsRange() && claimed > m_archive.trustedSize();
    }

    /// In stored bytes: labels twice, images as often as they are read.
    void beginProgress() {
        if (!m_progress)
            return;
        std::uint64_t total = 2 * m_trainLabels->entry->storedSize;
        if (m_testLabels)
            total += 2 * m_testLabels->entry->storedSize;
        for (const NpzArray* array : imageArrays())
            total += (needsRange() || isWalked() ? 2 : 1) * array->entry->storedSize;
        m_progress->begin(total);
    }

    void surveyAllLabels() {
        const NpzLabelSurvey train = surveyLabels(m_archive, *m_trainLabels);
        checkTrainingLabels(*m_trainLabels, train);
        m_classes = train.classes;
        if (m_testLabels)
            checkTestLabels(*m_testLabels, surveyLabels(m_archive, *m_testLabels), m_classes);
        else if (!train.hasPair())
            refuseFile(m_path, "no test images, and one image of each class", "at least two images of a class",
                "Add images, or arrays to test on.");
    }

    /// Where one array has whole numbers and the other has not, pixels to 255 may stand beside shares to 1: the range
    /// of both together would say nothing about either.
    bool isScaledApart() const {
        const auto isFloat = [](const NpzArray& array) { return array.header.kind == NpyHeader::Kind::Float; };
        return m_testImages && isFloat(*m_trainImages) != isFloat(*m_testImages);
    }

    void chooseScales() {
        if (!needsRange())
            return;
        NpzRange train = rangeOf(m_archive, *m_trainImages);
        NpzRange test = m_testImages ? rangeOf(m_archive, *m_testImages) : train;
        if (!isScaledApart())
            train = test = {std::min(train.low, test.low), std::max(train.high, test.high)};
        m_trainScale = scaleFor(train, *m_trainImages);
        m_testScale = scaleFor(test, m_testImages ? *m_testImages : *m_trainImages);
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

    /// Black and white, stored as 0 and 1.
    void stretchZerosAndOnes() {
        const auto isOne = [](const std::vector<std::uint8_t>& pixels) {
            return std::all_of(pixels.begin(), pixels.end(), [](std::uint8_t pixel) { return pixel <= 1; });
        };
        if (m_trainScale.factor != 1.0 || isScaledApart() || !isOne(m_train.pixels) || !isOne(m_test.pixels))
            return;
        for (auto* pixels : {&m_train.pixels, &m_test.pixels})
            for (std::uint8_t& pixel : *pixels)
                pixel = pixel != 0 ? 255 : 0;
        m_trainScale.note = "values from 0 to 1 stretched to 255";
    }

    std::shared_ptr<const MemoryDataSet> finish() {
        DataInfo info;
        info.source = m_path.string();
        info.shape = m_trainLayout.shape;
        info.classes = m_classes;
        const std::string name = m_path.stem().string();
        std::string known = m_testImages ? knownSetName(m_train.labels, m_test.labels) : std::string();
        info.name = known.empty() ? name : known;
        if (known.empty())
            known = knownSetByName(name, info.shape, m_train.labels.size(), m_test.labels.size());
        info.classNames = m_names.empty() ? classNamesFor(known, m_classes) : m_names;
        const char* scaling = *m_trainScale.note != '\0' ? m_trainScale.note : m_testScale.note;
        const std::string aside =
            m_testImages ? "" : "one in " + std::to_string(kOneTestImageIn) + " set aside for testing";
        for (const std::string& part : {m_trainLayout.note, std::string(scaling), aside})
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
    NpzScale m_trainScale;
    NpzScale m_testScale;
    std::vector<std::string> m_names;
    int m_classes = 0;
    MemoryDataSet::Part m_train;
    MemoryDataSet::Part m_test;
};

} // namespace

std::shared_ptr<const MemoryDataSet> readNpz(const fs::path& path, OpenProgress* progress) {
    return NpzReader(path, progress).read();
}

} // namespace kernelscope
