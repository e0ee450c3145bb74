// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/error.h"
#include "files/abandoned_files.h"
#include "files/atomic_file.h"
#include "refusal.h"
#include "size_limit.h"

#include <QTemporaryDir>
#include <QtTest>

#include <chrono>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <string>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <vector>

using namespace kernelscope;
using kernelscope::testing::refusal;
using kernelscope::testing::SizeLimit;
namespace fs = std::filesystem;

namespace {

std::size_t entries(const fs::path& folder) {
    return static_cast<std::size_t>(std::distance(fs::directory_iterator(folder), fs::directory_iterator()));
}

} // namespace

class FilesAtomicTest : public QObject {
    Q_OBJECT

    QTemporaryDir m_folder;
    fs::path path(const char* name) const { return fs::path(m_folder.path().toStdString()) / name; }

private slots:
    void writesAndReadsWhatIsLargerThanOnePiece() {
        std::string content;
        for (int i = 0; i < 300000; ++i)
            content += static_cast<char>(i * 7 % 251);
        writeFileAtomically(path("large"), content);
        QVERIFY(readWholeFile(path("large"), content.size()) == content);
        writeFileAtomically(path("large"), "");
        QVERIFY(readWholeFile(path("large"), 0).empty());
        QCOMPARE(entries(m_folder.path().toStdString()), std::size_t{1});
    }

    void keepsTheModeOfTheFileAndTheLinkToIt() {
        writeFileAtomically(path("mode"), "old");
        QCOMPARE(chmod(path("mode").c_str(), 0640), 0);
        fs::create_symlink("mode", path("link"));
        writeFileAtomically(path("link"), "new");
        QVERIFY(fs::is_symlink(path("link")));
        QCOMPARE(readWholeFile(path("mode"), 100), std::string("new"));
        QCOMPARE(static_cast<unsigned>(fs::status(path("mode")).permissions()), 0640u);
    }

    /// What a link leads to is written, also where it is not there yet.
    void aLinkToNothingLeadsToTheNewFile() {
        const fs::path folder = path("links");
        fs::create_directories(folder / "inner");
        fs::create_symlink("inner/there", folder / "first");
        fs::create_symlink("first", folder / "second");
        fs::create_symlink(fs::absolute(folder / "inner" / "far"), folder / "absolute");
        fs::create_symlink("nowhere/there", folder / "lost");
        fs::create_symlink("circle", folder / "circle");
        for (const char* link : {"second", "absolute", "lost", "circle"})
            refusal([&] { checkFileWritable(folder / link); });
        writeFileAtomically(folder / "second", "content");
        writeFileAtomically(folder / "absolute", "content");
        for (const char* link : {"first", "second", "absolute"})
            QVERIFY2(fs::is_symlink(folder / link), link);
        QCOMPARE(readWholeFile(folder / "inner" / "there", 100), std::string("content"));
        QCOMPARE(readWholeFile(folder / "inner" / "far", 100), std::string("content"));
        QVERIFY(fileBehindLinks(folder / "second") == folder / "inner" / "there");
        QVERIFY(refusal([&] { writeFileAtomically(folder / "lost", "x"); }).contains("Create the folder first"));
        QVERIFY(refusal([&] { writeFileAtomically(folder / "circle", "x"); }).contains("in a circle"));
        QVERIFY(fs::is_symlink(folder / "lost") && fs::is_symlink(folder / "circle"));
        QCOMPARE(entries(folder), std::size_t{6});
    }

    /// The next one that saves in the folder removes them; never what a process is still at.
    void whatKilledProcessesLeftIsRemoved() {
        const fs::path folder = path("left");
        fs::create_directory(folder);
        const std::string whole = temporaryName(1, 0);
        const std::string here = whole.substr(0, whole.size() - std::string("1-0.tmp").size());
        const auto left = [&](const std::string& process, const std::string& rest = "-0.tmp") {
            const fs::path file = folder / (here + process + rest);
            std::ofstream(file) << "half of it";
            return file;
        };
        const auto endedProcess = [] {
            const pid_t child = fork();
            if (child == 0)
                _exit(0);
            waitpid(child, nullptr, 0);
            return std::to_string(child);
        };
        const std::string gone = endedProcess();
        const std::vector<fs::path> abandoned{
            left(gone), left(gone, "-17.tmp"), left(endedProcess(), "-4294967295.tmp")};
        // Of processes that are there: this one, and the first of all, which another user may own.
        std::vector<fs::path> kept{left(std::to_string(getpid()), "-4000000000.tmp"), left("1")};
        // Of none that this program wrote.
        for (const char* other : {"0", "-1", "x", "", "99999999999"})
            kept.push_back(left(other));
        for (const char* rest : {".tmp", "-.tmp", "-0.tmpx", "-0x.tmp", "-0", "-0-0.tmp"})
            kept.push_back(left(gone, rest));
        kept.push_back(folder / (here + gone + "-1.tmp"));
        fs::create_directory(kept.back());
        kept.push_back(folder / (here + gone + "-2.tmp"));
        fs::create_symlink(kept.front(), kept.back());
        // And one that somebody is at whose number means nothing here: in a container, or on another machine.
        kept.push_back(left(gone, "-3.tmp"));
        const int used = open(kept.back().c_str(), O_WRONLY);
        QCOMPARE(flock(used, LOCK_EX), 0);

        // Of another machine, where a process of that number may live: it must have been left for long.
        const fs::path young = folder / (".kernelscope-00000000-" + gone + "-0.tmp");
        const fs::path old = folder / (".kernelscope-00000000-" + gone + "-1.tmp");
        for (const fs::path& file : {young, old})
            std::ofstream(file) << "half of it";
        fs::last_write_time(old, fs::file_time_type::clock::now() - std::chrono::hours(25));
        kept.insert(kept.begin(), young);

        writeFileAtomically(folder / "file", "content");
        QVERIFY(!fs::exists(old));
        for (const fs::path& file : abandoned)
            QVERIFY2(!fs::exists(file), file.c_str());
        for (const fs::path& file : kept)
            QVERIFY2(fs::exists(fs::symlink_status(file)), file.c_str());
        close(used);
        checkFileWritable(folder / "file");
        QVERIFY(!fs::exists(kept.back()));
        QCOMPARE(readWholeFile(folder / "file", 100), std::string("content"));
        QCOMPARE(entries(folder), kept.size());
    }

    void aFullDiskKeepsTheOldFile() {
        writeFileAtomically(path("kept"), "the old content");
        const std::size_t before = entries(m_folder.path().toStdString());
        const std::string large(1 << 20, 'x');
        QString message;
        {
            const SizeLimit limit(200000);
            message = refusal([&] { writeFileAtomically(path("kept"), large); });
        }
        QVERIFY2(message.contains("kept") && message.contains("room for 1048576 bytes"), qPrintable(message));
        QVERIFY2(message.contains("save elsewhere"), qPrintable(message));
        QCOMPARE(readWholeFile(path("kept"), 100), std::string("the old content"));
        QCOMPARE(entries(m_folder.path().toStdString()), before);
    }

    void impossiblePathsSayWhatToDo() {
        writeFileAtomically(path("file"), "x");
        const QString inFile = refusal([&] { writeFileAtomically(path("file") / "below", "x"); });
        QVERIFY2(inFile.contains("a file in the place of the folder"), qPrintable(inFile));
        QVERIFY2(inFile.contains("Choose another folder"), qPrintable(inFile));
        const QString missing = refusal([&] { writeFileAtomically(path("nowhere") / "below", "x"); });
        QVERIFY2(missing.contains("Create the folder first"), qPrintable(missing));
        const QString folder = refusal([&] { writeFileAtomically(m_folder.path().toStdString(), "x"); });
        QVERIFY2(folder.contains("a folder of that name"), qPrintable(folder));
        const QString device = refusal([&] { writeFileAtomically("/dev/null", "x"); });
        QVERIFY2(device.contains("device"), qPrintable(device));
        QVERIFY(fs::is_character_file("/dev/null"));
        const QString longName = refusal([&] { writeFileAtomically(path("n") += std::string(300, 'n'), "x"); });
        QVERIFY2(longName.contains("nnn"), qPrintable(longName));
        QCOMPARE(readWholeFile(path("file"), 10), std::string("x"));
    }

    void checkingLeavesNothingBehind() {
        const std::size_t before = entries(m_folder.path().toStdString());
        QVERIFY(refusal([&] { checkFileWritable(path("new")); }).isEmpty());
        QVERIFY(refusal([&] { checkFileWritable(path("nowhere") / "new"); }).contains("Create the folder first"));
        QVERIFY(refusal([&] { checkFileWritable(m_folder.path().toStdString()); }).contains("a folder of that name"));
        QCOMPARE(entries(m_folder.path().toStdString()), before);
    }

    void readingRefusesWhatIsNoFileOrTooLarge() {
        QVERIFY(refusal([&] { readWholeFile(path("missing"), 10); }).contains("no such file"));
        QVERIFY(refusal([&] { readWholeFile(m_folder.path().toStdString(), 10); }).contains("a folder"));
        writeFileAtomically(path("eleven"), "12345678901");
        const QString large = refusal([&] { readWholeFile(path("eleven"), 10); });
        QVERIFY2(large.contains("11 bytes") && large.contains("at most 10 bytes"), qPrintable(large));
        // What has no size of its own is stopped at the limit, too.
        QVERIFY(refusal([&] { readWholeFile("/dev/zero", 1000); }).contains("at most 1000 bytes"));
    }
};

QTEST_APPLESS_MAIN(FilesAtomicTest)
#include "files_atomic_test.moc"
