// SPDX-License-Identifier: GPL-3.0-or-later
#include "files/atomic_file.h"

#include "base/error.h"
#include "files/abandoned_files.h"

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <fcntl.h>
#include <optional>
#include <string>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>
#include <utility>

namespace kernelscope {
namespace {

namespace fs = std::filesystem;

constexpr const char* writing = "Cannot write the file";
constexpr const char* reading = "Cannot read the file";

/// A write larger than this may come back short on a full disk without an error that the caller sees.
constexpr std::size_t pieceSize = 64 << 10;

std::string systemMessage(int code) {
    return "the system's error \"" + std::generic_category().message(code) + "\"";
}

fs::path folderOf(const fs::path& path) {
    return path.has_parent_path() ? path.parent_path() : fs::path(".");
}

/// Why a file could not be written, in words that say what to do. @param code an errno.
Error writeError(const fs::path& path, int code, std::size_t size) {
    const std::string folder = "'" + folderOf(path).string() + "'";
    const std::string room = "room for " + std::to_string(size) + " bytes";
    switch (code) {
    case ENOENT:
        return Error({writing, path.string(), "no folder " + folder, "an existing folder",
            "Create the folder first, or save elsewhere."});
    case ENOTDIR:
        return Error({writing, path.string(), "a file in the place of the folder " + folder, "a folder",
            "Choose another folder to save in."});
    case EISDIR:
        return Error({writing, path.string(), "a folder of that name", "a file or nothing", "Choose another name."});
    case ENOSPC:
    case EDQUOT:
        return Error({writing, path.string(), "no space left on the disk", room,
            "Free some space there, or save elsewhere. What was there before was kept."});
    case EFBIG:
        return Error({writing, path.string(), "a limit on the size of files", room,
            "Raise the limit (ulimit -f), or save elsewhere. What was there before was kept."});
    case EACCES:
    case EPERM:
        return Error({writing, path.string(), "no permission to write there", "a folder that you may write to",
            "Save elsewhere, or change the permissions of " + folder + "."});
    case ENAMETOOLONG:
        return Error({writing, path.string(), "a name that is too long", "at most 255 bytes between two slashes",
            "Choose a shorter name."});
    case ELOOP:
        return Error({writing, path.string(), "symbolic links that lead in a circle", "a file or nothing",
            "Choose another name."});
    case EROFS:
        return Error({writing, path.string(), "a read-only disk", "a disk that can be written to", "Save elsewhere."});
    default:
        return Error({writing, path.string(), systemMessage(code), "",
            "Save elsewhere, or try again. What was there before was kept."});
    }
}

/// A new file in the target's folder that vanishes unless it was renamed to its target. Where the file system can do
/// it, it has no name until it is complete: then kill -9 leaves nothing behind, but in the moment between its getting a
/// name and its renaming. What is left then, the next one that is made in that folder removes.
class TemporaryFile {
public:
    TemporaryFile(const fs::path& target, std::size_t size) : m_target(target), m_size(size) {
        removeAbandonedFiles(folderOf(target));
        if (access("/proc/self/fd", X_OK) == 0) // how it gets its name
            m_file = open(folderOf(target).c_str(), O_WRONLY | O_TMPFILE | O_CLOEXEC, 0666);
        if (m_file < 0) {
            withFreeName([this] {
                m_file = open(m_path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
                return m_file;
            });
            m_exists = true;
        }
        markAsUsed(m_file);
        m_mark = fcntl(m_file, F_DUPFD_CLOEXEC, 0);
    }
    TemporaryFile(const TemporaryFile&) = delete;
    TemporaryFile& operator=(const TemporaryFile&) = delete;
    ~TemporaryFile() {
        if (m_file >= 0)
            close(m_file);
        if (m_exists)
            unlink(m_path.c_str());
        if (m_mark >= 0)
            close(m_mark);
    }

    void write(std::span<const std::byte> content) {
        while (!content.empty()) {
            const ssize_t written = ::write(m_file, content.data(), std::min(content.size(), pieceSize));
            if (written < 0 && errno == EINTR)
                continue;
            if (written <= 0)
                throw writeError(m_target, written < 0 ? errno : ENOSPC, m_size);
            content = content.subspan(static_cast<std::size_t>(written));
        }
    }

    void setMode(mode_t mode) { check(fchmod(m_file, mode & 07777u)); }

    /// Makes the content durable, then gives it the target's name, then makes the name durable.
    void commit(Outlasts outlasts) {
        const bool flushes = outlasts == Outlasts::PowerCut;
        if (flushes)
            check(fsync(m_file));
        if (!m_exists) {
            const std::string handle = "/proc/self/fd/" + std::to_string(m_file);
            withFreeName([&] { return linkat(AT_FDCWD, handle.c_str(), AT_FDCWD, m_path.c_str(), AT_SYMLINK_FOLLOW); });
            m_exists = true;
        }
        check(close(std::exchange(m_file, -1)));
        check(rename(m_path.c_str(), m_target.c_str()));
        m_exists = false;
        if (!flushes)
            return;
        // The file is complete under its name by now; a file system that cannot sync folders is no failure.
        if (const int folder = open(folderOf(m_target).c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC); folder >= 0) {
            fsync(folder);
            close(folder);
        }
    }

private:
    /// Calls `make` with names in m_path until one is free. @param make gives -1 and errno where it fails.
    template <class Make>
    void withFreeName(const Make& make) {
        static std::atomic<unsigned> counter{0};
        int result = -1;
        do {
            m_path = folderOf(m_target) / temporaryName(counter++);
            result = make();
        } while (result < 0 && (errno == EEXIST || errno == EINTR));
        if (result < 0)
            throw writeError(m_target, errno, m_size);
    }

    void check(int result) const {
        if (result != 0)
            throw writeError(m_target, errno, m_size);
    }

    const fs::path& m_target;
    std::size_t m_size;
    fs::path m_path;
    int m_file = -1;
    int m_mark = -1; ///< The same file, still open when m_file was closed: what marks it as used.
    bool m_exists = false;
};

/// Where a file is really to be written, and what is there now.
struct Target {
    /// Throws Error where something other than a file stands there.
    Target(const fs::path& asked, std::size_t size) : path(asked) {
        struct stat existing {};
        if (stat(asked.c_str(), &existing) != 0) {
            if (errno == ENAMETOOLONG)
                throw writeError(asked, errno, size);
            path = fileBehindLinks(asked);
            return;
        }
        if (S_ISDIR(existing.st_mode))
            throw writeError(asked, EISDIR, size);
        if (!S_ISREG(existing.st_mode))
            throw Error({writing, asked.string(), "a device or a pipe", "a file or nothing", "Choose another name."});
        path = fileBehindLinks(asked);
        mode = existing.st_mode;
    }

    fs::path path;
    std::optional<mode_t> mode; ///< Of the file that is there.
};

/// An open file for reading.
class InputFile {
public:
    explicit InputFile(const fs::path& path) : m_file(open(path.c_str(), O_RDONLY | O_CLOEXEC)) {
        if (m_file >= 0)
            return;
        if (errno == ENOENT || errno == ENOTDIR)
            throw Error({reading, path.string(), "no such file", "", "Check the path."});
        throw Error({reading, path.string(), systemMessage(errno), "", "Check the path and the permissions."});
    }
    InputFile(const InputFile&) = delete;
    InputFile& operator=(const InputFile&) = delete;
    ~InputFile() { close(m_file); }

    int handle() const { return m_file; }

private:
    int m_file;
};

} // namespace

void writeFileAtomically(const fs::path& path, std::span<const std::span<const std::byte>> parts, Outlasts outlasts) {
    std::size_t size = 0;
    for (const std::span<const std::byte> part : parts)
        size += part.size();
    const Target target(path, size);
    TemporaryFile file(target.path, size);
    if (target.mode)
        file.setMode(*target.mode);
    for (const std::span<const std::byte> part : parts)
        file.write(part);
    file.commit(outlasts);
}

void writeFileAtomically(const fs::path& path, std::span<const std::byte> content) {
    writeFileAtomically(path, std::span(&content, 1));
}

void checkFileWritable(const fs::path& path) {
    const Target target(path, 0);
    const TemporaryFile file(target.path, 0);
    // In a folder that all may write to, as /tmp, a file of somebody else cannot be replaced.
    struct stat folder {};
    struct stat existing {};
    const uid_t user = geteuid();
    if (user != 0 && stat(folderOf(target.path).c_str(), &folder) == 0 && (folder.st_mode & S_ISVTX) != 0 &&
        folder.st_uid != user && stat(target.path.c_str(), &existing) == 0 && existing.st_uid != user)
        throw writeError(path, EPERM, 0);
}

void writeFileAtomically(const fs::path& path, std::string_view content, Outlasts outlasts) {
    const std::span<const std::byte> bytes = std::as_bytes(std::span(content));
    writeFileAtomically(path, std::span(&bytes, 1), outlasts);
}

fs::path fileBehindLinks(const fs::path& path) {
    constexpr int mostLinks = 40; // as many as the system follows
    fs::path file = path;
    std::error_code failed;
    for (int links = 0; fs::is_symlink(file, failed); ++links) {
        const fs::path next = fs::read_symlink(file, failed);
        if (failed)
            throw writeError(path, failed.value(), 0);
        if (links == mostLinks)
            throw writeError(path, ELOOP, 0);
        file = folderOf(file) / next;
    }
    return file;
}

std::string readWholeFile(const fs::path& path, std::size_t limit) {
    const InputFile file(path);
    struct stat status {};
    if (fstat(file.handle(), &status) != 0)
        throw Error({reading, path.string(), systemMessage(errno), "", "Try again, or copy the file elsewhere."});
    if (S_ISDIR(status.st_mode))
        throw Error({reading, path.string(), "a folder", "a file", "Choose a file in it."});
    const auto tooLarge = [&](const std::string& found) {
        return Error({reading, path.string(), found, "at most " + std::to_string(limit) + " bytes",
            "Is it the file that you meant?"});
    };
    std::size_t expected = 0;
    if (S_ISREG(status.st_mode)) {
        expected = static_cast<std::size_t>(status.st_size);
        if (expected > limit)
            throw tooLarge(std::to_string(expected) + " bytes");
    }

    // The size is only a hint: a pipe has none, and a file may grow while it is read.
    std::string content;
    content.reserve(expected + pieceSize);
    for (;;) {
        const std::size_t size = content.size();
        content.resize(size + pieceSize);
        const ssize_t count = ::read(file.handle(), content.data() + size, pieceSize);
        if (count < 0 && errno != EINTR)
            throw Error({reading, path.string(), systemMessage(errno), "", "Try again, or copy the file elsewhere."});
        content.resize(size + static_cast<std::size_t>(std::max<ssize_t>(count, 0)));
        if (count == 0)
            return content;
        if (content.size() > limit)
            throw tooLarge("more than that");
    }
}

} // namespace kernelscope
