// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/made_files.h"
#include "data/data_set.h"
#include "data/idx_reader.h"
#include "data/picture.h"

#include <QTemporaryDir>
#include <QtTest>

using namespace kernelscope;

namespace {

/// What reading says, or nothing where it succeeds.
template <class Function>
QString refusal(Function read) {
    try {
        read();
    } catch (const Error& error) {
        return QString::fromStdString(error.what());
    }
    return {};
}

const Bytes pngStart{0x89, 'P', 'N', 'G', 0x0D, 0x0A, 0x1A, 0x0A, 0, 0, 0, 13, 'I', 'H', 'D', 'R'};
const Bytes jpegStart{0xFF, 0xD8, 0xFF, 0xE0, 0, 16, 'J', 'F', 'I', 'F', 0, 1, 1, 0, 0, 1};
const Bytes zipStart{'P', 'K', 3, 4, 20, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0};

} // namespace

/// A build without zlib, libpng and libjpeg: this test is linked with the files that take their places.
class MissingFormatsTest : public QObject {
    Q_OBJECT

    QTemporaryDir m_folder;
    std::filesystem::path path(const char* name) const { return m_folder.filePath(name).toStdString(); }

private slots:
    void uncompressedFilesAreRead() {
        write(path("labels-idx1-ubyte"), idx({3}, {7, 8, 9}));
        QCOMPARE(IdxReader(path("labels-idx1-ubyte"), 1).read(), (std::vector<std::uint8_t>{7, 8, 9}));
    }

    void compressedFilesAreRefused() {
        write(path("labels-idx1-ubyte.gz"), gzip(idx({3}, {7, 8, 9})));
        const QString text = refusal([&] { IdxReader(path("labels-idx1-ubyte.gz"), 1); });
        QVERIFY2(text.contains("labels-idx1-ubyte.gz") && text.contains("without zlib") && text.contains("gunzip"),
            qPrintable(text));
    }

    void archivesAreRefused() {
        write(path("digits.npz"), zipStart);
        const QString text = refusal([&] { openDataSet(path("digits.npz").string()); });
        QVERIFY2(text.contains("digits.npz") && text.contains("without zlib"), qPrintable(text));
    }

    void picturesAreRefused() {
        const QString png = refusal([] { decodePicture(pngStart, "seven.png"); });
        QVERIFY2(png.contains("seven.png") && png.contains("without libpng"), qPrintable(png));
        const QString jpeg = refusal([] { decodePicture(jpegStart, "seven.jpg"); });
        QVERIFY2(jpeg.contains("seven.jpg") && jpeg.contains("without libjpeg"), qPrintable(jpeg));
    }

    void wholeSetsSayIt() {
        QDir(m_folder.path()).mkdir("mnist");
        for (const char* part : {"train", "t10k"}) {
            write(path("mnist") / (std::string(part) + "-images-idx3-ubyte.gz"), gzip(idx({1, 2, 2}, {1, 2, 3, 4})));
            write(path("mnist") / (std::string(part) + "-labels-idx1-ubyte.gz"), gzip(idx({1}, {1})));
        }
        const QString text = refusal([&] { openDataSet(path("mnist").string()); });
        QVERIFY2(text.contains("without zlib"), qPrintable(text));
    }
};

QTEST_APPLESS_MAIN(MissingFormatsTest)
#include "missing_formats_test.moc"
