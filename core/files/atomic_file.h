// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// Files that are either the old ones or the new ones, never a mixture.
#pragma once

#include <cstddef>
#include <filesystem>
#include <span>
#include <string_view>

namespace kernelscope {

/// What a finished file has to outlast: a power cut, for which the caller waits until the disk has it, or only the end
/// of the process, however that comes.
enum class Outlasts { PowerCut, Process };

/// Writes a file's whole content to a temporary file beside it, in pieces of at most 64 KiB with each result checked,
/// flushes it to the disk, where it must outlast a power cut, and renames it over the target. Throws Error (disk full,
/// no such folder, ...) naming the file, with the old file intact and no temporary left. What killed processes left
/// behind in the folder is removed first.
void writeFileAtomically(const std::filesystem::path& path, std::span<const std::byte> content);
void writeFileAtomically(
    const std::filesystem::path& path, std::string_view content, Outlasts outlasts = Outlasts::PowerCut);

/// The same with the content in parts, one after the other: what is large needs no copy.
void writeFileAtomically(const std::filesystem::path& path, std::span<const std::span<const std::byte>> parts,
    Outlasts outlasts = Outlasts::PowerCut);

/// Throws the Error that writeFileAtomically() would meet at once (no such folder, no permission, a folder of that
/// name), by making and removing a temporary file: for whoever works for an hour before there is something to save.
void checkFileWritable(const std::filesystem::path& path);

/// The file that writeFileAtomically() replaces: where a symbolic link stands, what it leads to, also where nothing is
/// there yet. Throws Error where links lead in a circle.
std::filesystem::path fileBehindLinks(const std::filesystem::path& path);

/// Reads a whole file of at most `limit` bytes. Throws Error naming the file: missing, a directory, unreadable, too
/// large.
std::string readWholeFile(const std::filesystem::path& path, std::size_t limit);

} // namespace kernelscope
