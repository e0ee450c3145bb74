// SPDX-License-Identifier: GPL-3.0-or-later
#include "data/picture_folder.h"

#include "data/class_names.h"
#include "data/picture.h"
#include "data/picture_folder_layout.h"
#include "data/picture_folder_report.h"
#include "data/picture_folder_scan.h"
#include "data/read_error.h"
#include "data/test_split.h"

#include <algorithm>
#include <cstddef>
#include <map>
#include <tuple>
#include <utility>

namespace kernelscope {

namespace fs = std::filesystem;

namespace {

/// Reads a folder step by step: files and headers, the common size, pixels.
class Reader {
public:
    Reader(fs::path folder, OpenProgress* progress)
        : m_folder(std::move(folder)),
          m_progress(progress),
          m_layout(pictureFolderLayout(m_folder, progress)),
          m_leftOut(m_folder) {}

    std::shared_ptr<const MemoryDataSet> read() {
        PictureFolderScan scan = scanPictureFolder(m_folder, m_layout, m_leftOut, m_progress);
        m_classes = std::move(scan.classes);
        m_pictures = std::move(scan.pictures);
        chooseSize();
        if (m_layout.test.empty())
            setTestPicturesAside();
        readPixels();
        leaveOutEmptyClasses();
        checkClasses();
        return finish();
    }

private:
    /// The size that at least half of the pictures have, otherwise a square as wide as their middle one.
    void chooseSize() {
        if (m_pictures.empty())
            refuseFile(m_folder, "no picture that can be used" + m_leftOut.firstBelow(m_folder), "PNG or JPEG pictures",
                "Save the pictures as PNG or JPEG.");
        std::map<std::pair<int, int>, std::size_t> sizes;
        std::vector<int> sides;
        for (const FoundPicture& found : m_pictures) {
            ++sizes[{found.header.width, found.header.height}];
            sides.push_back(std::min(found.header.width, found.header.height));
        }
        const auto common = std::max_element(
            sizes.begin(), sizes.end(), [](const auto& a, const auto& b) { return a.second < b.second; });
        if (2 * common->second >= m_pictures.size()) {
            std::tie(m_width, m_height) = common->first;
            const int longer = std::max(m_width, m_height);
            if (longer > kLargestPictureFolderSide) {
                const auto shrunk = [&](int side) {
                    return std::max(1, (side * kLargestPictureFolderSide + longer / 2) / longer);
                };
                m_width = shrunk(m_width);
                m_height = shrunk(m_height);
            }
        } else {
            const auto middle = sides.begin() + static_cast<std::ptrdiff_t>(sides.size() / 2);
            std::nth_element(sides.begin(), middle, sides.end());
            m_width = m_height = std::min(*middle, kLargestPictureFolderSide);
        }
        const std::uint64_t bytes =
            std::uint64_t{m_pictures.size()} * 3 * static_cast<std::uint64_t>(m_width * m_height);
        if (bytes > kLargestDataSet)
            refuseFile(m_folder, std::to_string(m_pictures.size()) + " pictures",
                "at most " + bytesText(kLargestDataSet) + " of pixels", "Choose fewer pictures.");
    }

    void setTestPicturesAside() {
        std::vector<std::uint8_t> labels;
        std::vector<std::uint64_t> keys;
        for (const FoundPicture& found : m_pictures) {
            labels.push_back(found.label);
            keys.push_back(keyOf(m_leftOut.nameBelow(found.path)));
        }
        const std::vector<bool> test = chooseTestImages(labels, keys);
        for (std::size_t i = 0; i < m_pictures.size(); ++i)
            m_pictures[i].test = test[i];
    }

    /// Decodes and scales, in three channels where any picture is stored in colour; grey ones become grey again if all
    /// of them are.
    void readPixels() {
        const bool anyColor = std::any_of(
            m_pictures.begin(), m_pictures.end(), [](const FoundPicture& found) { return found.header.isColor; });
        m_channels = anyColor ? 3 : 1;
        bool allGrey = true;
        for (const FoundPicture& found : m_pictures) {
            if (m_progress)
                m_progress->advance(1);
            Picture picture;
            try {
                picture = readPicture(found.path);
            } catch (const Error& error) {
                m_leftOut.add(found.path, error);
                continue;
            }
            m_changes.scaled += picture.shape.width == m_width && picture.shape.height == m_height ? 0 : 1;
            m_changes.transparent += picture.wasTransparent ? 1 : 0;
            picture = scaledPicture(picture, m_width, m_height);
            allGrey = allGrey && isGrey(picture);
            if (anyColor)
                picture = colorPicture(std::move(picture));
            MemoryDataSet::Part& part = found.test ? m_test : m_train;
            part.pixels.insert(part.pixels.end(), picture.pixels.begin(), picture.pixels.end());
            part.labels.push_back(found.label);
        }
        if (anyColor && allGrey) {
            keepFirstPlanes(m_train);
            keepFirstPlanes(m_test);
            m_channels = 1;
        }
    }

    void keepFirstPlanes(MemoryDataSet::Part& part) const {
        const auto plane = static_cast<std::size_t>(m_width) * static_cast<std::size_t>(m_height);
        for (std::size_t i = 0; i < part.labels.size(); ++i)
            std::copy_n(part.pixels.begin() + static_cast<std::ptrdiff_t>(3 * i * plane), plane,
                part.pixels.begin() + static_cast<std::ptrdiff_t>(i * plane));
        part.pixels.resize(part.labels.size() * plane);
    }

    static std::vector<std::size_t> countsOf(const MemoryDataSet::Part& part, std::size_t classes) {
        std::vector<std::size_t> counts(classes);
        for (const std::uint8_t label : part.labels)
            ++counts[label];
        return counts;
    }

    /// Takes classes without a training picture away as long as two others remain: one folder of something else must
    /// not spoil the whole set. The classes behind them move up, so that their numbers have no gap.
    void leaveOutEmptyClasses() {
        const std::vector<std::size_t> train = countsOf(m_train, m_classes.size());
        const std::vector<std::size_t> test = countsOf(m_test, m_classes.size());
        const auto empty = static_cast<std::size_t>(std::count(train.begin(), train.end(), std::size_t{0}));
        if (empty == 0 || m_classes.size() - empty < 2)
            return;
        std::vector<std::string> kept;
        std::vector<std::uint8_t> numbers(m_classes.size());
        for (std::size_t i = 0; i < m_classes.size(); ++i) {
            numbers[i] = static_cast<std::uint8_t>(kept.size());
            if (train[i] > 0) {
                kept.push_back(m_classes[i]);
                continue;
            }
            m_leftOut.add(m_layout.train / m_classes[i], "no picture that can be used");
            if (test[i] > 0 && !m_layout.test.empty())
                m_leftOut.add(m_layout.test / m_classes[i], "its class has no picture to train on");
        }
        for (std::uint8_t& label : m_train.labels)
            label = numbers[label];
        const std::size_t pixels = static_cast<std::size_t>(m_width) * static_cast<std::size_t>(m_height) *
                                   static_cast<std::size_t>(m_channels);
        std::size_t to = 0;
        for (std::size_t i = 0; i < m_test.labels.size(); ++i) {
            if (train[m_test.labels[i]] == 0)
                continue;
            if (to != i)
                std::copy_n(m_test.pixels.begin() + static_cast<std::ptrdiff_t>(i * pixels), pixels,
                    m_test.pixels.begin() + static_cast<std::ptrdiff_t>(to * pixels));
            m_test.labels[to++] = numbers[m_test.labels[i]];
        }
        m_test.labels.resize(to);
        m_test.pixels.resize(to * pixels);
        m_classes = std::move(kept);
    }

    void checkClasses() const {
        const std::vector<std::size_t> counts = countsOf(m_train, m_classes.size());
        for (std::size_t i = 0; i < counts.size(); ++i) {
            if (counts[i] > 0)
                continue;
            const fs::path folder = m_layout.train / m_classes[i];
            refuseFile(folder, "no picture that can be used" + m_leftOut.firstBelow(folder),
                "PNG or JPEG pictures in the folder of each class", "Add pictures, or take the folder away.");
        }
        if (m_test.labels.empty())
            refuseFile(m_layout.test.empty() ? m_folder : m_layout.test, "no picture to test on",
                m_layout.test.empty() ? "at least two pictures in a class" : "PNG or JPEG pictures", "Add pictures.");
    }

    std::shared_ptr<const MemoryDataSet> finish() {
        m_changes.pictures = m_train.labels.size() + m_test.labels.size();
        m_changes.width = m_width;
        m_changes.height = m_height;
        m_changes.leftOut = m_leftOut.count();
        DataInfo info;
        info.name = lastName(m_folder);
        info.source = m_folder.string();
        info.shape = {m_channels, m_height, m_width};
        info.classes = static_cast<int>(m_classes.size());
        info.classNames = m_classes;
        info.note = pictureFolderNote(m_changes, m_layout);
        return std::make_shared<const MemoryDataSet>(
            std::move(info), std::move(m_train), std::move(m_test), m_leftOut.sorted());
    }

    fs::path m_folder;
    OpenProgress* m_progress;
    PictureFolderLayout m_layout;
    LeftOutFiles m_leftOut;
    std::vector<std::string> m_classes;
    std::vector<FoundPicture> m_pictures;
    int m_width = 0;
    int m_height = 0;
    int m_channels = 1;
    PictureChanges m_changes;
    MemoryDataSet::Part m_train;
    MemoryDataSet::Part m_test;
};

} // namespace

std::shared_ptr<const MemoryDataSet> readPictureFolder(const fs::path& folder, OpenProgress* progress) {
    // Without a slash at the end, so that paths below it are told from it.
    fs::path plain = folder.lexically_normal();
    if (!plain.has_filename() && plain.has_relative_path())
        plain = plain.parent_path();
    return Reader(plain, progress).read();
}

bool isPictureFolder(const fs::path& folder, std::size_t fewestClasses, OpenProgress* progress) {
    const PictureFolderLayout layout = pictureFolderLayout(folder, progress);
    const auto hasClasses = [&](const fs::path& part, std::size_t fewest) {
        return classFolders(part, PictureDepth::Here, fewest, progress).size() >= fewest;
    };
    if (!layout.hasTrainFolder(folder))
        return hasClasses(folder, fewestClasses);
    return hasClasses(layout.train, 1) || (!layout.test.empty() && hasClasses(layout.test, 1));
}

bool isDeepPictureFolder(const fs::path& folder, OpenProgress* progress) {
    const PictureFolderLayout layout = pictureFolderLayout(folder, progress);
    if (layout.hasTrainFolder(folder))
        return holdsPictures(layout.train, PictureDepth::Below, progress);
    const std::vector<fs::path> classes =
        classFolders(folder, PictureDepth::Below, std::size_t{kMostClasses} + 1, progress);
    return classes.size() >= 2 && std::none_of(classes.begin(), classes.end(), [&](const fs::path& inner) {
        return pictureFolderLayout(inner, progress).hasTrainFolder(inner);
    });
}

} // namespace kernelscope
