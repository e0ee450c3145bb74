// SPDX-License-Identifier: GPL-3.0-or-later
#include "data/cifar_reader.h"

#include "data/cifar_survey.h"
#include "data/file_kind.h"
#include "data/gzip_file.h"
#include "data/read_error.h"
#include "data/tar_reader.h"

#include <algorithm>
#include <array>
#include <functional>
#include <span>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

namespace kernelscope {

namespace fs = std::filesystem;

namespace {

constexpr std::size_t kPixels = 3072;
/// Of a record of CIFAR-10 and of CIFAR-100.
constexpr std::array<std::size_t, 2> kRecords = {1 + kPixels, 2 + kPixels};

/// Gets a file of a set, and its content.
using VisitFile = std::function<void(const fs::path& path, ByteStream& stream)>;

/// Both parts with their images in place, as the survey found them.
class Parts {
public:
    explicit Parts(const CifarSurvey& survey) : m_survey(survey) {
        for (const Split split : {Split::Train, Split::Test}) {
            of(split).pixels.resize(survey.images(split) * kPixels);
            of(split).labels.resize(survey.images(split));
        }
    }

    void read(const fs::path& path, ByteStream& stream) {
        const CifarSurvey::Batch& batch = m_survey.batch(path);
        MemoryDataSet::Part& part = of(batch.test ? Split::Test : Split::Train);
        std::array<std::uint8_t, 2> labels{};
        const std::span<std::uint8_t> stored = std::span(labels).first(m_survey.labelBytes());
        const std::size_t end = batch.firstImage + m_survey.imagesOf(batch);
        for (std::size_t image = batch.firstImage; image < end; ++image) {
            const std::span<std::uint8_t> pixels = std::span(part.pixels).subspan(image * kPixels, kPixels);
            if (stream.read(stored) != stored.size() || stream.read(pixels) != pixels.size())
                refuseFile(path, "fewer images than a moment before", "a file that stays as it is",
                    "Open it again when nothing writes it any more.");
            part.labels[image] = stored.back();
        }
        // Reading on to the end also makes an inflater compare the checksum.
        stream.read(std::span(labels).first(1));
    }

    MemoryDataSet::Part& of(Split split) { return split == Split::Train ? m_train : m_test; }

private:
    const CifarSurvey& m_survey;
    MemoryDataSet::Part m_train;
    MemoryDataSet::Part m_test;
};

void survey(CifarSurvey& survey, const fs::path& path, ByteStream& stream) {
    if (isCifarNameList(cifarName(path)))
        survey.addNames(path, stream);
    else
        survey.addBatch(path, stream);
}

std::shared_ptr<const MemoryDataSet> dataOf(CifarSurvey& survey, const std::function<void(const VisitFile&)>& visit) {
    survey.finish();
    DataInfo info = survey.info();
    Parts parts(survey);
    visit([&](const fs::path& path, ByteStream& stream) {
        if (!isCifarNameList(cifarName(path)))
            parts.read(path, stream);
    });
    return std::make_shared<const MemoryDataSet>(
        std::move(info), std::move(parts.of(Split::Train)), std::move(parts.of(Split::Test)));
}

/// The folder's files that matter: those of CIFAR's own names, or else all .bin files.
std::vector<fs::path> filesOf(const fs::path& folder) {
    std::vector<fs::path> usual;
    std::vector<fs::path> others;
    std::vector<fs::path> names;
    std::error_code error;
    for (fs::directory_iterator it(folder, error), end; !error && it != end; it.increment(error)) {
        const std::string name = cifarName(it->path());
        if (isUsualCifarName(name))
            usual.push_back(it->path());
        else if (isCifarBin(name))
            others.push_back(it->path());
        else if (isCifarNameList(name))
            names.push_back(it->path());
    }
    std::vector<fs::path>& files = usual.empty() ? others : usual;
    files.insert(files.end(), names.begin(), names.end());
    std::sort(files.begin(), files.end());
    return files;
}

} // namespace

std::shared_ptr<const MemoryDataSet> readCifarFolder(const fs::path& folder, OpenProgress* progress) {
    const std::vector<fs::path> files = filesOf(folder);
    if (progress)
        progress->begin(2 * totalSize(files));
    const auto visit = [&](const VisitFile& visitFile) {
        for (const fs::path& path : files) {
            GzipFile file(path, progress);
            visitFile(path, file);
        }
    };
    CifarSurvey found(folder);
    visit([&](const fs::path& path, ByteStream& stream) { survey(found, path, stream); });
    return dataOf(found, visit);
}

std::shared_ptr<const MemoryDataSet> readCifarArchive(const fs::path& archive, OpenProgress* progress) {
    if (progress)
        progress->begin(2 * totalSize(std::span(&archive, 1)));
    bool hasPickles = false;
    const auto visit = [&](const VisitFile& visitFile) {
        GzipFile file(archive, progress);
        TarReader tar(file);
        while (const auto entry = tar.next()) {
            const fs::path inside = archive / entry->name; // for messages only
            const std::string name = cifarName(inside);
            if ((isCifarBin(name) && name == inside.filename()) || isCifarNameList(name))
                visitFile(inside, tar);
            else
                hasPickles = hasPickles || name == "data_batch_1" || name == "batches.meta" || name == "meta";
        }
    };
    CifarSurvey found(archive);
    visit([&](const fs::path& path, ByteStream& stream) { survey(found, path, stream); });
    if (!found.hasBatches() && hasPickles)
        refuseFile(archive, "CIFAR in its Python version, whose pickles could run any program",
            "the binary version (cifar-10-binary.tar.gz)", "Download \"CIFAR-10 binary version\" instead.");
    if (!found.hasBatches())
        refuseFile(archive, "an archive without .bin files", "CIFAR-10 or CIFAR-100 in its binary version",
            "Unpack the archive and choose the folder, if it holds data of another kind.");
    return dataOf(found, visit);
}

bool isCifarFile(const fs::path& path) {
    const std::string name = cifarName(path);
    if (isUsualCifarName(name))
        return true;
    if (!isCifarBin(name) || name != path.filename())
        return false;
    std::error_code error;
    const std::uintmax_t size = fs::file_size(path, error);
    return !error && size > 0 && (size % kRecords[0] == 0 || size % kRecords[1] == 0);
}

bool isCifarFolder(const fs::path& folder) {
    std::error_code error;
    for (fs::directory_iterator it(folder, error), end; !error && it != end; it.increment(error))
        if (isCifarFile(it->path()))
            return true;
    return false;
}

} // namespace kernelscope
