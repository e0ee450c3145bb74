// SPDX-License-Identifier: GPL-3.0-or-later
#include "files/abandoned_files.h"

#include <cerrno>
#include <charconv>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <ctime>
#include <dirent.h>
#include <fcntl.h>
#include <fstream>
#include <string>
#include <string_view>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

namespace kernelscope {
namespace {

constexpr std::string_view begin = ".kernelscope-";
constexpr std::string_view end = ".tmp";

/// What a temporary file's name says of who made it.
struct Maker {
    std::string_view machine; ///< As machineMark().
    pid_t process = 0;        ///< 0: the name is another.
};

Maker makerOf(std::string_view name) {
    if (!name.starts_with(begin) || !name.ends_with(end))
        return {};
    name = name.substr(begin.size(), name.size() - begin.size() - end.size());
    const std::size_t dash = name.find('-');
    if (dash == std::string_view::npos)
        return {};
    Maker maker{name.substr(0, dash), 0};
    name = name.substr(dash + 1);
    unsigned number = 0;
    const char* const last = name.data() + name.size();
    const auto [behind, wrong] = std::from_chars(name.data(), last, maker.process);
    if (wrong != std::errc() || behind == last || *behind != '-' || maker.process < 1)
        return {};
    const auto [at, bad] = std::from_chars(behind + 1, last, number);
    return bad == std::errc() && at == last ? maker : Maker();
}

/// Tells this machine since it was started, and a container on it, from all others: only among processes of one does a
/// process's number say whether it lives. Folders on network drives are shared.
const std::string& machineMark() {
    static const std::string mark = [] {
        std::string boot;
        std::ifstream("/proc/sys/kernel/random/boot_id") >> boot;
        struct stat processes {};
        if (stat("/proc/self/ns/pid", &processes) == 0)
            boot += std::to_string(processes.st_ino);
        std::uint32_t hash = 2166136261u; // FNV-1a
        for (const char c : boot)
            hash = (hash ^ static_cast<unsigned char>(c)) * 16777619u;
        char digits[9];
        std::snprintf(digits, sizeof digits, "%08x", hash);
        return std::string(digits);
    }();
    return mark;
}

bool isGone(pid_t process) {
    return kill(process, 0) != 0 && errno == ESRCH;
}

/// @param isForeign its process cannot be asked for: the lock must be there to be had, and the file old.
void removeUnlessUsed(int folder, const char* name, bool isForeign) {
    constexpr time_t old = 24 * 60 * 60;
    constexpr int flags = O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC;
    // Written to, for that is how some network file systems lock; else a file that may only be read.
    int file = openat(folder, name, O_RDWR | flags);
    if (file < 0 && errno == EACCES)
        file = openat(folder, name, O_RDONLY | flags);
    if (file < 0)
        return;
    struct stat status {};
    const bool isFile = fstat(file, &status) == 0 && S_ISREG(status.st_mode);
    const bool isLocked = flock(file, LOCK_EX | LOCK_NB) == 0;
    const bool isUsed =
        isForeign ? !isLocked || time(nullptr) - status.st_mtime < old : !isLocked && errno == EWOULDBLOCK;
    // Still under its name, once the lock is there: another process may have removed it and its name gone on.
    struct stat named {};
    if (isFile && !isUsed && fstatat(folder, name, &named, AT_SYMLINK_NOFOLLOW) == 0 && named.st_ino == status.st_ino &&
        named.st_dev == status.st_dev)
        unlinkat(folder, name, 0);
    close(file);
}

} // namespace

std::string temporaryName(unsigned number) {
    return temporaryName(getpid(), number);
}

std::string temporaryName(pid_t process, unsigned number) {
    return std::string(begin) + machineMark() + "-" + std::to_string(process) + "-" + std::to_string(number) +
           std::string(end);
}

void markAsUsed(int file) {
    flock(file, LOCK_EX | LOCK_NB); // where a file system has no locks, the process's number must do
}

void removeAbandonedFiles(const std::filesystem::path& folder) noexcept {
    DIR* const entries = opendir(folder.c_str());
    if (!entries)
        return;
    while (const dirent* entry = readdir(entries))
        if (const Maker maker = makerOf(entry->d_name); maker.process > 0) {
            const bool isForeign = maker.machine != machineMark();
            if (isForeign || isGone(maker.process))
                removeUnlessUsed(dirfd(entries), entry->d_name, isForeign);
        }
    closedir(entries);
}

} // namespace kernelscope
