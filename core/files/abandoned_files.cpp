// SPDX-License-Identifier: GPL-3.0-or-later
#include "files/abandoned_files.h"

#include <cerrno>
#include <charconv>
#include <csignal>
#include <dirent.h>
#include <fcntl.h>
#include <string_view>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

namespace kernelscope {
namespace {

constexpr std::string_view begin = ".kernelscope-";
constexpr std::string_view end = ".tmp";

/// The process that a temporary file is of; 0 where the name is another.
pid_t processOf(std::string_view name) {
    if (!name.starts_with(begin) || !name.ends_with(end))
        return 0;
    name = name.substr(begin.size(), name.size() - begin.size() - end.size());
    pid_t process = 0;
    unsigned number = 0;
    const char* const last = name.data() + name.size();
    const auto [dash, wrong] = std::from_chars(name.data(), last, process);
    if (wrong != std::errc() || dash == last || *dash != '-' || process < 1)
        return 0;
    const auto [at, bad] = std::from_chars(dash + 1, last, number);
    return bad == std::errc() && at == last ? process : 0;
}

bool isGone(pid_t process) {
    return kill(process, 0) != 0 && errno == ESRCH;
}

void removeUnlessUsed(int folder, const char* name) {
    // Written to, for that is how some network file systems lock.
    const int file = openat(folder, name, O_RDWR | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    if (file < 0)
        return;
    struct stat status {};
    const bool isFile = fstat(file, &status) == 0 && S_ISREG(status.st_mode);
    const bool isUsed = flock(file, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK;
    // Still under its name, once the lock is there: another process may have removed it and its name gone on.
    struct stat named {};
    if (isFile && !isUsed && fstatat(folder, name, &named, AT_SYMLINK_NOFOLLOW) == 0 && named.st_ino == status.st_ino &&
        named.st_dev == status.st_dev)
        unlinkat(folder, name, 0);
    close(file);
}

} // namespace

std::string temporaryName(unsigned number) {
    return std::string(begin) + std::to_string(getpid()) + "-" + std::to_string(number) + std::string(end);
}

void markAsUsed(int file) {
    flock(file, LOCK_EX | LOCK_NB); // where a file system has no locks, the process's number must do
}

void removeAbandonedFiles(const std::filesystem::path& folder) noexcept {
    DIR* const entries = opendir(folder.c_str());
    if (!entries)
        return;
    while (const dirent* entry = readdir(entries))
        if (const pid_t process = processOf(entry->d_name); process > 0 && isGone(process))
            removeUnlessUsed(dirfd(entries), entry->d_name);
    closedir(entries);
}

} // namespace kernelscope
