// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/error.h"
#include "core/data/hostile_files.h"
#include "data/gzip_file.h"
#include "data/idx_reader.h"
#include "data/mnist_folder.h"

#include <QtTest>

#include <algorithm>
#include <filesystem>
#include <functional>
#include <vector>

#include <sys/stat.h>

using namespace kernelscope;
namespace fs = std::filesystem;

namespace {

// The good set that each hostile case spoils in one place: 5 + 3 images of 4 x 3 pixels.
constexpr std::uint32_t kRows = 4;
constexpr std::uint32_t kColumns = 3;
const char* const kTrainImages = "train-images-idx3-ubyte";
const char* const kTrainLabels = "train-labels-idx1-ubyte";
const char* const kTestImages = "t10k-images-idx3-ubyte";
const char* const kTestLabels = "t10k-labels-idx1-ubyte";

Bytes pixels(std::uint32_t count) {
    Bytes bytes(std::size_t{count} * kRows * kColumns);
    for (std::size_t i = 0; i < bytes.size(); ++i)
        bytes[i] = static_cast<std::uint8_t>(37 * i + count);
    return bytes;
}

Bytes images(std::uint32_t count) {
    return idx({count, kRows, kColumns}, pixels(count));
}

Bytes labels(const Bytes& values) {
    return idx({static_cast<std::uint32_t>(values.size())}, values);
}

const Bytes kTrainLabelValues = {3, 1, 4, 1, 9};
const Bytes kTestLabelValues = {2, 7, 0};

void writeGoodSet(const fs::path& folder, bool compressed) {
    const auto put = [&](std::string name, const Bytes& bytes) {
        if (compressed)
            name += ".gz";
        write(folder / name, compressed ? gzip(bytes) : bytes);
    };
    put(kTrainImages, images(5));
    put(kTrainLabels, labels(kTrainLabelValues));
    put(kTestImages, images(3));
    put(kTestLabels, labels(kTestLabelValues));
}

/// One spoilt file: which one, how, and what the message must say.
struct HostileCase {
    std::string name;
    std::string file; ///< Named by the message; spoilt by `spoil`, which gets its path.
    std::function<void(const fs::path&)> spoil;
    std::string found;
    std::string expected;
};

std::function<void(const fs::path&)> content(Bytes bytes) {
    return [bytes = std::move(bytes)](const fs::path& path) { write(path, bytes); };
}

/// The same content in a .gz file in the plain one's place.
std::function<void(const fs::path&)> replaceByGzip(Bytes bytes) {
    return [bytes = std::move(bytes)](const fs::path& path) {
        fs::path plain = path;
        fs::remove(plain.replace_extension());
        write(path, bytes);
    };
}

std::string gz(const char* name) {
    return std::string(name) + ".gz";
}

std::vector<HostileCase> hostileCases() {
    std::vector<HostileCase> cases;
    const auto add = [&](std::string name, std::string file, std::function<void(const fs::path&)> spoil,
                         std::string found, std::string expected) {
        cases.push_back({std::move(name), std::move(file), std::move(spoil), std::move(found), std::move(expected)});
    };
    const auto addCut = [&](const char* file, const Bytes& whole, std::size_t headerSize) {
        for (std::size_t count = 0; count < headerSize; ++count) {
            const std::string found = count == 0 ? "empty file" : std::to_string(count) + " byte";
            const std::string expected =
                count == 0 ? "a file with content" : "a header of " + std::to_string(headerSize) + " bytes";
            add(std::string(file) + " cut after byte " + std::to_string(count), file, content(firstBytes(whole, count)),
                found, expected);
        }
    };
    addCut(kTrainImages, images(5), 16);
    addCut(kTestImages, images(3), 16);
    addCut(kTrainLabels, labels(kTrainLabelValues), 8);
    addCut(kTestLabels, labels(kTestLabelValues), 8);

    for (const char* file : {kTrainImages, kTrainLabels, kTestImages, kTestLabels}) {
        add(
            std::string("no ") + file, file, [](const fs::path& path) { fs::remove(path); }, "no such file",
            "four files");
        add(
            std::string("a folder for ") + file, file,
            [](const fs::path& path) {
                fs::remove(path);
                fs::create_directory(path);
            },
            "a folder", "a file");
    }
    add(
        "a pipe", kTrainImages,
        [](const fs::path& path) {
            fs::remove(path);
            mkfifo(path.c_str(), 0600);
        },
        "no regular file", "a file");
    add(
        "a device", kTrainLabels,
        [](const fs::path& path) {
            fs::remove(path);
            fs::create_symlink("/dev/zero", path);
        },
        "no regular file", "a file");
    add("zero bytes only", kTrainImages, content(Bytes(200, 0)), "starts with 00 00 00 00", "00 00 08 03");
    add("text", kTrainLabels, content(Bytes(200, 'x')), "starts with 78 78 78 78", "00 00 08 01");
    add("labels for images", kTrainImages, content(labels(kTrainLabelValues)), "00 00 08 01", "00 00 08 03");
    add("images for labels", kTestLabels, content(images(3)), "00 00 08 03", "00 00 08 01");
    Bytes other = images(5);
    other[0] = 1;
    add("wrong first byte", kTrainImages, content(other), "01 00 08 03", "00 00 08 03");
    for (const std::uint8_t type : Bytes{0x09, 0x0B, 0x0C, 0x0D, 0x0E}) {
        Bytes typed = images(5);
        typed[2] = type;
        add("value type " + std::to_string(type), kTrainImages, content(typed), "starts with", "00 00 08 03");
    }
    add("one dimension too many", kTestImages, content(idx({3, 1, kRows, kColumns}, pixels(3))), "00 00 08 04",
        "00 00 08 03");
    add("255 dimensions", kTestLabels, content({0, 0, 8, 255, 0, 0, 0, 1, 0}), "00 00 08 ff", "00 00 08 01");

    constexpr std::uint32_t kMax = 0xFFFFFFFFU;
    add("2^32-1 images", kTrainImages, content(idx({kMax, kRows, kColumns}, pixels(5))), "4294967295 x 4 x 3",
        "the 76 bytes of the file");
    add("2^32-1 labels", kTestLabels, content(idx({kMax}, kTestLabelValues)), "4294967295", "the 11 bytes of the file");
    add("largest sizes", kTrainImages, content(idx({kMax, kMax, kMax}, pixels(5))), "4294967295 x 4294967295",
        "no more than a file can hold");
    add("a product that wraps to 0", kTrainImages, content(idx({0x80000000U, 0x80000000U, 4}, pixels(5))),
        "2147483648 x 2147483648 x 4", "no more than a file can hold");
    add("a product that wraps to 60", kTrainImages, content(idx({60, 0x80000000U + 1, 0x80000000U}, pixels(5))),
        "60 x 2147483649", "no more than a file can hold");
    add("a product that fits 63 bits", kTrainImages, content(idx({0x10000U, 0x10000U, 0x10000U}, pixels(5))),
        "65536 x 65536", "the 76 bytes of the file");
    add("no images", kTrainImages, content(idx({0, kRows, kColumns}, {})), "0 x 4 x 3", "at least one");
    add("no rows", kTrainImages, content(idx({5, 0, kColumns}, {})), "5 x 0 x 3", "at least one");
    add("no columns", kTrainImages, content(idx({5, kRows, 0}, {})), "5 x 4 x 0", "at least one");
    add("no labels", kTestLabels, content(idx({0}, {})), "0 values", "at least one");
    add("an enormous side", kTestImages, content(idx({1, 1, 5000}, Bytes(5000, 1))), "images of 1 x 5000",
        "4096 pixels");
    add("one pixel missing", kTrainImages, content(firstBytes(images(5), 75)), "76 bytes", "the 75 bytes of the file");
    add("one pixel too many", kTrainImages, content(joined(images(5), {0})), "77 bytes", "76 bytes");
    add("one label missing", kTrainLabels, content(firstBytes(labels(kTrainLabelValues), 12)), "13 bytes", "12 bytes");
    add("one label too many", kTrainLabels, content(joined(labels(kTrainLabelValues), {0})), "14 bytes", "13 bytes");
    add("label 10", kTrainLabels, content(labels({3, 1, 10, 1, 9})), "label 10 for image 2", "labels from 0 to 9");
    add("label 255", kTestLabels, content(labels({2, 7, 255})), "label 255 for image 2", "labels from 0 to 9");
    add("fewer labels than images", kTrainLabels, content(labels({3, 1, 4, 1})), "4 labels", "5, as many as images");
    add("more labels than images", kTestLabels, content(labels({3, 1, 4, 1})), "4 labels", "3, as many as images");
    add("other image size", kTestImages, content(idx({3, 3, 4}, pixels(3))), "images of 1x3x4", "1x4x3");

    const Bytes packed = gzip(images(5));
    for (const std::size_t count : {std::size_t{2}, std::size_t{5}, std::size_t{10}, std::size_t{18}, packed.size() / 2,
             packed.size() - 9, packed.size() - 8, packed.size() - 4, packed.size() - 1})
        add("gzip cut after byte " + std::to_string(count), gz(kTrainImages), replaceByGzip(firstBytes(packed, count)),
            "cut off after " + std::to_string(count) + " bytes", "a whole gzip file");
    Bytes damaged = packed;
    damaged[damaged.size() - 6] ^= 0xFF;
    add("gzip with a wrong checksum", gz(kTrainImages), replaceByGzip(damaged), "incorrect data check", "intact gzip");
    damaged = packed;
    damaged[damaged.size() - 1] ^= 0xFF;
    add("gzip with a wrong length", gz(kTrainImages), replaceByGzip(damaged), "incorrect length check", "intact gzip");
    damaged = packed;
    damaged[2] = 7;
    add("gzip of an unknown method", gz(kTrainImages), replaceByGzip(damaged), "unknown compression method",
        "intact gzip");
    damaged = packed;
    std::fill(damaged.begin() + 10, damaged.end(), std::uint8_t{0xFF});
    add("gzip filled with ones", gz(kTrainImages), replaceByGzip(damaged), "damaged compressed data", "intact gzip");
    add("gzip with trailing bytes", gz(kTrainImages), replaceByGzip(joined(packed, {1, 2, 3})), "more bytes behind",
        "the end of the file");
    add("gzip with a pixel too many", gz(kTrainImages), replaceByGzip(gzip(joined(images(5), {0}))),
        "more than 76 bytes", "exactly as many");
    add("gzip with a pixel missing", gz(kTrainImages), replaceByGzip(gzip(firstBytes(images(5), 75))), "75 bytes",
        "76 bytes");
    add("gzip of a cut header", gz(kTestLabels), replaceByGzip(gzip({0, 0, 8, 1, 0, 0})), "6 bytes",
        "a header of 8 bytes");
    add("gzip of nothing", gz(kTestLabels), replaceByGzip(gzip({})), "0 bytes", "a header of 8 bytes");
    add("gzip that claims too much", gz(kTestLabels), replaceByGzip(gzip(idx({kMax}, kTestLabelValues))),
        "4294967295 values", "of gzip can hold");
    // 64 MiB of zero pixels in 64 KiB: behind a header that claims five images, and behind one that admits them all.
    const Bytes zeros(std::size_t{64} << 20, 0);
    add("a gzip bomb", gz(kTrainImages), replaceByGzip(gzip(joined(images(5), zeros))), "more than 76 bytes",
        "exactly as many");
    add("a gzip bomb that claims more than it holds", gz(kTrainImages),
        replaceByGzip(gzip(idx({60'000'000, 1, 1}, Bytes(std::size_t{56} << 20, 0)), 1)), "58720272 bytes",
        "60000016 bytes");
    Bytes damagedBomb = gzip(idx({64, 1024, 1024}, zeros));
    damagedBomb[damagedBomb.size() - 8] ^= 1;
    add("a gzip bomb with a wrong checksum", gz(kTrainImages), replaceByGzip(damagedBomb), "incorrect data check",
        "intact gzip");
    // Images that are whole, but whose labels are not.
    const auto addBesideBomb = [&](const std::string& name, const char* file, const Bytes& bytes,
                                   const std::string& found, const std::string& expected) {
        add(
            name, gz(file),
            [=](const fs::path& path) {
                replaceByGzip(gzip(bytes))(path);
                const fs::path bomb = path.parent_path() / gz(kTrainImages);
                replaceByGzip(gzip(idx({64, 1024, 1024}, zeros)))(bomb);
                replaceByGzip(gzip(idx({3, 1024, 1024}, Bytes(std::size_t{3} << 20))))(
                    path.parent_path() / gz(kTestImages));
            },
            found, expected);
    };
    addBesideBomb("too few labels beside a gzip bomb", kTrainLabels, idx({63}, Bytes(63)), "63 labels", "64");
    Bytes strayLabels(64, 1);
    strayLabels.back() = 77;
    addBesideBomb(
        "a stray label beside a gzip bomb", kTrainLabels, idx({64}, strayLabels), "label 77 for image 63", "0 to 9");
    // Labels by the million.
    add(
        "a gzip bomb of labels", gz(kTrainLabels),
        [zeros](const fs::path& path) {
            Bytes stray = zeros;
            stray.back() = 77;
            replaceByGzip(gzip(idx({static_cast<std::uint32_t>(stray.size())}, stray)))(path);
            const fs::path images = path.parent_path() / gz(kTrainImages);
            replaceByGzip(gzip(idx({static_cast<std::uint32_t>(zeros.size()), 1, 1}, zeros)))(images);
            write(path.parent_path() / kTestImages, idx({2, 1, 1}, Bytes(2)));
            write(path.parent_path() / kTestLabels, idx({2}, Bytes(2)));
        },
        "label 77 for image", "0 to 9");
    return cases;
}

} // namespace

class IdxReaderTest : public QObject {
    Q_OBJECT

private slots:
    void hostileFiles_data() {
        QTest::addColumn<int>("index");
        m_cases = hostileCases();
        QVERIFY(m_cases.size() >= 60);
        for (std::size_t i = 0; i < m_cases.size(); ++i)
            QTest::newRow(m_cases[i].name.c_str()) << static_cast<int>(i);
    }

    void hostileFiles() {
        QFETCH(int, index);
        const HostileCase& hostile = m_cases[static_cast<std::size_t>(index)];
        const QTemporaryDir temporary;
        const fs::path folder = temporary.path().toStdString();
        writeGoodSet(folder, false);
        hostile.spoil(folder / hostile.file);
        std::size_t onDisk = 0;
        for (const fs::directory_entry& entry : fs::directory_iterator(folder))
            onDisk += entry.is_regular_file() ? entry.file_size() : 0;
        watchMemory();
        try {
            readMnistFolder(folder);
            QFAIL("the file was accepted");
        } catch (const Error& error) {
            QVERIFY2(mostMemory() < onDisk + (1 << 20), qPrintable(QString::number(mostMemory())));
            const QString message = QString::fromUtf8(error.what());
            const std::string path = (folder / hostile.file).string();
            QCOMPARE(error.parts().subject, path);
            QVERIFY2(error.parts().found.find(hostile.found) != std::string::npos, qPrintable(message));
            QVERIFY2(error.parts().expected.find(hostile.expected) != std::string::npos, qPrintable(message));
            QVERIFY2(!error.parts().advice.empty(), qPrintable(message));
        }
    }

    void smallLiesStaySmall() {
        const QTemporaryDir temporary;
        const fs::path path = fs::path(temporary.path().toStdString()) / "images";
        write(path, idx({0xFFFFFFFFU, 28, 28}, Bytes(784, 7)));
        watchMemory();
        QVERIFY_EXCEPTION_THROWN(IdxReader(path, 3), Error);
        QVERIFY2(mostMemory() < 256 * 1024, qPrintable(QString::number(mostMemory())));
    }

    void pathBelowAFile() {
        const QTemporaryDir temporary;
        const fs::path file = fs::path(temporary.path().toStdString()) / "file";
        write(file, {1});
        QVERIFY_EXCEPTION_THROWN(GzipFile(file / "below"), Error);
    }

    void goodFiles_data() {
        QTest::addColumn<bool>("compressed");
        QTest::addColumn<bool>("dotted");
        QTest::newRow("plain") << false << false;
        QTest::newRow("gzip") << true << false;
        QTest::newRow("plain, dotted names") << false << true;
        QTest::newRow("gzip, dotted names") << true << true;
    }

    void goodFiles() {
        QFETCH(bool, compressed);
        QFETCH(bool, dotted);
        const QTemporaryDir temporary;
        const fs::path folder = fs::path(temporary.path().toStdString()) / "shapes";
        fs::create_directory(folder);
        writeGoodSet(folder, compressed);
        if (dotted) {
            std::vector<fs::path> paths;
            for (const fs::directory_entry& entry : fs::directory_iterator(folder))
                paths.push_back(entry.path());
            for (const fs::path& path : paths) {
                std::string name = path.filename().string();
                name[name.find("-idx")] = '.';
                fs::rename(path, folder / name);
            }
        }
        const auto data = readMnistFolder(folder);
        const DataInfo& info = data->info();
        QCOMPARE(info.name, std::string("shapes"));
        QCOMPARE(info.source, folder.string());
        QVERIFY((info.shape == Shape{1, 4, 3}));
        QCOMPARE(info.classes, 10);
        QCOMPARE(info.classNames.size(), std::size_t{10});
        QCOMPARE(info.trainCount, std::size_t{5});
        QCOMPARE(info.testCount, std::size_t{3});
        for (const Split split : {Split::Train, Split::Test}) {
            const auto count = static_cast<std::uint32_t>(info.count(split));
            const Bytes expected = pixels(count);
            const Bytes& expectedLabels = split == Split::Train ? kTrainLabelValues : kTestLabelValues;
            for (std::size_t i = 0; i < count; ++i) {
                const auto image = data->image(split, i);
                QCOMPARE(image.size(), std::size_t{12});
                QVERIFY(std::equal(image.begin(), image.end(), expected.begin() + static_cast<std::ptrdiff_t>(12 * i)));
                QCOMPARE(data->label(split, i), expectedLabels[i]);
            }
        }
    }

    void gzipInSeveralMembersAndByContent() {
        const QTemporaryDir temporary;
        const fs::path path = fs::path(temporary.path().toStdString()) / "labels-without-gz-in-the-name";
        const Bytes whole = labels(kTrainLabelValues);
        write(path, joined(gzip(firstBytes(whole, 6)), gzip(Bytes(whole.begin() + 6, whole.end()))));
        QVERIFY(IdxReader(path, 1).read() == kTrainLabelValues);
    }

    void namesOfFolders_data() {
        QTest::addColumn<QString>("folder");
        QTest::addColumn<QString>("name");
        QTest::newRow("mnist") << "mnist"
                               << "MNIST";
        QTest::newRow("MNIST-data") << "MNIST-data"
                                    << "MNIST";
        QTest::newRow("fashion") << "fashion-mnist"
                                 << "Fashion-MNIST";
        QTest::newRow("another of the family") << "kmnist"
                                               << "kmnist";
        QTest::newRow("own") << "my digits"
                             << "my digits";
    }

    void namesOfFolders() {
        QFETCH(QString, folder);
        QFETCH(QString, name);
        const QTemporaryDir temporary;
        const fs::path path = fs::path(temporary.path().toStdString()) / folder.toStdString();
        fs::create_directory(path);
        writeGoodSet(path, false);
        QCOMPARE(QString::fromStdString(readMnistFolder(path)->info().name), name);
        QCOMPARE(QString::fromStdString(readMnistFolder(path / "")->info().name), name); // with a slash at the end
    }

    void openDataSetByName() {
        const QTemporaryDir temporary;
        const fs::path folder = temporary.path().toStdString();
        writeGoodSet(folder, false);
        QCOMPARE(openDataSet(folder.string())->info().trainCount, std::size_t{5});
        QCOMPARE(openDataSet((folder / kTestLabels).string())->info().trainCount, std::size_t{5});
        write(folder / "notes.txt", {1});
        QVERIFY_EXCEPTION_THROWN(openDataSet((folder / "notes.txt").string()), Error);
        QVERIFY_EXCEPTION_THROWN(openDataSet((folder / "missing").string()), Error);
        QVERIFY_EXCEPTION_THROWN(openDataSet(""), Error);
    }

    void memoryDataSetRefusesWhatDoesNotFit() {
        DataInfo info;
        info.shape = {1, 2, 2};
        info.classes = 3;
        const MemoryDataSet::Part good{{1, 2, 3, 4}, {2}};
        QCOMPARE(MemoryDataSet(info, good, good).info().trainCount, std::size_t{1});
        const MemoryDataSet::Part badLabel{{1, 2, 3, 4}, {3}};
        QVERIFY_EXCEPTION_THROWN(MemoryDataSet(info, good, badLabel), Error);
        const MemoryDataSet::Part pixelMissing{{1, 2, 3}, {0}};
        QVERIFY_EXCEPTION_THROWN(MemoryDataSet(info, pixelMissing, good), Error);
        const MemoryDataSet::Part labelMissing{{1, 2, 3, 4}, {}};
        QVERIFY_EXCEPTION_THROWN(MemoryDataSet(info, labelMissing, good), Error);
    }

    /// Fashion-MNIST's files are called like MNIST's; its first labels are known.
    void fashionMnistIsKnownByItsLabels() {
        const QTemporaryDir temporary;
        const std::filesystem::path folder = temporary.path().toStdString();
        const auto labels = [](Bytes first, std::size_t count) {
            for (std::size_t i = first.size(); i < count; ++i)
                first.push_back(static_cast<std::uint8_t>(i % 10));
            return first;
        };
        const Bytes train = labels({9, 0, 0, 3, 0, 2, 7, 2, 5, 5}, 60000);
        write(folder / "train-images-idx3-ubyte", idx({60000, 1, 1}, Bytes(60000)));
        write(folder / "train-labels-idx1-ubyte", idx({60000}, train));
        write(folder / "t10k-images-idx3-ubyte", idx({10000, 1, 1}, Bytes(10000)));
        write(folder / "t10k-labels-idx1-ubyte", idx({10000}, labels({9, 2, 1, 1, 6, 1, 4, 6, 5, 7}, 10000)));
        const DataSetPtr fashion = openDataSet(folder.string());
        QCOMPARE(fashion->info().name, std::string("Fashion-MNIST"));
        QCOMPARE(fashion->info().classNames.at(9), std::string("Ankle boot"));
        // One of the twenty labels is another.
        write(folder / "t10k-labels-idx1-ubyte", idx({10000}, labels({9, 2, 1, 1, 6, 1, 4, 6, 5, 8}, 10000)));
        QCOMPARE(openDataSet(folder.string())->info().classNames.at(9), std::string("9"));
    }

    void realMnist() {
        const char* folder = std::getenv("KERNELSCOPE_MNIST");
        if (folder == nullptr)
            QSKIP("KERNELSCOPE_MNIST names no folder with MNIST");
        const auto data = readMnistFolder(folder);
        QVERIFY((data->info().shape == Shape{1, 28, 28}));
        QCOMPARE(data->info().trainCount, std::size_t{60000});
        QCOMPARE(data->info().testCount, std::size_t{10000});
        // The published checksums of the labels and pixels, by way of the whole files' MD5.
        const auto md5 = [&](Split split, bool ofLabels) {
            QCryptographicHash hash(QCryptographicHash::Md5);
            const auto count = static_cast<std::uint32_t>(data->info().count(split));
            const Bytes header = ofLabels ? idx({count}, {}) : idx({count, 28, 28}, {});
            hash.addData(QByteArrayView(header.data(), static_cast<qsizetype>(header.size())));
            for (std::size_t i = 0; i < count; ++i) {
                const std::uint8_t label = data->label(split, i);
                const auto image = data->image(split, i);
                const std::uint8_t* bytes = ofLabels ? &label : image.data();
                hash.addData(QByteArrayView(bytes, ofLabels ? 1 : static_cast<qsizetype>(image.size())));
            }
            return hash.result().toHex();
        };
        QCOMPARE(md5(Split::Train, false), QByteArray("6bbc9ace898e44ae57da46a324031adb"));
        QCOMPARE(md5(Split::Train, true), QByteArray("a25bea736e30d166cdddb491f175f624"));
        QCOMPARE(md5(Split::Test, false), QByteArray("2646ac647ad5339dbf082846283269ea"));
        QCOMPARE(md5(Split::Test, true), QByteArray("27ae3e4e09519cfbb04c329615203637"));
    }

private:
    std::vector<HostileCase> m_cases;
};

QTEST_APPLESS_MAIN(IdxReaderTest)
#include "idx_reader_test.moc"
