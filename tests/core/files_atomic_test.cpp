// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/error.h"
#include "files/atomic_file.h"
#include "refusal.h"
#include "size_limit.h"

#include <QTemporaryDir>
#include <QtTest>

#include <filesystem>
#include <string>
#include <sys/stat.h>

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
