// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// What a file is, by its first bytes.
#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>

namespace kernelscope {

/// Formats that a reader knows, and those that users are likely to choose by mistake.
enum class FileKind {
    Missing, ///< Or no regular file, or unreadable.
    Empty,
    IdxImages, ///< IDX of unsigned bytes with three dimensions.
    IdxLabels, ///< IDX of unsigned bytes with one dimension.
    Idx,       ///< IDX of other values or dimensions.
    Tar,
    Zip,
    Gzip, ///< Stored, or with content that cannot be inflated.
    Npy,
    Png,
    Jpeg,
    Gif,
    Bmp,
    WebP,
    Tiff,
    Heif,
    Avif,
    Svg,
    Pdf,
    Pickle,
    Hdf5,
    Text,
    Unknown,
};

/// How many bytes fileKind() looks at.
inline constexpr std::size_t kKindBytes = 512;

/// By the first kKindBytes bytes of the content, or fewer where there are no more.
FileKind fileKind(std::span<const std::uint8_t> begin);

/// By the file's content; of a file compressed with gzip, by what is in it. Never throws.
FileKind fileKind(const std::filesystem::path& path);

/// By the file's content as it lies on disk: one that is compressed with gzip is FileKind::Gzip. Never throws.
FileKind storedFileKind(const std::filesystem::path& path);

/// "GIF", "a text file", for sentences.
std::string describe(FileKind kind);

/// Whether a file's or folder's name says that it is for testing: "t10k", "test" or "val" begins a word in it.
bool isTestName(const std::string& name);

/// Bytes on disk of all paths together; what cannot be asked counts 0.
std::uint64_t totalSize(std::span<const std::filesystem::path> paths);

} // namespace kernelscope
