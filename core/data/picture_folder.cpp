// SPDX-License-Identifier: GPL-3.0-or-later
#include "data/picture_folder.h"

#include "data/class_names.h"
#include "data/file_kind.h"
#include "data/picture.h"
#include "data/picture_folder_layout.h"
#include "data/read_error.h"
#include "data/test_split.h"

#include <algorithm>
#include <cstddef>
#include <map>
#include <optional>
#include <system_error>
#include <tuple>
#include <utility>

namespace kernelscope {

namespace fs = std::filesystem;

namespace {

/// Files that isPictureFolder() looks at in each folder.
constexpr int kFewFiles = 20;

bool isPicture(const fs::path& path) {
    const FileKind kind = fileKind(path);
    return kind == FileKind::Png || kind == FileKind::Jpeg;
}

bool hasClassFolders(const fs::path& folder) {
    for (const fs::path& entry : folderEntries(folder))
        if (isFolder(entry) && !isHiddenFolder(entry) && holdsPictures(entry))
            return true;
    return false;
}

/// A picture that was found, with what its header says.
struct Found {
    fs::path path;
    std::uint8_t label = 0;
    bool test = false;
    PictureHeader header;
};

/// Reads a folder step by step: files, headers, the common size, pixels.
class Reader {
public:
    Reader(fs::path folder, OpenProgress* progress) : m_folder(std::move(folder)), m_progress(progress) {}

    std::shared_ptr<const MemoryDataSet> read() {
        const PictureFolderLayout layout = pictureFolderLayout(m_folder);
        findFiles(layout);
        readHeaders();
        chooseSize();
        if (layout.test.empty())
            setTestPicturesAside();
        readPixels();
        leaveOutEmptyClasses(layout);
        checkClasses(layout);
        return finish(layout);
    }

private:
    std::string nameBelow(const fs::path& path) const { return path.lexically_relative(m_folder).generic_string(); }

    void skip(const fs::path& path, std::string reason) { m_skipped.push_back({nameBelow(path), std::move(reason)}); }

    void findFiles(const PictureFolderLayout& layout) {
        addClasses(layout.train, false);
        if (m_classes.empty())
            refuseFile(layout.train,
                holdsPictures(layout.train) ? "pictures, but no folders" : "no folders of pictures",
                "a folder for each class, with its pictures in it",
                "Sort the pictures into folders, one for each class.");
        if (m_classes.size() < 2)
            refuseFile(layout.train, "one class, '" + m_classes.front() + "'", "at least two folders with pictures",
                "Add a folder for each further class.");
        if (!layout.test.empty())
            addClasses(layout.test, true);
        if (layout.train == m_folder)
            return;
        for (const fs::path& entry : folderEntries(m_folder))
            if (entry != layout.train && entry != layout.test)
                skip(entry, entry == layout.aside ? "test pictures are taken from test/" : "lies beside train/");
    }

    /// The sub-folders of train/, in whose order classes are numbered, or those of test/, which must be among them.
    void addClasses(const fs::path& folder, bool test) {
        for (const fs::path& entry : folderEntries(folder)) {
            if (!isFolder(entry)) {
                skip(entry, "lies beside the classes' folders");
                continue;
            }
            if (isHiddenFolder(entry)) {
                skip(entry, "a hidden folder");
                continue;
            }
            const std::string name = entry.filename().string();
            if (!test) {
                if (m_classes.size() == kMostClasses)
                    refuseFile(folder, "more than " + std::to_string(kMostClasses) + " folders",
                        "at most " + std::to_string(kMostClasses) + " classes", "Choose a folder with fewer classes.");
                m_classes.push_back(name);
            }
            const auto known = std::find(m_classes.begin(), m_classes.end(), name);
            if (known == m_classes.end())
                refuseFile(entry, "a class '" + name + "' to test on", "one of the classes in the training folder",
                    "Add the folder to the training pictures, or take it away.");
            addFiles(entry, static_cast<std::uint8_t>(known - m_classes.begin()), test);
        }
    }

    /// All files below a class's folder, however deep.
    void addFiles(const fs::path& folder, std::uint8_t label, bool test) {
        std::vector<fs::path> files;
        std::error_code error;
        for (fs::recursive_directory_iterator it(folder, error), end; !error && it != end; it.increment(error)) {
            std::error_code ignored;
            if (it->is_directory(ignored))
                continue;
            files.push_back(it->path());
            watch(0);
        }
        if (error)
            refuseFile(folder, error.message(), "a folder that can be read", "Check its permissions.");
        std::sort(files.begin(), files.end(),
            [](const fs::path& a, const fs::path& b) { return naturallyBefore(a.string(), b.string()); });
        for (fs::path& path : files)
            m_found.push_back({std::move(path), label, test, {}});
    }

    void watch(std::uint64_t files) {
        if (m_progress)
            m_progress->advance(files);
    }

    /// Leaves the pictures whose headers could be read.
    void readHeaders() {
        if (m_progress)
            m_progress->begin(2 * m_found.size());
        keepIf([&](Found& found) {
            const FileKind kind = fileKind(found.path);
            if (kind != FileKind::Png && kind != FileKind::Jpeg) {
                skip(found.path, "no PNG or JPEG picture, but " + describe(kind));
                watch(2);
                return false;
            }
            try {
                found.header = readPictureHeader(found.path);
            } catch (const Error& error) {
                skip(found.path, reasonOf(error));
                watch(2);
                return false;
            }
            watch(1);
            return true;
        });
    }

    static std::string reasonOf(const Error& error) {
        const ErrorParts& parts = error.parts();
        return parts.expected.empty() ? parts.found : parts.found + "; expected " + parts.expected;
    }

    template <class Keep>
    void keepIf(const Keep& keep) {
        std::vector<Found> kept;
        for (Found& found : m_found)
            if (keep(found))
                kept.push_back(std::move(found));
        m_found = std::move(kept);
    }

    /// The size that at least half of the pictures have, otherwise a square as wide as their middle one.
    void chooseSize() {
        if (m_found.empty())
            refuseNothing();
        std::map<std::pair<int, int>, std::size_t> sizes;
        std::vector<int> sides;
        for (const Found& found : m_found) {
            ++sizes[{found.header.width, found.header.height}];
            sides.push_back(std::min(found.header.width, found.header.height));
        }
        const auto common = std::max_element(
            sizes.begin(), sizes.end(), [](const auto& a, const auto& b) { return a.second < b.second; });
        if (2 * common->second >= m_found.size()) {
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
        const std::uint64_t bytes = std::uint64_t{m_found.size()} * 3 * static_cast<std::uint64_t>(m_width * m_height);
        if (bytes > kLargestDataSet)
            refuseFile(m_folder, std::to_string(m_found.size()) + " pictures",
                "at most " + bytesText(kLargestDataSet) + " of pixels", "Choose fewer pictures.");
    }

    void setTestPicturesAside() {
        std::vector<std::uint8_t> labels;
        std::vector<std::uint64_t> keys;
        for (const Found& found : m_found) {
            labels.push_back(found.label);
            keys.push_back(keyOf(nameBelow(found.path)));
        }
        const std::vector<bool> test = chooseTestImages(labels, keys);
        for (std::size_t i = 0; i < m_found.size(); ++i)
            m_found[i].test = test[i];
    }

    /// Decodes and scales, in three channels where any picture is stored in colour; grey ones become grey again if all
    /// of them are.
    void readPixels() {
        const bool anyColor =
            std::any_of(m_found.begin(), m_found.end(), [](const Found& found) { return found.header.isColor; });
        m_channels = anyColor ? 3 : 1;
        bool allGrey = true;
        keepIf([&](Found& found) {
            watch(1);
            Picture picture;
            try {
                picture = readPicture(found.path);
            } catch (const Error& error) {
                skip(found.path, reasonOf(error));
                return false;
            }
            m_scaled += picture.shape.width == m_width && picture.shape.height == m_height ? 0 : 1;
            m_transparent += picture.wasTransparent ? 1 : 0;
            picture = scaledPicture(picture, m_width, m_height);
            allGrey = allGrey && isGrey(picture);
            if (anyColor)
                picture = colorPicture(std::move(picture));
            MemoryDataSet::Part& part = found.test ? m_test : m_train;
            part.pixels.insert(part.pixels.end(), picture.pixels.begin(), picture.pixels.end());
            part.labels.push_back(found.label);
            return true;
        });
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

    [[noreturn]] void refuseNothing() const {
        refuseFile(m_folder, "no picture that can be used" + firstSkipped(""), "PNG or JPEG pictures",
            "Save the pictures as PNG or JPEG.");
    }

    /// ", though 'a/b.gif' is there (...)", to show what is wrong with a folder.
    std::string firstSkipped(const std::string& below) const {
        for (const SkippedFile& file : m_skipped)
            if (file.file.starts_with(below))
                return " ('" + file.file + "': " + file.reason + ")";
        return {};
    }

    static std::vector<std::size_t> countsOf(const MemoryDataSet::Part& part, std::size_t classes) {
        std::vector<std::size_t> counts(classes);
        for (const std::uint8_t label : part.labels)
            ++counts[label];
        return counts;
    }

    /// Takes classes without a training picture away as long as two others remain: one folder of something else must
    /// not spoil the whole set. The classes behind them move up, so that their numbers have no gap.
    void leaveOutEmptyClasses(const PictureFolderLayout& layout) {
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
            skip(layout.train / m_classes[i], "no picture that can be used");
            if (test[i] > 0 && !layout.test.empty())
                skip(layout.test / m_classes[i], "its class has no picture to train on");
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

    void checkClasses(const PictureFolderLayout& layout) const {
        const std::vector<std::size_t> counts = countsOf(m_train, m_classes.size());
        for (std::size_t i = 0; i < counts.size(); ++i) {
            if (counts[i] > 0)
                continue;
            const fs::path folder = layout.train / m_classes[i];
            refuseFile(folder, "no picture that can be used" + firstSkipped(nameBelow(folder) + "/"),
                "PNG or JPEG pictures in the folder of each class", "Add pictures, or take the folder away.");
        }
        if (m_test.labels.empty())
            refuseFile(layout.test.empty() ? m_folder : layout.test, "no picture to test on",
                layout.test.empty() ? "at least two pictures in a class" : "PNG or JPEG pictures", "Add pictures.");
    }

    std::string note(const PictureFolderLayout& layout) const {
        std::vector<std::string> parts;
        const std::size_t all = m_train.labels.size() + m_test.labels.size();
        const std::string size = std::to_string(m_width) + " x " + std::to_string(m_height);
        if (m_scaled > 0)
            parts.push_back((m_scaled >= all ? "all pictures"
                                             : std::to_string(m_scaled) + " of " + std::to_string(all) + " pictures") +
                            " scaled to " + size);
        if (m_transparent > 0)
            parts.push_back(std::to_string(m_transparent) + " with transparent parts laid on white");
        if (layout.test.empty())
            parts.push_back("one in " + std::to_string(kOneTestImageIn) + " set aside for testing");
        if (!m_skipped.empty())
            parts.push_back(
                std::to_string(m_skipped.size()) + (m_skipped.size() == 1 ? " file" : " files") + " left out");
        std::string text;
        for (const std::string& part : parts)
            text += (text.empty() ? "" : "; ") + part;
        return text;
    }

    std::shared_ptr<const MemoryDataSet> finish(const PictureFolderLayout& layout) {
        std::sort(m_skipped.begin(), m_skipped.end(),
            [](const SkippedFile& a, const SkippedFile& b) { return naturallyBefore(a.file, b.file); });
        DataInfo info;
        info.name = lastName(m_folder);
        info.source = m_folder.string();
        info.shape = {m_channels, m_height, m_width};
        info.classes = static_cast<int>(m_classes.size());
        info.classNames = m_classes;
        info.note = note(layout);
        return std::make_shared<const MemoryDataSet>(
            std::move(info), std::move(m_train), std::move(m_test), std::move(m_skipped));
    }

    fs::path m_folder;
    OpenProgress* m_progress;
    std::vector<std::string> m_classes;
    std::vector<Found> m_found;
    std::vector<SkippedFile> m_skipped;
    int m_width = 0;
    int m_height = 0;
    int m_channels = 1;
    std::size_t m_scaled = 0;
    std::size_t m_transparent = 0;
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

bool holdsPictures(const fs::path& folder) {
    int looked = 0;
    std::error_code error;
    for (fs::directory_iterator it(folder, error), end; !error && it != end && looked < kFewFiles;
         it.increment(error), ++looked)
        if (isPicture(it->path()))
            return true;
    return false;
}

bool isPictureFolder(const fs::path& folder) {
    const PictureFolderLayout layout = pictureFolderLayout(folder);
    return hasClassFolders(layout.train) || (!layout.test.empty() && hasClassFolders(layout.test));
}

} // namespace kernelscope
