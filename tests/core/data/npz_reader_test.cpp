// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/error.h"
#include "core/data/hostile_files.h"
#include "data/npz_reader.h"

#include <QtTest>

#include <cstring>
#include <functional>
#include <set>

using namespace kernelscope;
namespace fs = std::filesystem;

namespace {

using Files = std::vector<std::pair<std::string, Bytes>>;

/// Values of any type as bytes, as they lie in memory.
template <class T>
Bytes raw(const std::vector<T>& values) {
    Bytes bytes(values.size() * sizeof(T));
    std::memcpy(bytes.data(), values.data(), bytes.size());
    return bytes;
}

/// 4 training and 2 test images of 2 x 3.
Bytes pixels(std::size_t count, std::uint8_t first = 0) {
    Bytes bytes(count);
    for (std::size_t i = 0; i < count; ++i)
        bytes[i] = static_cast<std::uint8_t>(first + 3 * i);
    return bytes;
}

Files keras() {
    return {{"x_test.npy", npy("|u1", "2, 2, 3", pixels(12, 100))}, {"x_train.npy", npy("|u1", "4, 2, 3", pixels(24))},
        {"y_train.npy", npy("|u1", "4,", {2, 0, 1, 2})}, {"y_test.npy", npy("|u1", "2,", {1, 0})}};
}

/// Another array in place of one of them.
Files with(Files files, const std::string& name, Bytes content) {
    for (auto& [known, bytes] : files)
        if (known == name) {
            bytes = std::move(content);
            return files;
        }
    files.emplace_back(name, std::move(content));
    return files;
}

Files without(Files files, const std::string& name) {
    std::erase_if(files, [&](const auto& file) { return file.first == name; });
    return files;
}

Bytes imageOf(const DataSet& data, Split split, std::size_t index) {
    const auto image = data.image(split, index);
    return {image.begin(), image.end()};
}

Bytes labelsOf(const DataSet& data, Split split) {
    Bytes labels;
    for (std::size_t i = 0; i < data.info().count(split); ++i)
        labels.push_back(data.label(split, i));
    return labels;
}

} // namespace

class NpzReaderTest : public QObject {
    Q_OBJECT

    QTemporaryDir m_folder;

    fs::path path() const { return fs::path(m_folder.path().toStdString()) / "some-set.npz"; }

    DataSetPtr open(const Files& files, ZipForm form = ZipForm::Stored) {
        write(path(), zip(files, form));
        return openDataSet(path().string());
    }

    /// The error that reading gives, after checks that hold for all of them.
    QString errorOf(const Bytes& file) {
        write(path(), file);
        watchMemory();
        try {
            openDataSet(path().string());
        } catch (const Error& error) {
            if (mostMemory() >= file.size() + (1 << 20))
                return QStringLiteral("%1 bytes were allocated for %2").arg(mostMemory()).arg(file.size());
            if (!QString::fromUtf8(error.what()).contains(QString::fromStdString(path().string())))
                return QStringLiteral("the file is not named");
            return QString::fromUtf8(error.what());
        }
        return {};
    }

private slots:
    void kerasArrays_data() {
        QTest::addColumn<int>("form");
        QTest::newRow("stored") << int(ZipForm::Stored);
        QTest::newRow("deflated") << int(ZipForm::Deflated);
        QTest::newRow("zip64") << int(ZipForm::Zip64);
    }

    void kerasArrays() {
        QFETCH(int, form);
        const DataSetPtr data = open(keras(), static_cast<ZipForm>(form));
        QCOMPARE(data->info().name, std::string("some-set"));
        QVERIFY((data->info().shape == Shape{1, 2, 3}));
        QCOMPARE(data->info().classes, 3);
        QCOMPARE(data->info().classNames, (std::vector<std::string>{"0", "1", "2"}));
        QCOMPARE(data->info().note, std::string());
        QCOMPARE(labelsOf(*data, Split::Train), (Bytes{2, 0, 1, 2}));
        QCOMPARE(labelsOf(*data, Split::Test), (Bytes{1, 0}));
        QCOMPARE(imageOf(*data, Split::Train, 3), (Bytes{54, 57, 60, 63, 66, 69}));
        QCOMPARE(imageOf(*data, Split::Test, 1), (Bytes{118, 121, 124, 127, 130, 133}));
    }

    void aFolderWithTheFile() {
        open(keras());
        QCOMPARE(openDataSet(m_folder.path().toStdString())->info().trainCount, std::size_t{4});
    }

    /// It is named, and not passed over as if nothing were there.
    void aFolderWithAFileThatCannotBeRead() {
        const QTemporaryDir temporary;
        const fs::path link = fs::path(temporary.path().toStdString()) / "data.npz";
        fs::create_symlink("nowhere.npz", link);
        try {
            openDataSet(temporary.path().toStdString());
            QFAIL("it was opened");
        } catch (const Error& error) {
            QCOMPARE(error.parts().subject, link.string());
            QCOMPARE(error.parts().found, std::string("no such file"));
        }
    }

    void otherNames() {
        Files files;
        for (const auto& [name, content] : keras()) {
            const bool test = name.find("test") != std::string::npos;
            files.emplace_back(
                std::string(test ? "test" : "train") + (name[0] == 'x' ? "_images.npy" : "_labels.npy"), content);
        }
        files.emplace_back("readme.txt", Bytes{1});
        QCOMPARE(open(files)->info().testCount, std::size_t{2});
    }

    void channelsLast() {
        const DataSetPtr data = open(with(with(keras(), "x_train.npy", npy("|u1", "4, 1, 2, 3", pixels(24))),
            "x_test.npy", npy("|u1", "2, 1, 2, 3", pixels(12))));
        QVERIFY((data->info().shape == Shape{3, 1, 2}));
        QCOMPARE(imageOf(*data, Split::Train, 1), (Bytes{18, 27, 21, 30, 24, 33}));
    }

    void channelsFirst() {
        const DataSetPtr data = open(with(with(keras(), "x_train.npy", npy("|u1", "4, 3, 1, 2", pixels(24))),
            "x_test.npy", npy("|u1", "2, 3, 1, 2", pixels(12))));
        QVERIFY((data->info().shape == Shape{3, 1, 2}));
        QCOMPARE(imageOf(*data, Split::Train, 1), (Bytes{18, 21, 24, 27, 30, 33}));
    }

    void rowsOfPixels() {
        const DataSetPtr data = open(with(
            with(keras(), "x_train.npy", npy("|u1", "4, 4", pixels(16))), "x_test.npy", npy("|u1", "2, 4", pixels(8))));
        QVERIFY((data->info().shape == Shape{1, 2, 2}));
        QCOMPARE(data->info().note, std::string("rows of 4 values taken as 2 x 2 pixels"));
        QCOMPARE(imageOf(*data, Split::Train, 3), (Bytes{36, 39, 42, 45}));
    }

    void fortranOrder() {
        // Value (n, y, x) of the whole is n * 6 + y * 3 + x.
        Bytes values;
        for (int x = 0; x < 3; ++x)
            for (int y = 0; y < 2; ++y)
                for (int n = 0; n < 4; ++n)
                    values.push_back(static_cast<std::uint8_t>(n * 6 + y * 3 + x));
        const DataSetPtr data = open(with(keras(), "x_train.npy", npy("|u1", "4, 2, 3", values, true)));
        QCOMPARE(imageOf(*data, Split::Train, 0), (Bytes{0, 1, 2, 3, 4, 5}));
        QCOMPARE(imageOf(*data, Split::Train, 3), (Bytes{18, 19, 20, 21, 22, 23}));
    }

    void numbersOfAllKinds_data() {
        QTest::addColumn<QByteArray>("train");
        QTest::addColumn<QByteArray>("test");
        QTest::addColumn<QByteArray>("first");
        QTest::addColumn<QString>("note");
        const auto add = [](const char* name, const Bytes& train, const Bytes& test, const Bytes& first,
                             const char* note) {
            const auto toArray = [](const Bytes& bytes) {
                return QByteArray(reinterpret_cast<const char*>(bytes.data()), static_cast<qsizetype>(bytes.size()));
            };
            QTest::newRow(name) << toArray(train) << toArray(test) << toArray(first) << QString::fromLatin1(note);
        };
        const char* unit = "values from 0 to 1 stretched to 255";
        const Bytes test = npy("|u1", "2, 1, 2", {1, 2, 3, 4});
        const std::string shape = "4, 1, 2";
        add("float32 to 255", npy("<f4", shape, raw<float>({0, 255, 1.6f, 2, 3, 4, 5, 6})), test, {0, 255, 2, 2}, "");
        add("float32 to 1", npy("<f4", shape, raw<float>({0, 1, 0.5f, 0.2f, 0, 0, 0, 0})),
            npy("<f4", "2, 1, 2", raw<float>({0, 0, 0, 0})), {0, 255, 128, 51}, unit);
        add("float64 to 1", npy("<f8", shape, raw<double>({0, 1, 0.5, 0.2, 0, 0, 0, 0})),
            npy("<f8", "2, 1, 2", raw<double>({0, 0, 0, 0})), {0, 255, 128, 51}, unit);
        add("float32 from -1", npy("<f4", shape, raw<float>({-1, 1, 0, 0.2f, 0, 0, 0, 0})),
            npy("<f4", "2, 1, 2", raw<float>({0, 0, 0, 0})), {0, 255, 128, 153},
            "values from -1 to 1 stretched to 0 to 255");
        add("float16", npy("<f2", shape, raw<std::uint16_t>({0, 0x3C00, 0x3800, 0x3400, 0, 0, 0, 0})),
            npy("<f2", "2, 1, 2", raw<std::uint16_t>({0, 0, 0, 0})), {0, 255, 128, 64}, unit);
        add("big-endian int32",
            npy(">i4", shape,
                {0, 0, 0, 7, 0, 0, 0, 200, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}),
            test, {7, 200, 0, 1}, "");
        add("int64", npy("<i8", shape, raw<std::int64_t>({7, 200, 0, 1, 0, 0, 0, 0})), test, {7, 200, 0, 1}, "");
        add("bool", npy("|b1", shape, {0, 1, 1, 0, 0, 0, 0, 0}), npy("|b1", "2, 1, 2", {0, 0, 0, 1}), {0, 255, 255, 0},
            unit);
        add("uint8 beside float32 to 1", npy("|u1", shape, {9, 255, 100, 0, 0, 0, 0, 0}),
            npy("<f4", "2, 1, 2", raw<float>({1, 0.5f, 0, 0})), {9, 255, 100, 0}, unit);
        add("float32 to 1 beside uint8", npy("<f4", shape, raw<float>({0, 1, 0.5f, 0.2f, 0, 0, 0, 0})), test,
            {0, 255, 128, 51}, unit);
        add("uint8 of 0 and 1", npy("|u1", shape, {0, 1, 1, 0, 0, 0, 0, 0}), npy("|u1", "2, 1, 2", {0, 0, 0, 1}),
            {0, 255, 255, 0}, unit);
    }

    /// What has pixels to 255 and what has shares to 1 end up alike, whichever of them is tested on.
    void arraysOfOtherKindsAreScaledApart() {
        const Bytes shares = npy("<f4", "2, 1, 2", raw<float>({1, 0.5f, 0, 0.2f}));
        const DataSetPtr data = open(with(
            with(keras(), "x_train.npy", npy("|u1", "4, 1, 2", {9, 255, 100, 0, 0, 0, 0, 0})), "x_test.npy", shares));
        QCOMPARE(imageOf(*data, Split::Train, 0), (Bytes{9, 255}));
        QCOMPARE(imageOf(*data, Split::Test, 0), (Bytes{255, 128}));
        QCOMPARE(imageOf(*data, Split::Test, 1), (Bytes{0, 51}));
    }

    void numbersOfAllKinds() {
        QFETCH(QByteArray, train);
        QFETCH(QByteArray, test);
        QFETCH(QByteArray, first);
        QFETCH(QString, note);
        const DataSetPtr data = open(with(with(keras(), "x_train.npy", Bytes(train.begin(), train.end())), "x_test.npy",
            Bytes(test.begin(), test.end())));
        Bytes both = imageOf(*data, Split::Train, 0);
        const Bytes second = imageOf(*data, Split::Train, 1);
        both.insert(both.end(), second.begin(), second.end());
        QCOMPARE(both, Bytes(first.begin(), first.end()));
        QCOMPARE(QString::fromStdString(data->info().note), note);
    }

    void labelsOfAllKinds() {
        const Bytes expected = {2, 0, 1, 2};
        const auto labels = [&](const Bytes& array) {
            return labelsOf(*open(with(keras(), "y_train.npy", array)), Split::Train);
        };
        QCOMPARE(labels(npy("<i8", "4,", raw<std::int64_t>({2, 0, 1, 2}))), expected);
        QCOMPARE(labels(npy("<f4", "4,", raw<float>({2, 0, 1, 2}))), expected);
        QCOMPARE(labels(npy("|u1", "4, 1", {2, 0, 1, 2})), expected);
        QCOMPARE(labels(npy("|u1", "4, 3", {0, 0, 1, 1, 0, 0, 0, 1, 0, 0, 0, 1})), expected);
        QCOMPARE(labels(npy("<f4", "4, 3", raw<float>({0, 0, 1, 1, 0, 0, 0, 1, 0, 0, 0, 1}))), expected);
        QCOMPARE(labels(npy("|u1", "4, 3", {0, 1, 0, 0, 0, 0, 1, 0, 1, 0, 0, 1}, true)), expected);
    }

    void classNames() {
        Bytes names = {'a', 0, 0, 0, 0xE9, 0, 0, 0, 'b', 0, 0, 0, 0, 0, 0, 0, 'c', 0, 0, 0, 0, 0, 0, 0};
        QCOMPARE(open(with(keras(), "class_names.npy", npy("<U2", "3,", names)))->info().classNames,
            (std::vector<std::string>{"a\xC3\xA9", "b", "c"}));
        QCOMPARE(open(with(keras(), "classes.npy", npy("|S2", "3,", {'x', 'y', 'z', 0, 'w', 0})))->info().classNames,
            (std::vector<std::string>{"xy", "z", "w"}));
        QCOMPARE(open(with(keras(), "classes.npy", npy("|S1", "2,", {'x', 'y'})))->info().classNames.at(0),
            std::string("0"));
    }

    /// One in five of each class, the same each time.
    void testImagesAreSetAside() {
        Bytes labels;
        for (int i = 0; i < 50; ++i)
            labels.push_back(static_cast<std::uint8_t>(i % 2));
        const Files files = {
            {"images.npy", npy("|u1", "50, 1, 1", pixels(50))}, {"labels.npy", npy("|u1", "50,", labels)}};
        const DataSetPtr data = open(files);
        QCOMPARE(data->info().trainCount, std::size_t{40});
        QCOMPARE(data->info().note, std::string("one in 5 set aside for testing"));
        std::set<std::uint8_t> all;
        for (const Split split : {Split::Train, Split::Test})
            for (std::size_t i = 0; i < data->info().count(split); ++i) {
                const std::uint8_t pixel = data->image(split, i)[0];
                QCOMPARE(int(data->label(split, i)), pixel / 3 % 2);
                all.insert(pixel);
            }
        QCOMPARE(all.size(), std::size_t{50});
        const Bytes test = labelsOf(*data, Split::Test);
        QCOMPARE(std::count(test.begin(), test.end(), 1), 5);
        const DataSetPtr again = open(files);
        for (std::size_t i = 0; i < 10; ++i)
            QCOMPARE(data->image(Split::Test, i)[0], again->image(Split::Test, i)[0]);
    }

    void progressAndCancelling() {
        open(keras(), ZipForm::Deflated);
        OpenProgress progress;
        readNpz(path(), &progress);
        QVERIFY(progress.total() > 0);
        QCOMPARE(progress.fraction(), 1.0);
        progress.cancel();
        QVERIFY_THROWS_EXCEPTION(Cancelled, readNpz(path(), &progress));
    }

    void spoiltArrays_data() {
        QTest::addColumn<QString>("name");
        QTest::addColumn<QByteArray>("content");
        QTest::addColumn<QString>("expected");
        const auto add = [](const char* row, const char* name, const Bytes& content, const char* expected) {
            QTest::newRow(row) << QString::fromLatin1(name)
                               << QByteArray(reinterpret_cast<const char*>(content.data()),
                                      static_cast<qsizetype>(content.size()))
                               << QString::fromLatin1(expected);
        };
        const char* x = "x_train.npy";
        const char* y = "y_train.npy";
        std::vector<float> standardised(24, 0.5f);
        standardised[3] = -3;
        standardised[20] = 4;
        add("objects", x, npy("|O", "4, 2, 3", pixels(24)), "a pickle, which could run any program");
        add("records", x, npyOf("{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (4,)}", pixels(16)),
            "an array of records");
        add("complex", x, npy("<c8", "4, 2, 3", pixels(192)), "values of the type '<c8'");
        add("text", x, npy("<U1", "4, 2, 3", pixels(96)), "found text of 4 x 2 x 3");
        add("five dimensions", x, npy("|u1", "4, 1, 2, 3, 1", pixels(24)), "found uint8 of 4 x 1 x 2 x 3 x 1");
        add("one dimension", x, npy("|u1", "24,", pixels(24)), "found uint8 of 24,");
        add("no dimension", x, npy("|u1", "", pixels(1)), "a single value");
        add("two channels", x, npy("|u1", "4, 2, 3, 2", pixels(48)), "with 1 or 3 channels");
        add("rows that are no square", x, npy("|u1", "4, 6", pixels(24)), "found uint8 of 4 x 6");
        add("no images", x, npy("|u1", "0, 2, 3", {}), "found uint8 of 0 x 2 x 3");
        add("fewer images than labels", x, npy("|u1", "3, 2, 3", pixels(18)), "found 4 labels, expected 3");
        add("other shapes for training", x, npy("|u1", "4, 3, 2", pixels(24)), "expected 1x3x2");
        add("fewer bytes than claimed", x, npy("|u1", "4, 2, 3", pixels(23)), "the size of the array's file");
        add("more bytes than claimed", x, npy("|u1", "4, 2, 3", pixels(25)), "the size of the array's file");
        add("a claim of terabytes", x, npy("|u1", "4, 1000000, 1000000", pixels(24)), "the size of the array's file");
        add("a claim beyond 64 bits", x, npy("|u1", "4294967296, 4294967296, 4294967296", {}), "more values than any");
        add("a dimension beyond 64 bits", x, npy("|u1", "99999999999999999999999", {}), "a dimension beyond any file");
        add("a negative dimension", x, npy("|u1", "-4, 2, 3", pixels(24)), "no number at byte");
        add("many dimensions", x, npy("|u1", "1, 1, 1, 1, 1, 1, 1, 1, 1", pixels(1)), "more than 8 dimensions");
        add("no magic", x, pixels(200), "no NumPy array");
        add("cut in the header", x, firstBytes(npy("|u1", "4, 2, 3", {}), 40), "cut off in its header");
        add("empty", x, {}, "cut off in its header");
        add("version 9", x, npyOf("{}", {}, 9), "version 9");
        add("a long header", x, npyOf(std::string(20000, ' '), {}), "a header of 20");
        add("a header of code", x,
            npyOf("{'descr': __import__('os'), 'fortran_order': False, 'shape': (4,)}", pixels(4)), "no text at byte");
        add("nested brackets", x, npyOf(std::string(9000, '('), {}), "no '{' at byte");
        add("a key twice", x, npyOf("{'descr': '|u1', 'descr': '|u1', 'shape': (4,)}", pixels(4)), "the key 'descr'");
        add("a key missing", x, npyOf("{'descr': '|u1', 'shape': (4,)}", pixels(4)), "without descr");
        add("not a number", x, npy("<f4", "4, 2, 3", Bytes(96, 0xFF)), "infinite or not a number");
        add("standardised", x, npy("<f4", "4, 2, 3", raw<float>(standardised)), "values from -3.000000 to");
        add("label -1", y, npy("<i8", "4,", raw<std::int64_t>({0, 1, -1, 2})), "label -1 for image 2");
        add("label 256", y, npy("<i8", "4,", raw<std::int64_t>({0, 1, 256, 2})), "label 256 for image 2");
        add("label 0.5", y, npy("<f4", "4,", raw<float>({0, 1, 0.5f, 2})), "label 0.5");
        add("label that is no number", y, npy("<f4", "4,", Bytes(16, 0xFF)), "label");
        add("a stray label", y, npy("|u1", "4,", {0, 1, 0, 255}), "labels up to 255");
        add("one class", y, npy("|u1", "4,", {0, 0, 0, 0}), "found one class");
        add("test labels beyond", y, npy("|u1", "4,", {0, 0, 0, 1}), "");
        add("labels of texts", y, npy("|S1", "4,", {'a', 'b', 'c', 'd'}), "found text of 4");
        add("two ones in a row", y, npy("|u1", "4, 3", {1, 1, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1}), "a single 1 among zeros");
        add("no one in a row", y, npy("|u1", "4, 3", {0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1}), "a single 1 among zeros");
        add("many classes", y, npy("|u1", "4, 300", Bytes(1200)), "at most 256 classes");
        add("test labels", "y_test.npy", npy("|u1", "2,", {1, 7}), "label 7 for image 1");
    }

    void spoiltArrays() {
        QFETCH(QString, name);
        QFETCH(QByteArray, content);
        QFETCH(QString, expected);
        for (const ZipForm form : {ZipForm::Stored, ZipForm::Deflated, ZipForm::Zip64}) {
            const QString error =
                errorOf(zip(with(keras(), name.toStdString(), Bytes(content.begin(), content.end())), form));
            if (expected.isEmpty()) {
                QCOMPARE(error, QString());
                continue;
            }
            QVERIFY2(error.contains(expected), qPrintable(error));
        }
    }

    void spoiltArchives() {
        const auto refused = [&](const Bytes& file, const char* expected) {
            const QString error = errorOf(file);
            QVERIFY2(error.contains(QLatin1String(expected)), qPrintable(error));
        };
        const Bytes good = zip(keras());
        refused(firstBytes(good, good.size() - 1), "no directory at its end");
        refused(firstBytes(good, 100), "no directory at its end");
        refused(zip({{"a.txt", Bytes{1}}}), "a zip archive without NumPy arrays");
        refused(zip({}), "a zip archive without NumPy arrays");
        refused(zip(without(keras(), "y_train.npy")), "the arrays x_test, x_train, y_test");
        refused(zip(without(keras(), "y_test.npy")), "test images without labels");
        refused(zip(without(keras(), "x_test.npy")), "test labels without images");

        // A bit of an array's content: its checksum tells.
        const std::string name = "x_test.npy";
        const std::size_t content = 30 + name.size();
        Bytes spoilt = good;
        spoilt[content + 128 + 3] ^= 1;
        refused(spoilt, "content that does not fit its checksum");

        // Fields of the directory's first entry.
        const Bytes magic = {'P', 'K', 1, 2};
        const auto directory =
            static_cast<std::size_t>(std::search(good.begin(), good.end(), magic.begin(), magic.end()) - good.begin());
        const auto changed = [&](std::size_t offset, Bytes bytes) {
            Bytes file = good;
            std::copy(bytes.begin(), bytes.end(), file.begin() + static_cast<std::ptrdiff_t>(directory + offset));
            return file;
        };
        refused(changed(8, {1, 0}), "encrypted content");
        refused(changed(10, {12, 0}), "a compression that is not supported");
        refused(changed(20, {0, 0, 0, 0x70}), "no more than the archive has");
        refused(changed(24, {0, 0, 0, 0x70}), "a claim of 1879048192 bytes");
        refused(changed(42, {0, 0, 0, 0x70}), "no more than the archive has");
        refused(changed(42, {7, 0, 0, 0}), "damaged header");
        refused(changed(28, {0xFF, 0xFF}), "a damaged directory");
        refused(changed(0, {'X'}), "a damaged directory");
        // The second entry's place is the first's.
        refused(changed(46 + name.size() + 42, {0, 0, 0, 0}), "files that lie over each other");

        // The directory's own place and size.
        for (const std::size_t fromEnd : {std::size_t{10}, std::size_t{6}}) {
            Bytes file = good;
            file[file.size() - fromEnd + 3] = 0x70;
            refused(file, "a directory beyond the file's end");
        }
        Bytes many = good;
        many[many.size() - 12] = many[many.size() - 11] = 0xFF;
        refused(many, "65535 files");
    }

    /// Cut anywhere or spoilt in any byte, an archive is read or refused.
    void everyByteSpoilt() {
        for (const ZipForm form : {ZipForm::Stored, ZipForm::Deflated, ZipForm::Zip64}) {
            const Bytes good = zip(keras(), form);
            for (std::size_t count = 0; count < good.size(); count += 13)
                QVERIFY(!errorOf(firstBytes(good, count)).isEmpty());
            int refused = 0;
            for (std::size_t at = 0; at < good.size(); at += 2) {
                Bytes spoilt = good;
                spoilt[at] = static_cast<std::uint8_t>(spoilt[at] ^ 0x81);
                const QString error = errorOf(spoilt);
                QVERIFY2(!error.contains(QStringLiteral("were allocated")), qPrintable(error));
                refused += error.isEmpty() ? 0 : 1;
            }
            QVERIFY(refused > static_cast<int>(good.size()) / 6);
        }
    }

    /// What inflates to much more than the file's size is let in little by little only.
    void bombs() {
        const Bytes zeros(std::size_t{30} << 20);
        Bytes labels(30, 0);
        labels[1] = 1;
        // Images of 1 MB each, whose labels have a stray one: refused before any image is read.
        Bytes stray = labels;
        stray[2] = 200;
        const QString error = errorOf(
            zip({{"x_train.npy", npy("|u1", "30, 1024, 1024", zeros)}, {"y_train.npy", npy("|u1", "30,", stray)}},
                ZipForm::Deflated));
        QVERIFY2(error.contains(QStringLiteral("labels up to 200")), qPrintable(error));

        // Millions of rows, none of which has a label: no room for all of them before the first is looked at.
        constexpr std::size_t rows = 4'000'000;
        const QString empty = errorOf(zip({{"x_train.npy", npy("|u1", "4000000, 1, 1", Bytes(rows))},
                                              {"y_train.npy", npy("|u1", "4000000, 2", Bytes(2 * rows))}},
            ZipForm::Deflated));
        QVERIFY2(empty.contains(QStringLiteral("a single 1 among zeros")), qPrintable(empty));
    }

    /// Whatever is wrong in an archive, it is found before room is taken for what inflates to more than its size.
    void bombsWhoseFaultComesLast() {
        const auto refused = [&](const Bytes& file, const char* expected) {
            const QString error = errorOf(file);
            QVERIFY2(error.contains(QLatin1String(expected)), qPrintable(error));
        };
        /// With a wrong checksum of this file in the directory.
        const auto damaged = [](Bytes file, const std::string& name) {
            const auto at = std::find_end(file.begin(), file.end(), name.begin(), name.end());
            *(at - 46 + 16) ^= 1;
            return file;
        };
        const Bytes zeros(std::size_t{20} << 20);
        const Bytes labels = {0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1};
        const Files train = {
            {"x_train.npy", npy("|u1", "20, 1024, 1024", zeros)}, {"y_train.npy", npy("|u1", "20,", labels)}};
        refused(damaged(zip(train, ZipForm::Deflated), "x_train.npy"), "x_train.npy': found content that does not fit");
        Files test = train;
        test.emplace_back("x_test.npy", npy("|u1", "2, 1024, 1024", Bytes(std::size_t{2} << 20)));
        test.emplace_back("y_test.npy", npy("|u1", "2,", {0, 1}));
        refused(damaged(zip(test, ZipForm::Deflated), "x_test.npy"), "x_test.npy': found content that does not fit");
        test[2].second = npy("<f4", "2, 1024, 1024", Bytes(std::size_t{8} << 20, 0x40));
        refused(damaged(zip(test, ZipForm::Deflated), "x_test.npy"), "x_test.npy': found content that does not fit");
        Files named = train;
        named.emplace_back("classes.npy", npy("|S1", "2,", {'a', 'b'}));
        refused(damaged(zip(named, ZipForm::Deflated), "classes.npy"), "classes.npy': found content that does not fit");

        // Labels, of which there is nothing but many.
        constexpr std::size_t rows = 8'000'000;
        const Bytes flat = npy("|u1", "8000000, 1, 1", Bytes(rows));
        const auto labelled = [&](const Bytes& array) {
            return zip({{"x_train.npy", flat}, {"y_train.npy", array}}, ZipForm::Deflated);
        };
        Bytes values(rows);
        refused(labelled(npy("|u1", "8000000,", values)), "found one class");
        values.back() = 1;
        refused(damaged(labelled(npy("|u1", "8000000,", values)), "y_train.npy"), "content that does not fit");
        for (std::size_t i = 0; i < rows; i += 2)
            values[i] = 1;
        values.back() = 2;
        refused(labelled(npy("|u1", "4000000, 2", values)), "4000000 labels");
        refused(zip({{"x_train.npy", npy("|u1", "4000000, 1, 1", Bytes(rows / 2))},
                        {"y_train.npy", npy("|u1", "4000000, 2", values)}},
                    ZipForm::Deflated),
            "label 2 for image 3999999");
        refused(zip({{"x_train.npy", npy("|u1", "4000000, 1, 1", Bytes(rows / 2))},
                        {"y_train.npy", npy("|u1", "4000000, 2", Bytes(rows), true)}},
                    ZipForm::Deflated),
            "a single 1 among zeros");
        // One image of each class, none of which could be set aside to test on.
        refused(zip({{"x_train.npy", npy("|u1", "2, 4096, 4096", Bytes(std::size_t{32} << 20))},
                        {"y_train.npy", npy("|u1", "2,", {0, 1})}},
                    ZipForm::Deflated),
            "no test images, and one image of each class");
    }

    void longNames() {
        Files files = keras();
        for (int i = 0; i < 60; ++i)
            files.emplace_back(std::string(60000, 'n') + std::to_string(i) + ".npy", Bytes{});
        const QString error = errorOf(zip(files));
        QVERIFY2(error.contains(QStringLiteral("a name of 600")), qPrintable(error));
    }

    /// A file's name alone makes no well-known set of it.
    void classNamesOfWellKnownSets() {
        const auto classNames = [&](const char* name, std::size_t train, const char* side) {
            const auto tenClasses = [](std::size_t count) {
                Bytes labels(count);
                for (std::size_t i = 0; i < count; ++i)
                    labels[i] = static_cast<std::uint8_t>(i % 10);
                return labels;
            };
            const std::size_t pixels = side[0] == '2' ? 784 : 1;
            const std::string count = std::to_string(train) + ", " + side + ", " + side;
            const fs::path file = path().parent_path() / name;
            write(file,
                zip({{"x_train.npy", npy("|u1", count, Bytes(train * pixels))},
                    {"y_train.npy", npy("|u1", std::to_string(train) + ",", tenClasses(train))},
                    {"x_test.npy", npy("|u1", std::string("10000, ") + side + ", " + side, Bytes(10000 * pixels))},
                    {"y_test.npy", npy("|u1", "10000,", tenClasses(10000))}}));
            return openDataSet(file.string())->info().classNames.at(9);
        };
        QCOMPARE(classNames("fashion_colors.npz", 1000, "1"), std::string("9"));
        QCOMPARE(classNames("fashion_colors.npz", 60000, "1"), std::string("9"));
        QCOMPARE(classNames("fashion-shuffled.npz", 60000, "28"), std::string("Ankle boot"));
        QCOMPARE(classNames("cifar10.npz", 60000, "28"), std::string("9"));
    }
};

QTEST_APPLESS_MAIN(NpzReaderTest)
#include "npz_reader_test.moc"
