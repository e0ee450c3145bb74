// SPDX-License-Identifier: GPL-3.0-or-later
#include "data/picture_folder_scan.h"

#include "data/class_names.h"
#include "data/file_kind.h"
#include "data/read_error.h"

#include <algorithm>
#include <cstddef>
#include <system_error>
#include <unistd.h>
#include <utility>

namespace kernelscope {

namespace fs = std::filesystem;

namespace {

class Scanner {
public:
    Scanner(LeftOutFiles& leftOut, OpenProgress* progress) : m_leftOut(leftOut), m_progress(progress) {}

    PictureFolderScan scan(const fs::path& folder, const PictureFolderLayout& layout) {
        if (!layout.refusal.empty())
            refuseFile(folder, layout.refusal, "a folder for each class, or train/ with a folder for each class in it",
                "Open one of them, or rename them if they are classes.");
        addClasses(layout.train, false);
        if (m_scan.classes.empty())
            refuseFile(layout.train,
                holdsPictures(layout.train, PictureDepth::Here) ? "pictures, but no folders" : "no folders of pictures",
                "a folder for each class, with its pictures in it",
                "Sort the pictures into folders, one for each class.");
        if (m_scan.classes.size() < 2)
            refuseFile(layout.train, "one class, '" + m_scan.classes.front() + "'",
                "at least two folders with pictures", "Add a folder for each further class.");
        if (!layout.test.empty())
            addClasses(layout.test, true);
        if (layout.hasTrainFolder(folder))
            reportWhatLiesBeside(folder, layout);
        readHeaders();
        return std::move(m_scan);
    }

private:
    void reportWhatLiesBeside(const fs::path& folder, const PictureFolderLayout& layout) {
        for (const fs::path& entry : folderEntries(folder)) {
            if (entry == layout.train || entry == layout.test)
                continue;
            const auto unused = std::find_if(layout.unused.begin(), layout.unused.end(),
                [&](const PictureFolderLayout::Unused& part) { return part.folder == entry; });
            m_leftOut.add(entry, unused != layout.unused.end()
                                     ? unused->reason
                                     : "lies beside " + layout.train.filename().string() + "/");
        }
    }

    /// The sub-folders of train/, in whose order classes are numbered, or those of test/, which must be among them.
    void addClasses(const fs::path& folder, bool test) {
        std::vector<std::string>& classes = m_scan.classes;
        for (const fs::path& entry : folderEntries(folder)) {
            if (!isFolder(entry)) {
                m_leftOut.add(entry, "lies beside the classes' folders");
                continue;
            }
            if (isHiddenFolder(entry)) {
                m_leftOut.add(entry, "a hidden folder");
                continue;
            }
            const std::string name = entry.filename().string();
            if (!test) {
                if (classes.size() == kMostClasses)
                    refuseFile(folder, "more than " + std::to_string(kMostClasses) + " folders",
                        "at most " + std::to_string(kMostClasses) + " classes", "Choose a folder with fewer classes.");
                classes.push_back(name);
            }
            const auto known = std::find(classes.begin(), classes.end(), name);
            if (known == classes.end())
                refuseFile(entry, "a class '" + name + "' to test on", "one of the classes in the training folder",
                    "Add the folder to the training pictures, or take it away.");
            addFiles(entry, static_cast<std::uint8_t>(known - classes.begin()), test);
        }
    }

    /// All files below a class's folder. Links to folders are not followed: they may lead round in circles.
    void addFiles(const fs::path& folder, std::uint8_t label, bool test) {
        std::vector<fs::path> files;
        std::error_code error;
        for (fs::recursive_directory_iterator it(folder, error), end; !error && it != end; it.increment(error)) {
            watch(0);
            std::error_code ignored;
            if (!it->is_directory(ignored)) {
                files.push_back(it->path());
                continue;
            }
            const bool isHidden = isHiddenFolder(it->path());
            const bool isClosed = access(it->path().c_str(), R_OK | X_OK) != 0;
            if (it->is_symlink(ignored))
                m_leftOut.add(it->path(), "a link to a folder, which is not followed inside a class");
            else if (isHidden || isClosed)
                m_leftOut.add(it->path(), isHidden ? "a hidden folder" : "a folder that may not be read");
            if (isHidden || isClosed)
                it.disable_recursion_pending();
        }
        if (error)
            refuseFile(folder, error.message(), "a folder that can be read", "Check its permissions.");
        std::sort(files.begin(), files.end(),
            [](const fs::path& a, const fs::path& b) { return naturallyBefore(a.string(), b.string()); });
        for (fs::path& path : files)
            m_scan.pictures.push_back({std::move(path), label, test, {}});
    }

    /// Leaves the pictures whose headers could be read.
    void readHeaders() {
        if (m_progress)
            m_progress->begin(2 * m_scan.pictures.size());
        std::erase_if(m_scan.pictures, [&](FoundPicture& found) {
            const bool isPicture = readHeader(found);
            watch(isPicture ? 1 : 2);
            return !isPicture;
        });
    }

    bool readHeader(FoundPicture& found) {
        const FileKind kind = storedFileKind(found.path);
        if (kind != FileKind::Png && kind != FileKind::Jpeg) {
            m_leftOut.add(found.path, "no PNG or JPEG picture, but " + describe(kind));
            return false;
        }
        try {
            found.header = readPictureHeader(found.path);
            return true;
        } catch (const Error& error) {
            m_leftOut.add(found.path, error);
            return false;
        }
    }

    void watch(std::uint64_t files) {
        if (m_progress)
            m_progress->advance(files);
    }

    LeftOutFiles& m_leftOut;
    OpenProgress* m_progress;
    PictureFolderScan m_scan;
};

} // namespace

PictureFolderScan scanPictureFolder(
    const fs::path& folder, const PictureFolderLayout& layout, LeftOutFiles& leftOut, OpenProgress* progress) {
    return Scanner(leftOut, progress).scan(folder, layout);
}

} // namespace kernelscope
