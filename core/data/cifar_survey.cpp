// SPDX-License-Identifier: GPL-3.0-or-later
#include "data/cifar_survey.h"

#include "data/file_kind.h"
#include "data/read_error.h"

#include <algorithm>
#include <span>

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
/// CIFAR has six.
constexpr std::size_t kMostBatches = 1000;

constexpr const char* kNames10 = "batches.meta.txt";
constexpr const char* kNamesFine = "fine_label_names.txt";
constexpr const char* kNamesCoarse = "coarse_label_names.txt";

bool isBatchName(const std::string& name) {
    return name == "test_batch.bin" || (name.starts_with("data_batch_") && isCifarBin(name));
}

/// Finds the first label beyond the classes in bytes that begin at an offset of the file.
void lookForStray(std::optional<CifarSurvey::Batch::Stray>& stray, std::span<const std::uint8_t> bytes,
    std::uint64_t offset, std::size_t recordBytes, std::size_t labelAt, int classes) {
    if (stray)
        return;
    const std::uint64_t into = offset % recordBytes;
    for (std::uint64_t at = (labelAt + recordBytes - into) % recordBytes; at < bytes.size(); at += recordBytes) {
        const std::uint8_t label = bytes[static_cast<std::size_t>(at)];
        if (label < classes)
            continue;
        stray = {(offset + at) / recordBytes, label};
        return;
    }
}

} // namespace

std::string cifarName(const fs::path& path) {
    std::string name = path.filename().string();
    return toLower(name).ends_with(".gz") ? name.substr(0, name.size() - 3) : name;
}

bool isCifarBin(const std::string& name) {
    return toLower(name).ends_with(".bin") && !name.starts_with("._"); // which a Mac puts beside each file
}

bool isUsualCifarName(const std::string& name) {
    return isBatchName(name) || name == "train.bin" || name == "test.bin";
}

bool isCifarNameList(const std::string& name) {
    return name == kNames10 || name == kNamesFine || name == kNamesCoarse;
}

void CifarSurvey::addBatch(const fs::path& path, ByteStream& stream) {
    Batch batch;
    batch.path = path;
    batch.test = isTestName(cifarName(path));
    std::vector<std::uint8_t> piece(std::size_t{64} * 1024);
    for (;;) {
        const std::span<const std::uint8_t> read = std::span(piece).first(stream.read(piece));
        lookForStray(batch.stray10, read, batch.bytes, kRecord10, 0, 10);
        lookForStray(batch.stray100, read, batch.bytes, kRecord100, 1, 100);
        batch.bytes += read.size();
        m_bytes += read.size();
        if (m_bytes > kMostBytes)
            refuseFile(path, "more than " + bytesText(kMostBytes) + " of images", "CIFAR, which has less");
        if (read.size() < piece.size())
            break;
    }
    if (batch.bytes == 0)
        refuseFile(path, "an empty file (0 bytes)", "a file with content");
    if (m_batches.size() == kMostBatches)
        refuseFile(m_source, "more than " + std::to_string(kMostBatches) + " .bin files", "CIFAR, which has six");
    if (!m_batches.emplace(cifarName(path), std::move(batch)).second)
        refuseFile(path, "a second file of that name", "each file once", "Remove one of the two.");
}

void CifarSurvey::addNames(const fs::path& path, ByteStream& stream) {
    const std::vector<std::uint8_t> bytes = readClaimed(stream, kMostNameBytes + 1, 4096);
    if (bytes.size() > kMostNameBytes)
        refuseFile(path, "more than " + bytesText(kMostNameBytes), "a list of class names");
    std::vector<std::string> names;
    std::string line;
    for (const std::uint8_t byte : bytes) {
        if (byte != '\n' && byte != '\r')
            line += static_cast<char>(byte);
        else if (!line.empty() && names.size() <= kMostClasses)
            names.push_back(std::exchange(line, {}));
    }
    if (!line.empty())
        names.push_back(line);
    if (names.size() > kMostClasses)
        refuseFile(path, "more than " + std::to_string(kMostClasses) + " lines", "a list of class names");
    m_names[cifarName(path)] = {path, std::move(names)};
}

std::size_t CifarSurvey::recordBytes() const {
    return m_isHundred ? kRecord100 : kRecord10;
}

std::size_t CifarSurvey::imagesOf(const Batch& batch) const {
    return static_cast<std::size_t>(batch.bytes / recordBytes());
}

void CifarSurvey::finish() {
    m_isHundred = isHundred();
    for (const auto& [name, batch] : m_batches)
        checkBatch(batch);
    for (auto& [name, batch] : m_batches) {
        std::size_t& images = batch.test ? m_testImages : m_trainImages;
        batch.firstImage = images;
        images += imagesOf(batch);
        m_trainBatches += batch.test ? 0 : 1;
    }
    if (m_trainImages == 0)
        refuseFile(m_source, "no file of training images",
            m_isHundred ? "train.bin" : "data_batch_1.bin to data_batch_5.bin", "Add the missing files.");
    if (m_testImages == 0)
        refuseFile(
            m_source, "no file of test images", m_isHundred ? "test.bin" : "test_batch.bin", "Add the missing file.");
}

/// By the names, where these are CIFAR's own, otherwise by the sizes.
bool CifarSurvey::isHundred() const {
    const auto all = [&](std::size_t record) {
        return std::all_of(
            m_batches.begin(), m_batches.end(), [&](const auto& batch) { return batch.second.bytes % record == 0; });
    };
    for (const auto& [name, batch] : m_batches)
        if (isBatchName(name))
            return false;
    if (all(kRecord10))
        return false;
    return all(kRecord100) || m_batches.contains("train.bin") || m_batches.contains("test.bin") ||
           m_names.contains(kNamesFine);
}

void CifarSurvey::checkBatch(const Batch& batch) const {
    if (batch.bytes % recordBytes() != 0)
        refuseFile(batch.path, bytesText(batch.bytes),
            "a multiple of " + std::to_string(recordBytes()) + " bytes, the size of a record of " +
                (m_isHundred ? "CIFAR-100" : "CIFAR-10"));
    if (const auto& stray = m_isHundred ? batch.stray100 : batch.stray10)
        refuseFile(batch.path, "label " + std::to_string(stray->label) + " for image " + std::to_string(stray->image),
            "labels from 0 to " + std::to_string(classes() - 1));
}

DataInfo CifarSurvey::info() const {
    DataInfo info;
    info.source = m_source.string();
    info.shape = kShape;
    info.classes = classes();
    info.name = m_isHundred ? "CIFAR-100" : "CIFAR-10";
    info.classNames = classNames();
    if (m_batches.contains("data_batch_1.bin") && m_trainBatches < kTrainingBatches)
        info.note = std::to_string(m_trainBatches) + " of the " + std::to_string(kTrainingBatches) + " training files";
    return info;
}

std::vector<std::string> CifarSurvey::classNames() const {
    const auto found = m_names.find(m_isHundred ? kNamesFine : kNames10);
    if (found == m_names.end())
        return m_isHundred ? numberedClasses(classes()) : cifar10Classes();
    const auto& [path, names] = found->second;
    if (names.size() != static_cast<std::size_t>(classes()))
        refuseFile(path, std::to_string(names.size()) + " names of classes",
            std::to_string(classes()) + ", one in each line", "Mend the file, or remove it.");
    return names;
}

} // namespace kernelscope
