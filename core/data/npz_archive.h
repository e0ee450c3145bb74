// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// The arrays of a NumPy archive (.npz).
#pragma once

#include "data/npy_header.h"
#include "data/npy_values.h"
#include "data/read_error.h"
#include "data/zip_file.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <initializer_list>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace kernelscope {

/// An array of the archive: its header, read and found to go with its size.
struct NpzArray {
    std::filesystem::path path; ///< With its name inside the archive, for messages.
    const ZipFile::Entry* entry = nullptr;
    NpyHeader header;
};

/// A zip archive of .npy files, asked for by the names that people give their arrays. Throws Error naming the array.
class NpzArchive {
public:
    NpzArchive(std::filesystem::path path, OpenProgress* progress);

    bool isEmpty() const { return m_arrays.empty(); }
    /// Some of the names that there are, for a message.
    std::string names() const;
    /// The first of these names that there is, whatever its case; "-" counts as "_".
    std::optional<NpzArray> find(std::initializer_list<const char*> names);
    /// What the archive's own size says about how much it can hold; see ZipFile.
    std::uint64_t trustedSize() const { return m_zip.trustedSize(); }

    /// Calls visit(values) for one piece of the array after the other; a piece holds whole values.
    template <class Visit>
    void visitPieces(const NpzArray& array, const Visit& visit) {
        const auto stream = m_zip.open(*array.entry);
        readNpyHeader(*stream, array.path);
        const std::size_t size = array.header.valueBytes;
        std::vector<std::uint8_t> piece(std::size_t{32} * 1024 / size * size);
        for (std::uint64_t left = array.header.count() * size; left > 0;) {
            const auto wanted = static_cast<std::size_t>(std::min<std::uint64_t>(left, piece.size()));
            if (stream->read(std::span(piece).first(wanted)) != wanted)
                refuseFile(array.path, "an array that is cut off", "a whole array");
            visit(std::span<const std::uint8_t>(piece).first(wanted));
            left -= wanted;
        }
    }

    template <class Visit>
    void visitValues(const NpzArray& array, const Visit& visit) {
        visitPieces(array, [&](std::span<const std::uint8_t> piece) {
            for (std::size_t at = 0; at < piece.size(); at += array.header.valueBytes)
                visit(npyValue(piece.data() + at, array.header));
        });
    }

private:
    NpzArray headerOf(const ZipFile::Entry& entry);

    std::filesystem::path m_path;
    ZipFile m_zip;
    std::vector<const ZipFile::Entry*> m_arrays;
};

} // namespace kernelscope
