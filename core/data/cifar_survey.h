// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// What the files of a CIFAR set are, found by going over them once before room for their pixels is taken.
#pragma once

#include "data/byte_stream.h"
#include "data/class_names.h"
#include "data/data_set.h"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace kernelscope {

/// The name of a file without its folders and ".gz".
std::string cifarName(const std::filesystem::path& path);

/// Whether a name ends with ".bin", whether it is one of those that CIFAR's own files have, and whether it is that of
/// one of CIFAR's lists of class names.
bool isCifarBin(const std::string& name);
bool isUsualCifarName(const std::string& name);
bool isCifarNameList(const std::string& name);

/// Takes files in any order; each is read to its end, a small piece at a time. Throws Error.
class CifarSurvey {
public:
    /// One .bin file.
    struct Batch {
        std::filesystem::path path; ///< For messages.
        std::uint64_t bytes = 0;
        bool test = false;
        std::size_t firstImage = 0; ///< Its place among the images of its split; after finish().

        /// The first label that is beyond the classes, where the records are those of CIFAR-10 and of CIFAR-100.
        struct Stray {
            std::uint64_t image = 0;
            std::uint8_t label = 0;
        };
        std::optional<Stray> stray10;
        std::optional<Stray> stray100;
    };

    explicit CifarSurvey(std::filesystem::path source) : m_source(std::move(source)) {}

    void addBatch(const std::filesystem::path& path, ByteStream& stream);
    /// A text with a class name in each line.
    void addNames(const std::filesystem::path& path, ByteStream& stream);

    bool hasBatches() const { return !m_batches.empty(); }

    /// Tells CIFAR-10 from CIFAR-100, and checks that sizes and labels are right and that both splits are there.
    void finish();

    /// After finish().
    DataInfo info() const;
    const Batch& batch(const std::filesystem::path& path) const { return m_batches.at(cifarName(path)); }
    /// Labels before the pixels of a record; the last of them counts.
    std::size_t labelBytes() const { return m_isHundred ? 2 : 1; }
    std::size_t images(Split split) const { return split == Split::Train ? m_trainImages : m_testImages; }
    std::size_t imagesOf(const Batch& batch) const;

private:
    struct NaturalOrder {
        bool operator()(const std::string& a, const std::string& b) const { return naturallyBefore(a, b); }
    };

    std::size_t recordBytes() const;
    int classes() const { return m_isHundred ? 100 : 10; }
    bool isHundred() const;
    void checkBatch(const Batch& batch) const;
    std::vector<std::string> classNames() const;

    std::filesystem::path m_source;
    std::uint64_t m_bytes = 0;
    bool m_isHundred = false;
    std::size_t m_trainImages = 0;
    std::size_t m_testImages = 0;
    int m_trainBatches = 0;
    std::map<std::string, Batch, NaturalOrder> m_batches;
    std::map<std::string, std::pair<std::filesystem::path, std::vector<std::string>>> m_names;
};

} // namespace kernelscope
