// SPDX-License-Identifier: GPL-3.0-or-later
#include "editor/layer_list.h"
#include "editor/network_page.h"
#include "network/network_json.h"
#include "train/train_workspace.h"

#include <QAccessible>
#include <QAction>
#include <QComboBox>
#include <QDropEvent>
#include <QFileDialog>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QMimeData>
#include <QPushButton>
#include <QSlider>
#include <QSpinBox>
#include <QToolButton>
#include <QtTest>

#include <memory>

using namespace kernelscope;

/// The page on which networks are built, over a real session, with real input.
class NetworkPageTest : public QObject {
    Q_OBJECT

    std::unique_ptr<Session> m_session;
    std::unique_ptr<NetworkEditor> m_editor;
    std::unique_ptr<NetworkPage> m_page;
    QTemporaryDir m_folder;

    template <class W>
    W* child(const char* name) {
        W* found = m_page->findChild<W*>(QLatin1String(name));
        if (!found)
            qWarning("no widget %s", name);
        return found;
    }

    const Network& draft() { return m_page->editor().draft(); }
    QUndoStack& undoStack() { return m_page->editor().undoStack(); }
    LayerList* list() { return child<LayerList>("layerList"); }

    QString cell(int layer, LayerModel::Column column) {
        return list()->model()->index(layer + 1, column).data().toString();
    }

    QString notice(const char* name) { return child<Notice>(name)->text(); }

    void click(const char* name) { QTest::mouseClick(child<QAbstractButton>(name), Qt::LeftButton); }

    void selectRow(int layer) {
        const QRect rect = list()->visualRect(list()->model()->index(layer + 1, 0));
        QTest::mouseClick(list()->viewport(), Qt::LeftButton, {}, rect.center());
        QCOMPARE(m_page->editor().selected(), layer);
    }

    void type(const char* box, const char* text) {
        auto* field = child<QWidget>(box);
        field->setFocus();
        QTest::keyClick(field, Qt::Key_A, Qt::ControlModifier);
        QTest::keyClicks(field, QLatin1String(text));
        QTest::keyClick(field, Qt::Key_Return);
    }

    /// What a drag that ends over a row would do.
    bool drop(QWidget* target, QMimeData& mime, const QPoint& at) {
        QDragEnterEvent enter(at, Qt::CopyAction | Qt::MoveAction, &mime, Qt::LeftButton, Qt::NoModifier);
        enter.setDropAction(Qt::MoveAction);
        QCoreApplication::sendEvent(target, &enter);
        QDragMoveEvent move(at, Qt::CopyAction | Qt::MoveAction, &mime, Qt::LeftButton, Qt::NoModifier);
        move.setDropAction(Qt::MoveAction);
        QCoreApplication::sendEvent(target, &move);
        if (!move.isAccepted() && !enter.isAccepted())
            return false;
        QDropEvent event(at, Qt::CopyAction | Qt::MoveAction, &mime, Qt::LeftButton, Qt::NoModifier);
        event.setDropAction(Qt::MoveAction);
        QCoreApplication::sendEvent(target, &event);
        return true;
    }

    QString write(const char* name, const QByteArray& content) {
        QFile file(m_folder.filePath(QLatin1String(name)));
        if (!file.open(QIODevice::WriteOnly) || file.write(content) != content.size())
            qFatal("cannot write");
        return file.fileName();
    }

private slots:
    void initTestCase() {
        QCoreApplication::setAttribute(Qt::AA_DontUseNativeDialogs);
        QLocale::setDefault(QLocale(QLocale::English, QLocale::UnitedStates));
    }

    void init() {
        m_session = std::make_unique<Session>();
        m_session->setNetwork(preset("classic"));
        m_session->setDeviceId(QStringLiteral("cpu:1"));
        m_editor = std::make_unique<NetworkEditor>(*m_session);
        m_page = std::make_unique<NetworkPage>(*m_session, *m_editor);
        m_page->resize(1180, 600);
        m_page->show();
        QVERIFY(QTest::qWaitForWindowExposed(m_page.get()));
        m_page->activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(m_page.get()));
    }

    void cleanup() {
        m_page.reset();
        m_editor.reset();
        m_session.reset();
    }

    void theListShowsEveryLayerWithItsFigures() {
        QCOMPARE(list()->model()->rowCount(), 11);
        QCOMPARE(cell(-1, LayerModel::Output), QStringLiteral("1 × 28 × 28"));
        QCOMPARE(cell(0, LayerModel::Name), QStringLiteral("conv1"));
        QCOMPARE(cell(0, LayerModel::What), QStringLiteral("32 filters of 3×3"));
        QCOMPARE(cell(0, LayerModel::Output), QStringLiteral("32 × 26 × 26"));
        QCOMPARE(cell(0, LayerModel::Parameters), QStringLiteral("320"));
        QCOMPARE(cell(1, LayerModel::Parameters), QStringLiteral("–"));
        QCOMPARE(child<QLabel>("totalParameters")->text(), QStringLiteral("121,930"));
        // Adam and batch 32: gradients as many as parameters, moments twice as many.
        QCOMPARE(child<QLabel>("memoryGradients")->text(), QStringLiteral("488\u00a0kB"));
        QCOMPARE(child<QLabel>("memoryOptimizer")->text(), QStringLiteral("975\u00a0kB"));
        TrainingSpec spec = m_session->spec();
        spec.optimizer.kind = OptimizerKind::Sgd;
        m_session->setSpec(spec);
        QCOMPARE(child<QLabel>("memoryOptimizer")->text(), QStringLiteral("0\u00a0B"));
    }

    void anAddedLayerIsSelectedAndReachesTheSession() {
        selectRow(2);
        click("add-conv");
        QCOMPARE(draft().layers.size(), std::size_t{11});
        QCOMPARE(m_page->editor().selected(), 3);
        QVERIFY(std::holds_alternative<Conv>(draft().layers[3]));
        QCOMPARE(child<QLabel>("layerTitle")->text(), QStringLiteral("conv2 · Convolution"));
        QTRY_COMPARE(m_session->network(), draft());
        QCOMPARE(m_session->selectedLayer(), 3);
        QCOMPARE(m_page->editor().selected(), 3);
    }

    void layersAreMovedDuplicatedAndRemovedByKey() {
        selectRow(1);
        list()->setFocus();
        QTest::keyClick(list(), Qt::Key_Down, Qt::AltModifier);
        QVERIFY(std::holds_alternative<Pool>(draft().layers[1]));
        QVERIFY(std::holds_alternative<Activation>(draft().layers[2]));
        QCOMPARE(m_page->editor().selected(), 2);
        QTest::keyClick(list(), Qt::Key_Up, Qt::AltModifier);
        QCOMPARE(draft(), preset("classic"));
        QTest::keyClick(list(), Qt::Key_D, Qt::ControlModifier);
        QCOMPARE(draft().layers.size(), std::size_t{11});
        QCOMPARE(draft().layers[1], draft().layers[2]);
        QTest::keyClick(list(), Qt::Key_Delete);
        QCOMPARE(draft(), preset("classic"));
        QCOMPARE(undoStack().count(), 4);
        // The arrows alone walk through the rows.
        QTest::keyClick(list(), Qt::Key_Home);
        QCOMPARE(m_page->editor().selected(), NetworkEditor::inputRow);
        QVERIFY(!child<QAction>("removeLayer")->isEnabled()); // the input stays
        QTest::keyClick(list(), Qt::Key_End);
        QCOMPARE(m_page->editor().selected(), 9);
    }

    void layersAreDragged() {
        const auto dragged = [this](int layer) {
            return std::unique_ptr<QMimeData>(list()->model()->mimeData({list()->model()->index(layer + 1, 0)}));
        };
        const auto edge = [this](int layer, bool isLower) {
            const QRect rect = list()->visualRect(list()->model()->index(layer + 1, 0));
            return isLower ? rect.bottomLeft() + QPoint(20, 0) : rect.topLeft() + QPoint(20, 0);
        };
        QVERIFY(drop(list()->viewport(), *dragged(2), edge(0, true))); // the pool between conv and ReLU
        QCOMPARE(draft(), [] {
            Network moved = preset("classic");
            moved.name = "classic (edited)";
            std::swap(moved.layers[1], moved.layers[2]);
            return moved;
        }());
        QCOMPARE(m_page->editor().selected(), 1);
        QVERIFY(drop(list()->viewport(), *dragged(1), edge(2, true)));
        QCOMPARE(draft(), preset("classic"));
        // Before the input there is no place.
        drop(list()->viewport(), *dragged(2), edge(-1, false));
        QCOMPARE(draft(), preset("classic"));
        QCOMPARE(undoStack().undoText(), QStringLiteral("move pool1"));
    }

    void aSliderChangesItsValueWithinWhatFits() {
        selectRow(0);
        auto* slider = child<QSlider>("kernelSlider");
        slider->setFocus();
        QTest::keyClick(slider, Qt::Key_Right);
        QCOMPARE(std::get<Conv>(draft().layers[0]).kernel, 4);
        QCOMPARE(child<QDoubleSpinBox>("kernelBox")->value(), 4.0);
        QCOMPARE(cell(0, LayerModel::Output), QStringLiteral("32 × 25 × 25"));
        QTest::keyClick(slider, Qt::Key_End);
        const int most = std::get<Conv>(draft().layers[0]).kernel;
        QVERIFY(m_page->editor().outline().compiles());
        QVERIFY(most > 4 && most < 28); // pools and a conv behind need their part
        // The end of the slider says what stops it.
        QVERIFY2(child<QLabel>("limitNote")->text().contains(QStringLiteral("does not fit")),
            qPrintable(child<QLabel>("limitNote")->text()));
        QTest::keyClick(slider, Qt::Key_Home);
        QCOMPARE(std::get<Conv>(draft().layers[0]).kernel, 1);
        QTRY_COMPARE(m_session->network(), draft());
    }

    void theMouseDragsASliderAsOneStep() {
        selectRow(0);
        auto* slider = child<QSlider>("filtersSlider");
        const QPoint middle = slider->rect().center();
        QStyleOptionSlider option;
        option.initFrom(slider);
        const double share =
            static_cast<double>(slider->value() - slider->minimum()) / (slider->maximum() - slider->minimum());
        const QPoint handle(static_cast<int>(6 + share * (slider->width() - 12)), middle.y());
        const int before = undoStack().count();
        QTest::mousePress(slider, Qt::LeftButton, {}, handle);
        for (int x = handle.x(); x > 10; x -= 8)
            QTest::mouseMove(slider, {x, middle.y()});
        QTest::mouseRelease(slider, Qt::LeftButton, {}, {10, middle.y()});
        QVERIFY(std::get<Conv>(draft().layers[0]).filters < 32);
        QCOMPARE(undoStack().count(), before + 1);
        undoStack().undo();
        QCOMPARE(draft(), preset("classic"));
    }

    void changingOneFieldLimitsTheOthers() {
        selectRow(0);
        auto* padding = child<QSlider>("paddingSlider");
        QCOMPARE(padding->maximum(), 2); // less than the kernel
        type("kernelBox", "7");
        QCOMPARE(padding->maximum(), 6);
        type("paddingBox", "3");
        QCOMPARE(child<QSlider>("kernelSlider")->minimum(), 0);
        QVERIFY(child<QDoubleSpinBox>("kernelBox")->toolTip().contains(QStringLiteral("4 to"))); // above the padding
    }

    void anImpossibleValueSaysWhy() {
        selectRow(2);
        type("sizeBox", "40");
        QCOMPARE(draft(), preset("classic"));
        const QString why = child<QLabel>("fieldRefusal")->text();
        QVERIFY(child<QLabel>("fieldRefusal")->isVisible());
        for (const QString& part : {QStringLiteral("Window size can be 1 to 20 here"), QStringLiteral("not 40"),
                 QStringLiteral("32 × 26 × 26")})
            QVERIFY2(why.contains(part), qPrintable(why));
        QVERIFY2(!why.contains(QStringLiteral("Cannot")), qPrintable(why)); // said once
        QCOMPARE(child<QDoubleSpinBox>("sizeBox")->value(), 2.0);           // what holds
        type("sizeBox", "3");
        QCOMPARE(std::get<Pool>(draft().layers[2]).size, 3);
        QVERIFY(!child<QLabel>("fieldRefusal")->isVisible());
    }

    void aNetworkThatDoesNotFitIsMarkedAndMended() {
        selectRow(6); // flatten
        list()->setFocus();
        QTest::keyClick(list(), Qt::Key_Delete);
        const QString problem = notice("problemNotice");
        for (const char* part : {"dense1", "64 × 5 × 5", "1600"})
            QVERIFY2(problem.contains(QString::fromUtf8(part)), qPrintable(problem));
        QVERIFY(cell(6, LayerModel::Name).startsWith(QStringLiteral("⚠")));
        QCOMPARE(cell(6, LayerModel::Output), QStringLiteral("does not fit"));
        QCOMPARE(cell(5, LayerModel::Output), QStringLiteral("64 × 5 × 5")); // what comes before is known
        QCOMPARE(cell(8, LayerModel::Output), QStringLiteral("?"));
        QCOMPARE(child<QLabel>("totalParameters")->text(), QStringLiteral("?"));
        QVERIFY(!m_page->commit());
        QCOMPARE(m_session->network(), preset("classic")); // the last that fitted
        QCOMPARE(child<QPushButton>("problemNotice0")->text(), QStringLiteral("Insert flatten"));
        click("problemNotice0");
        QCOMPARE(draft(), preset("classic"));
        QVERIFY(notice("problemNotice").isEmpty());
        undoStack().undo();
        QVERIFY(!notice("problemNotice").isEmpty());
        for (QPushButton* button : child<QWidget>("problemNotice")->findChildren<QPushButton*>())
            if (button->text() == QStringLiteral("Go back to what fits"))
                QTest::mouseClick(button, Qt::LeftButton);
        QCOMPARE(draft(), preset("classic"));
    }

    void everythingCanBeRemoved() {
        selectRow(0);
        list()->setFocus();
        for (int i = 0; i < 10; ++i)
            QTest::keyClick(list(), Qt::Key_Delete);
        QVERIFY(draft().layers.empty());
        QCOMPARE(m_page->editor().selected(), NetworkEditor::inputRow);
        QVERIFY(notice("problemNotice").contains(QStringLiteral("no layers")));
        click("problemNotice0"); // flatten and dense 10
        QVERIFY(m_page->editor().outline().compiles());
        QTRY_COMPARE(m_session->network(), draft());
        while (undoStack().canUndo())
            undoStack().undo();
        QCOMPARE(draft(), preset("classic"));
    }

    void everyEditIsUndoneAndRedoneExactly() {
        std::vector<Network> states{draft()};
        const auto note = [&] { states.push_back(draft()); };
        selectRow(0);
        type("filtersBox", "20");
        note();
        type("kernelBox", "5");
        note();
        click("add-pool");
        note();
        click("duplicateLayerButton");
        note();
        click("moveLayerDownButton");
        note();
        click("removeLayerButton");
        note();
        type("networkName", "mine");
        note();
        const std::size_t steps = states.size() - 1;
        QCOMPARE(undoStack().count(), static_cast<int>(steps));
        QCOMPARE(draft().name, std::string("mine"));
        list()->setFocus();
        for (std::size_t i = steps; i-- > 0;) {
            QTest::keyClick(list(), Qt::Key_Z, Qt::ControlModifier);
            QCOMPARE(draft(), states[i]);
        }
        QVERIFY(!child<QAction>("undoEdit")->isEnabled());
        for (std::size_t i = 1; i <= steps; ++i) {
            QTest::keyClick(list(), Qt::Key_Z, Qt::ControlModifier | Qt::ShiftModifier);
            QCOMPARE(draft(), states[i]);
        }
        QVERIFY(child<QAction>("undoEdit")->toolTip().startsWith(QStringLiteral("Undo rename")));
        undoStack().undo();
        QVERIFY(child<QAction>("undoEdit")->toolTip().startsWith(QStringLiteral("Undo remove ")));
    }

    void namesOfUndoStepsSayWhatTheyDid() {
        selectRow(3);
        type("kernelBox", "5");
        QCOMPARE(undoStack().undoText(), QStringLiteral("kernel size of conv2"));
        click("add-activation");
        QCOMPARE(undoStack().undoText(), QStringLiteral("add relu2"));
    }

    void presetsAreStartingPointsThatCanBeUndone() {
        QMenu* menu = child<QMenu>("presetMenu");
        for (QAction* action : menu->actions())
            if (action->data().toString() == QStringLiteral("tiny"))
                action->trigger();
        QCOMPARE(draft(), preset("tiny"));
        QTRY_COMPARE(m_session->network(), preset("tiny"));
        click("undoEditButton");
        QCOMPARE(draft(), preset("classic"));
        QTRY_COMPARE(m_session->network(), preset("classic"));
    }

    void networksFromElsewhereAreShownAndCanBeUndone() {
        m_session->setNetwork(preset("lenet-5"));
        QCOMPARE(draft(), preset("lenet-5"));
        QCOMPARE(child<QLineEdit>("networkName")->text(), QStringLiteral("lenet-5"));
        undoStack().undo();
        QCOMPARE(draft(), preset("classic"));
        QTRY_COMPARE(m_session->network(), preset("classic"));
    }

    void theInputFollowsTheDataByOneClick() {
        selectRow(-1);
        type("inputHeight", "32");
        type("inputWidth", "32");
        QVERIFY(draft().input == (Shape{1, 32, 32}));
        const QString text = notice("inputNotice");
        QVERIFY2(text.contains(QStringLiteral("1 × 32 × 32")) && text.contains(QStringLiteral("1 × 28 × 28")),
            qPrintable(text));
        click("inputNotice0");
        QVERIFY(draft().input == (Shape{1, 28, 28}));
        QVERIFY(notice("inputNotice").isEmpty());
    }

    void theOutputFollowsTheClassesByOneClick() {
        selectRow(9);
        type("unitsBox", "12");
        QVERIFY2(notice("classesNotice").contains(QStringLiteral("12 outputs")), qPrintable(notice("classesNotice")));
        QVERIFY(notice("classesNotice").contains(QStringLiteral("10 classes")));
        click("classesNotice0");
        QCOMPARE(draft(), preset("classic"));
        QVERIFY(notice("classesNotice").isEmpty());
    }

    void aFileIsSavedAndOpenedAgain() {
        selectRow(0);
        type("filtersBox", "17");
        type("networkName", "round trip");
        const Network saved = draft();
        const QString path = m_folder.filePath(QStringLiteral("saved.json"));
        click("saveNetworkButton");
        auto* dialog = child<QFileDialog>("saveNetworkDialog");
        dialog->setDirectory(m_folder.path());
        dialog->findChild<QLineEdit*>(QStringLiteral("fileNameEdit"))->setText(QStringLiteral("saved"));
        static_cast<QDialog*>(dialog)->accept();
        QTRY_VERIFY(QFile::exists(path));
        QCOMPARE(openNetwork(path.toStdString()), saved);
        m_session->setNetwork(preset("tiny"));
        click("openNetworkButton");
        auto* open = child<QFileDialog>("openNetworkDialog");
        open->setDirectory(m_folder.path());
        open->findChild<QLineEdit*>(QStringLiteral("fileNameEdit"))->setText(path);
        static_cast<QDialog*>(open)->accept();
        QTRY_COMPARE(draft(), saved);
        // A folder that is none: the reason is shown, and nothing is lost.
        click("saveNetworkButton");
        emit child<QFileDialog>("saveNetworkDialog")
            ->fileSelected(m_folder.filePath(QStringLiteral("saved.json/no.json")));
        QTRY_VERIFY2(notice("fileNotice").contains(QStringLiteral("saved.json")), qPrintable(notice("fileNotice")));
        QCOMPARE(openNetwork(path.toStdString()), saved);
    }

    void aDroppedNetworkIsOpened() {
        const QByteArray json = QByteArray::fromStdString(R"({"format": "kernelscope-network", "version": 1,
            "name": "dropped", "input": {"channels": 1, "height": 28, "width": 28},
            "layers": [{"type": "flatten"}, {"type": "dense", "units": 10}]})");
        QMimeData mime;
        mime.setUrls({QUrl::fromLocalFile(write("dropped.json", json))});
        QVERIFY(drop(m_page.get(), mime, {300, 300}));
        QCOMPARE(draft().name, std::string("dropped"));
        QVERIFY(undoStack().undoText().contains(QStringLiteral("dropped.json")));
        // One that does not fit together is shown with what is wrong.
        QByteArray wrong = json;
        wrong.replace(R"({"type": "flatten"}, )", "");
        mime.setUrls({QUrl::fromLocalFile(write("wrong.json", wrong))});
        QVERIFY(drop(m_page.get(), mime, {300, 300}));
        QVERIFY2(notice("problemNotice").contains(QStringLiteral("dense1")), qPrintable(notice("problemNotice")));
        // One that is no network is refused, naming it.
        const Network before = draft();
        mime.setUrls({QUrl::fromLocalFile(write("broken.json", "{"))});
        QVERIFY(drop(m_page.get(), mime, {300, 300}));
        QCOMPARE(draft(), before);
        QVERIFY(notice("fileNotice").contains(QStringLiteral("broken.json")));
        click("fileNotice0");
        QVERIFY(notice("fileNotice").isEmpty());
        // Anything else is the window's.
        mime.setUrls({QUrl::fromLocalFile(m_folder.path())});
        QVERIFY(!drop(m_page.get(), mime, {300, 300}));
    }

    void whileARunGoesOnNothingIsEdited() {
        m_session->setNetwork(preset("tiny"));
        TrainingSpec spec = m_session->spec();
        spec.epochs = 100'000;
        m_session->setSpec(spec);
        m_session->train();
        QVERIFY(notice("readOnlyNotice").contains(QStringLiteral("A run goes on")));
        QVERIFY(!child<QWidget>("add-conv")->isEnabled());
        QVERIFY(!child<QAction>("undoEdit")->isEnabled());
        selectRow(0);
        QVERIFY(!child<QWidget>("kernelBox")->isEnabled());
        list()->setFocus();
        QTest::keyClick(list(), Qt::Key_Delete);
        QCOMPARE(draft(), preset("tiny"));
        QTRY_VERIFY_WITH_TIMEOUT(m_session->run().state() == RunSource::State::Running, 30'000);
        click("readOnlyNotice0"); // stops it
        QTRY_VERIFY_WITH_TIMEOUT(m_session->canEdit(), 30'000);
        QTRY_VERIFY(notice("readOnlyNotice").isEmpty());
        QVERIFY(child<QWidget>("kernelBox")->isEnabled());
    }

    void timesAreToldFromMeasurementsAlone() {
        QTRY_VERIFY(!m_session->devices().empty());
        auto* time = child<QLabel>("estimate-cpu:1");
        QCOMPARE(time->text(), QStringLiteral("Not measured yet"));
        m_session->setNetwork(preset("tiny"));
        TrainingSpec spec = m_session->spec();
        spec.trainSamples = 640;
        spec.epochs = 1;
        m_session->setSpec(spec);
        m_session->train();
        QTRY_VERIFY_WITH_TIMEOUT(!m_session->runs().empty() && m_session->canEdit(), 30'000);
        QTRY_VERIFY(time->text().startsWith(QStringLiteral("≈ ")));
        QVERIFY2(time->accessibleName().contains(QStringLiteral("From run 1 with this network and batch")),
            qPrintable(time->accessibleName()));
        QCOMPARE(
            child<QLabel>("estimate-cpu")->text(), QStringLiteral("Not measured yet")); // another device says nothing
        m_session->setNetwork(preset("classic"));
        QVERIFY(time->accessibleName().contains(QStringLiteral("Roughly, from run 1 of “tiny”")));
    }

    void aDeviceIsMeasuredByOneClick() {
        QTRY_VERIFY(!m_session->devices().empty());
        m_session->setNetwork(preset("tiny"));
        auto* button = child<QPushButton>("measure-cpu:1");
        auto* time = child<QLabel>("estimate-cpu:1");
        QTRY_VERIFY(button->isEnabled());
        click("measure-cpu:1");
        QCOMPARE(button->text(), QStringLiteral("Cancel"));
        QVERIFY(!child<QWidget>("measure-cpu")->isEnabled());
        click("measure-cpu:1"); // cancelled
        QTRY_COMPARE_WITH_TIMEOUT(button->text(), QStringLiteral("Measure"), 30'000);
        QCOMPARE(time->text(), QStringLiteral("Not measured yet"));
        click("measure-cpu:1");
        QTRY_VERIFY_WITH_TIMEOUT(time->text().startsWith(QStringLiteral("≈ ")), 60'000);
        QVERIFY(time->accessibleName().contains(QStringLiteral("a short measurement")));
        QVERIFY(m_session->runs().empty()); // it is no run
    }

    void trainingTakesWhatIsShownOrExplains() {
        TrainWorkspace workspace(*m_session);
        workspace.resize(1180, 600);
        workspace.show();
        workspace.showPage(QStringLiteral("network"));
        auto* page = workspace.findChild<NetworkPage*>();
        QVERIFY(page);
        page->editor().select(0);
        page->editor().setValue(0, *findField(page->editor().draft().layers[0], "filters"), 9);
        QVERIFY(workspace.commitSetup()); // at once, not a moment later
        QCOMPARE(std::get<Conv>(m_session->network().layers[0]).filters, 9);
        page->editor().remove(6);
        workspace.showPage(QStringLiteral("run"));
        QSignalSpy attention(&workspace, &TrainWorkspace::attentionRequested);
        QVERIFY(!workspace.commitSetup());
        QCOMPARE(attention.count(), 1);
        QCOMPARE(workspace.currentPage(), QStringLiteral("network"));
        QVERIFY(page->findChild<Notice*>(QStringLiteral("problemNotice"))->isVisible());
    }

    void whatIsSelectedIsSelectedEverywhere() {
        selectRow(3);
        QCOMPARE(m_session->selectedLayer(), 3);
        m_session->selectLayer(7);
        QCOMPARE(m_page->editor().selected(), 7);
        QCOMPARE(list()->currentIndex().row(), 8);
    }

    void everyFieldHasANameAndATip() {
        for (int row = -1; row < 10; ++row) {
            selectRow(row);
            for (QWidget* widget : m_page->findChildren<QWidget*>()) {
                if (widget->focusPolicy() == Qt::NoFocus || !widget->isVisible() ||
                    widget->objectName().startsWith(QStringLiteral("qt_")))
                    continue;
                QAccessibleInterface* accessible = QAccessible::queryAccessibleInterface(widget);
                QVERIFY2(
                    accessible && !accessible->text(QAccessible::Name).isEmpty(), qPrintable(widget->objectName()));
            }
        }
    }
};

QTEST_MAIN(NetworkPageTest)
#include "network_page_test.moc"
