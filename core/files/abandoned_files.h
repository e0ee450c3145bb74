// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// Temporary files whose process was killed before it gave them their name. Internal to core/files.
#pragma once

#include <filesystem>
#include <string>
#include <sys/types.h>

namespace kernelscope {

/// The name of a process's temporary file of a number: ".kernelscope-MACHINE-PID-NUMBER.tmp", where MACHINE stands for
/// this machine since it was started, or a container on it.
std::string temporaryName(pid_t process, unsigned number);
/// The same of this process.
std::string temporaryName(unsigned number);

/// Marks an open temporary file as one that somebody is at, for as long as it stays open: a process's number says
/// nothing to another machine, or to a container, that uses the same folder.
void markAsUsed(int file);

/// Removes the temporary files in a folder that nobody is at: their process is gone, and so is its mark. Those of other
/// machines only when they have been left for a day.
void removeAbandonedFiles(const std::filesystem::path& folder) noexcept;

} // namespace kernelscope
