// SPDX-License-Identifier: GPL-3.0-or-later
// The rules of the house that the link graph does not enforce by itself.
#include <QDir>
#include <QDirIterator>
#include <QFile>
#include <QRegularExpression>
#include <QtTest>

namespace {

const QString root = QStringLiteral(KERNELSCOPE_SOURCE_DIR);

struct SourceFile {
    QString path; // relative to the root
    QString text;
};

QString contentOf(const QString& path) {
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? QString::fromUtf8(file.readAll()) : QString();
}

/// All files below a folder whose names end like that.
QList<SourceFile> filesBelow(const QString& folder, const QStringList& patterns) {
    QList<SourceFile> files;
    QDirIterator it(root + '/' + folder, patterns, QDir::Files, QDirIterator::Subdirectories);
    while (it.hasNext()) {
        const QString path = it.next();
        files.append({QDir(root).relativeFilePath(path), contentOf(path)});
    }
    return files;
}

const QStringList cppPatterns{"*.h", "*.cpp", "*.inl", "*.cu", "*.cuh"};

} // namespace

class ArchitectureTest : public QObject {
    Q_OBJECT

private slots:
    void neverArrows_data() {
        QTest::addColumn<QString>("folder");
        QTest::addColumn<QString>("forbidden");
        QTest::newRow("core knows no Qt") << "core"
                                          << R"(#include\s*[<\x22](Q[A-Z]\w*|Qt\w*/\w+|qt\w*|qcustomplot.*)[>\x22])";
        QTest::newRow("core knows no CUDA") << "core"
                                            << R"(#include\s*[<\x22](cuda|cublas|\.\./cuda).*[>\x22])";
        QTest::newRow("core knows no gui") << "core"
                                           << R"(#include\s*[<\x22](\.\./gui|gui/).*[>\x22])";
        QTest::newRow("cuda knows no Qt") << "cuda"
                                          << R"(#include\s*[<\x22](Q[A-Z]\w*|Qt\w*/\w+)[>\x22])";
        QTest::newRow("gui knows no CUDA") << "gui"
                                           << R"(#include\s*[<\x22](cuda|cublas|.*\.cuh).*[>\x22])";
    }
    void neverArrows() {
        QFETCH(QString, folder);
        QFETCH(QString, forbidden);
        const QList<SourceFile> files = filesBelow(folder, cppPatterns);
        if (folder != "cuda") // which may hold no sources yet
            QVERIFY(!files.isEmpty());
        const QRegularExpression pattern(forbidden);
        for (const SourceFile& file : files)
            QVERIFY2(!pattern.match(file.text).hasMatch(), qPrintable(file.path));
    }

    void deviceHeadersStayInCuda() {
        for (const char* folder : {"core", "gui", "resources"})
            QVERIFY(filesBelow(folder, {"*.cu", "*.cuh"}).isEmpty());
    }

    void testsLinkTheLibrariesInsteadOfCompilingThemAgain() {
        const QRegularExpression source(R"((core|gui)/[\w/]+\.cpp)");
        for (const SourceFile& file : filesBelow("tests", {"CMakeLists.txt"}))
            QVERIFY2(!source.match(file.text).hasMatch(), qPrintable(file.path));
    }

    void everySourceNamesItsLicence() {
        for (const char* folder : {"core", "gui", "cuda", "resources", "tests"})
            for (const SourceFile& file : filesBelow(folder, cppPatterns))
                QVERIFY2(file.text.startsWith("// SPDX-License-Identifier: GPL-3.0-or-later\n"), qPrintable(file.path));
    }

    void theTopLevelStaysSmall() {
        const QStringList allowed{"CHANGELOG.md", "CMakeLists.txt", "CMakePresets.json", "LICENSE", "README.md",
            "build", "core", "cuda", "dev", "gui", "resources", "tests"};
        for (const QString& entry : QDir(root).entryList(QDir::AllEntries | QDir::NoDotAndDotDot))
            QVERIFY2(allowed.contains(entry), qPrintable(entry));
    }

    /// ELF names its needed libraries as plain strings, so their absence shows in the bytes.
    void theCommandLinksNoQt() {
        QFile command(QCoreApplication::applicationDirPath() + "/../kernelscope-cli");
        QVERIFY(command.open(QIODevice::ReadOnly));
        QVERIFY(!command.readAll().contains("libQt6"));
    }
};

QTEST_GUILESS_MAIN(ArchitectureTest)
#include "architecture_test.moc"
