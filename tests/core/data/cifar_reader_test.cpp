// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/error.h"
#include "core/data/hostile_files.h"
#include "data/cifar_reader.h"

#include <QtTest>

#include <functional>
#include <map>
#include <thread>

using namespace kernelscope;
namespace fs = std::filesystem;

namespace {

constexpr std::size_t kPixels = 3072;

std::uint8_t pixel(std::size_t image, std::size_t at) {
    return static_cast<std::uint8_t>(31 * image + 7 * (at % 251) + at / kPixels);
}

/// Records with these labels; the image's number makes its pixels.
Bytes records(const std::vector<Bytes>& labels, std::size_t firstImage) {
    Bytes bytes;
    for (std::size_t i = 0; i < labels.size(); ++i) {
        bytes.insert(bytes.end(), labels[i].begin(), labels[i].end());
        for (std::size_t at = 0; at < kPixels; ++at)
            bytes.push_back(pixel(firstImage + i, at));
    }
    return bytes;
}

Bytes text(const std::string& value) {
    return {value.begin(), value.end()};
}

/// A set in miniature: file names and contents. Images are numbered in the order of the batches, the test's from 100.
using Files = std::map<std::string, Bytes>;

Files ten() {
    Files files;
    for (std::size_t batch = 1; batch <= 5; ++batch)
        files["data_batch_" + std::to_string(batch) + ".bin"] =
            records({{static_cast<std::uint8_t>(batch)}, {static_cast<std::uint8_t>(batch + 4)}}, 2 * (batch - 1));
    files["test_batch.bin"] = records({{0}, {9}, {4}}, 100);
    return files;
}

Files hundred() {
    std::string fine;
    std::string coarse;
    for (int i = 0; i < 100; ++i)
        fine += "kind " + std::to_string(i) + "\n";
    for (int i = 0; i < 20; ++i)
        coarse += "group " + std::to_string(i) + "\r\n";
    return {{"train.bin", records({{19, 99}, {0, 3}, {4, 50}, {7, 1}}, 0)}, {"test.bin", records({{1, 98}}, 100)},
        {"fine_label_names.txt", text(fine)}, {"coarse_label_names.txt", text(coarse)}};
}

void writeFolder(const fs::path& folder, const Files& files) {
    for (const auto& [name, content] : files)
        write(folder / name, content);
}

Bytes archive(const Files& files) {
    Bytes bytes = tarEntry("cifar-10-batches-bin/", {}, '5');
    // Backwards, for the published archive is in no order either.
    for (auto it = files.rbegin(); it != files.rend(); ++it)
        bytes = joined(std::move(bytes), tarEntry("cifar-10-batches-bin/" + it->first, it->second));
    bytes = joined(std::move(bytes), tarEntry("cifar-10-batches-bin/readme.html", text("<html>")));
    return joined(std::move(bytes), tarEnd());
}

void checkPixels(const DataSet& data, Split split, std::size_t firstImage) {
    for (std::size_t i = 0; i < data.info().count(split); ++i) {
        const auto image = data.image(split, i);
        QCOMPARE(image.size(), kPixels);
        for (std::size_t at = 0; at < kPixels; ++at)
            QCOMPARE(image[at], pixel(firstImage + i, at));
    }
}

void checkTen(const DataSet& data) {
    const DataInfo& info = data.info();
    QCOMPARE(info.name, std::string("CIFAR-10"));
    QVERIFY((info.shape == Shape{3, 32, 32}));
    QCOMPARE(info.classes, 10);
    QCOMPARE(info.trainCount, std::size_t{10});
    QCOMPARE(info.testCount, std::size_t{3});
    QCOMPARE(info.classNames.at(0), std::string("airplane"));
    QCOMPARE(info.classNames.at(9), std::string("truck"));
    for (std::size_t i = 0; i < 10; ++i)
        QCOMPARE(int(data.label(Split::Train, i)), int(i / 2 + 1 + (i % 2) * 4));
    QCOMPARE(int(data.label(Split::Test, 1)), 9);
    checkPixels(data, Split::Train, 0);
    checkPixels(data, Split::Test, 100);
}

/// A spoilt set: what is written at `path`, and what the message must say.
struct HostileCase {
    std::string name;
    std::function<void(const fs::path& folder)>
        spoil;           ///< Gets a folder with a good CIFAR-10; opens it, or its archive.
    std::string subject; ///< The end of the path that the message names.
    std::string found;
    std::string expected;
};

std::vector<HostileCase> hostileCases() {
    std::vector<HostileCase> cases;
    const auto add = [&](std::string name, std::function<void(const fs::path&)> spoil, std::string subject,
                         std::string found, std::string expected) {
        cases.push_back({std::move(name), std::move(spoil), std::move(subject), std::move(found), std::move(expected)});
    };
    const auto put = [](std::string name, Bytes bytes) {
        return
            [name = std::move(name), bytes = std::move(bytes)](const fs::path& folder) { write(folder / name, bytes); };
    };
    const auto drop = [](std::vector<std::string> names) {
        return [names = std::move(names)](const fs::path& folder) {
            for (const std::string& name : names)
                fs::remove(folder / name);
        };
    };
    const std::string three = "data_batch_3.bin";
    const Bytes good = ten()[three];
    add("a byte missing", put(three, firstBytes(good, good.size() - 1)), three, "6145 bytes", "multiple of 3073");
    add("a byte too many", put(three, joined(good, {0})), three, "6147 bytes", "multiple of 3073");
    add("one byte", put(three, {1}), three, "1 byte", "multiple of 3073");
    add("empty", put(three, {}), three, "empty file", "content");
    add("label 10", put(three, records({{3}, {10}}, 0)), three, "label 10 for image 1", "from 0 to 9");
    add("label 255", put("test_batch.bin", records({{255}}, 0)), "test_batch.bin", "label 255 for image 0", "0 to 9");
    add("no test", drop({"test_batch.bin"}), "", "no file of test images", "test_batch.bin");
    add("no training", drop({"data_batch_1.bin", "data_batch_2.bin", three, "data_batch_4.bin", "data_batch_5.bin"}),
        "", "no file of training images", "data_batch_1.bin");
    add("too few names", put("batches.meta.txt", text("cat\ndog\n")), "batches.meta.txt", "2 names", "10");
    add("a long list of names", put("batches.meta.txt", Bytes(70000, 'x')), "batches.meta.txt", "more than 65536",
        "list of class names");
    add(
        "a folder for a file",
        [three](const fs::path& folder) {
            fs::remove(folder / three);
            fs::create_directory(folder / three);
        },
        three, "a folder", "a file");
    add(
        "twice", [three, good](const fs::path& folder) { write(folder / (three + ".gz"), gzip(good)); }, three + ".gz",
        "second file", "once");
    Bytes packed = gzip(good);
    packed[packed.size() - 5] ^= 1;
    add(
        "a damaged .gz",
        [three, packed](const fs::path& folder) {
            fs::remove(folder / three);
            write(folder / (three + ".gz"), packed);
        },
        three + ".gz", "incorrect data check", "intact");

    const auto tar = [&](std::string name, Bytes bytes, std::string subject, std::string found, std::string expected) {
        add(
            std::move(name),
            [bytes = std::move(bytes)](const fs::path& folder) {
                fs::remove_all(folder);
                write(folder, bytes); // in the folder's place
            },
            std::move(subject), std::move(found), std::move(expected));
    };
    const Bytes whole = archive(ten());
    for (const std::size_t count : {std::size_t{512}, whole.size() - 1024})
        tar("archive cut after byte " + std::to_string(count), firstBytes(whole, count), "", "cut off after", "whole");
    for (const std::size_t count : {std::size_t{1024}, std::size_t{1500}, whole.size() / 2})
        tar("archive cut after byte " + std::to_string(count), firstBytes(whole, count), "", "an entry that claims",
            "the file can hold, " + std::to_string(count) + " bytes");
    tar(
        "archive with a damaged header",
        [&] {
            Bytes bytes = whole;
            bytes[512 + 30] ^= 1;
            return bytes;
        }(),
        "", "damaged entry at byte 512", "tar");
    tar(
        "archive whose entry claims 8 GiB",
        [&] {
            Bytes bytes = whole;
            putOctal(bytes, 512 + 124, 11, (std::uint64_t{1} << 33) - 1);
            sealTarHeader(bytes, 512);
            return bytes;
        }(),
        "", "claims 8589934591 bytes", "can hold");
    tar(
        "archive whose size is no number",
        [&] {
            Bytes bytes = whole;
            bytes[512 + 124] = 0x80; // GNU's binary sizes
            sealTarHeader(bytes, 512);
            return bytes;
        }(),
        "", "without a legal size", "octal");
    tar("archive without data", joined(tarEntry("a/readme", text("x")), tarEnd()), "", "without .bin", "CIFAR");
    tar("archive of pickles", joined(tarEntry("cifar-10-batches-py/data_batch_1", Bytes(100, 1)), tarEnd()), "",
        "pickles", "binary version");
    tar("archive with a link for data",
        joined(joined(tarEntry("data_batch_1.bin", {}, '2'), tarEntry("test_batch.bin", ten()["test_batch.bin"])),
            tarEnd()),
        "", "no file of training images", "data_batch_1.bin");
    const Bytes packedTar = gzip(whole);
    tar("archive.gz cut", firstBytes(packedTar, packedTar.size() - 20), "", "cut off", "whole gzip");
    tar(
        "archive.gz with a wrong checksum",
        [&] {
            Bytes bytes = packedTar;
            bytes[bytes.size() - 5] ^= 1;
            return bytes;
        }(),
        "", "incorrect data check", "intact");
    // Large ones, whose fault shows last.
    std::vector<Bytes> labels(700, Bytes{1});
    labels.back() = {77};
    const Bytes stray = records(labels, 0);
    add("a stray label at the end of 2 MB", put(three, stray), three, "label 77 for image 699", "from 0 to 9");
    const Bytes zeros(std::size_t{8000} * 3073);
    add(
        "24 MB of zeros in a damaged .gz",
        [three, zeros](const fs::path& folder) {
            fs::remove(folder / three);
            Bytes bytes = gzip(zeros);
            bytes[bytes.size() - 5] ^= 1;
            write(folder / (three + ".gz"), bytes);
        },
        three + ".gz", "incorrect data check", "intact");
    Bytes strayZeros = zeros;
    strayZeros[strayZeros.size() - 3073] = 10;
    add(
        "24 MB of zeros in a .gz, and a stray label",
        [three, strayZeros](const fs::path& folder) {
            fs::remove(folder / three);
            write(folder / (three + ".gz"), gzip(strayZeros));
        },
        three + ".gz", "label 10 for image 7999", "from 0 to 9");
    Files zeroBatch = ten();
    zeroBatch[three] = zeros;
    tar(
        "archive.gz of 24 MB of zeros with a wrong checksum",
        [&] {
            Bytes bytes = gzip(archive(zeroBatch));
            bytes[bytes.size() - 5] ^= 1;
            return bytes;
        }(),
        "", "incorrect data check", "intact");
    Bytes crowd;
    for (int i = 0; i < 5000; ++i)
        crowd = joined(std::move(crowd), tarEntry(std::to_string(i) + ".bin", {1}));
    tar("archive.gz of thousands of files", gzip(joined(std::move(crowd), tarEnd())), "", "more than", "CIFAR");
    Bytes bomb = tarEntry("data_batch_1.bin", {});
    putOctal(bomb, 124, 11, std::uint64_t{60} << 20);
    sealTarHeader(bomb);
    tar("archive.gz that claims what it has not", gzip(joined(bomb, Bytes(std::size_t{200} << 10))), "",
        "claims 62914560 bytes", "can hold");
    return cases;
}

} // namespace

class CifarReaderTest : public QObject {
    Q_OBJECT

private slots:
    void folders() {
        const QTemporaryDir temporary;
        const fs::path folder = temporary.path().toStdString();
        writeFolder(folder, ten());
        QVERIFY(isCifarFolder(folder));
        checkTen(*readCifarFolder(folder));
        checkTen(*openDataSet(folder.string()));
        checkTen(*openDataSet((folder / "data_batch_2.bin").string()));
        checkTen(*openDataSet(folder.parent_path().string() + "/" + folder.filename().string() + "/"));
    }

    void foldersOneLevelDown() {
        const QTemporaryDir temporary;
        const fs::path folder = fs::path(temporary.path().toStdString()) / "cifar-10-batches-bin";
        fs::create_directory(folder);
        writeFolder(folder, ten());
        checkTen(*openDataSet(temporary.path().toStdString()));
    }

    void compressedFilesAndNames() {
        const QTemporaryDir temporary;
        const fs::path folder = temporary.path().toStdString();
        for (const auto& [name, content] : ten())
            write(folder / (name + ".gz"), gzip(content));
        write(folder / "batches.meta.txt", text("a\nb\nc\nd\ne\nf\ng\nh\ni\nlast\n\n"));
        const auto data = readCifarFolder(folder);
        QCOMPARE(data->info().trainCount, std::size_t{10});
        QCOMPARE(data->info().classNames.at(9), std::string("last"));
        checkPixels(*data, Split::Train, 0);
    }

    void archives_data() {
        QTest::addColumn<bool>("compressed");
        QTest::newRow("tar") << false;
        QTest::newRow("tar.gz") << true;
    }

    void archives() {
        QFETCH(bool, compressed);
        const QTemporaryDir temporary;
        const fs::path path = fs::path(temporary.path().toStdString()) / "download";
        write(path, compressed ? gzip(archive(ten())) : archive(ten()));
        checkTen(*readCifarArchive(path));
        checkTen(*openDataSet(path.string()));
        checkTen(*openDataSet(temporary.path().toStdString())); // the folder that it lies in
    }

    void cifar100() {
        const QTemporaryDir temporary;
        const fs::path folder = temporary.path().toStdString();
        writeFolder(folder, hundred());
        const auto fine = openDataSet(folder.string());
        QCOMPARE(fine->info().name, std::string("CIFAR-100"));
        QCOMPARE(fine->info().classes, 100);
        QCOMPARE(fine->info().classNames.at(99), std::string("kind 99"));
        QCOMPARE(int(fine->label(Split::Train, 0)), 99);
        QCOMPARE(int(fine->label(Split::Test, 0)), 98);
        checkPixels(*fine, Split::Train, 0);
        checkPixels(*fine, Split::Test, 100);
        fs::remove(folder / "fine_label_names.txt");
        QCOMPARE(readCifarFolder(folder)->info().classNames.at(99), std::string("99"));
    }

    /// By their sizes, whatever they are called.
    void otherNames() {
        const QTemporaryDir temporary;
        const fs::path folder = temporary.path().toStdString();
        write(folder / "my-images.bin", records({{1}, {2}, {3}}, 0));
        write(folder / "my-test.bin", records({{1}}, 100));
        QCOMPARE(openDataSet(folder.string())->info().classes, 10);
        write(folder / "my-images.bin", records({{1, 77}, {2, 3}, {3, 2}}, 0));
        write(folder / "my-test.bin", records({{1, 5}}, 100));
        const auto data = openDataSet((folder / "my-test.bin").string());
        QCOMPARE(data->info().classes, 100);
        checkPixels(*data, Split::Train, 0);
    }

    void fewerBatchesAreSaid() {
        const QTemporaryDir temporary;
        const fs::path folder = temporary.path().toStdString();
        Files files = ten();
        files.erase("data_batch_4.bin");
        writeFolder(folder, files);
        const auto data = readCifarFolder(folder);
        QCOMPARE(data->info().trainCount, std::size_t{8});
        QCOMPARE(data->info().note, std::string("4 of the 5 training files"));
    }

    void hostileFiles_data() {
        QTest::addColumn<int>("index");
        m_cases = hostileCases();
        QVERIFY(m_cases.size() >= 20);
        for (std::size_t i = 0; i < m_cases.size(); ++i)
            QTest::newRow(m_cases[i].name.c_str()) << static_cast<int>(i);
    }

    void hostileFiles() {
        QFETCH(int, index);
        const HostileCase& hostile = m_cases[static_cast<std::size_t>(index)];
        const QTemporaryDir temporary;
        const fs::path folder = fs::path(temporary.path().toStdString()) / "set";
        fs::create_directory(folder);
        writeFolder(folder, ten());
        hostile.spoil(folder);
        std::size_t onDisk = 0;
        if (fs::is_directory(folder))
            for (const fs::directory_entry& entry : fs::directory_iterator(folder))
                onDisk += entry.is_regular_file() ? entry.file_size() : 0;
        else
            onDisk = fs::file_size(folder);
        watchMemory();
        try {
            openDataSet(folder.string());
            QFAIL("the files were accepted");
        } catch (const Error& error) {
            QVERIFY2(mostMemory() < onDisk + (1 << 20), qPrintable(QString::number(mostMemory())));
            const QString message = QString::fromUtf8(error.what());
            const std::string path = (hostile.subject.empty() ? folder : folder / hostile.subject).string();
            QCOMPARE(error.parts().subject, path);
            QVERIFY2(error.parts().found.find(hostile.found) != std::string::npos, qPrintable(message));
            QVERIFY2(error.parts().expected.find(hostile.expected) != std::string::npos, qPrintable(message));
            QVERIFY2(!error.parts().advice.empty(), qPrintable(message));
        }
    }

    void progressEndsAtTheWhole() {
        const QTemporaryDir temporary;
        const fs::path folder = temporary.path().toStdString();
        writeFolder(folder, ten());
        OpenProgress progress;
        openDataSet(folder.string(), &progress);
        QCOMPARE(progress.total(), std::uint64_t{2 * 13 * 3073}); // once to check, once to keep
        QCOMPARE(progress.done(), progress.total());
        QCOMPARE(progress.fraction(), 1.0);
    }

    void cancelling() {
        const QTemporaryDir temporary;
        const fs::path path = fs::path(temporary.path().toStdString()) / "download";
        write(path, gzip(archive(ten())));
        OpenProgress progress;
        progress.cancel();
        QVERIFY_EXCEPTION_THROWN(openDataSet(path.string(), &progress), Cancelled);
    }

private:
    std::vector<HostileCase> m_cases;
};

QTEST_APPLESS_MAIN(CifarReaderTest)
#include "cifar_reader_test.moc"
