// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/output_files.h"

#include "base/error.h"
#include "data/cifar_reader.h"
#include "data/data_set.h"
#include "data/file_kind.h"
#include "files/atomic_file.h"
#include "network/network.h"

#include <algorithm>
#include <cstring>
#include <filesystem>
#include <system_error>
#include <vector>

namespace kernelscope {
namespace {

namespace fs = std::filesystem;

/// The one name of a file, whatever links lead to it. It need not be there.
fs::path canonical(const fs::path& path) {
    const fs::path file = fileBehindLinks(path);
    std::error_code failed;
    const fs::path found = fs::weakly_canonical(file, failed);
    return failed ? fs::absolute(file, failed) : found; // what is wrong with it is told when it is opened
}

bool isPreset(const std::string& model) {
    const std::vector<std::string>& presets = presetNames();
    return std::find(presets.begin(), presets.end(), model) != presets.end();
}

bool isBuiltIn(const std::string& data) {
    return data == kDigitsSource || data == kColorDigitsSource;
}

bool isBelow(const fs::path& path, const fs::path& folder) {
    return std::mismatch(folder.begin(), folder.end(), path.begin(), path.end()).first == folder.end();
}

/// Whether a file that lies in a data set's folder belongs to it: what this program saves there does not.
bool holdsData(const fs::path& file) {
    switch (fileKind(file)) {
    case FileKind::IdxImages:
    case FileKind::IdxLabels:
    case FileKind::Idx:
    case FileKind::Tar:
    case FileKind::Zip:
    case FileKind::Npy:
    case FileKind::Png:
    case FileKind::Jpeg:
        return true;
    default:
        return isCifarFile(file);
    }
}

/// What the command reads from this file, for a message; empty where it does not read it.
std::string inputAt(const fs::path& file, const char* output, const InputFiles& inputs) {
    const auto isThat = [&](const std::string& input) { return !input.empty() && canonical(input) == file; };
    if (!isPreset(inputs.model) && isThat(inputs.model))
        return "the network that --model names";
    if (isThat(inputs.weights))
        return "the weights that --weights names";
    if (isThat(inputs.resume) && std::strcmp(output, "the checkpoint") != 0)
        return "the checkpoint that --resume names";
    if (inputs.data.empty() || isBuiltIn(inputs.data))
        return {};
    std::error_code ignored;
    const bool isData = fs::is_directory(inputs.data, ignored)
                            ? isBelow(file, canonical(inputs.data)) && holdsData(file)
                            : isThat(inputs.data);
    return isData ? "a file of the data set (--data)" : "";
}

} // namespace

void checkOutputs(std::span<const OutputFile> outputs, const InputFiles& inputs) {
    std::vector<std::pair<const char*, fs::path>> files;
    for (const OutputFile& output : outputs) {
        if (output.path.empty())
            continue;
        checkFileWritable(output.path);
        const fs::path file = canonical(output.path);
        if (const std::string input = inputAt(file, output.what, inputs); !input.empty())
            throw Error({std::string("Cannot save ") + output.what + " as", output.path, input + " there",
                "a file that the command does not read", "Choose another name."});
        for (const auto& [other, otherFile] : files)
            if (otherFile == file)
                throw Error({std::string("Cannot save both ") + other + " and " + output.what + " as", output.path, "",
                    "two different files", "Choose another name for one of them."});
        files.emplace_back(output.what, file);
    }
}

} // namespace kernelscope
