// SPDX-License-Identifier: GPL-3.0-or-later
#include "data/mnist_folder.h"

#include "data/class_names.h"
#include "data/file_kind.h"
#include "data/idx_reader.h"
#include "data/known_sets.h"
#include "data/read_error.h"
#include "data/stored_file.h"

#include <algorithm>
#include <array>
#include <bitset>
#include <system_error>
#include <utility>
#include <vector>

namespace kernelscope {

namespace {

constexpr int kUsualClasses = 10;

enum Role { TrainImages, TrainLabels, TestImages, TestLabels };

constexpr std::array kRoles = {TrainImages, TrainLabels, TestImages, TestLabels};

using RolePaths = std::array<std::filesystem::path, kRoles.size()>;

/// All spellings of a file's name, the original one first.
std::array<std::string, 4> namesOf(Role role) {
    const bool train = role == TrainImages || role == TrainLabels;
    const bool images = role == TrainImages || role == TestImages;
    const std::string start = std::string(train ? "train" : "t10k") + (images ? "-images" : "-labels");
    const std::string end = images ? "idx3-ubyte" : "idx1-ubyte";
    return {start + "-" + end, start + "-" + end + ".gz", start + "." + end, start + "." + end + ".gz"};
}

const char* describe(Role role) {
    switch (role) {
    case TrainImages:
        return "training images";
    case TrainLabels:
        return "training labels";
    case TestImages:
        return "test images";
    case TestLabels:
        break;
    }
    return "test labels";
}

/// The file of that role by its name; empty where there is none.
std::filesystem::path named(const std::filesystem::path& folder, Role role) {
    for (const std::string& name : namesOf(role)) {
        std::error_code ignored;
        if (std::filesystem::exists(folder / name, ignored))
            return folder / name;
    }
    return {};
}

/// IDX files under other names, by what they hold.
std::array<std::vector<std::filesystem::path>, kRoles.size()> filesByContent(const std::filesystem::path& folder) {
    constexpr int kMostFiles = 1000; // a folder of so many files is no set of four
    std::array<std::vector<std::filesystem::path>, kRoles.size()> found;
    std::error_code error;
    int count = 0;
    for (std::filesystem::directory_iterator it(folder, error), end; !error && it != end && count < kMostFiles;
         it.increment(error), ++count) {
        const FileKind kind = fileKind(it->path());
        if (kind != FileKind::IdxImages && kind != FileKind::IdxLabels)
            continue;
        const bool test = isTestName(it->path().filename().string());
        const Role role =
            kind == FileKind::IdxImages ? (test ? TestImages : TrainImages) : (test ? TestLabels : TrainLabels);
        found[role].push_back(it->path());
    }
    for (auto& paths : found)
        std::sort(paths.begin(), paths.end());
    return found;
}

RolePaths findFiles(const std::filesystem::path& folder) {
    RolePaths paths;
    bool anyNamed = false;
    for (const Role role : kRoles) {
        paths[role] = named(folder, role);
        anyNamed = anyNamed || !paths[role].empty();
    }
    if (anyNamed) {
        for (const Role role : kRoles)
            if (paths[role].empty())
                refuseFile(folder / namesOf(role).front(), "no such file",
                    "the four files of MNIST in this folder, each with or without .gz",
                    "Choose the folder that holds them.");
        return paths;
    }
    const auto found = filesByContent(folder);
    for (const Role role : kRoles) {
        if (found[role].size() != 1)
            refuseFile(folder,
                found[role].empty()
                    ? std::string("no IDX file of ") + describe(role)
                    : std::to_string(found[role].size()) + " IDX files that may hold the " + describe(role) + " (" +
                          found[role][0].filename().string() + ", " + found[role][1].filename().string() + ")",
                "one IDX file each of training images, training labels, test images and test labels",
                "Put the four files that belong together in a folder of their own, or name them like MNIST's: " +
                    namesOf(role).front() + ".");
        paths[role] = found[role].front();
    }
    return paths;
}

/// The files of one split, of which nothing but the headers was read.
struct SplitFiles {
    IdxReader images;
    IdxReader labels;

    Shape shape() const {
        const std::vector<std::uint32_t>& dimensions = images.dimensions();
        return {1, static_cast<int>(dimensions[1]), static_cast<int>(dimensions[2])};
    }
    /// Whether the images inflate to much more than their file's size, and are therefore read once before room for them
    /// is taken.
    bool isWalked() const {
        return images.isCompressed() && images.count() > images.storedSize() + kFreeBytes / kRoles.size();
    }
};

/// Makes sure that images and labels belong together, and that the images are whole.
void checkSplit(const SplitFiles& split, OpenProgress* progress) {
    const IdxReader& images = split.images;
    const std::vector<std::uint32_t>& dimensions = images.dimensions();
    for (const std::size_t side : {1U, 2U})
        if (dimensions[side] > kLargestSide)
            refuseFile(images.path(),
                "images of " + std::to_string(dimensions[1]) + " x " + std::to_string(dimensions[2]),
                "at most " + std::to_string(kLargestSide) + " pixels a side");
    if (images.count() > kLargestDataSet)
        refuseFile(images.path(), bytesText(images.count()) + " of pixels", "at most " + bytesText(kLargestDataSet),
            "Choose fewer or smaller images.");
    if (split.isWalked())
        images.visit([](std::span<const std::uint8_t>) {}, progress);
    if (split.labels.dimensions()[0] != dimensions[0])
        refuseFile(split.labels.path(), std::to_string(split.labels.dimensions()[0]) + " labels",
            std::to_string(dimensions[0]) + ", as many as images in '" + images.path().string() + "'",
            "Take both files from the same data set.");
}

/// Which labels a file holds.
struct LabelSurvey {
    std::bitset<kMostClasses> present;
    std::array<std::uint64_t, kMostClasses> firstImage{}; ///< Of the present ones.

    int classes() const {
        int classes = kMostClasses;
        while (classes > 0 && !present[static_cast<std::size_t>(classes - 1)])
            --classes;
        return classes;
    }
};

LabelSurvey surveyLabels(const IdxReader& labels, OpenProgress* progress) {
    LabelSurvey survey;
    std::uint64_t image = 0;
    labels.visit(
        [&](std::span<const std::uint8_t> piece) {
            for (const std::uint8_t label : piece) {
                if (!survey.present[label])
                    survey.firstImage[label] = image;
                survey.present.set(label);
                ++image;
            }
        },
        progress);
    return survey;
}

/// The first label of a file that is not below `classes`.
[[noreturn]] void refuseLabel(
    const std::filesystem::path& path, const LabelSurvey& labels, int classes, std::string advice) {
    int stray = -1;
    for (int label = classes; label < kMostClasses; ++label) {
        const auto i = static_cast<std::size_t>(label);
        if (labels.present[i] &&
            (stray < 0 || labels.firstImage[i] < labels.firstImage[static_cast<std::size_t>(stray)]))
            stray = label;
    }
    refuseFile(path,
        "label " + std::to_string(stray) + " for image " +
            std::to_string(labels.firstImage[static_cast<std::size_t>(stray)]),
        "labels from 0 to " + std::to_string(classes - 1), std::move(advice));
}

/// Ten, as MNIST has, or more where the training labels show that more are meant (EMNIST has up to 62): one stray byte
/// must not pass as a set of 256 classes.
int countClasses(const RolePaths& paths, const LabelSurvey& train, const LabelSurvey& test) {
    const int classes = std::max(kUsualClasses, train.classes());
    if (classes > kUsualClasses && 2 * static_cast<int>(train.present.count()) <= classes)
        refuseLabel(
            paths[TrainLabels], train, kUsualClasses, "Choose a data set with ten classes, or with images in more.");
    if (test.classes() > classes)
        refuseLabel(paths[TestLabels], test, classes, "Take both parts from the same data set.");
    return classes;
}

/// What people call the set: the two famous ones by their content, or else their names, others by their folder's.
std::string nameOf(const std::filesystem::path& folder, int classes, const std::vector<std::uint8_t>& train,
    const std::vector<std::uint8_t>& test) {
    if (std::string known = knownSetName(train, test); !known.empty())
        return known;
    const std::string name = lastName(folder);
    const std::string lower = toLower(name);
    if (classes != kUsualClasses)
        return name;
    if (lower.find("fashion") != std::string::npos)
        return "Fashion-MNIST";
    const std::size_t at = lower.find("mnist");
    const bool otherMnist =
        at != std::string::npos && at > 0 && lower[at - 1] >= 'a' && lower[at - 1] <= 'z'; // emnist, kmnist
    return at != std::string::npos && !otherMnist ? "MNIST" : name;
}

} // namespace

std::shared_ptr<const MemoryDataSet> readMnistFolder(const std::filesystem::path& folder, OpenProgress* progress) {
    const RolePaths paths = findFiles(folder);
    const SplitFiles train{IdxReader(paths[TrainImages], 3), IdxReader(paths[TrainLabels], 1)};
    const SplitFiles test{IdxReader(paths[TestImages], 3), IdxReader(paths[TestLabels], 1)};
    if (progress) {
        std::uint64_t total = totalSize(paths);
        for (const SplitFiles* split : {&train, &test})
            total += split->labels.storedSize() + (split->isWalked() ? split->images.storedSize() : 0);
        progress->begin(total);
    }
    checkSplit(train, progress);
    checkSplit(test, progress);
    if (!(test.shape() == train.shape()))
        refuseFile(paths[TestImages], "images of " + toString(test.shape()),
            toString(train.shape()) + ", as in '" + paths[TrainImages].string() + "'",
            "Take all four files from the same data set.");
    DataInfo info;
    info.classes = countClasses(paths, surveyLabels(train.labels, progress), surveyLabels(test.labels, progress));

    const auto read = [&](const SplitFiles& split) {
        return MemoryDataSet::Part{split.images.read(progress), split.labels.read(progress)};
    };
    MemoryDataSet::Part trainPart = read(train);
    MemoryDataSet::Part testPart = read(test);
    info.name = nameOf(folder, info.classes, trainPart.labels, testPart.labels);
    info.source = folder.string();
    info.shape = train.shape();
    info.classNames = classNamesFor(info.name, info.classes);
    return std::make_shared<const MemoryDataSet>(std::move(info), std::move(trainPart), std::move(testPart));
}

bool isMnistFolder(const std::filesystem::path& folder) {
    if (std::any_of(kRoles.begin(), kRoles.end(), [&](Role role) { return !named(folder, role).empty(); }))
        return true;
    const auto found = filesByContent(folder);
    return !found[TrainImages].empty() || !found[TestImages].empty();
}

bool isMnistFileName(const std::filesystem::path& path) {
    return std::any_of(kRoles.begin(), kRoles.end(), [&](Role role) {
        const auto names = namesOf(role);
        return std::find(names.begin(), names.end(), path.filename().string()) != names.end();
    });
}

} // namespace kernelscope
