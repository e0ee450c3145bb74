// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// Temporary files whose process was killed before it gave them their name. Internal to core/files.
#pragma once

#include <filesystem>
#include <string>

namespace kernelscope {

/// The name of this process's temporary file of a number: ".kernelscope-PID-NUMBER.tmp".
std::string temporaryName(unsigned number);

/// Marks an open temporary file as one that somebody is at, for as long as it stays open: a process's number says
/// nothing to another machine, or to a container, that uses the same folder.
void markAsUsed(int file);

/// Removes the temporary files in a folder that nobody is at: their process is gone, and so is its mark.
void removeAbandonedFiles(const std::filesystem::path& folder) noexcept;

} // namespace kernelscope
