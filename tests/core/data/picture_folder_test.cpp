// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/error.h"
#include "core/data/made_files.h"
#include "core/data/made_pictures.h"
#include "data/picture_folder.h"

#include <QtTest>

#include <map>
#include <set>

using namespace kernelscope;
namespace fs = std::filesystem;

namespace {

using Files = std::map<std::string, Bytes>;

/// A grey picture of one shade.
Bytes shade(int width, int height, std::uint8_t value) {
    return greyPng(width, height, Bytes(static_cast<std::size_t>(width * height), value));
}

/// Ten pictures of 4 x 3 in each of two classes.
Files cats() {
    Files files;
    for (int i = 0; i < 10; ++i) {
        files["cat/" + std::to_string(i) + ".png"] = shade(4, 3, static_cast<std::uint8_t>(i));
        files["dog/" + std::to_string(i) + ".png"] = shade(4, 3, static_cast<std::uint8_t>(100 + i));
    }
    return files;
}

} // namespace

class PictureFolderTest : public QObject {
    Q_OBJECT

    std::unique_ptr<QTemporaryDir> m_temporary;

    fs::path folder() const { return fs::path(m_temporary->path().toStdString()) / "pets"; }

    /// The files below a folder of their own.
    void lay(const Files& files) {
        m_temporary = std::make_unique<QTemporaryDir>();
        fs::create_directories(folder());
        for (const auto& [name, content] : files) {
            fs::create_directories((folder() / name).parent_path());
            write(folder() / name, content);
        }
    }

    DataSetPtr open(const Files& files) {
        lay(files);
        return openDataSet(folder().string());
    }

    QString errorOf(const Files& files) {
        try {
            open(files);
        } catch (const Error& error) {
            return QString::fromUtf8(error.what());
        }
        return {};
    }

    static std::set<int> shadesOf(const DataSet& data, Split split) {
        std::set<int> shades;
        for (std::size_t i = 0; i < data.info().count(split); ++i)
            shades.insert(data.image(split, i)[0]);
        return shades;
    }

private slots:
    void classesFromFolders() {
        const DataSetPtr data = open(cats());
        const DataInfo& info = data->info();
        QCOMPARE(info.name, std::string("pets"));
        QCOMPARE(info.classNames, (std::vector<std::string>{"cat", "dog"}));
        QVERIFY((info.shape == Shape{1, 3, 4}));
        QCOMPARE(info.trainCount, std::size_t{16});
        QCOMPARE(info.testCount, std::size_t{4});
        QCOMPARE(info.note, std::string("one in 5 set aside for testing"));
        QVERIFY(data->skipped().empty());
        std::size_t dogs = 0;
        for (const Split split : {Split::Train, Split::Test})
            for (std::size_t i = 0; i < info.count(split); ++i) {
                QCOMPARE(data->label(split, i) == 1, data->image(split, i)[0] >= 100);
                dogs += split == Split::Test && data->label(split, i) == 1 ? 1 : 0;
            }
        QCOMPARE(dogs, std::size_t{2}); // stratified
        QCOMPARE(shadesOf(*data, Split::Train).size() + shadesOf(*data, Split::Test).size(), std::size_t{20});
    }

    void theSameSplitEachTime() {
        const std::set<int> test = shadesOf(*open(cats()), Split::Test);
        QCOMPARE(shadesOf(*open(cats()), Split::Test), test);
        QCOMPARE(shadesOf(*openDataSet(folder().string() + "/"), Split::Test), test);
        // Named otherwise, other pictures are set aside some time.
        Files others;
        for (const auto& [name, content] : cats())
            others[name.substr(0, 4) + "x" + name.substr(4)] = content;
        QVERIFY(shadesOf(*open(others), Split::Test) != test);
    }

    void trainAndTestFolders() {
        Files files;
        for (const auto& [name, content] : cats())
            files[(name.ends_with("9.png") ? "test/" : "train/") + name] = content;
        for (const char* testName : {"test/", "val/"}) {
            Files renamed;
            for (const auto& [name, content] : files)
                renamed[name.starts_with("test/") ? testName + name.substr(5) : name] = content;
            const DataSetPtr data = open(renamed);
            QCOMPARE(data->info().trainCount, std::size_t{18});
            QCOMPARE(shadesOf(*data, Split::Test), (std::set<int>{9, 109}));
            QCOMPARE(data->info().note, std::string());
        }
        files["val/cat/1.png"] = shade(4, 3, 77);
        files["list.csv"] = {'a'};
        const DataSetPtr data = open(files);
        QCOMPARE(data->info().testCount, std::size_t{2});
        QCOMPARE(data->skipped().size(), std::size_t{2});
        QCOMPARE(data->skipped()[0].file, std::string("list.csv"));
        QCOMPARE(data->skipped()[1].file, std::string("val"));
        // One level down, as archives unpack.
        QCOMPARE(openDataSet(m_temporary->path().toStdString())->info().trainCount, std::size_t{18});
    }

    void trainFolderAlone() {
        Files files;
        for (const auto& [name, content] : cats())
            files["train/" + name] = content;
        QCOMPARE(open(files)->info().testCount, std::size_t{4});
    }

    void everySkippedFileIsReported() {
        Files files = cats();
        files["cat/notes.txt"] = {'h', 'i'};
        files["cat/old.gif"] = {'G', 'I', 'F', '8', '9', 'a', 0};
        files["dog/cut.png"] = firstBytes(shade(4, 3, 1), 45);
        Bytes damaged = shade(4, 3, 1);
        damaged[47] ^= 0x10;
        files["dog/damaged.png"] = damaged;
        files["dog/empty.png"] = {};
        files["dog/bomb.png"] = pngThatClaims(shade(4, 3, 1), 60000, 60000);
        files["README.md"] = {'x'};
        files[".cache/a.png"] = shade(4, 3, 1);
        const DataSetPtr data = open(files);
        QCOMPARE(data->info().trainCount + data->info().testCount, std::size_t{20});
        QVERIFY(data->info().note.find("8 files left out") != std::string::npos);
        std::map<std::string, std::string> reasons;
        for (const SkippedFile& file : data->skipped())
            reasons[file.file] = file.reason;
        QCOMPARE(reasons.size(), std::size_t{8});
        QCOMPARE(reasons["cat/notes.txt"], std::string("no PNG or JPEG picture, but a text file"));
        QCOMPARE(reasons["cat/old.gif"], std::string("no PNG or JPEG picture, but GIF"));
        QCOMPARE(reasons["dog/empty.png"], std::string("no PNG or JPEG picture, but an empty file"));
        QVERIFY(reasons["dog/cut.png"].starts_with("a damaged PNG picture"));
        QVERIFY(reasons["dog/damaged.png"].starts_with("a damaged PNG picture"));
        QVERIFY(!reasons["dog/bomb.png"].empty());
        QCOMPARE(reasons["README.md"], std::string("lies beside the classes' folders"));
        QCOMPARE(reasons[".cache"], std::string("a hidden folder"));
    }

    void otherSizesAreScaled() {
        Files files = cats();
        files["cat/0.png"] = shade(8, 6, 33);
        const DataSetPtr data = open(files);
        QVERIFY((data->info().shape == Shape{1, 3, 4}));
        QCOMPARE(data->info().note, std::string("1 of 20 pictures scaled to 4 x 3; one in 5 set aside for testing"));
    }

    void largeOnesShrinkAndMixedOnesBecomeSquares() {
        Files files;
        for (int i = 0; i < 4; ++i)
            files[(i % 2 ? "a/" : "b/") + std::to_string(i) + ".png"] = shade(200, 100, 5);
        QVERIFY((open(files)->info().shape == Shape{1, 32, 64}));
        files.clear();
        for (int i = 0; i < 6; ++i)
            files[(i % 2 ? "a/" : "b/") + std::to_string(i) + ".png"] = shade(20 + i, 30 - i, 5);
        const DataSetPtr data = open(files);
        QVERIFY((data->info().shape == Shape{1, 23, 23}));
        QVERIFY(data->info().note.starts_with("all pictures scaled to 23 x 23"));
    }

    void colorAndGrey() {
        Files files = cats();
        Bytes greyInColor;
        for (int i = 0; i < 36; ++i)
            greyInColor.push_back(50);
        files["cat/0.png"] = colorPng(4, 3, greyInColor);
        QVERIFY((open(files)->info().shape == Shape{1, 3, 4})); // all of them are grey all the same
        QVERIFY(shadesOf(*openDataSet(folder().string()), Split::Train).size() > 10);
        greyInColor[0] = 51;
        files["cat/0.png"] = colorPng(4, 3, greyInColor);
        const DataSetPtr data = open(files);
        QVERIFY((data->info().shape == Shape{3, 3, 4}));
        const auto dog = data->image(Split::Train, data->info().trainCount - 1);
        QCOMPARE(dog[0], dog[12]);
        QCOMPARE(dog[0], dog[24]);
    }

    void jpegsAndTransparentOnes() {
        Files files = cats();
        JpegForm form;
        form.width = 4;
        form.height = 3;
        form.space = JCS_GRAYSCALE;
        files["dog/photo.jpg"] = jpeg(form, Bytes(12, 120));
        PngForm transparent;
        transparent.width = 4;
        transparent.height = 3;
        transparent.colorType = PNG_COLOR_TYPE_GRAY_ALPHA;
        files["dog/logo.png"] = png(transparent, Bytes(24, 0));
        const DataSetPtr data = open(files);
        QCOMPARE(data->info().trainCount + data->info().testCount, std::size_t{22});
        QVERIFY(data->info().note.find("1 with transparent parts laid on white") != std::string::npos);
    }

    /// "train" is a class of CIFAR-100, PASCAL VOC and COCO.
    void aClassMayBeCalledTrain() {
        Files files;
        for (const char* name : {"bus/", "car/", "train/"})
            for (int i = 0; i < 5; ++i)
                files[name + std::to_string(i) + ".png"] = shade(4, 3, static_cast<std::uint8_t>(i));
        const DataSetPtr data = open(files);
        QCOMPARE(data->info().classNames, (std::vector<std::string>{"bus", "car", "train"}));
        QCOMPARE(data->info().trainCount + data->info().testCount, std::size_t{15});
        QVERIFY(data->skipped().empty());
        // Its pictures may lie deeper, and so may those of the others.
        files["train/2020/a.png"] = files["bus/2020/a.png"] = shade(4, 3, 9);
        QCOMPARE(open(files)->info().classNames.size(), std::size_t{3});
    }

    /// As long as train/ has folders of its own, what lies beside it is no class.
    void trainFolderBesideOtherFolders() {
        Files files;
        for (const auto& [name, content] : cats())
            files["train/" + name] = content;
        files["preview/1.png"] = shade(4, 3, 1);
        const DataSetPtr data = open(files);
        QCOMPARE(data->info().classNames, (std::vector<std::string>{"cat", "dog"}));
        QCOMPARE(data->skipped().size(), std::size_t{1});
        QCOMPARE(data->skipped()[0].file, std::string("preview"));
    }

    void picturesOneLevelDeeper() {
        Files files;
        for (const auto& [name, content] : cats())
            files[name.substr(0, 4) + (name < "cat/5" || name > "dog/5" ? "2019/" : "2020/") + name.substr(4)] =
                content;
        const auto check = [&](const DataSetPtr& data) {
            QCOMPARE(data->info().name, std::string("pets"));
            QCOMPARE(data->info().classNames, (std::vector<std::string>{"cat", "dog"}));
            QCOMPARE(data->info().trainCount + data->info().testCount, std::size_t{20});
            QVERIFY(data->skipped().empty());
        };
        check(open(files));
        check(openDataSet(m_temporary->path().toStdString())); // in a folder of its own, as archives unpack
        Files split;
        for (const auto& [name, content] : files)
            split["train/" + name] = content;
        check(open(split));
        // A single folder is no class, but holds the classes.
        Files one;
        for (const auto& [name, content] : cats())
            one["only/" + name] = content;
        QCOMPARE(open(one)->info().classNames, (std::vector<std::string>{"cat", "dog"}));
    }

    /// Pictures somewhere below a folder do not hide the data that lies in it.
    void otherDataBeforePicturesDeeperDown() {
        Files files = {{"docs/images/a.png", shade(4, 3, 1)}, {"results/plots/b.png", shade(4, 3, 1)}};
        const Bytes arrays =
            zip({{"x.npy", npy("|u1", "4, 2, 2", Bytes(16))}, {"y.npy", npy("|u1", "4,", {0, 1, 0, 1})}});
        files["data.npz"] = arrays;
        QCOMPARE(open(files)->info().name, std::string("data"));
        files.erase("data.npz");
        files["sets/data.npz"] = arrays;
        QCOMPARE(open(files)->info().name, std::string("data"));
    }

    /// Links inside a class's folder may lead anywhere, also round in circles.
    void linkedFoldersAreReported() {
        lay(cats());
        fs::create_directory_symlink(folder() / "dog", folder() / "cat" / "more");
        fs::create_directory_symlink(".", folder() / "dog" / "loop");
        const DataSetPtr data = openDataSet(folder().string());
        QCOMPARE(data->info().trainCount + data->info().testCount, std::size_t{20});
        QCOMPARE(data->skipped().size(), std::size_t{2});
        QCOMPARE(data->skipped()[0].file, std::string("cat/more"));
        QVERIFY(data->skipped()[0].reason.find("link") != std::string::npos);
        QCOMPARE(data->skipped()[1].file, std::string("dog/loop"));
    }

    /// Annotations beside the pictures, as PASCAL VOC has them.
    void picturesAmongManyOtherFiles() {
        Files files;
        for (const char* name : {"cat/", "dog/"}) {
            for (int i = 0; i < 400; ++i)
                files[name + std::to_string(i) + ".xml"] = {'<'};
            files[std::string(name) + "a.png"] = files[std::string(name) + "b.jpg"] = shade(4, 3, 1);
        }
        const DataSetPtr data = open(files);
        QCOMPARE(data->info().trainCount + data->info().testCount, std::size_t{4});
        QCOMPARE(data->skipped().size(), std::size_t{800});
    }

    /// As Kaggle's competitions have them: the pictures to test on have no classes.
    void testPicturesWithoutClasses() {
        Files files;
        for (const auto& [name, content] : cats())
            files["train/" + name] = content;
        files["test/1.png"] = files["test/2.png"] = shade(4, 3, 200);
        const DataSetPtr data = open(files);
        QCOMPARE(data->info().trainCount, std::size_t{16});
        QCOMPARE(data->info().testCount, std::size_t{4});
        QVERIFY(!shadesOf(*data, Split::Test).contains(200));
        QCOMPARE(data->skipped().size(), std::size_t{1});
        QCOMPARE(data->skipped()[0].file, std::string("test"));
        QVERIFY(data->skipped()[0].reason.find("classes") != std::string::npos);
        QVERIFY(data->info().note.find("one in 5 set aside for testing") != std::string::npos);
        // val/ takes its place where it has classes.
        files["val/cat/1.png"] = files["val/dog/1.png"] = shade(4, 3, 201);
        QCOMPARE(shadesOf(*open(files), Split::Test), (std::set<int>{201}));
    }

    void compressedPicturesAreLeftOut() {
        Files files = cats();
        files["cat/a.png.gz"] = gzip(shade(4, 3, 1));
        files["cat/b.png"] = gzip(shade(4, 3, 1));
        const DataSetPtr data = open(files);
        QCOMPARE(data->info().trainCount + data->info().testCount, std::size_t{20});
        QCOMPARE(data->skipped().size(), std::size_t{2});
        QVERIFY(data->skipped()[0].reason.find("gzip") != std::string::npos);
    }

    void picturesDeeperDownBelongToTheClass() {
        Files files = cats();
        files["cat/more/of/them.png"] = shade(4, 3, 200);
        QCOMPARE(open(files)->info().trainCount + open(files)->info().testCount, std::size_t{21});
    }

    /// One folder without pictures does not spoil the others; "bird" would be the first class of all.
    void emptyClassesAreLeftOut() {
        Files files = cats();
        files["bird/notes.txt"] = {'x'};
        const DataSetPtr data = open(files);
        QCOMPARE(data->info().classes, 2);
        QCOMPARE(data->info().classNames, (std::vector<std::string>{"cat", "dog"}));
        QCOMPARE(data->skipped().size(), std::size_t{2});
        QCOMPARE(data->skipped()[0].file, std::string("bird"));
        QCOMPARE(data->skipped()[0].reason, std::string("no picture that can be used"));
        std::set<int> labels;
        for (std::size_t i = 0; i < data->info().trainCount; ++i)
            labels.insert(data->label(Split::Train, i));
        QCOMPARE(labels, (std::set<int>{0, 1}));

        // Also where there are pictures of it to test on.
        files = {};
        for (const auto& [name, content] : cats())
            files["train/" + name] = content;
        Bytes damaged = shade(4, 3, 1);
        damaged[47] ^= 0x10;
        files["train/bird/damaged.png"] = damaged;
        files["test/bird/1.png"] = shade(4, 3, 1);
        files["test/cat/1.png"] = shade(4, 3, 77);
        files["test/dog/1.png"] = shade(4, 3, 99);
        const DataSetPtr split = open(files);
        QCOMPARE(split->info().classNames, (std::vector<std::string>{"cat", "dog"}));
        QCOMPARE(split->info().testCount, std::size_t{2});
        QCOMPARE(int(split->label(Split::Test, 0)), 0);
        QCOMPARE(int(split->image(Split::Test, 0)[0]), 77);
        QCOMPARE(int(split->label(Split::Test, 1)), 1);
        QCOMPARE(int(split->image(Split::Test, 1)[0]), 99);
        std::map<std::string, std::string> reasons;
        for (const SkippedFile& file : split->skipped())
            reasons[file.file] = file.reason;
        QCOMPARE(reasons["train/bird"], std::string("no picture that can be used"));
        QCOMPARE(reasons["test/bird"], std::string("its class has no picture to train on"));
    }

    /// As archives from the internet are laid out.
    void partsByOtherNames_data() {
        QTest::addColumn<QStringList>("names");
        QTest::addColumn<QString>("says"); // an error; empty: it opens with the classes cat and dog
        QTest::addColumn<int>("testCount");
        const auto row = [](const char* name, const QStringList& names, const char* says, int testCount) {
            QTest::newRow(name) << names << QString::fromLatin1(says) << testCount;
        };
        const QStringList train{"cat/1", "cat/2", "cat/3", "dog/1", "dog/2", "dog/3"};
        const auto below = [](const QString& folder, const QStringList& names) {
            QStringList result;
            for (const QString& each : names)
                result << folder + each;
            return result;
        };
        const QStringList test{"cat/4", "dog/4"};
        row("sets", below("training_set/", train) + below("test_set/", test), "", 2);
        row("wrapped", below("training_set/training_set/", train) + below("test_set/test_set/", test), "", 2);
        row("three parts",
            below("seg_train/seg_train/", train) + below("seg_test/seg_test/", test) +
                QStringList{"seg_pred/seg_pred/1", "seg_pred/seg_pred/2"},
            "", 2);
        row("a stray picture", below("train/", train) + QStringList{"train/cover", "samples/1"}, "", 2);
        row("unlabelled test, good val", below("train/", train) + below("valid/", test) + QStringList{"test/unknown/1"},
            "", 2);
        row("unlabelled test alone", below("train/", train) + QStringList{"test/images/1"}, "", 2);
        row("flat train and test1", {"train/cat.1", "train/dog.1", "test1/1"}, "pictures, but no folders", 0);
        row("flat images", {"train_images/1", "train_images/2", "test_images/1"}, "called like parts of a data set", 0);
        row("no train", below("test/", train) + below("val/", test), "called like parts of a data set", 0);
        row("folds", below("fold0/", train) + below("fold1/", train), "versions or parts of one data set", 0);
        row("versions", below("color/", train) + below("segmented/", train), "versions or parts of one data set", 0);
    }
    void partsByOtherNames() {
        QFETCH(QStringList, names);
        QFETCH(QString, says);
        QFETCH(int, testCount);
        Files files;
        for (const QString& name : names)
            files[name.toStdString() + ".png"] = shade(4, 3, static_cast<std::uint8_t>(files.size()));
        if (!says.isEmpty()) {
            const QString error = errorOf(files);
            QVERIFY2(error.contains(says), qPrintable(error));
            return;
        }
        const DataSetPtr data = open(files);
        QCOMPARE(data->info().classNames, (std::vector<std::string>{"cat", "dog"}));
        QCOMPARE(data->info().testCount, static_cast<std::size_t>(testCount));
    }

    /// Programs leave copies of pictures in folders that nobody sees.
    void hiddenFoldersInAClassAreLeftOut() {
        Files files;
        for (const char* name : {"cat/1.png", "cat/2.png", "dog/1.png", "dog/2.png", "cat/.thumbnails/1.png"})
            files[name] = shade(4, 3, 1);
        const DataSetPtr data = open(files);
        QCOMPARE(data->info().trainCount + data->info().testCount, std::size_t{4});
        QCOMPARE(data->skipped().front().file, std::string("cat/.thumbnails"));
        QCOMPARE(data->skipped().front().reason, std::string("a hidden folder"));
    }

    void clearErrors() {
        const auto refused = [&](const Files& files, const char* expected) {
            const QString error = errorOf(files);
            QVERIFY2(error.contains(QLatin1String(expected)), qPrintable(error));
            QVERIFY(error.contains(QStringLiteral("pets")));
        };
        refused({{"a.png", shade(4, 3, 1)}}, "pictures without folders for their classes");
        refused({{"cat/a.png", shade(4, 3, 1)}}, "one class, 'cat'");
        refused({}, "a folder with none of the data");
        Files files = {{"cat/1.png", shade(4, 3, 1)}, {"cat/2.png", shade(4, 3, 1)}};
        files["bird/notes.txt"] = {'x'};
        refused(files, "no picture that can be used ('bird/notes.txt': no PNG or JPEG picture, but a text file)");
        files = {};
        for (const char* name : {"cat/1.png", "dog/1.png"})
            files[name] = shade(4, 3, 1);
        refused(files, "no picture to test on");
        files = {};
        for (int i = 0; i < 257; ++i)
            files["class " + std::to_string(i) + "/a.png"] = shade(1, 1, 1);
        refused(files, "more than 256 folders");
        files = {};
        for (const auto& [name, content] : cats())
            files["train/" + name] = content;
        files["test/bird/1.png"] = shade(4, 3, 1);
        files["test/cat/1.png"] = shade(4, 3, 1);
        refused(files, "a class 'bird' to test on");
        files = {};
        for (const char* name : {"train/1.png", "train/2.png", "test/1.png"})
            files[name] = shade(4, 3, 1);
        refused(files, "pictures, but no folders");
    }

    void progressAndCancelling() {
        lay(cats());
        OpenProgress progress;
        readPictureFolder(folder(), &progress);
        QCOMPARE(progress.total(), std::uint64_t{40});
        QCOMPARE(progress.done(), std::uint64_t{40});
        progress.cancel();
        QVERIFY_THROWS_EXCEPTION(Cancelled, readPictureFolder(folder(), &progress));
    }

    void naturalOrder() {
        Files files;
        for (int i = 1; i <= 11; ++i)
            for (int k = 0; k < 2; ++k)
                files["class " + std::to_string(i) + "/" + std::to_string(k) + ".png"] = shade(2, 2, 1);
        QCOMPARE(open(files)->info().classNames.at(9), std::string("class 10"));
    }
};

QTEST_APPLESS_MAIN(PictureFolderTest)
#include "picture_folder_test.moc"
