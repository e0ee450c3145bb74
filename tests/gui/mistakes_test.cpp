// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/evaluation_csv.h"
#include "gui/made_up_data.h"
#include "gui/window_fixture.h"
#include "mistakes/class_table.h"
#include "mistakes/confusion_colors.h"
#include "mistakes/confusion_view.h"
#include "mistakes/epoch_bar.h"
#include "mistakes/gallery.h"
#include "mistakes/mistakes_model.h"
#include "mistakes/mistakes_page.h"
#include "train/class_bars.h"
#include "train/train_workspace.h"

#include <QAccessible>
#include <QComboBox>
#include <QDialog>
#include <QFileDialog>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QPointer>
#include <QPushButton>
#include <QSignalSpy>
#include <QSlider>
#include <QTemporaryDir>
#include <QToolButton>
#include <QtTest>

#include <memory>

using namespace kernelscope;
using kernelscope::testing::writeIdxFolder;

namespace {

/// Images of 2x2 pixels, labels in turn; every tenth is taken for the next class, ever more surely.
EvaluatedPtr madeUp(int classes, int count, int epoch = 1) {
    DataInfo info;
    info.name = "Made up";
    info.source = "test";
    info.shape = {1, 2, 2};
    info.classes = classes;
    for (int k = 0; k < classes; ++k)
        info.classNames.push_back("class " + std::to_string(k));
    MemoryDataSet::Part train{std::vector<std::uint8_t>(4), {0}};
    MemoryDataSet::Part test;
    auto predictions = std::make_shared<EpochPredictions>();
    predictions->epoch = epoch;
    for (int i = 0; i < count; ++i) {
        const int truth = i % classes;
        const int next = (truth + 1) % classes;
        test.labels.push_back(static_cast<std::uint8_t>(truth));
        test.pixels.insert(test.pixels.end(), 4, static_cast<std::uint8_t>(i % 256));
        Prediction prediction;
        const bool isMistake = i % 10 == 0;
        const float sure = 0.5f + 0.4f * static_cast<float>(i) / static_cast<float>(count);
        prediction.classes = {static_cast<std::uint8_t>(isMistake ? next : truth),
            static_cast<std::uint8_t>(isMistake ? truth : next), 0};
        prediction.probabilities = {sure, 1 - sure, 0};
        predictions->images.push_back(prediction);
    }
    return std::make_shared<const Evaluated>(
        std::make_shared<const MemoryDataSet>(info, std::move(train), std::move(test)), predictions);
}

QByteArray content(const QString& path) {
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

} // namespace

/// The page of mistakes and its parts, with real input.
class MistakesTest : public QObject {
    Q_OBJECT

    std::unique_ptr<Session> m_session;
    std::unique_ptr<MistakesPage> m_page;

    template <class W>
    W* child(const char* name) {
        return m_page->findChild<W*>(QLatin1String(name));
    }
    MistakesModel& model() { return *m_page->findChild<MistakesModel*>(); }

    void train(int epochs) {
        m_session->setNetwork(preset("tiny"));
        TrainingSpec spec = m_session->spec();
        spec.trainSamples = 640;
        spec.epochs = epochs;
        m_session->setSpec(spec);
        QSignalSpy finished(&m_session->run(), &RunSource::finished);
        m_session->train();
        QVERIFY(finished.wait(60'000));
        QTRY_VERIFY(child<EpochBar>("epochBar")->isVisible());
        QTRY_COMPARE(child<QSlider>("epochSlider")->maximum(), epochs - 1);
    }

    void click(ConfusionView* view, CellChoice at) {
        QTest::mouseClick(view, Qt::LeftButton, {}, view->cellRect(at).center());
    }

private slots:
    void initTestCase() { QLocale::setDefault(QLocale(QLocale::English, QLocale::UnitedStates)); }

    void init() {
        m_session = std::make_unique<Session>();
        m_page = std::make_unique<MistakesPage>(*m_session);
        m_page->resize(1180, 660);
        m_page->show();
        QVERIFY(QTest::qWaitForWindowExposed(m_page.get()));
    }

    void cleanup() {
        m_page.reset();
        m_session.reset();
    }

    void theMatrixIsChosenInByMouseAndKeyboard() {
        ConfusionView view;
        view.resize(480, 480);
        view.setEvaluated(madeUp(10, 1000));
        view.show();
        QVERIFY(QTest::qWaitForWindowExposed(&view));
        int told = 0;
        connect(&view, &ConfusionView::chosen, &view, [&] { ++told; });
        click(&view, {4, 9});
        QCOMPARE(view.choice(), (CellChoice{4, 9}));
        click(&view, {4, 9});
        QVERIFY(view.choice().isNothing());
        click(&view, {3, -1});
        QCOMPARE(view.choice(), (CellChoice{3, -1}));
        click(&view, {-1, 7});
        QCOMPARE(view.choice(), (CellChoice{-1, 7}));
        QTest::mouseClick(&view, Qt::LeftButton, {}, QPoint(1, 1)); // beside everything
        QVERIFY(view.choice().isNothing());
        QCOMPARE(told, 5);

        view.setFocus();
        QTest::keyClick(&view, Qt::Key_Down);
        QTest::keyClick(&view, Qt::Key_Right);
        QCOMPARE(view.choice(), (CellChoice{0, 0}));
        QTest::keyClick(&view, Qt::Key_End);
        QTest::keyClick(&view, Qt::Key_Right); // stays
        QCOMPARE(view.choice(), (CellChoice{0, 9}));
        QTest::keyClick(&view, Qt::Key_Up);
        QCOMPARE(view.choice(), (CellChoice{-1, 9}));
        QTest::keyClick(&view, Qt::Key_Escape);
        QVERIFY(view.choice().isNothing());
    }

    void theMatrixSpeaks() {
        ConfusionView view;
        view.resize(480, 480);
        view.setEvaluated(madeUp(10, 1000)); // images 0, 10, ... are all of class 0
        QAccessibleInterface* accessible = QAccessible::queryAccessibleInterface(&view);
        QVERIFY(accessible);
        QCOMPARE(accessible->text(QAccessible::Name), QStringLiteral("Confusion matrix"));
        QCOMPARE(accessible->text(QAccessible::Value),
            QStringLiteral("900 of 1,000 test images were recognised, 90.00\u00a0%; 100 were mistaken."));
        view.choose({0, 1});
        QCOMPARE(accessible->text(QAccessible::Value),
            QStringLiteral("100 images of “class 0” were taken for “class 1”, 100.0\u00a0% of all 100."));
        view.choose({1, 0});
        QCOMPARE(
            accessible->text(QAccessible::Value), QStringLiteral("No image of “class 1” was taken for “class 0”."));
    }

    void theMatrixFitsAnyNumberOfClasses_data() {
        QTest::addColumn<int>("classes");
        for (const int classes : {2, 3, 10, 26, 100, 256})
            QTest::addRow("%d", classes) << classes;
    }

    /// Cells lie side by side without gap or overlap inside the view, each is hit at its middle, and has its colour.
    void theMatrixFitsAnyNumberOfClasses() {
        QFETCH(int, classes);
        ConfusionView view;
        view.resize(440, 400);
        const EvaluatedPtr evaluated = madeUp(classes, 5000);
        view.setEvaluated(evaluated);
        view.show();
        QVERIFY(QTest::qWaitForWindowExposed(&view));
        int right = view.cellRect({0, 0}).left();
        for (int k = 0; k < classes; ++k) {
            const QRect cell = view.cellRect({k, k});
            QCOMPARE(cell.left(), right);
            QVERIFY(cell.width() >= 1 && cell.height() >= 1);
            QVERIFY2(view.rect().contains(cell), qPrintable(QString::number(k)));
            right = cell.right() + 1;
        }
        const QImage picture = view.grab().toImage();
        const ConfusionColors colors(evaluated->matrix, false, view.palette());
        for (const CellChoice at : {CellChoice{0, 0}, CellChoice{0, 1}, CellChoice{classes - 1, 0},
                 CellChoice{classes / 2, classes / 2}, CellChoice{classes / 2, classes - 1}}) {
            const QRect cell = view.cellRect(at);
            if (cell.width() >= 8) // below, neighbours and frames share its few pixels
                QCOMPARE(picture.pixelColor(cell.topLeft() + QPoint(2, 2)), colors.cell(at.truth, at.predicted));
            if (cell.width() >= 3) {
                view.choose({});
                click(&view, at);
                QCOMPARE(view.choice(), at);
            }
        }
        // Fewer classes: what was chosen may not be there any more.
        view.choose({classes - 1, classes - 1});
        view.setEvaluated(madeUp(2, 10));
        QVERIFY(view.choice().truth < 2 && view.choice().predicted < 2);
        view.setEvaluated(nullptr);
        QVERIFY(view.choice().isNothing());
        view.grab();
    }

    void oneMistakeIsSeenAndTheGreatestIsTheStrongest() {
        const EvaluatedPtr evaluated = madeUp(4, 400);
        for (const bool logarithmic : {false, true}) {
            const ConfusionColors colors(evaluated->matrix, logarithmic, Theme::lightPalette());
            QVERIFY(colors.mistakes(0) != colors.mistakes(1));
            QCOMPARE(colors.greatest(), evaluated->matrix.greatestMistake());
            QVERIFY(colors.mistakes(1) != colors.mistakes(static_cast<double>(colors.greatest())));
        }
        // By logarithm few are stronger.
        const auto lightness = [&](bool logarithmic) {
            return ConfusionColors(evaluated->matrix, logarithmic, Theme::lightPalette()).mistakes(2).lightness();
        };
        QVERIFY(lightness(true) < lightness(false));
    }

    void theListIsFilteredAndOrdered() {
        MistakesModel list;
        const EvaluatedPtr evaluated = madeUp(3, 90);
        list.setEvaluated(evaluated);
        QCOMPARE(list.rowCount(), 9);
        QCOMPARE(list.images().front(), 80u); // the surest
        QCOMPARE(list.images().back(), 0u);
        list.setOrder(MistakesModel::Order::LeastConfident);
        QCOMPARE(list.images().front(), 0u);
        list.setOrder(MistakesModel::Order::Index);
        QVERIFY(std::is_sorted(list.images().begin(), list.images().end()));
        list.setChoice({1, 2}); // 10, 40, 70
        QVERIFY(list.images() == (std::vector<std::uint32_t>{10, 40, 70}));
        QCOMPARE(list.index(0).data(MistakesModel::CaptionRole).toString(), QStringLiteral("class 1 → class 2"));
        QCOMPARE(list.rowOf(40), 1);
        QCOMPARE(list.rowOf(41), -1);
        list.setChoice({-1, 0});
        QCOMPARE(list.rowCount(), 3);
        for (const std::uint32_t image : list.images())
            QVERIFY(evaluated->taken(image) == 0 && evaluated->truth(image) != 0);
        list.setChoice({2, -1});
        for (const std::uint32_t image : list.images())
            QCOMPARE(evaluated->truth(image), 2);
        list.setChoice({1, 1}); // the diagonal: what was recognised
        QCOMPARE(list.rowCount(), 27);
        list.setChoice({2, 1});
        QCOMPARE(list.rowCount(), 0);
    }

    void thePageIsNeverEmpty() {
        QVERIFY(!m_page->evaluated());
        QVERIFY(child<QLabel>("mistakesEmptyText")->isVisible());
        auto* button = child<QPushButton>("evaluateNowEmpty");
        QTRY_VERIFY(button->isVisible() && button->isEnabled());
        // Given up.
        QTest::mouseClick(button, Qt::LeftButton);
        auto* cancel = child<QPushButton>("evaluateCancelEmpty");
        QVERIFY(cancel->isVisible() && !button->isVisible());
        QTest::mouseClick(cancel, Qt::LeftButton);
        QTRY_VERIFY_WITH_TIMEOUT(button->isVisible(), 60'000);
        QVERIFY(!m_page->evaluated());
        // By keyboard, to the end.
        button->setFocus();
        QTest::keyClick(button, Qt::Key_Space);
        QTRY_VERIFY_WITH_TIMEOUT(m_page->evaluated(), 120'000);
        QCOMPARE(m_page->evaluated()->matrix.total(), std::int64_t{10'000});
        QVERIFY(m_page->evaluated()->matrix.accuracy().value() > 0.95);
        QVERIFY(child<QLabel>("mistakesTitle")->text().startsWith(QStringLiteral("Shipped network")));
        QVERIFY(!child<EpochBar>("epochBar")->isVisible());
        QVERIFY(child<ConfusionView>("confusionView")->isVisible());
    }

    void aMeasurementIsNotDisturbed() {
        auto* button = child<QPushButton>("evaluateNowEmpty");
        QTRY_VERIFY(button->isEnabled());
        m_session->setMeasuring(true);
        QVERIFY(!button->isEnabled());
        QVERIFY2(button->toolTip().contains(QStringLiteral("comparison")), qPrintable(button->toolTip()));
        m_session->setMeasuring(false);
        QVERIFY(button->isEnabled());
    }

    /// The matrix of an epoch counts every test image, and its diagonal is that epoch's accuracy.
    void everyEpochOfARunIsThere() {
        train(3);
        const std::vector<EpochResult>& results = m_session->currentRecord()->epochs;
        auto* slider = child<QSlider>("epochSlider");
        QTRY_COMPARE(slider->value(), 2);
        slider->setFocus();
        for (std::size_t epoch : {2, 1, 0}) {
            QCOMPARE(slider->value(), static_cast<int>(epoch));
            QCOMPARE(m_page->evaluated()->predictions->epoch, static_cast<int>(epoch) + 1);
            QCOMPARE(m_page->evaluated()->matrix.total(), std::int64_t{10'000});
            QCOMPARE(m_page->evaluated()->matrix.accuracy().value(), results[epoch].testAccuracy);
            QCOMPARE(child<QLabel>("epochValue")->text(), QStringLiteral("%1 of 3").arg(epoch + 1));
            QTest::keyClick(slider, Qt::Key_Left);
        }
        // Plays to the newest.
        QTest::mouseClick(child<QToolButton>("playEpochs"), Qt::LeftButton);
        QTRY_COMPARE_WITH_TIMEOUT(slider->value(), 2, 20'000);
        QTRY_VERIFY(!child<QToolButton>("playEpochs")->isChecked());

        // Another run: its first epoch takes the place of the old ones.
        train(2);
        QCOMPARE(m_page->evaluated()->predictions->epoch, 2);
        QVERIFY(child<QLabel>("mistakesTitle")->text().startsWith(QStringLiteral("Run 2 after epoch 2")));
    }

    void epochsFollowUnlessMoved() {
        EpochBar bar;
        auto* slider = bar.findChild<QSlider*>();
        bar.setEpochs({1, 2, 3}, 10);
        QCOMPARE(bar.current(), 2);
        bar.setEpochs({1, 2, 3, 4}, 10);
        QCOMPARE(bar.current(), 3);
        QTest::keyClick(slider, Qt::Key_Left);
        QVERIFY(!bar.isFollowing());
        bar.setEpochs({1, 2, 3, 4, 5}, 10);
        QCOMPARE(bar.current(), 2); // still epoch 3
        bar.setEpochs({1, 3, 5, 6}, 10);
        QCOMPARE(bar.current(), 1); // at its new place
        bar.setEpochs({1, 5, 7}, 10);
        QCOMPARE(bar.current(), 1); // gone: its neighbour
        QTest::keyClick(slider, Qt::Key_End);
        bar.setEpochs({1, 5, 9}, 10);
        QCOMPARE(bar.current(), 2);
        bar.setEpochs({}, 0);
        QCOMPARE(bar.current(), -1);
        QVERIFY(!slider->isEnabled());
    }

    void aCellOpensItsImages() {
        train(1);
        auto* matrix = child<ConfusionView>("confusionView");
        auto* gallery = child<Gallery>("mistakesGallery");
        const EvaluatedPtr evaluated = m_page->evaluated();
        QCOMPARE(static_cast<std::int64_t>(model().images().size()), evaluated->matrix.mistakes());
        CellChoice worst;
        for (int truth = 0; truth < 10; ++truth)
            for (int taken = 0; taken < 10; ++taken)
                if (truth != taken && evaluated->matrix.count(truth, taken) == evaluated->matrix.greatestMistake())
                    worst = {truth, taken};
        click(matrix, worst);
        QCOMPARE(static_cast<std::int64_t>(gallery->model()->rowCount()), evaluated->matrix.greatestMistake());
        QVERIFY(child<QLabel>("galleryTitle")
                    ->text()
                    .contains(QStringLiteral("“%1” taken for “%2”").arg(worst.truth).arg(worst.predicted)));
        for (const std::uint32_t image : model().images())
            QVERIFY(evaluated->truth(image) == worst.truth && evaluated->taken(image) == worst.predicted);

        // The card follows the arrows; Enter looks at the image.
        gallery->setFocus();
        QTest::keyClick(gallery, Qt::Key_Right);
        const std::uint32_t second = model().images()[1];
        const QString title = QStringLiteral("Test image %1").arg(QLocale().toString(second + 1)); // as in Look
        QCOMPARE(child<QLabel>("predictionTitle")->text(), title);
        const QString tip = gallery->currentIndex().data(Qt::ToolTipRole).toString();
        QVERIFY2(tip.startsWith(title + QStringLiteral(" is ")), qPrintable(tip));
        QCOMPARE(child<QLabel>("predictionVerdict")->text(),
            QStringLiteral("It is “%1”, but was taken for “%2”.").arg(worst.truth).arg(worst.predicted));
        QVERIFY(child<ClassBars>("predictionBars")
                    ->accessibleDescription()
                    .contains(QStringLiteral("True class %1.").arg(worst.truth)));
        QSignalSpy look(m_page.get(), &MistakesPage::lookRequested);
        QTest::keyClick(gallery, Qt::Key_Return);
        QCOMPARE(look.count(), 1);
        QCOMPARE(m_session->sample(), std::size_t{second});
        QTest::keyClick(gallery, Qt::Key_Left);
        QTest::mouseClick(child<QPushButton>("lookAtMistake"), Qt::LeftButton);
        QCOMPARE(look.count(), 2);
        QCOMPARE(m_session->sample(), std::size_t{model().images()[0]});

        // The order: the chosen image stays chosen.
        const std::uint32_t chosen = model().images()[0];
        auto* order = child<QComboBox>("galleryOrder");
        order->setFocus();
        QTest::keyClick(order, Qt::Key_End);
        QVERIFY(std::is_sorted(model().images().begin(), model().images().end()));
        QCOMPARE(gallery->currentIndex().row(), model().rowOf(chosen));

        // In another list what somebody chose stays chosen, else the first image is.
        QTest::keyClick(order, Qt::Key_Home);
        QCOMPARE(model().images()[static_cast<std::size_t>(gallery->currentIndex().row())], chosen);
        QTest::mouseClick(child<QPushButton>("allMistakes"), Qt::LeftButton);
        QCOMPARE(model().images()[static_cast<std::size_t>(gallery->currentIndex().row())], chosen);
        click(matrix, {worst.truth, worst.truth}); // not a mistake: the chosen one is gone
        QCOMPARE(gallery->currentIndex().row(), 0);
        click(matrix, worst);
        QCOMPARE(gallery->currentIndex().row(), 0);
        QTest::keyClick(order, Qt::Key_End);
        QCOMPARE(gallery->currentIndex().row(), 0); // nobody has chosen one since
        QTest::mouseClick(child<QPushButton>("allMistakes"), Qt::LeftButton);
        QVERIFY(matrix->choice().isNothing());
        QVERIFY(!child<QPushButton>("allMistakes")->isVisible());
        QCOMPARE(static_cast<std::int64_t>(model().images().size()), evaluated->matrix.mistakes());
    }

    /// In the whole window, by keyboard alone: the page, a test of the shipped network, a mistake, Look.
    void lookingAtAMistakeLeadsToLook() {
        QTemporaryDir folder;
        testing::Application app(folder.filePath(QStringLiteral("settings.json")));
        app.show();
        auto* workspace = app.find<TrainWorkspace>("trainWorkspace");
        const qsizetype place = workspace->pages().indexOf(QStringLiteral("mistakes"));
        QCOMPARE(place, workspace->pages().size() - 1);
        QTest::keyClick(&app.window, static_cast<Qt::Key>(Qt::Key_1 + place), Qt::AltModifier);
        QCOMPARE(workspace->currentPage(), QStringLiteral("mistakes"));
        auto* button = app.find<QPushButton>("evaluateNowEmpty");
        QTRY_VERIFY(button->isEnabled());
        button->setFocus();
        QTest::keyClick(button, Qt::Key_Space);
        auto* gallery = app.find<Gallery>("mistakesGallery");
        QTRY_VERIFY_WITH_TIMEOUT(gallery->model()->rowCount() > 0 && gallery->isVisible(), 120'000);
        gallery->setFocus();
        QTest::keyClick(gallery, Qt::Key_Return);
        QCOMPARE(app.window.currentWorkspace(), QStringLiteral("look"));
        QCOMPARE(app.session.sample(), std::size_t{static_cast<MistakesModel*>(gallery->model())->images().front()});
    }

    void theClassesAreSortedAndChosen() {
        train(1);
        auto* table = child<ClassTable>("classTable");
        QCOMPARE(table->model()->rowCount(), 10);
        table->setFocus();
        table->setCurrentIndex(table->model()->index(0, ClassTableModel::Recall));
        QTest::keyClick(table, Qt::Key_Space);
        const auto recall = [table](int row) {
            return table->model()->index(row, ClassTableModel::Recall).data(Qt::UserRole).toDouble();
        };
        for (int row = 1; row < 10; ++row)
            QVERIFY(recall(row - 1) <= recall(row));
        QTest::keyClick(table, Qt::Key_Space);
        for (int row = 1; row < 10; ++row)
            QVERIFY(recall(row - 1) >= recall(row));
        table->setCurrentIndex(table->model()->index(9, 0));
        const int worst = table->model()->index(9, ClassTableModel::Name).data(Qt::UserRole).toInt();
        QTest::keyClick(table, Qt::Key_Return);
        QCOMPARE(child<ConfusionView>("confusionView")->choice(), (CellChoice{worst, -1}));
        for (const std::uint32_t image : model().images())
            QCOMPARE(m_page->evaluated()->truth(image), worst);
    }

    void aClassWithoutImagesHasADash() {
        ClassTableModel table;
        table.setEvaluated(madeUp(10, 4)); // of classes 0 to 3
        QCOMPARE(table.index(7, ClassTableModel::Recall).data().toString(), QStringLiteral("—"));
        QCOMPARE(table.index(7, ClassTableModel::F1).data().toString(), QStringLiteral("—"));
        QCOMPARE(table.index(2, ClassTableModel::Recall).data().toString(), QStringLiteral("100.0\u00a0%"));
    }

    void tablesAreSaved() {
        train(1);
        QTemporaryDir folder;
        const EvaluatedPtr evaluated = m_page->evaluated();
        const std::vector<std::string>& names = evaluated->data->info().classNames;
        const std::vector<std::pair<const char*, std::string>> tables{
            {"exportMatrix", confusionCsv(evaluated->matrix, names)},
            {"exportClasses", classesCsv(evaluated->matrix, names)},
            {"exportImages", predictionsCsv(*evaluated->data, evaluated->images(), model().images())}};
        QMenu* menu = child<QPushButton>("mistakesExportButton")->menu();
        for (const auto& [name, text] : tables) {
            QAction* action = m_page->findChild<QAction*>(QLatin1String(name));
            QVERIFY(action && menu->actions().contains(action));
            action->trigger();
            const QPointer<QFileDialog> dialog =
                m_page->findChild<QFileDialog*>(QStringLiteral("mistakesExportDialog"));
            QVERIFY(dialog && dialog->isVisible());
            const QString file = folder.filePath(QLatin1String(name)) + QStringLiteral(".csv");
            dialog->setDirectory(folder.path());
            dialog->findChild<QLineEdit*>(QStringLiteral("fileNameEdit"))->setText(file);
            static_cast<QDialog*>(dialog.data())->accept();
            auto* notice = child<QLabel>("mistakesNotice");
            QTRY_VERIFY(notice->text().contains(file));
            QCOMPARE(content(file), QByteArray::fromStdString(text));
            QTRY_VERIFY(!dialog);
        }
        QVERIFY(content(folder.filePath(QStringLiteral("exportImages.csv"))).count('\n') ==
                evaluated->matrix.mistakes() + 1);
    }

    /// Other data opened while the page is on show, and the run thrown away: what is on show stays what it was.
    void dataAndRunsComeAndGo() {
        train(1);
        const EvaluatedPtr before = m_page->evaluated();
        QTemporaryDir folder;
        QVERIFY(writeIdxFolder(folder.path(), {1, 6, 6}, 20, 10));
        QSignalSpy changed(m_session.get(), &Session::dataChanged);
        m_session->openData(folder.path());
        QVERIFY(changed.count() > 0 || changed.wait(60'000));
        m_session->removeRun(1);
        QVERIFY(m_page->evaluated() == before);
        auto* gallery = child<Gallery>("mistakesGallery");
        gallery->setFocus();
        QTest::keyClick(gallery, Qt::Key_Down);
        QVERIFY(!m_page->grab().isNull());
        auto* look = child<QPushButton>("lookAtMistake");
        QVERIFY(look->isVisible() && !look->isEnabled());
        QVERIFY2(look->toolTip().contains(QStringLiteral("Other data")), qPrintable(look->toolTip()));
        QSignalSpy looked(m_page.get(), &MistakesPage::lookRequested);
        QTest::keyClick(gallery, Qt::Key_Return);
        QCOMPARE(looked.count(), 0);
        QVERIFY(!child<QPushButton>("evaluateNow")->isEnabled()); // the images do not fit the network
    }

    /// Data of the network's shape: the weights on show are tested on it, and the run's epochs are a button away.
    void theSameWeightsOnOtherData() {
        train(1);
        const EvaluatedPtr ofRun = m_page->evaluated();
        QTemporaryDir folder;
        QVERIFY(writeIdxFolder(folder.path(), {1, 28, 28}, 20, 30));
        QSignalSpy changed(m_session.get(), &Session::dataChanged);
        m_session->openData(folder.path());
        QVERIFY(changed.count() > 0 || changed.wait(60'000));
        auto* evaluate = child<QPushButton>("evaluateNow");
        QTRY_VERIFY(evaluate->isEnabled());
        QTest::mouseClick(evaluate, Qt::LeftButton);
        QTRY_COMPARE_WITH_TIMEOUT(m_page->evaluated()->matrix.total(), std::int64_t{30}, 60'000);
        QVERIFY(!child<EpochBar>("epochBar")->isVisible());
        auto* back = child<QPushButton>("backToEpochs");
        QVERIFY(back->isVisible());
        QTest::mouseClick(back, Qt::LeftButton);
        QVERIFY(m_page->evaluated()->predictions == ofRun->predictions);
        QVERIFY(child<EpochBar>("epochBar")->isVisible() && !back->isVisible());
    }
};

QTEST_MAIN(MistakesTest)
#include "mistakes_test.moc"
