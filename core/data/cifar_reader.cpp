// SPDX-License-Identifier: GPL-3.0-or-later
#include "data/cifar_reader.h"

#include "data/class_names.h"
#include "data/file_kind.h"
#include "data/gzip_file.h"
#include "data/read_error.h"
#include "data/tar_reader.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <map>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

namespace kernelscope {

namespace fs = std::filesystem;

namespace {

constexpr Shape kShape{3, 32, 32};
constexpr std::size_t kPixels = 3072;
constexpr std::size_t kRecord10 = 1 + kPixels;
constexpr std::size_t kRecord100 = 2 + kPixels;
constexpr int kTrainingBatches = 5;

/// Five times CIFAR's size; what an archive inflates to beyond it is no CIFAR.
constexpr std::uint64_t kMostBytes = std::uint64_t{1} << 30;
constexpr std::uint64_t kMostNameBytes = 64 * 1024;

constexpr const char* kNames10 = "batches.meta.txt";
constexpr const char* kNamesFine = "fine_label_names.txt";
constexpr const char* kNamesCoarse = "coarse_label_names.txt";

/// The name without ".gz".
std::string plainName(const fs::path& path) {
    std::string name = path.filename().string();
    return toLower(name).ends_with(".gz") ? name.substr(0, name.size() - 3) : name;
}

bool isBin(const std::string& name) {
    return toLower(name).ends_with(".bin");
}

bool isBatchName(const std::string& name) {
    return name == "test_batch.bin" || (name.starts_with("data_batch_") && isBin(name));
}

bool isUsualName(const std::string& name) {
    return isBatchName(name) || name == "train.bin" || name == "test.bin";
}

bool isListOfNames(const std::string& name) {
    return name == kNames10 || name == kNamesFine || name == kNamesCoarse;
}

/// One .bin file as it was found, before it is known what its records are.
struct Batch {
    fs::path path; ///< For messages.
    std::vector<std::uint8_t> bytes;
};

/// Takes files in any order, and makes the data set of them.
class Assembler {
public:
    Assembler(fs::path source, Cifar100Labels labels) : m_source(std::move(source)), m_labels(labels) {}

    /// A .bin file of at most `size` bytes.
    void addBatch(const fs::path& path, ByteStream& stream, std::uint64_t size, std::uint64_t trusted) {
        const std::uint64_t room = kMostBytes - m_total;
        Batch batch{path, readClaimed(stream, std::min(size, room), trusted)};
        // Reading on to the end also makes an inflater compare the checksum.
        std::array<std::uint8_t, 1> beyond;
        if (stream.read(beyond) != 0)
            refuseFile(path, "more than " + bytesText(kMostBytes) + " of images", "CIFAR, which has less");
        if (batch.bytes.empty())
            refuseFile(path, "an empty file (0 bytes)", "a file with content");
        m_total += batch.bytes.size();
        if (!m_batches.emplace(plainName(path), std::move(batch)).second)
            refuseFile(path, "a second file of that name", "each file once", "Remove one of the two.");
    }

    /// A text with a class name in each line.
    void addNames(const fs::path& path, ByteStream& stream) {
        const std::vector<std::uint8_t> bytes = readClaimed(stream, kMostNameBytes + 1, 4096);
        if (bytes.size() > kMostNameBytes)
            refuseFile(path, "more than " + bytesText(kMostNameBytes), "a list of class names");
        std::vector<std::string> names;
        std::string line;
        for (const std::uint8_t byte : bytes) {
            if (byte != '\n' && byte != '\r')
                line += static_cast<char>(byte);
            else if (!line.empty())
                names.push_back(std::exchange(line, {}));
        }
        if (!line.empty())
            names.push_back(line);
        m_names[plainName(path)] = {path, std::move(names)};
    }

    bool hasBatches() const { return !m_batches.empty(); }

    std::shared_ptr<const MemoryDataSet> finish() {
        m_hundred = isHundred();
        std::uint64_t trainBytes = 0;
        std::uint64_t testBytes = 0;
        int trainBatches = 0;
        for (const auto& [name, batch] : m_batches) {
            checkSize(batch);
            (isTestName(name) ? testBytes : trainBytes) += batch.bytes.size();
            trainBatches += isTestName(name) ? 0 : 1;
        }
        if (trainBytes == 0)
            refuseFile(m_source, "no file of training images",
                m_hundred ? "train.bin" : "data_batch_1.bin to data_batch_5.bin", "Add the missing files.");
        if (testBytes == 0)
            refuseFile(
                m_source, "no file of test images", m_hundred ? "test.bin" : "test_batch.bin", "Add the missing file.");
        DataInfo info;
        info.source = m_source.string();
        info.shape = kShape;
        info.classes = classes();
        info.name = !m_hundred                         ? "CIFAR-10"
                    : m_labels == Cifar100Labels::Fine ? "CIFAR-100"
                                                       : "CIFAR-100, coarse labels";
        info.classNames = classNames();
        const bool isCut = m_batches.contains("data_batch_1.bin") && trainBatches < kTrainingBatches;
        if (isCut)
            info.note =
                std::to_string(trainBatches) + " of the " + std::to_string(kTrainingBatches) + " training files";
        MemoryDataSet::Part train = part(false, trainBytes);
        MemoryDataSet::Part test = part(true, testBytes);
        return std::make_shared<const MemoryDataSet>(std::move(info), std::move(train), std::move(test));
    }

private:
    std::size_t recordSize() const { return m_hundred ? kRecord100 : kRecord10; }
    int classes() const { return !m_hundred ? 10 : m_labels == Cifar100Labels::Fine ? 100 : 20; }

    /// By the names, where these are CIFAR's own, otherwise by the sizes.
    bool isHundred() const {
        const auto all = [&](std::size_t record) {
            return std::all_of(m_batches.begin(), m_batches.end(),
                [&](const auto& batch) { return batch.second.bytes.size() % record == 0; });
        };
        for (const auto& [name, batch] : m_batches)
            if (isBatchName(name))
                return false;
        if (all(kRecord10))
            return false;
        return all(kRecord100) || m_batches.contains("train.bin") || m_batches.contains("test.bin") ||
               m_names.contains(kNamesFine);
    }

    void checkSize(const Batch& batch) const {
        const std::size_t record = recordSize();
        if (batch.bytes.size() % record != 0)
            refuseFile(batch.path, bytesText(batch.bytes.size()),
                std::string("a multiple of ") + std::to_string(record) + " bytes, the size of a record of " +
                    (m_hundred ? "CIFAR-100" : "CIFAR-10"));
    }

    std::vector<std::string> classNames() const {
        const char* file = !m_hundred ? kNames10 : m_labels == Cifar100Labels::Fine ? kNamesFine : kNamesCoarse;
        const auto found = m_names.find(file);
        if (found == m_names.end())
            return m_hundred ? numberedClasses(classes()) : cifar10Classes();
        const auto& [path, names] = found->second;
        if (names.size() != static_cast<std::size_t>(classes()))
            refuseFile(path, std::to_string(names.size()) + " names of classes",
                std::to_string(classes()) + ", one in each line", "Mend the file, or remove it.");
        return names;
    }

    /// The records of the training or the test files, which are freed on the way.
    MemoryDataSet::Part part(bool test, std::uint64_t bytes) {
        const std::size_t record = recordSize();
        const std::size_t labelAt = m_hundred && m_labels == Cifar100Labels::Fine ? 1 : 0;
        MemoryDataSet::Part part;
        part.pixels.resize(static_cast<std::size_t>(bytes) / record * kPixels);
        part.labels.reserve(static_cast<std::size_t>(bytes) / record);
        std::uint8_t* to = part.pixels.data();
        for (auto& [name, batch] : m_batches) {
            if (isTestName(name) != test)
                continue;
            const std::vector<std::uint8_t> content = std::move(batch.bytes);
            for (std::size_t at = 0; at < content.size(); at += record, to += kPixels) {
                const std::uint8_t label = content[at + labelAt];
                if (label >= classes())
                    refuseFile(batch.path,
                        "label " + std::to_string(label) + " for image " + std::to_string(at / record),
                        "labels from 0 to " + std::to_string(classes() - 1));
                part.labels.push_back(label);
                std::memcpy(to, content.data() + at + record - kPixels, kPixels);
            }
        }
        return part;
    }

    struct NaturalOrder {
        bool operator()(const std::string& a, const std::string& b) const { return naturallyBefore(a, b); }
    };

    fs::path m_source;
    Cifar100Labels m_labels;
    bool m_hundred = false;
    std::uint64_t m_total = 0;
    std::map<std::string, Batch, NaturalOrder> m_batches;
    std::map<std::string, std::pair<fs::path, std::vector<std::string>>> m_names;
};

/// The folder's files that matter: those of CIFAR's own names, or else all .bin files.
std::vector<fs::path> filesOf(const fs::path& folder) {
    std::vector<fs::path> usual;
    std::vector<fs::path> others;
    std::vector<fs::path> names;
    std::error_code error;
    for (fs::directory_iterator it(folder, error), end; !error && it != end; it.increment(error)) {
        const std::string name = plainName(it->path());
        if (isUsualName(name))
            usual.push_back(it->path());
        else if (isBin(name))
            others.push_back(it->path());
        else if (isListOfNames(name))
            names.push_back(it->path());
    }
    std::vector<fs::path>& files = usual.empty() ? others : usual;
    files.insert(files.end(), names.begin(), names.end());
    std::sort(files.begin(), files.end());
    return files;
}

} // namespace

std::shared_ptr<const MemoryDataSet> readCifarFolder(
    const fs::path& folder, OpenProgress* progress, Cifar100Labels labels) {
    const std::vector<fs::path> files = filesOf(folder);
    if (progress)
        progress->begin(totalSize(files));
    Assembler assembler(folder, labels);
    for (const fs::path& path : files) {
        GzipFile file(path, progress);
        if (isListOfNames(plainName(path)))
            assembler.addNames(path, file);
        else
            assembler.addBatch(path, file, file.maxSize(), file.trustedSize());
    }
    return assembler.finish();
}

std::shared_ptr<const MemoryDataSet> readCifarArchive(
    const fs::path& archive, OpenProgress* progress, Cifar100Labels labels) {
    if (progress)
        progress->begin(totalSize(std::span(&archive, 1)));
    GzipFile file(archive, progress);
    TarReader tar(file);
    Assembler assembler(archive, labels);
    bool hasPickles = false;
    while (const auto entry = tar.next()) {
        const fs::path inside = archive / entry->name; // for messages only
        const std::string name = plainName(inside);
        if (isBin(name) && name == inside.filename())
            assembler.addBatch(inside, tar, entry->size, file.trustedSize());
        else if (isListOfNames(name))
            assembler.addNames(inside, tar);
        else
            hasPickles = hasPickles || name == "data_batch_1" || name == "batches.meta" || name == "meta";
    }
    if (!assembler.hasBatches() && hasPickles)
        refuseFile(archive, "CIFAR in its Python version, whose pickles could run any program",
            "the binary version (cifar-10-binary.tar.gz)", "Download \"CIFAR-10 binary version\" instead.");
    if (!assembler.hasBatches())
        refuseFile(archive, "an archive without .bin files", "CIFAR-10 or CIFAR-100 in its binary version",
            "Unpack the archive and choose the folder, if it holds data of another kind.");
    return assembler.finish();
}

bool isCifarFile(const fs::path& path) {
    const std::string name = plainName(path);
    if (isUsualName(name))
        return true;
    if (!isBin(name) || name != path.filename())
        return false;
    std::error_code error;
    const std::uintmax_t size = fs::file_size(path, error);
    return !error && size > 0 && (size % kRecord10 == 0 || size % kRecord100 == 0);
}

bool isCifarFolder(const fs::path& folder) {
    std::error_code error;
    for (fs::directory_iterator it(folder, error), end; !error && it != end; it.increment(error))
        if (isCifarFile(it->path()))
            return true;
    return false;
}

} // namespace kernelscope
