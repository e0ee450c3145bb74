// SPDX-License-Identifier: GPL-3.0-or-later
#include "data/picture_folder_layout.h"

#include "data/class_names.h"
#include "data/file_kind.h"
#include "data/read_error.h"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

namespace kernelscope {

namespace fs = std::filesystem;

namespace {

/// What a folder is of a data set, as its name says.
enum class Part { None, Train, Test, Validation };

Part partOfWord(std::string_view word) {
    if (word == "train" || word == "training" || word == "trainset")
        return Part::Train;
    if (word == "test" || word == "testing" || word == "testset")
        return Part::Test;
    if (word == "val" || word == "valid" || word == "validation")
        return Part::Validation;
    return Part::None;
}

/// The words of a name, in small letters: "seg" and "train" of "Seg_train2".
std::vector<std::string> wordsOf(const std::string& name) {
    std::vector<std::string> words(1);
    for (const char c : toLower(name)) {
        if (c >= 'a' && c <= 'z')
            words.back() += c;
        else if (!words.back().empty())
            words.emplace_back();
    }
    return words;
}

/// What one of a name's words says: "training_set", "test1".
Part looselyPartOf(const fs::path& path) {
    for (const std::string& word : wordsOf(path.filename().string()))
        if (const Part part = partOfWord(word); part != Part::None)
            return part;
    return Part::None;
}

/// Folders by the part that they are; of some the first that is met.
struct Parts {
    fs::path train, test, validation;

    void add(Part part, const fs::path& path) {
        fs::path& place = part == Part::Train ? train : part == Part::Test ? test : validation;
        if (part != Part::None && place.empty())
            place = path;
    }
};

bool isPictureName(const fs::path& path) {
    const std::string suffix = toLower(path.extension().string());
    return suffix == ".png" || suffix == ".jpg" || suffix == ".jpeg";
}

bool isPicture(const fs::path& path) {
    const FileKind kind = storedFileKind(path);
    return kind == FileKind::Png || kind == FileKind::Jpeg;
}

std::vector<fs::path> visibleFolders(const fs::path& folder) {
    std::vector<fs::path> folders;
    for (const fs::path& entry : folderEntries(folder))
        if (isFolder(entry) && !isHiddenFolder(entry))
            folders.push_back(entry);
    return folders;
}

/// The folder in a part that the classes lie in: archives often hold a folder of the part's own name.
fs::path withoutWrapper(const fs::path& part) {
    const std::vector<fs::path> inside = visibleFolders(part);
    const bool isWrapped = inside.size() == 1 && looselyPartOf(inside.front()) == looselyPartOf(part) &&
                           !holdsPictures(part, PictureDepth::Here);
    return isWrapped ? inside.front() : part;
}

/// Whether a folder of classes to test on, or to train on, has one of the other's classes with a picture in it.
bool sharesClass(const fs::path& part, const fs::path& train, OpenProgress* progress) {
    const std::vector<fs::path> folders = visibleFolders(part);
    return std::any_of(folders.begin(), folders.end(), [&](const fs::path& folder) {
        return isFolder(train / folder.filename()) && holdsPictures(folder, PictureDepth::Below, progress);
    });
}

/// Whether folders that hold folders of pictures are splits or versions of one data set rather than classes: "fold1"
/// and "fold2", "color" and "segmented".
bool areVariants(const std::vector<fs::path>& folders) {
    const std::array<std::string_view, 12> versions{"color", "colour", "rgb", "gray", "grey", "grayscale", "greyscale",
        "segmented", "original", "raw", "augmented", "resized"};
    const auto isVersion = [&](const fs::path& folder) {
        const std::vector<std::string> words = wordsOf(folder.filename().string());
        return std::any_of(words.begin(), words.end(), [&](const std::string& word) {
            return std::find(versions.begin(), versions.end(), word) != versions.end();
        });
    };
    const auto stem = [](const fs::path& folder) { return wordsOf(folder.filename().string()); };
    const bool areNumbered = std::all_of(folders.begin(), folders.end(),
        [&](const fs::path& folder) { return !stem(folder).front().empty() && stem(folder) == stem(folders.front()); });
    return folders.size() > 1 && (areNumbered || std::all_of(folders.begin(), folders.end(), isVersion));
}

std::string namesOf(const std::vector<fs::path>& folders) {
    std::string names;
    for (const fs::path& folder : folders)
        names += (names.empty() ? "'" : ", '") + folder.filename().string() + "'";
    return names;
}

} // namespace

std::vector<fs::path> folderEntries(const fs::path& folder) {
    std::vector<fs::path> entries;
    std::error_code error;
    for (fs::directory_iterator it(folder, error), end; !error && it != end; it.increment(error))
        entries.push_back(it->path());
    std::sort(entries.begin(), entries.end(), [](const fs::path& a, const fs::path& b) {
        return naturallyBefore(a.filename().string(), b.filename().string());
    });
    return entries;
}

bool isFolder(const fs::path& path) {
    std::error_code ignored;
    return fs::is_directory(path, ignored);
}

bool isHiddenFolder(const fs::path& path) {
    const std::string name = path.filename().string();
    return name.starts_with('.') || name == "__MACOSX";
}

bool holdsPictures(const fs::path& folder, PictureDepth depth, OpenProgress* progress) {
    constexpr int kMostOthers = 100;
    constexpr int kMostEntries = 100'000;
    int others = 0;
    int entries = 0;
    std::error_code error;
    for (fs::recursive_directory_iterator it(folder, fs::directory_options::skip_permission_denied, error), end;
         !error && it != end; it.increment(error)) {
        if (progress)
            progress->advance(0);
        if (depth == PictureDepth::Here)
            it.disable_recursion_pending();
        else if (++entries > kMostEntries)
            return false;
        std::error_code ignored;
        if (it->is_directory(ignored)) {
            if (isHiddenFolder(it->path()))
                it.disable_recursion_pending();
            continue;
        }
        const bool isLikely = isPictureName(it->path());
        if ((isLikely || others++ < kMostOthers) && isPicture(it->path()))
            return true;
    }
    return false;
}

std::vector<fs::path> classFolders(
    const fs::path& folder, PictureDepth depth, std::size_t most, OpenProgress* progress) {
    std::vector<fs::path> found;
    for (const fs::path& entry : visibleFolders(folder)) {
        if (found.size() == most)
            break;
        if (holdsPictures(entry, depth, progress))
            found.push_back(entry);
    }
    return found;
}

PictureFolderLayout pictureFolderLayout(const fs::path& folder, OpenProgress* progress) {
    Parts named; // as they are called mostly
    Parts loose;
    std::vector<fs::path> others;
    std::vector<fs::path> parts;
    for (const fs::path& entry : visibleFolders(folder)) {
        const Part exact = partOfWord(toLower(entry.filename().string()));
        named.add(exact, entry);
        loose.add(looselyPartOf(entry), entry);
        (looselyPartOf(entry) == Part::None ? others : parts).push_back(entry);
    }
    const auto hasPictures = [&](const fs::path& each) { return holdsPictures(each, PictureDepth::Below, progress); };
    const auto isAmongOthers = [&] { return std::any_of(others.begin(), others.end(), hasPictures); };
    const auto hasClasses = [&](const fs::path& part) {
        return !classFolders(withoutWrapper(part), PictureDepth::Below, 1, progress).empty();
    };

    fs::path train = named.train;
    const bool hasTestPart = !loose.test.empty() || !loose.validation.empty();
    if (!train.empty()) {
        const bool isPart = classFolders(withoutWrapper(train), PictureDepth::Below, 2, progress).size() >= 2 ||
                            (hasClasses(train) && (hasTestPart || !holdsPictures(train, PictureDepth::Here, progress)));
        if (!isPart && isAmongOthers())
            return {folder, {}, {}, {}}; // a class of that name
    } else if (!loose.train.empty() && hasTestPart && hasClasses(loose.train)) {
        train = loose.train;
    }
    if (train.empty()) {
        PictureFolderLayout layout{folder, {}, {}, {}};
        if (!parts.empty() && !isAmongOthers() && std::any_of(parts.begin(), parts.end(), hasPictures)) {
            layout.refusal = "folders that are called like parts of a data set, " + namesOf(parts);
        } else if (classFolders(folder, PictureDepth::Here, 1, progress).empty()) {
            const std::vector<fs::path> classes =
                classFolders(folder, PictureDepth::Below, std::size_t{kMostClasses} + 1, progress);
            if (areVariants(classes))
                layout.refusal = "folders that look like versions or parts of one data set, " + namesOf(classes);
            layout.isDeep = classes.size() > 1;
        }
        return layout;
    }

    PictureFolderLayout layout{withoutWrapper(train), {}, {}, {}};
    for (const auto& [exact, other] : {std::pair(named.test, loose.test), {named.validation, loose.validation}}) {
        const fs::path& part = exact.empty() ? other : exact;
        if (part.empty())
            continue;
        const fs::path inside = withoutWrapper(part);
        if (!layout.test.empty())
            layout.unused.push_back({part, "test pictures are taken from " + layout.test.filename().string() + "/"});
        else if (sharesClass(inside, layout.train, progress))
            layout.test = inside;
        else if (visibleFolders(inside).empty())
            layout.unused.push_back({part, "without folders, so that its pictures have no classes"});
        else
            layout.unused.push_back(
                {part, "none of its folders is a class of " + layout.train.filename().string() + "/"});
    }
    return layout;
}

} // namespace kernelscope
