// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/error.h"
#include "files/atomic_file.h"
#include "files/checkpoint_file.h"
#include "files/run_record_json.h"
#include "files/safetensors.h"
#include "network/network_json.h"
#include "refusal.h"
#include "size_limit.h"

#include <nlohmann/json.hpp>

#include <QTemporaryDir>
#include <QtTest>

#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstdint>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <functional>
#include <sched.h>
#include <set>
#include <string>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace kernelscope;
using kernelscope::testing::refusal;
namespace fs = std::filesystem;

// The system calls that saving and reading are made of go through this file, so that a test knows how far a process is
// and can make a disk fail.
namespace {

/// Shared between a test and the process that it will kill.
struct Progress {
    std::atomic<int> calls;    ///< Made so far, counted before each.
    std::atomic<int> saved;    ///< The last version whose saving came back.
    std::atomic<int> killedAt; ///< The process kills itself at this call; 0: it does not.
};
Progress* progress = nullptr;

/// How often a file was renamed while nobody could lock it, which says to others that somebody is at it.
int renamedLocked = 0;
int renamedFree = 0;

/// Bytes that may still be read before the disk fails; negative: it does not.
std::int64_t readable = -1;

void count() {
    if (progress && ++progress->calls == progress->killedAt)
        kill(getpid(), SIGKILL);
}

} // namespace

extern "C" ssize_t write(int file, const void* bytes, std::size_t size) {
    count();
    return syscall(SYS_write, file, bytes, size);
}

extern "C" int fsync(int file) {
    count();
    return static_cast<int>(syscall(SYS_fsync, file));
}

extern "C" int rename(const char* from, const char* to) noexcept {
    count();
    const int file = open(from, O_RDWR | O_CLOEXEC);
    const bool isLocked = flock(file, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK;
    ++(isLocked ? renamedLocked : renamedFree);
    close(file);
    return static_cast<int>(syscall(SYS_renameat2, AT_FDCWD, from, AT_FDCWD, to, 0));
}

extern "C" int linkat(int fromFolder, const char* from, int toFolder, const char* to, int flags) noexcept {
    count();
    return static_cast<int>(syscall(SYS_linkat, fromFolder, from, toFolder, to, flags));
}

extern "C" ssize_t read(int file, void* bytes, std::size_t size) {
    if (readable == 0) {
        errno = EIO;
        return -1;
    }
    if (readable > 0)
        size = std::min(size, static_cast<std::size_t>(readable));
    const ssize_t result = syscall(SYS_read, file, bytes, size);
    if (readable > 0 && result > 0)
        readable -= result;
    return result;
}

namespace {

/// 65,600 parameters: several pieces of 64 KiB.
Network network() {
    return {"saved", {1, 32, 32}, {Flatten{}, Dense{.units = 64}}};
}

RunRecord recordOf(int version) {
    RunRecord record;
    record.network = network();
    record.device = {"cpu", "Test chip", "cpu", "AVX2", 1, "fp32"};
    record.data = {"Made up", "digits", {1, 32, 32}, 64, {}, 64'000, 64, {}};
    for (int i = 0; i < 64; ++i)
        record.data.classNames.push_back(std::to_string(i));
    record.date = "2030-01-31T12:00:00Z";
    record.spec.batchSize = 32;
    record.stop = StopReason::Running;
    record.message = std::to_string(version);
    for (int step = 1; step <= 1500; ++step)
        record.steps.push_back({step, step * 0.01, static_cast<float>(version), 5, 32});
    return record;
}

std::vector<float> filled(std::size_t size, int version) {
    return std::vector<float>(size, static_cast<float>(version));
}

/// The one value of them all, -1 where they differ.
int versionOf(const std::vector<float>& values) {
    const bool same = std::all_of(values.begin(), values.end(), [&](float value) { return value == values.front(); });
    return same ? static_cast<int>(values.front()) : -1;
}

/// The version of a record, -1 where parts of it are of others.
int versionOf(const RunRecord& record) {
    const int version = std::stoi(record.message);
    const bool same = record.steps.size() == 1500 &&
                      std::all_of(record.steps.begin(), record.steps.end(),
                          [&](const StepPoint& point) { return point.loss == static_cast<float>(version); });
    return same ? version : -1;
}

/// One of the kinds of files that this program writes.
struct Kind {
    const char* name;
    std::function<void(const fs::path&, int version)> save;
    std::function<int(const fs::path&)> load; ///< Gives the version; throws, or gives -1, where it is no whole one.
};

const std::vector<Kind>& kinds() {
    static const Plan plan = compile(network());
    static const std::vector<Kind> all{
        {"weights",
            [](const fs::path& path, int version) {
                saveWeights(path, {recordOf(version), std::make_shared<const Snapshot>(Snapshot{
                                                          1, 0, 0, filled(plan.parameterCount, version), {}})});
            },
            [](const fs::path& path) { return versionOf(loadWeights(path).parameters); }},
        {"record", [](const fs::path& path, int version) { saveRunRecord(path, recordOf(version)); },
            [](const fs::path& path) { return versionOf(loadRunRecord(path)); }},
        {"checkpoint",
            [](const fs::path& path, int version) {
                Checkpoint checkpoint;
                checkpoint.record = recordOf(version);
                checkpoint.learningRate = 0.001f;
                checkpoint.sums = {1, 1500 * 5, 1500 * 32, 15};
                checkpoint.parameters = filled(plan.parameterCount, version);
                checkpoint.moments = filled(2 * plan.parameterCount, version);
                saveCheckpoint(path, checkpoint);
            },
            [](const fs::path& path) {
                const CheckpointPtr checkpoint = loadCheckpoint(path);
                const int version = versionOf(checkpoint->record);
                return versionOf(checkpoint->parameters) == version && versionOf(checkpoint->moments) == version
                           ? version
                           : -1;
            }},
        {"network",
            [](const fs::path& path, int version) {
                Network saved = network();
                saved.name = std::string(60'000, 'n') + std::to_string(version);
                writeFileAtomically(path, toJson(saved).dump());
            },
            [](const fs::path& path) { return std::stoi(openNetwork(path.string()).name.substr(60'000)); }},
        {"table",
            [](const fs::path& path, int version) {
                std::string lines;
                for (int i = 0; i < 20'000; ++i)
                    lines += std::to_string(version) + ",1,2\r\n";
                writeFileAtomically(path, lines);
            },
            [](const fs::path& path) {
                const std::string text = readWholeFile(path, 1 << 20);
                const int version = std::stoi(text);
                const std::string line = std::to_string(version) + ",1,2\r\n";
                if (text.size() != 20'000 * line.size())
                    return -1;
                for (std::size_t at = 0; at < text.size(); at += line.size())
                    if (text.compare(at, line.size(), line) != 0)
                        return -1;
                return version;
            }},
    };
    return all;
}

std::size_t entries(const fs::path& folder) {
    return static_cast<std::size_t>(std::distance(fs::directory_iterator(folder), fs::directory_iterator()));
}

/// A disk of a megabyte, where this process may mount one.
class SmallDisk {
public:
    explicit SmallDisk(const fs::path& folder) : m_folder(folder) {
        fs::create_directory(folder);
        m_mounted = mount("tmpfs", folder.c_str(), "tmpfs", 0, "size=1m") == 0;
    }
    SmallDisk(const SmallDisk&) = delete;
    SmallDisk& operator=(const SmallDisk&) = delete;
    ~SmallDisk() {
        if (m_mounted)
            umount2(m_folder.c_str(), MNT_DETACH);
    }

    bool isMounted() const { return m_mounted; }
    /// Fills the disk but for so many bytes.
    void leaveRoom(std::size_t bytes) const {
        const fs::path filler = m_folder / "filler";
        {
            std::ofstream file(filler, std::ios::binary);
            const std::string piece(4096, 'f');
            while (file.write(piece.data(), static_cast<std::streamsize>(piece.size())).flush()) {
            }
        }
        const std::uintmax_t size = fs::file_size(filler);
        fs::resize_file(filler, size > bytes ? size - bytes : 0);
    }
    void removeFiller() const { fs::remove(m_folder / "filler"); }

private:
    fs::path m_folder;
    bool m_mounted = false;
};

} // namespace

/// Whatever happens while a file is saved, the old one or the new one is there.
class SavingTest : public QObject {
    Q_OBJECT

    QTemporaryDir m_folder;
    fs::path path(const std::string& name) const { return fs::path(m_folder.path().toStdString()) / name; }

    /// Saves one version after the other until it is killed. Runs in a process of its own.
    [[noreturn]] static void saveForever(const Kind& kind, const fs::path& file) {
        try {
            for (int version = 2;; ++version) {
                kind.save(file, version);
                progress->saved = version;
            }
        } catch (...) {
            _exit(1);
        }
    }

private slots:
    void killedWhileSaving() {
        constexpr int kills = 200;
        void* shared = mmap(nullptr, sizeof(Progress), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
        QVERIFY(shared != MAP_FAILED);
        auto* const watched = new (shared) Progress;
        std::uint32_t random = 7;
        int oldFiles = 0;
        int newFiles = 0;
        int left = 0;
        for (int i = 0; i < kills; ++i) {
            const Kind& kind = kinds()[static_cast<std::size_t>(i) % kinds().size()];
            const fs::path folder = path("kill" + std::to_string(i));
            fs::create_directory(folder);
            const fs::path file = folder / kind.name;
            kind.save(file, 1);
            random = random * 1664525u + 1013904223u;
            const int moment = 1 + static_cast<int>(random >> 16) % 30;
            // Half of them from outside, whatever they are at; half of them just before a call to the system.
            const bool fromOutside = i % 2 == 0;
            watched->calls = 0;
            watched->saved = 1;
            watched->killedAt = fromOutside ? 0 : moment;
            const pid_t child = fork();
            if (child == 0) {
                progress = watched;
                saveForever(kind, file);
            }
            QVERIFY(child > 0);
            if (fromOutside) {
                while (watched->calls < moment)
                    sched_yield();
                QCOMPARE(::kill(child, SIGKILL), 0);
            }
            int status = 0;
            QCOMPARE(waitpid(child, &status, 0), child);
            QVERIFY2(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL, kind.name);
            const int saved = watched->saved;
            int found = -1;
            const QString failure = refusal([&] { found = kind.load(file); });
            QVERIFY2(failure.isEmpty(), qPrintable(failure));
            QVERIFY2(found == saved || found == saved + 1,
                qPrintable(QString("%1: version %2 after %3").arg(kind.name).arg(found).arg(saved)));
            ++(found == saved ? oldFiles : newFiles);
            // At most one name that was not given back: between its making and the renaming.
            QVERIFY(entries(folder) <= 2);
            left += static_cast<int>(entries(folder)) - 1;
            // And the next one that saves there takes that away.
            kind.save(file, 3);
            QCOMPARE(entries(folder), std::size_t{1});
            fs::remove_all(folder);
        }
        munmap(shared, sizeof(Progress));
        qInfo("%d kills: %d times the old file, %d times the new one, never a mixture; %d temporary files left", kills,
            oldFiles, newFiles, left);
        QVERIFY(left > 0);
        QVERIFY(oldFiles > 0);
        QCOMPARE(oldFiles + newFiles, kills);
    }

    /// Until it has its name: what cannot see this process, in a container or on another machine, leaves it alone.
    void theTemporaryFileIsLocked() {
        renamedLocked = 0;
        renamedFree = 0;
        for (const Kind& kind : kinds())
            kind.save(path(kind.name), 1);
        QCOMPARE(renamedLocked, static_cast<int>(kinds().size()));
        QCOMPARE(renamedFree, 0);
        // And not longer than that.
        const int file = open(path(kinds().front().name).c_str(), O_RDWR | O_CLOEXEC);
        QCOMPARE(flock(file, LOCK_EX | LOCK_NB), 0);
        close(file);
    }

    void diskFullAtAHundredOffsets() {
        const SmallDisk disk(path("disk"));
        const auto check = [&](const fs::path& folder, int i, const char* reason,
                               const std::function<QString(const Kind&, const fs::path&)>& attempt) {
            const Kind& kind = kinds()[static_cast<std::size_t>(i) % kinds().size()];
            const fs::path file = folder / kind.name;
            const std::size_t before = entries(folder);
            const QString message = attempt(kind, file);
            QVERIFY2(message.contains(reason) && message.contains("What was there before was kept"),
                qPrintable(QString("%1, offset %2: %3").arg(kind.name).arg(i).arg(message)));
            QVERIFY2(message.contains("save elsewhere"), qPrintable(message));
            QCOMPARE(kind.load(file), 1);
            QCOMPARE(entries(folder), before);
        };
        // Of a file that has its place: the hundred offsets are spread over all of it.
        const auto offset = [](const fs::path& file, int i) {
            return static_cast<std::size_t>(i) * static_cast<std::size_t>(fs::file_size(file)) / 100;
        };
        if (disk.isMounted()) {
            for (int i = 0; i < 100; ++i) {
                const Kind& kind = kinds()[static_cast<std::size_t>(i) % kinds().size()];
                fs::remove(path("disk") / kind.name);
                disk.removeFiller();
                kind.save(path("disk") / kind.name, 1);
                disk.leaveRoom(offset(path("disk") / kind.name, i));
                check(path("disk"), i, "no space left on the disk",
                    [&](const Kind& saved, const fs::path& file) { return refusal([&] { saved.save(file, 2); }); });
                fs::remove(path("disk") / kind.name);
            }
            qInfo("a disk of its own was full at 100 offsets");
        } else {
            qInfo("no right to mount a small disk: the limit on files alone stands for it");
        }
        fs::create_directory(path("limit"));
        for (const Kind& kind : kinds())
            kind.save(path("limit") / kind.name, 1);
        for (int i = 0; i < 100; ++i)
            check(path("limit"), i, "a limit on the size of files", [&](const Kind& kind, const fs::path& file) {
                const testing::SizeLimit limit(static_cast<rlim_t>(offset(file, i)));
                return refusal([&] { kind.save(file, 2); });
            });
    }

    void aParentThatIsAFile() {
        writeFileAtomically(path("parent"), "kept");
        for (const Kind& kind : kinds()) {
            const QString message = refusal([&] { kind.save(path("parent") / "below", 1); });
            QVERIFY2(message.contains("a file in the place of the folder") && message.contains("Choose another folder"),
                qPrintable(message));
            QCOMPARE(readWholeFile(path("parent"), 100), std::string("kept"));
        }
    }

    void readingFailsHalfWay() {
        for (const Kind& kind : kinds()) {
            const fs::path file = path(kind.name);
            kind.save(file, 3);
            const auto size = static_cast<std::int64_t>(fs::file_size(file));
            for (const std::int64_t part : {std::int64_t{0}, size / 3, size / 2, size - 1}) {
                readable = part;
                const QString message = refusal([&] { kind.load(file); });
                readable = -1;
                QVERIFY2(message.contains(kind.name), qPrintable(message));
                QVERIFY2(
                    message.contains("copy the file elsewhere") || message.contains("Is it a"), qPrintable(message));
            }
            QCOMPARE(kind.load(file), 3);
        }
    }

    /// Whoever writes a file in another way loses what this test is about.
    void everythingIsSavedInThisWay() {
        const fs::path root(KERNELSCOPE_SOURCE_DIR);
        // What may be cut short: what is downloaded piece by piece and checked at its end, and pictures for developers.
        const std::set<std::string> others{"atomic_file.cpp", "screenshot_tour.cpp", "downloader.cpp", "download.cpp",
            "event_loop_monitor.cpp", "cuda_module.cpp"};
        QStringList found;
        for (const char* part : {"core", "gui"})
            for (const fs::directory_entry& entry : fs::recursive_directory_iterator(root / part)) {
                const fs::path& file = entry.path();
                if ((file.extension() != ".cpp" && file.extension() != ".h") ||
                    others.contains(file.filename().string()))
                    continue;
                const std::string text = readWholeFile(file, 10 << 20);
                for (const char* way : {"ofstream", "QSaveFile", "fopen(", "WriteOnly)", "std::fstream", "O_WRONLY"}) {
                    std::size_t at = text.find(way);
                    // A buffer in memory is no file.
                    while (at != std::string::npos && std::string(way) == "WriteOnly)" &&
                           text.rfind("uffer", at) != std::string::npos && at - text.rfind("uffer", at) < 40)
                        at = text.find(way, at + 1);
                    if (at != std::string::npos)
                        found << QString::fromStdString(file.string() + ": " + way);
                }
            }
        QVERIFY2(found.isEmpty(), qPrintable(found.join('\n')));
    }
};

QTEST_APPLESS_MAIN(SavingTest)
#include "saving_test.moc"
