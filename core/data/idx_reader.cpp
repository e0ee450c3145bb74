// SPDX-License-Identifier: GPL-3.0-or-later
#include "data/idx_reader.h"

#include "base/error.h"
#include "data/gzip_file.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace kernelscope {

namespace {

constexpr int kClasses = 10;
constexpr std::uint8_t kUnsignedByte = 8;
constexpr const char* kCopyAgain = "Download or copy the file again.";

/// Memory for values grows in steps of this, so that a compressed file cannot have more allocated than it fills.
constexpr std::size_t kGrowth = std::size_t{16} << 20;

/// Sides of an image beyond this are no images of digits or clothes, and would overflow a Shape.
constexpr std::uint32_t kLargestSide = 4096;

[[noreturn]] void refuse(
    const std::filesystem::path& path, std::string found, std::string expected, std::string advice = kCopyAgain) {
    throw Error({"Cannot read the data file", path.string(), std::move(found), std::move(expected), std::move(advice)});
}

std::string bytesText(std::uint64_t count) {
    return std::to_string(count) + (count == 1 ? " byte" : " bytes");
}

std::string product(const std::vector<std::uint32_t>& dimensions) {
    std::string text;
    for (const std::uint32_t dimension : dimensions)
        text += (text.empty() ? "" : " x ") + std::to_string(dimension);
    return text;
}

std::string hexText(std::span<const std::uint8_t> bytes) {
    static constexpr char kDigits[] = "0123456789abcdef";
    std::string text;
    for (const std::uint8_t byte : bytes) {
        if (!text.empty())
            text += ' ';
        text += kDigits[byte >> 4];
        text += kDigits[byte & 15];
    }
    return text;
}

/// The file's dimensions, after its magic number and type were checked.
std::vector<std::uint32_t> readHeader(GzipFile& file, int dimensionCount) {
    const std::size_t headerSize = 4 + 4 * static_cast<std::size_t>(dimensionCount);
    std::vector<std::uint8_t> header(headerSize);
    const std::size_t count = file.read(header);
    // The magic number first: a file of another kind may be shorter than the header, but that is not its fault.
    const std::array<std::uint8_t, 4> magic = {0, 0, kUnsignedByte, static_cast<std::uint8_t>(dimensionCount)};
    const std::size_t magicCount = std::min(count, magic.size());
    if (!std::equal(magic.begin(), magic.begin() + static_cast<std::ptrdiff_t>(magicCount), header.begin()))
        refuse(file.path(), "a file that starts with " + hexText({header.data(), magicCount}),
            hexText(magic) + " (IDX, unsigned bytes, " + std::to_string(dimensionCount) +
                (dimensionCount == 1 ? " dimension)" : " dimensions)"),
            "Check that the file is what its name says.");
    if (count < headerSize)
        refuse(file.path(), bytesText(count), "a header of " + bytesText(headerSize));
    std::vector<std::uint32_t> dimensions;
    for (std::size_t i = 4; i < headerSize; i += 4)
        dimensions.push_back(std::uint32_t{header[i]} << 24 | std::uint32_t{header[i + 1]} << 16 |
                             std::uint32_t{header[i + 2]} << 8 | header[i + 3]);
    return dimensions;
}

/// Number of values that the header claims; nothing when it exceeds any file.
std::optional<std::uint64_t> valueCount(const std::vector<std::uint32_t>& dimensions) {
    constexpr std::uint64_t kLimit = std::numeric_limits<std::int64_t>::max() / 2;
    std::uint64_t count = 1;
    for (const std::uint32_t dimension : dimensions) {
        if (dimension != 0 && count > kLimit / dimension)
            return std::nullopt;
        count *= dimension;
    }
    return count;
}

/// The values, which must be neither fewer nor more than claimed.
std::vector<std::uint8_t> readValues(GzipFile& file, std::uint64_t headerSize, std::uint64_t claimed) {
    std::vector<std::uint8_t> values;
    while (values.size() < claimed) {
        const std::size_t before = values.size();
        const std::size_t step = std::min<std::size_t>(static_cast<std::size_t>(claimed) - before, kGrowth);
        values.resize(before + step);
        const std::size_t count = file.read(std::span(values).subspan(before));
        if (count < step)
            refuse(file.path(), bytesText(headerSize + before + count), bytesText(headerSize + claimed));
    }
    // Reading on also makes the inflater compare the checksum at the end.
    std::array<std::uint8_t, 1> beyond{};
    if (file.read(beyond) != 0)
        refuse(file.path(), "more than " + bytesText(headerSize + claimed), "exactly as many");
    return values;
}

enum class Role { TrainImages, TrainLabels, TestImages, TestLabels };

constexpr std::array kRoles = {Role::TrainImages, Role::TrainLabels, Role::TestImages, Role::TestLabels};

/// All spellings of a file's name, the original one first.
std::array<std::string, 4> namesOf(Role role) {
    const bool train = role == Role::TrainImages || role == Role::TrainLabels;
    const bool images = role == Role::TrainImages || role == Role::TestImages;
    const std::string start = std::string(train ? "train" : "t10k") + (images ? "-images" : "-labels");
    const std::string end = images ? "idx3-ubyte" : "idx1-ubyte";
    return {start + "-" + end, start + "-" + end + ".gz", start + "." + end, start + "." + end + ".gz"};
}

std::filesystem::path find(const std::filesystem::path& folder, Role role) {
    for (const std::string& name : namesOf(role)) {
        std::error_code ignored;
        if (std::filesystem::exists(folder / name, ignored))
            return folder / name;
    }
    refuse(folder / namesOf(role).front(), "no such file",
        "the four files of MNIST in this folder, each with or without .gz", "Choose the folder that holds them.");
}

struct Images {
    Shape shape;
    MemoryDataSet::Part part;
};

Images readSplit(const std::filesystem::path& imagePath, const std::filesystem::path& labelPath) {
    IdxFile images = readIdxFile(imagePath, 3);
    for (const std::size_t side : {1U, 2U})
        if (images.dimensions[side] > kLargestSide)
            refuse(imagePath,
                "images of " + std::to_string(images.dimensions[1]) + " x " + std::to_string(images.dimensions[2]),
                "at most " + std::to_string(kLargestSide) + " pixels a side");
    IdxFile labels = readIdxFile(labelPath, 1);
    if (labels.dimensions[0] != images.dimensions[0])
        refuse(labelPath, std::to_string(labels.dimensions[0]) + " labels",
            std::to_string(images.dimensions[0]) + ", as many as images in '" + imagePath.string() + "'",
            "Take both files from the same data set.");
    const auto tooHigh =
        std::find_if(labels.values.begin(), labels.values.end(), [](std::uint8_t l) { return l >= kClasses; });
    if (tooHigh != labels.values.end())
        refuse(labelPath,
            "label " + std::to_string(*tooHigh) + " for image " + std::to_string(tooHigh - labels.values.begin()),
            "labels from 0 to " + std::to_string(kClasses - 1), "Choose a data set with ten classes.");
    return {{1, static_cast<int>(images.dimensions[1]), static_cast<int>(images.dimensions[2])},
        {std::move(images.values), std::move(labels.values)}};
}

/// What people call the set: the two famous ones by their names, others by their folder's.
std::string nameOf(const std::filesystem::path& folder) {
    std::filesystem::path path = std::filesystem::absolute(folder).lexically_normal();
    if (!path.has_filename()) // "data/mnist/"
        path = path.parent_path();
    const std::string name = path.filename().string();
    std::string lower = name;
    std::transform(lower.begin(), lower.end(), lower.begin(),
        [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c; });
    if (lower.find("fashion") != std::string::npos)
        return "Fashion-MNIST";
    const std::size_t at = lower.find("mnist");
    const bool otherMnist =
        at != std::string::npos && at > 0 && lower[at - 1] >= 'a' && lower[at - 1] <= 'z'; // emnist, kmnist
    return at != std::string::npos && !otherMnist ? "MNIST" : name;
}

std::vector<std::string> classNamesOf(const std::string& name) {
    if (name == "Fashion-MNIST")
        return {"T-shirt", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot"};
    return {"0", "1", "2", "3", "4", "5", "6", "7", "8", "9"};
}

} // namespace

IdxFile readIdxFile(const std::filesystem::path& path, int dimensionCount) {
    GzipFile file(path);
    IdxFile idx;
    idx.dimensions = readHeader(file, dimensionCount);
    const std::uint64_t headerSize = 4 + 4 * static_cast<std::uint64_t>(dimensionCount);
    const std::optional<std::uint64_t> claimed = valueCount(idx.dimensions);
    const std::string claim = "a header that claims " + product(idx.dimensions) + " values";
    if (!claimed)
        refuse(path, claim, "no more than a file can hold");
    if (*claimed == 0)
        refuse(path, claim, "at least one in each dimension");
    if (headerSize + *claimed > file.maxSize())
        refuse(path, claim + " (" + bytesText(headerSize + *claimed) + ")",
            "at most the " + bytesText(file.maxSize()) +
                (file.isCompressed() ? " that " + bytesText(file.storedSize()) + " of gzip can hold" : " of the file"));
    if (!file.isCompressed() && headerSize + *claimed < file.storedSize())
        refuse(path, bytesText(file.storedSize()),
            bytesText(headerSize + *claimed) + " for " + product(idx.dimensions) + " values");
    idx.values = readValues(file, headerSize, *claimed);
    return idx;
}

std::shared_ptr<const MemoryDataSet> readMnistFolder(const std::filesystem::path& folder) {
    std::array<std::filesystem::path, kRoles.size()> paths;
    for (std::size_t i = 0; i < kRoles.size(); ++i)
        paths[i] = find(folder, kRoles[i]);
    Images train = readSplit(paths[0], paths[1]);
    Images test = readSplit(paths[2], paths[3]);
    if (!(test.shape == train.shape))
        refuse(paths[2], "images of " + toString(test.shape),
            toString(train.shape) + ", as in '" + paths[0].string() + "'",
            "Take all four files from the same data set.");
    DataInfo info;
    info.name = nameOf(folder);
    info.source = folder.string();
    info.shape = train.shape;
    info.classes = kClasses;
    info.classNames = classNamesOf(info.name);
    return std::make_shared<const MemoryDataSet>(std::move(info), std::move(train.part), std::move(test.part));
}

bool isMnistFileName(const std::filesystem::path& path) {
    return std::any_of(kRoles.begin(), kRoles.end(), [&](Role role) {
        const auto names = namesOf(role);
        return std::find(names.begin(), names.end(), path.filename().string()) != names.end();
    });
}

} // namespace kernelscope
