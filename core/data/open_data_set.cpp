// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/error.h"
#include "data/data_set.h"
#include "data/digits/digit_set.h"
#include "data/idx_reader.h"

#include <filesystem>
#include <system_error>

namespace kernelscope {

DataSetPtr openDataSet(const std::string& source) {
    if (source == "digits")
        return builtInDigits();
    const std::filesystem::path path(source);
    std::error_code error;
    const std::filesystem::file_status status = std::filesystem::status(path, error);
    if (std::filesystem::is_directory(status))
        return readMnistFolder(path);
    if (std::filesystem::exists(status) && isMnistFileName(path))
        return readMnistFolder(path.has_parent_path() ? path.parent_path() : std::filesystem::path("."));
    throw Error({"Cannot open the data set", source,
        std::filesystem::exists(status) ? "a file that is none of MNIST's four" : "nothing at this path",
        "\"digits\" for the built-in digits, or a folder with the four files of MNIST",
        "Check the path, or use \"digits\"."});
}

} // namespace kernelscope
