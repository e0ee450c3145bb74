// SPDX-License-Identifier: GPL-3.0-or-later
#include "data/augmentation_panel.h"
#include "data/class_counts.h"
#include "data/data_box.h"
#include "data/data_page.h"
#include "data/enlarged_image.h"
#include "data/image_grid.h"
#include "data/opening_bar.h"
#include "data/skipped_files_dialog.h"
#include "editor/notice.h"
#include "gui/made_up_data.h"
#include "gui/wheel.h"

#include <QAccessible>
#include <QCheckBox>
#include <QClipboard>
#include <QComboBox>
#include <QFileDialog>
#include <QLabel>
#include <QLineEdit>
#include <QPainter>
#include <QPlainTextEdit>
#include <QProgressBar>
#include <QPushButton>
#include <QScrollArea>
#include <QScrollBar>
#include <QSignalSpy>
#include <QSpinBox>
#include <QTranslator>
#include <QtTest>

#include <condition_variable>
#include <memory>
#include <mutex>

using namespace kernelscope;

namespace {

/// A data set in the making, whose images are there only when the test says so.
class LateData final : public DataSet {
public:
    LateData() {
        m_info.name = "late";
        m_info.source = "late";
        m_info.shape = {1, 4, 4};
        m_info.classes = 2;
        m_info.classNames = {"even", "odd"};
        m_info.trainCount = 200;
        m_info.testCount = 10;
        m_pixels.assign(16, 99);
    }
    const DataInfo& info() const override { return m_info; }
    void require(Split, std::span<const std::uint32_t>) const override {
        std::unique_lock lock(m_mutex);
        m_changed.wait(lock, [this] { return m_isThere; });
    }
    std::span<const std::uint8_t> image(Split, std::size_t) const override { return m_pixels; }
    std::uint8_t label(Split, std::size_t index) const override { return index % 2; }
    void deliver() {
        const std::lock_guard lock(m_mutex);
        m_isThere = true;
        m_changed.notify_all();
    }

private:
    DataInfo m_info;
    std::vector<std::uint8_t> m_pixels;
    mutable std::mutex m_mutex;
    mutable std::condition_variable m_changed;
    bool m_isThere = false;
};

/// Speaks German, but only of what the page of data says.
class Translator final : public QTranslator {
public:
    bool isEmpty() const override { return false; }
    QString translate(const char* context, const char* text, const char*, int) const override {
        return QLatin1String(context) == QLatin1String("kernelscope::DataPage") &&
                       QLatin1String(text) == QLatin1String("Red")
                   ? QStringLiteral("Rot")
                   : QString();
    }
};

} // namespace

/// The page on which one sees the data, over a real session, with real input.
class DataPageTest : public QObject {
    Q_OBJECT

    QTemporaryDir m_folder;
    std::unique_ptr<Session> m_session;
    std::unique_ptr<DataPage> m_page;

    template <class W>
    W* child(const char* name) {
        W* found = m_page->findChild<W*>(QLatin1String(name));
        if (!found)
            qWarning("no widget %s", name);
        return found;
    }
    QString text(const char* label) { return child<QLabel>(label)->text(); }
    ImageGrid* grid() { return child<ImageGrid>("imageGrid"); }
    void click(const char* name) { QTest::mouseClick(child<QAbstractButton>(name), Qt::LeftButton); }
    void choose(const char* box, int index) {
        auto* combo = child<QComboBox>(box);
        combo->setFocus();
        QTest::keyClick(combo, Qt::Key_Home);
        for (int i = 0; i < index; ++i)
            QTest::keyClick(combo, Qt::Key_Down);
        QCOMPARE(combo->currentIndex(), index);
    }
    void type(const char* box, const char* value) {
        auto* field = child<QSpinBox>(box);
        field->setFocus();
        QTest::keyClick(field, Qt::Key_A, Qt::ControlModifier);
        QTest::keyClicks(field, QLatin1String(value));
        QTest::keyClick(field, Qt::Key_Return);
    }
    void openFolder(const Shape& shape, int train, int test) {
        const QString path = m_folder.filePath(QStringLiteral("set%1x%2").arg(shape.height).arg(train));
        QVERIFY(testing::writeIdxFolder(path, shape, train, test));
        QSignalSpy changed(m_session.get(), &Session::dataChanged);
        m_session->openData(path);
        QVERIFY(changed.wait(20'000));
        QTRY_VERIFY_WITH_TIMEOUT(text("dataStatistics").contains("mean"), 20'000);
    }

private slots:
    void initTestCase() {
        QCoreApplication::setAttribute(Qt::AA_DontUseNativeDialogs);
        QLocale::setDefault(QLocale(QLocale::English, QLocale::UnitedStates));
        qputenv("XDG_CACHE_HOME", m_folder.filePath("cache").toUtf8());
    }
    void init() {
        m_session = std::make_unique<Session>();
        m_session->setNetwork(preset("classic"));
        m_session->setDeviceId(QStringLiteral("cpu:1"));
        m_page = std::make_unique<DataPage>(*m_session);
        m_page->resize(1180, 620);
        m_page->show();
        QVERIFY(QTest::qWaitForWindowExposed(m_page.get()));
        m_page->activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(m_page.get()));
    }
    void cleanup() {
        m_page.reset();
        m_session.reset();
    }

    void saysWhatTheDataIs() {
        openFolder({1, 28, 28}, 300, 50);
        QCOMPARE(text("dataName"), QString("set28x300"));
        for (const char* part :
            {"300 images to train, 50 to test", "28 × 28 pixels in grey", "10 classes", "set28x300"})
            QVERIFY2(text("dataFacts").contains(QString::fromUtf8(part)), qPrintable(text("dataFacts")));
        // Every label 30 times; its pixels are 20 times the label and more, up to 50 more from the 51st on.
        const DataStatistics truth = measureStatistics(*m_session->data());
        QCOMPARE(text("dataStatistics"), QStringLiteral("Brightness: mean %1, deviation %2")
                                             .arg(truth.train.channels[0].mean, 0, 'f', 3)
                                             .arg(truth.train.channels[0].deviation, 0, 'f', 3));
        const QString counts = child<ClassCounts>("classCounts")->accessibleDescription();
        QVERIFY2(counts.contains("3: 30 + 5"), qPrintable(counts));
        QVERIFY(!child<QPushButton>("skippedButton")->isVisible());
    }

    void theBuiltInDigitsAreThereAtOnce() {
        QCOMPARE(text("dataName"), QString("Built-in digits"));
        QCOMPARE(grid()->count(), 60'000);
        QCOMPARE(text("imagesShown"), QString("60,000 images"));
        // The chosen image is made soon, long before all of them.
        QTRY_VERIFY_WITH_TIMEOUT(text("chosenClass").startsWith("Class "), 30'000);
    }

    void filtersByClassAndPart() {
        openFolder({1, 28, 28}, 300, 50);
        QCOMPARE(grid()->count(), 300);
        choose("classBox", 4); // all classes, 0, 1, 2, 3
        QCOMPARE(grid()->count(), 30);
        QCOMPARE(text("imagesShown"), QString("30 images"));
        QCOMPARE(text("chosenTitle"), QString("Training image 4"));
        QCOMPARE(text("chosenClass"), QString("Class 3"));
        choose("splitBox", 1);
        QCOMPARE(grid()->count(), 5);
        QCOMPARE(text("chosenTitle"), QString("Test image 4"));
        // A click on a class's bar asks for its images.
        auto* counts = child<ClassCounts>("classCounts");
        QTest::mouseClick(counts, Qt::LeftButton, {}, {20, counts->height() / 10 * 7 + 4});
        QCOMPARE(child<QComboBox>("classBox")->currentText(), QString("7"));
        QCOMPARE(text("chosenClass"), QString("Class 7"));
        choose("classBox", 0);
        QCOMPARE(grid()->count(), 50);
        QCOMPARE(text("chosenTitle"), QString("Test image 8")); // the same image as before
    }

    void goesToANumber() {
        openFolder({1, 28, 28}, 3000, 50);
        type("imageNumber", "1234");
        QCOMPARE(text("chosenTitle"), QString("Training image 1,234"));
        QVERIFY(grid()->viewport()->rect().intersects(grid()->cellRect(grid()->current())));
        choose("classBox", 10); // class 9
        type("imageNumber", "2000");
        QCOMPARE(text("chosenTitle"), QString("Training image 2,000")); // 1999 % 10 == 9
        type("imageNumber", "2001");
        QCOMPARE(text("chosenTitle"), QString("Training image 2,010")); // the next of its class
        type("imageNumber", "3000");
        QCOMPARE(text("chosenTitle"), QString("Training image 3,000"));
    }

    void isWalkedThroughByKey() {
        openFolder({1, 28, 28}, 3000, 50);
        choose("splitBox", 0);
        grid()->setFocus();
        const int columns = grid()->columns();
        QVERIFY(columns > 3);
        const auto press = [&](Qt::Key key, int expected) {
            QTest::keyClick(grid(), key);
            QCOMPARE(grid()->current(), expected);
            QVERIFY(grid()->viewport()->rect().contains(grid()->cellRect(expected)));
        };
        press(Qt::Key_Right, 1);
        press(Qt::Key_Down, 1 + columns);
        press(Qt::Key_Left, columns);
        press(Qt::Key_Up, 0);
        press(Qt::Key_Up, 0);
        press(Qt::Key_End, 2999);
        press(Qt::Key_Right, 2999);
        press(Qt::Key_Home, 0);
        QTest::keyClick(grid(), Qt::Key_PageDown);
        QVERIFY(grid()->current() >= columns && grid()->current() % columns == 0);
        QTest::keyClick(grid(), Qt::Key_PageUp);
        QCOMPARE(grid()->current(), 0);
        const int side = grid()->imageSide();
        QTest::keyClick(grid(), Qt::Key_Plus, Qt::ControlModifier);
        QVERIFY(grid()->imageSide() > side);
        QTest::keyClick(grid(), Qt::Key_Minus, Qt::ControlModifier);
        QCOMPARE(grid()->imageSide(), side);
    }

    void isChosenByMouse() {
        openFolder({1, 28, 28}, 300, 50);
        QTest::mouseClick(grid()->viewport(), Qt::LeftButton, {}, grid()->cellRect(5).center());
        QCOMPARE(grid()->current(), 5);
        QCOMPARE(text("chosenTitle"), QString("Training image 6"));
        QCOMPARE(text("chosenClass"), QString("Class 5"));
        for (int place = 0; place < 2 * grid()->columns(); ++place)
            QCOMPARE(grid()->placeAt(grid()->cellRect(place).center()), place);
        QCOMPARE(grid()->placeAt({2, 2}), -1);
        // A wheel scrolls, and what is under the pointer is then another one.
        const QPoint at = grid()->cellRect(5).center();
        grid()->verticalScrollBar()->setValue(grid()->verticalScrollBar()->maximum());
        QVERIFY(grid()->placeAt(at) > 5);
    }

    void drawsEveryPixelAsASquare() {
        openFolder({1, 20, 20}, 300, 50);
        const QImage shown = grid()->viewport()->grab().toImage();
        const double ratio = shown.devicePixelRatio();
        const QRect cell = grid()->cellRect(2); // label 2: pixels 40, 41, 42, ...
        const int factor = static_cast<int>(grid()->imageSide() * ratio) / 20;
        QVERIFY(factor >= 2);
        const int left =
            static_cast<int>(cell.left() * ratio) + (static_cast<int>(cell.width() * ratio) - 20 * factor) / 2;
        const int top = static_cast<int>(cell.top() * ratio);
        for (const int pixel : {0, 7, 19})
            for (int x = 0; x < factor; ++x)
                for (int y = 0; y < factor; ++y)
                    QCOMPARE(shown.pixelColor(left + pixel * factor + x, top + y).red(), 40 + pixel);
    }

    void aTestImageIsLookedAt() {
        openFolder({1, 28, 28}, 300, 50);
        QSignalSpy look(m_page.get(), &DataPage::lookRequested);
        QVERIFY(!child<QPushButton>("lookAtImage")->isEnabled()); // training images are not asked about
        choose("splitBox", 1);
        type("imageNumber", "33");
        click("lookAtImage");
        QCOMPARE(m_session->sample(), std::size_t{32});
        QCOMPARE(look.count(), 1);
        grid()->setFocus();
        QTest::keyClick(grid(), Qt::Key_Right);
        QTest::keyClick(grid(), Qt::Key_Return);
        QCOMPARE(m_session->sample(), std::size_t{33});
        QTest::mouseDClick(grid()->viewport(), Qt::LeftButton, {}, grid()->cellRect(grid()->current()).center());
        QCOMPARE(look.count(), 3);
    }

    void tellsTheValuesOfPixels() {
        openFolder({1, 20, 20}, 300, 50);
        auto* image = child<EnlargedImage>("enlargedImage");
        QTest::mouseClick(grid()->viewport(), Qt::LeftButton, {}, grid()->cellRect(2).center());
        QTest::mouseMove(image, image->pixelRect(0, 7).center().toPoint());
        QCOMPARE(text("pixelText"), QString("Row 0, column 7: 47"));
        QTest::mouseMove(image, image->pixelRect(19, 19).center().toPoint());
        QCOMPARE(text("pixelText"), QString("Row 19, column 19: 90"));
        image->setFocus();
        QTest::keyClick(image, Qt::Key_Up);
        QTest::keyClick(image, Qt::Key_Left);
        QCOMPARE(text("pixelText"), QString("Row 18, column 18: 90"));
        QVERIFY(text("imageFacts").startsWith("Darkest 40, brightest 90"));
    }

    void showsWhatAugmentationDoes() {
        openFolder({1, 20, 20}, 300, 50);
        auto* panel = child<AugmentationPanel>("augmentationPanel");
        QVERIFY(child<QLabel>("augmentationOff")->isVisible());
        QVERIFY(!child<QLabel>("mirroredSigns")->isVisible());
        QVERIFY(panel->drawn(0).empty());
        click("tryAugmentation");
        QVERIFY(m_session->spec().augmentation == (AugmentationSpec{2, false}));
        QVERIFY(!child<QLabel>("augmentationOff")->isVisible());
        const auto matches = [&](std::int64_t step) {
            const std::span<const std::uint8_t> original = m_session->data()->image(Split::Train, 0);
            bool same = true;
            for (int i = 0; i < 8; ++i) {
                std::vector<std::uint8_t> expected(400);
                augment(original, {1, 20, 20},
                    drawAugmentation(
                        m_session->spec().augmentation, m_session->spec().seed, step, static_cast<std::size_t>(i)),
                    expected);
                const auto drawn = panel->drawn(i);
                same = same && std::equal(expected.begin(), expected.end(), drawn.begin(), drawn.end());
            }
            return same;
        };
        QVERIFY(matches(1));
        click("drawOthers");
        QVERIFY(matches(2));
        click("previewFlip");
        QVERIFY(m_session->spec().augmentation.flip);
        QVERIFY(matches(2));
        QVERIFY(child<QLabel>("mirroredSigns")->isVisible());
        type("previewShift", "4");
        QCOMPARE(m_session->spec().augmentation.shift, 4);
        QVERIFY(matches(2));
        // The form's changes are seen here too.
        TrainingSpec spec = m_session->spec();
        spec.augmentation = {};
        m_session->setSpec(spec);
        QVERIFY(child<QLabel>("augmentationOff")->isVisible());
    }

    void locksWhatARunHolds() {
        TrainingSpec spec = m_session->spec();
        spec.trainSamples = 640;
        spec.epochs = 100'000;
        spec.augmentation = {1, false};
        m_session->setNetwork(preset("tiny"));
        m_session->setSpec(spec);
        m_session->train();
        QVERIFY(!child<QSpinBox>("previewShift")->isEnabled());
        QVERIFY(!child<DataBox>("dataBox")->isEnabled());
        QVERIFY(grid()->isEnabled()); // looking is free
        QVERIFY(m_session->finishRun(std::chrono::seconds(60)));
        QTRY_VERIFY(child<QSpinBox>("previewShift")->isEnabled());
    }

    void offersANetworkThatSuitsTheData() {
        auto* notice = child<Notice>("dataFitNotice");
        QVERIFY(notice->text().isEmpty());
        openFolder({1, 20, 20}, 300, 50);
        for (const char* part : {"classic", "1 × 28 × 28", "1 × 20 × 20", "set20x300"})
            QVERIFY2(notice->text().contains(QString::fromUtf8(part)), qPrintable(notice->text()));
        QCOMPARE(child<QPushButton>("dataFitNotice0")->text(), QString("Fit classic to the data"));
        click("dataFitNotice0");
        QVERIFY(m_session->network().input == (Shape{1, 20, 20}));
        QVERIFY(notice->text().isEmpty());
        QSignalSpy finished(&m_session->run(), &RunSource::finished);
        TrainingSpec spec = m_session->spec();
        spec.epochs = 1;
        m_session->setSpec(spec);
        m_session->train();
        QVERIFY(finished.wait(60'000));
        QCOMPARE(m_session->runs().size(), std::size_t{1});
    }

    void listsWhatIsAtHand() {
        auto* box = child<DataBox>("dataBox");
        QCOMPARE(box->currentData().toString(), QString("digits"));
        QVERIFY(box->findData("digits-color") > 0);
        openFolder({1, 20, 20}, 300, 50);
        const QString first = m_session->dataSource();
        openFolder({1, 28, 28}, 300, 50);
        QCOMPARE(box->currentText(), QString("set28x300"));
        QCOMPARE(m_session->recentData(), (QStringList{m_session->dataSource(), first}));
        // Back to the first one by keyboard.
        QSignalSpy changed(m_session.get(), &Session::dataChanged);
        box->setFocus();
        QTest::keyClick(box, Qt::Key_End);
        QVERIFY(changed.wait(20'000));
        QCOMPARE(m_session->dataSource(), first);
        QCOMPARE(box->currentData().toString(), first);
        // One that is gone is listed no more.
        QVERIFY(QDir(m_folder.filePath("set28x300")).removeRecursively());
        box->showPopup();
        QCOMPARE(box->findText("set28x300"), -1);
        box->hidePopup();
    }

    void opensAFolderThroughItsDialog() {
        const QString path = m_folder.filePath("chosen");
        QVERIFY(testing::writeIdxFolder(path, {1, 28, 28}, 60, 20));
        click("openDataFolder");
        auto* dialog = m_page->findChild<QFileDialog*>("dataDialog");
        QVERIFY(dialog);
        QSignalSpy changed(m_session.get(), &Session::dataChanged);
        emit dialog->fileSelected(path);
        dialog->close();
        QVERIFY(changed.wait(20'000));
        QCOMPARE(text("dataName"), QString("chosen"));
    }

    void aFolderOfPicturesIsTrainedOnFromWhatTheScreenSays() {
        const QString path = m_folder.filePath("shapes");
        for (int i = 0; i < 40; ++i) {
            const bool isDisc = i % 2 == 0;
            const QString folder = path + (isDisc ? "/disc" : "/stripe");
            QVERIFY(QDir().mkpath(folder));
            QImage image(28, 28, QImage::Format_RGB32);
            image.fill(QColor(20, 40, 10 * (i % 9)));
            QPainter painter(&image);
            painter.setBrush(QColor(255, 200, 5 * i));
            if (isDisc)
                painter.drawEllipse(QPoint(14, 14), 6 + i % 5, 6 + i % 5);
            else
                painter.drawRect(2, 9 + i % 8, 24, 5);
            painter.end();
            QVERIFY(image.save(QStringLiteral("%1/%2.png").arg(folder).arg(i)));
        }
        QVERIFY(testing::writeBytes(path + "/disc/notes.txt", "not a picture"));
        QSignalSpy changed(m_session.get(), &Session::dataChanged);
        m_session->openData(path);
        QVERIFY(changed.wait(20'000));
        QVERIFY2(text("dataFacts").contains("2 classes"), qPrintable(text("dataFacts")));
        auto* skipped = child<QPushButton>("skippedButton");
        QCOMPARE(skipped->text(), QString::fromUtf8("1 file was left out…"));
        QTest::mouseClick(skipped, Qt::LeftButton);
        auto* list = m_page->findChild<SkippedFilesDialog*>();
        QVERIFY(list && list->findChild<QPlainTextEdit*>("skippedList")->toPlainText().contains("notes.txt"));
        list->close();
        QTRY_VERIFY_WITH_TIMEOUT(text("dataStatistics").contains("Red: mean"), 20'000);
        choose("classBox", 2);
        QCOMPARE(text("chosenClass"), QString("Class 1: stripe"));
        {
            Translator german;
            QVERIFY(QCoreApplication::installTranslator(&german));
            DataPage page(*m_session);
            QTRY_VERIFY_WITH_TIMEOUT(page.findChild<QLabel*>("dataStatistics")->text().contains("Rot: mean"), 20'000);
        }
        // The network of before reads grey digits of ten classes.
        click("dataFitNotice0");
        QVERIFY(child<Notice>("dataFitNotice")->text().isEmpty());
        QSignalSpy finished(&m_session->run(), &RunSource::finished);
        m_session->train();
        QVERIFY(finished.wait(60'000));
        QCOMPARE(m_session->runs().size(), std::size_t{1});
    }

    void neverWaitsForAnImage() {
        const auto late = std::make_shared<LateData>();
        ImageGrid alone;
        alone.resize(400, 300);
        {
            DataSurvey survey(late);
            QSignalSpy completed(&survey, &DataSurvey::completed);
            alone.setImages(&survey, Split::Train, survey.indices(Split::Train, -1));
            QCOMPARE(alone.count(), 200);
            alone.show();
            alone.grab(); // paints frames
            QVERIFY(!survey.isReady(Split::Train, 0));
            QCOMPARE(survey.indices(Split::Train, 1).size(), std::size_t{100}); // the labels are known all the same
            late->deliver();
            QVERIFY(completed.count() > 0 || completed.wait(20'000));
            QVERIFY(survey.isReady(Split::Train, 199) && survey.isReady(Split::Test, 9));
            QCOMPARE(survey.indices(Split::Test, 0).size(), std::size_t{5});
            QCOMPARE(survey.statistics()->train.classCounts, (std::vector<std::size_t>{100, 100}));
            const QRect cell = alone.cellRect(0);
            QCOMPARE(alone.viewport()->grab().toImage().pixelColor(cell.center().x(), cell.top() + 10).red(), 99);
            alone.setImages(nullptr, Split::Train, {});
        }
    }

    void aSurveyIsGivenUp() {
        const Session session; // seventy thousand digits in the making
        for (int i = 0; i < 20; ++i) {
            DataSurvey survey(session.data());
            survey.wish(Split::Test, 9000);
        }
    }

    void whatIsOpenedForLongIsTold() {
        OpeningBar bar(*m_session);
        bar.resize(800, 40);
        QVERIFY(!bar.isVisible());
        emit m_session->dataLoading("/somewhere/pictures");
        QTRY_VERIFY_WITH_TIMEOUT(bar.isVisible(), 20'000);
        QCOMPARE(bar.text(), QString("Opening pictures …"));
        QSignalSpy clicked(bar.findChild<QPushButton*>("cancelOpening"), &QPushButton::clicked);
        QTest::mouseClick(bar.findChild<QPushButton*>("cancelOpening"), Qt::LeftButton);
        QCOMPARE(clicked.count(), 1);
        emit m_session->dataCancelled();
        QVERIFY(!bar.isVisible());
    }

    void whatIsOpenedIsGivenUpByItsButton() {
        const QString path = m_folder.filePath("unwanted");
        QVERIFY(testing::writeIdxFolder(path, {1, 28, 28}, 5000, 50));
        const DataSetPtr before = m_session->data();
        OpeningBar bar(*m_session);
        QSignalSpy cancelled(m_session.get(), &Session::dataCancelled);
        QSignalSpy changed(m_session.get(), &Session::dataChanged);
        QSignalSpy failed(m_session.get(), &Session::failed);
        m_session->openData(path);
        QCOMPARE(m_session->openingSource(), path);
        bar.findChild<QPushButton*>("cancelOpening")->click();
        QVERIFY(cancelled.count() > 0 || cancelled.wait(20'000));
        QVERIFY(m_session->openingSource().isEmpty());
        QTest::qWait(400); // long enough for it to be opened, and for the bar to be shown
        QCOMPARE(changed.count() + failed.count(), 0);
        QVERIFY(m_session->data() == before && !bar.isVisible());
    }

    void theWheelScrollsThePageAndChangesNothing() {
        m_page->resize(900, 300);
        click("tryAugmentation");
        auto* bar = child<QScrollArea>("dataScroll")->verticalScrollBar();
        QTRY_VERIFY(bar->maximum() > 0);
        grid()->setFocus();
        const TrainingSpec spec = m_session->spec();
        for (const char* name : {"dataBox", "splitBox", "classBox", "imageNumber", "sizeBox", "previewShift"}) {
            auto* field = child<QWidget>(name);
            for (int i = 0; i < 2; ++i) { // the first one has not given it the focus
                bar->setValue(0);
                testing::turnWheel(field, -1);
                QVERIFY2(bar->value() > 0, name);
            }
            QVERIFY2(!field->hasFocus(), name);
        }
        QVERIFY(m_session->openingSource().isEmpty() && m_session->spec() == spec);
        QCOMPARE(child<QComboBox>("splitBox")->currentIndex(), 0);
        QCOMPARE(child<QComboBox>("classBox")->currentIndex(), 0);
        QCOMPARE(child<QComboBox>("sizeBox")->currentIndex(), 1);
        QCOMPARE(child<QSpinBox>("imageNumber")->value(), 1);
    }

    void whatWasShrunkIsNotEnlargedAgain() {
        openFolder({1, 64, 64}, 20, 10);
        const auto picture = [this](const std::vector<int>& sides) {
            ImageGrid alone;
            alone.resize(600, 400);
            DataSurvey survey(m_session->data());
            QSignalSpy completed(&survey, &DataSurvey::completed);
            if (completed.count() == 0)
                completed.wait(20'000);
            alone.setImages(&survey, Split::Train, survey.indices(Split::Train, -1));
            alone.show();
            QImage seen;
            for (const int side : sides) {
                alone.setImageSide(side);
                seen = alone.viewport()->grab().toImage();
            }
            alone.setImages(nullptr, Split::Train, {});
            return seen;
        };
        QVERIFY(picture({40, 96}) == picture({96}));
    }

    void skippedFilesCanBeCopiedAndSaved() {
        const std::vector<SkippedFile> files{
            {"cats/a.gif", "no PNG or JPEG picture, but GIF"}, {"b.txt", "a text file"}};
        auto* dialog = new SkippedFilesDialog(files);
        dialog->show();
        QVERIFY(dialog->findChild<QPlainTextEdit*>("skippedList")->toPlainText().contains("cats/a.gif\tno PNG"));
        QTest::mouseClick(dialog->findChild<QPushButton*>("copySkipped"), Qt::LeftButton);
        QCOMPARE(QGuiApplication::clipboard()->text(), SkippedFilesDialog::text(files));
        QTest::mouseClick(dialog->findChild<QPushButton*>("saveSkipped"), Qt::LeftButton);
        auto* save = dialog->findChild<QFileDialog*>("saveSkippedDialog");
        QVERIFY(save);
        emit save->fileSelected(m_folder.filePath("skipped.txt"));
        QTRY_VERIFY(QFile::exists(m_folder.filePath("skipped.txt")));
        QFile saved(m_folder.filePath("skipped.txt"));
        QVERIFY(saved.open(QIODevice::ReadOnly));
        QCOMPARE(QString::fromUtf8(saved.readAll()), SkippedFilesDialog::text(files) + "\n");
        emit save->fileSelected(m_folder.filePath("skipped.txt/below.txt"));
        auto* error = dialog->findChild<QLabel*>("skippedError");
        QTRY_VERIFY2(error->text().contains("skipped.txt"), qPrintable(error->text()));
        save->close();
        dialog->close();
    }

    void namesEveryControl() {
        openFolder({1, 20, 20}, 300, 50);
        int checked = 0;
        for (QWidget* widget : m_page->findChildren<QWidget*>()) {
            if (widget->focusPolicy() == Qt::NoFocus || !widget->isVisible() || widget->focusProxy())
                continue;
            QAccessibleInterface* face = QAccessible::queryAccessibleInterface(widget);
            QVERIFY2(face && !face->text(QAccessible::Name).isEmpty(),
                qPrintable(widget->objectName() + ' ' + widget->metaObject()->className()));
            ++checked;
        }
        QVERIFY(checked > 10);
    }
};

QTEST_MAIN(DataPageTest)
#include "data_page_test.moc"
