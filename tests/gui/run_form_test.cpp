// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/session.h"
#include "gui/wheel.h"
#include "train/log_spin_box.h"
#include "train/plot_style.h"
#include "train/run_form.h"
#include "train/schedule_plot.h"
#include "train/tabular_label.h"

#include <QAccessible>
#include <QCheckBox>
#include <QComboBox>
#include <QFileDialog>
#include <QLabel>
#include <QLineEdit>
#include <QScrollArea>
#include <QScrollBar>
#include <QSpinBox>
#include <QToolButton>
#include <QToolTip>
#include <QtTest>

#include <cmath>
#include <memory>

using namespace kernelscope;

class RunFormTest : public QObject {
    Q_OBJECT

    std::unique_ptr<RunForm> m_form;
    RunFormState m_state;
    QTemporaryDir m_folder;

    template <class W>
    W* child(const char* name) {
        return m_form->findChild<W*>(QLatin1String(name));
    }

    static void type(QWidget* field, const char* text) {
        field->setFocus();
        QTest::keyClick(field, Qt::Key_A, Qt::ControlModifier);
        QTest::keyClicks(field, QLatin1String(text));
        QTest::keyClick(field, Qt::Key_Return);
    }

    /// What the form asked for last.
    static TrainingSpec last(const QSignalSpy& spy) { return spy.last().at(0).value<TrainingSpec>(); }

private slots:
    void initTestCase() {
        QCoreApplication::setAttribute(Qt::AA_DontUseNativeDialogs);
        QLocale::setDefault(QLocale(QLocale::English, QLocale::UnitedStates));
        qRegisterMetaType<TrainingSpec>("kernelscope::TrainingSpec");
        qRegisterMetaType<Network>("kernelscope::Network");
    }

    void init() {
        m_state = {};
        m_state.network = preset("classic");
        m_state.hasData = true;
        m_state.data = {"Built-in digits", "digits", {1, 28, 28}, 10, {}, 60000, 10000, {}};
        m_form = std::make_unique<RunForm>();
        m_form->showState(m_state);
        m_form->show();
        QVERIFY(QTest::qWaitForWindowExposed(m_form.get()));
    }

    void cleanup() { m_form.reset(); }

    void showsTheStateAndAsksForNothing() {
        QSignalSpy asked(m_form.get(), &RunForm::specEdited);
        m_state.spec = {
            {OptimizerKind::Adam, 3e-4f, 0.5f, 0.8f, 0.99f, 1e-6f}, 64, 7, 12345678901234567890u, 5000, {}, {}, {}};
        m_state.keepsSeed = true;
        m_form->showState(m_state);
        QCOMPARE(child<QComboBox>("optimizerBox")->currentText(), QStringLiteral("Adam"));
        QCOMPARE(child<LogSpinBox>("learningRate")->text(), QStringLiteral("0.0003"));
        QCOMPARE(child<QDoubleSpinBox>("beta1")->text(), QStringLiteral("0.8"));
        QCOMPARE(child<QDoubleSpinBox>("beta2")->text(), QStringLiteral("0.99"));
        QCOMPARE(child<LogSpinBox>("epsilon")->text(), QStringLiteral("1e-06"));
        QCOMPARE(child<QSpinBox>("batchSize")->value(), 64);
        QCOMPARE(child<QSpinBox>("epochs")->value(), 7);
        QCOMPARE(child<QLineEdit>("seed")->text(), QStringLiteral("12345678901234567890"));
        QCOMPARE(child<QSpinBox>("trainSamples")->value(), 5000);
        QVERIFY(!child<QCheckBox>("newSeed")->isChecked());
        QVERIFY(child<QLabel>("dataInfo")->text().contains(QStringLiteral("60,000")));
        QCOMPARE(child<QLabel>("stepsInfo")->text(), QStringLiteral("79 steps an epoch")); // 5,000 / 64, rounded up
        QCOMPARE(asked.count(), 0);
        QCOMPARE(
            RunForm::summary(m_state), QStringLiteral("classic, Built-in digits, Adam 0.0003, batch 64, 7 epochs"));
        m_state.spec.epochs = 1;
        QVERIFY(RunForm::summary(m_state).endsWith(QStringLiteral("1 epoch")));
    }

    void eachFieldChangesItsOwnValueAlone() {
        m_state.spec = {{OptimizerKind::Momentum, 0.01f, 0.9f, 0.85f, 0.95f, 1e-5f}, 32, 5, 3, 1000, {}, {}, {}};
        m_form->showState(m_state);
        QSignalSpy asked(m_form.get(), &RunForm::specEdited);
        TrainingSpec wanted = m_state.spec;

        type(child<QWidget>("learningRate"), "0.0375");
        wanted.optimizer.learningRate = 0.0375f;
        QCOMPARE(last(asked), wanted);
        wanted = m_state.spec;
        type(child<QWidget>("momentum"), "0.95");
        wanted.optimizer.momentum = 0.95f;
        QCOMPARE(last(asked), wanted);
        wanted = m_state.spec;
        type(child<QWidget>("batchSize"), "500");
        wanted.batchSize = 500;
        QCOMPARE(last(asked), wanted);
        wanted = m_state.spec;
        type(child<QWidget>("epochs"), "12");
        wanted.epochs = 12;
        QCOMPARE(last(asked), wanted);
        wanted = m_state.spec;
        type(child<QWidget>("trainSamples"), "2500");
        wanted.trainSamples = 2500;
        QCOMPARE(last(asked), wanted);
        wanted = m_state.spec;
        type(child<QWidget>("seed"), "18446744073709551615");
        wanted.seed = 18446744073709551615u;
        QCOMPARE(last(asked), wanted);
        wanted = m_state.spec;
        child<QComboBox>("optimizerBox")->setFocus();
        QTest::keyClick(child<QComboBox>("optimizerBox"), Qt::Key_Home); // SGD
        wanted.optimizer.kind = OptimizerKind::Sgd;
        QCOMPARE(last(asked), wanted);
        QCOMPARE(asked.count(), 7);
    }

    void onlyFieldsOfTheOptimizerAreShown() {
        const auto shown = [this](OptimizerKind kind) {
            m_state.spec.optimizer.kind = kind;
            m_form->showState(m_state);
            QStringList names;
            for (const char* name : {"learningRate", "momentum", "beta1", "beta2", "epsilon", "weightDecay"})
                if (child<QWidget>(name)->isVisible())
                    names.append(QLatin1String(name));
            return names.join(QLatin1Char(' '));
        };
        QCOMPARE(shown(OptimizerKind::Sgd), QStringLiteral("learningRate weightDecay"));
        QCOMPARE(shown(OptimizerKind::Momentum), QStringLiteral("learningRate momentum weightDecay"));
        QCOMPARE(shown(OptimizerKind::Nesterov), QStringLiteral("learningRate momentum weightDecay"));
        QCOMPARE(shown(OptimizerKind::AdamW), QStringLiteral("learningRate beta1 beta2 epsilon weightDecay"));
        QCOMPARE(shown(OptimizerKind::Adam), QStringLiteral("learningRate beta1 beta2 epsilon weightDecay"));
    }

    void learningRateStepsByOneTwoFive() {
        auto* box = child<LogSpinBox>("learningRate");
        box->setFocus();
        QStringList texts;
        for (int i = 0; i < 4; ++i) {
            QTest::keyClick(box, Qt::Key_Up);
            texts.append(box->text());
        }
        QCOMPARE(texts.join(' '), QStringLiteral("0.002 0.005 0.01 0.02"));
        texts.clear();
        type(box, "0.0003");
        for (int i = 0; i < 3; ++i) {
            QTest::keyClick(box, Qt::Key_Down);
            texts.append(box->text());
        }
        QCOMPARE(texts.join(' '), QStringLiteral("0.0002 0.0001 5e-05"));
        type(box, "xyz0.5"); // such letters are not accepted
        QCOMPARE(box->text(), QStringLiteral("0.5"));
    }

    void whileARunGoesOnOnlyTheLearningRateIsOpen() {
        m_state.canEdit = false;
        m_form->showState(m_state);
        for (const char* name : {"dataBox", "openData", "trainSamples", "networkBox", "openNetwork", "optimizerBox",
                 "beta1", "beta2", "epsilon", "weightDecay", "batchSize", "epochs", "seed", "newSeed", "scheduleBox",
                 "warmupEpochs", "shift", "flip", "targetAccuracy", "patience"})
            QVERIFY2(!child<QWidget>(name)->isEnabled(), name);
        QVERIFY(child<QWidget>("learningRate")->isEnabled());
        QVERIFY(child<QWidget>("courseDisclosure")->isEnabled()); // to see how the rate will go on
        QVERIFY(child<QLabel>("formNote")->text().contains(QStringLiteral("learning rate")));
    }

    void presetsAreChosenByKey() {
        QSignalSpy chosen(m_form.get(), &RunForm::networkChosen);
        auto* box = child<QComboBox>("networkBox");
        box->setFocus();
        QTest::keyClick(box, Qt::Key_Down);
        QCOMPARE(chosen.count(), 1);
        QCOMPARE(chosen.last().at(0).value<Network>(), preset("lenet-5"));
    }

    void aNetworkFileIsOpenedOrRefusedUnderItsField() {
        QSignalSpy chosen(m_form.get(), &RunForm::networkChosen);
        const auto open = [this](const QString& path) {
            QTest::mouseClick(child<QWidget>("openNetwork"), Qt::LeftButton);
            auto* dialog = child<QFileDialog>("networkDialog");
            dialog->setDirectory(m_folder.path());
            dialog->findChild<QLineEdit*>(QStringLiteral("fileNameEdit"))->setText(path);
            static_cast<QDialog*>(dialog)->accept();
            QTRY_VERIFY(!child<QFileDialog>("networkDialog"));
        };
        const auto write = [this](const char* name, const char* json) {
            QFile file(m_folder.filePath(QLatin1String(name)));
            if (!file.open(QIODevice::WriteOnly) || file.write(json) < 0)
                qFatal("cannot write");
            return file.fileName();
        };
        const QString good = write("good.json", R"({"format": "kernelscope-network", "version": 1, "name": "mine",
            "input": {"channels": 1, "height": 28, "width": 28},
            "layers": [{"type": "flatten"}, {"type": "dense", "units": 10}]})");
        const QString tooLarge = write("large.json", R"({"format": "kernelscope-network", "version": 1, "name": "large",
            "input": {"channels": 1, "height": 28, "width": 28},
            "layers": [{"type": "conv", "filters": 2, "kernel": 40}, {"type": "flatten"}, {"type": "dense", "units": 10}]})");
        const QString broken = write("broken.json", "{");

        open(tooLarge);
        QCOMPARE(chosen.count(), 0);
        QVERIFY(child<QLabel>("networkError")->isVisible());
        QVERIFY2(child<QLabel>("networkError")->text().contains(QStringLiteral("conv1")),
            qPrintable(child<QLabel>("networkError")->text()));
        open(broken);
        QVERIFY(child<QLabel>("networkError")->text().contains(QStringLiteral("broken.json")));
        QCOMPARE(chosen.count(), 0);
        open(good);
        QCOMPARE(chosen.count(), 1);
        m_state.network = chosen.last().at(0).value<Network>();
        m_form->showState(m_state);
        QCOMPARE(child<QComboBox>("networkBox")->currentText(), QStringLiteral("mine"));
        QVERIFY(!child<QLabel>("networkError")->isVisible());
    }

    void aSetupThatCannotTrainIsExplained() {
        m_state.problem = QStringLiteral("The network wants other images.");
        m_form->showState(m_state);
        QVERIFY(child<QLabel>("networkError")->isVisible());
        QVERIFY(child<QLabel>("networkError")->text().contains(m_state.problem));
        m_state.problem.clear();
        m_form->showState(m_state);
        QVERIFY(!child<QLabel>("networkError")->isVisible());
    }

    void aSeedThatIsNoneIsExplained() {
        QSignalSpy asked(m_form.get(), &RunForm::specEdited);
        type(child<QWidget>("seed"), "minus one");
        QVERIFY(child<QLabel>("seedError")->isVisible());
        QCOMPARE(asked.count(), 0);
        type(child<QWidget>("seed"), "7");
        QVERIFY(!child<QLabel>("seedError")->isVisible());
        QCOMPARE(last(asked).seed, 7u);
    }

    /// Where every run draws a seed, one that was typed wrong keeps nobody from training.
    void aWrongSeedBlocksNothingThatDrawsItsOwn() {
        m_state.keepsSeed = true;
        m_form->showState(m_state);
        type(child<QWidget>("seed"), "minus one");
        QVERIFY(!m_form->commit());
        m_state.keepsSeed = false;
        m_form->showState(m_state);
        QVERIFY(m_form->commit());
        QVERIFY(!child<QLabel>("seedError")->isVisible());
        QCOMPARE(child<QLineEdit>("seed")->text(), QString::number(m_state.spec.seed));
    }

    void theCourseIsFoldedAndSaysWhatItIs() {
        auto* line = child<QToolButton>("courseDisclosure");
        QCOMPARE(line->text(), QStringLiteral("Course: constant rate · images as they are · all epochs"));
        QVERIFY(!child<QWidget>("scheduleBox")->isVisible());
        line->setFocus();
        QTest::keyClick(line, Qt::Key_Space);
        QVERIFY(child<QWidget>("scheduleBox")->isVisible());
        m_state.spec.schedule = {ScheduleKind::OneCycle, 1, 0.5f, 1};
        m_state.spec.augmentation = {2, true};
        m_state.spec.stopping = {0.97f, 3};
        m_form->showState(m_state);
        QCOMPARE(
            line->text(), QStringLiteral("Course: one cycle rate, warm-up 1 epoch · images moved by up to 2 px and "
                                         "mirrored · until 97 % right, patience 3 epochs"));
        QVERIFY2(RunForm::summary(m_state).endsWith(
                     QStringLiteral("5 epochs, one cycle rate, warm-up, augmented, may end early")),
            qPrintable(RunForm::summary(m_state)));
        QTest::mouseClick(line, Qt::LeftButton);
        QVERIFY(!child<QWidget>("scheduleBox")->isVisible());
    }

    void eachFieldOfTheCourseChangesItsOwnValueAlone() {
        QTest::mouseClick(child<QToolButton>("courseDisclosure"), Qt::LeftButton);
        QSignalSpy asked(m_form.get(), &RunForm::specEdited);
        TrainingSpec wanted = m_state.spec;
        const auto check = [&](const auto& change, const char* what) {
            wanted = m_state.spec;
            change(wanted);
            QVERIFY2(!asked.isEmpty() && last(asked) == wanted, what);
            m_state.spec = wanted;
            m_form->showState(m_state);
            asked.clear();
        };
        child<QComboBox>("scheduleBox")->setFocus();
        QTest::keyClick(child<QComboBox>("scheduleBox"), Qt::Key_Down);
        check([](TrainingSpec& spec) { spec.schedule.kind = ScheduleKind::Steps; }, "schedule");
        type(child<QWidget>("stepEpochs"), "3");
        check([](TrainingSpec& spec) { spec.schedule.stepEpochs = 3; }, "stepEpochs");
        type(child<QWidget>("stepFactor"), "0.1");
        check([](TrainingSpec& spec) { spec.schedule.stepFactor = 0.1f; }, "stepFactor");
        type(child<QWidget>("warmupEpochs"), "0.5");
        check([](TrainingSpec& spec) { spec.schedule.warmupEpochs = 0.5f; }, "warmupEpochs");
        type(child<QWidget>("shift"), "2");
        check([](TrainingSpec& spec) { spec.augmentation.shift = 2; }, "shift");
        QTest::mouseClick(child<QCheckBox>("flip"), Qt::LeftButton, {}, {8, child<QCheckBox>("flip")->height() / 2});
        check([](TrainingSpec& spec) { spec.augmentation.flip = true; }, "flip");
        type(child<QWidget>("targetAccuracy"), "98.5");
        check([](TrainingSpec& spec) { spec.stopping.targetAccuracy = 0.985f; }, "targetAccuracy");
        type(child<QWidget>("patience"), "4");
        check([](TrainingSpec& spec) { spec.stopping.patience = 4; }, "patience");
        type(child<QWidget>("weightDecay"), "0.0005");
        check([](TrainingSpec& spec) { spec.optimizer.weightDecay = 0.0005f; }, "weightDecay");
    }

    void fieldsOfStepsAreShownForStepsAlone() {
        QTest::mouseClick(child<QToolButton>("courseDisclosure"), Qt::LeftButton);
        for (const ScheduleKind kind : allSchedules) {
            m_state.spec.schedule.kind = kind;
            m_form->showState(m_state);
            QCOMPARE(child<QWidget>("stepEpochs")->isVisible(), kind == ScheduleKind::Steps);
            QCOMPARE(child<QWidget>("stepFactor")->isVisible(), kind == ScheduleKind::Steps);
            QVERIFY(child<QWidget>("warmupEpochs")->isVisible());
        }
    }

    void theScheduleIsDrawnBeforeItRuns() {
        QTest::mouseClick(child<QToolButton>("courseDisclosure"), Qt::LeftButton);
        auto* plot = child<SchedulePlot>("schedulePlot");
        QVERIFY(plot->isVisible());
        QCOMPARE(child<QLabel>("scheduleInfo")->text(), QStringLiteral("0.001 throughout."));
        m_state.spec.schedule = {ScheduleKind::Cosine, 1, 0.5f, 1};
        m_state.spec.trainSamples = 3200;
        m_state.spec.epochs = 10;
        m_form->showState(m_state);
        QCOMPARE(plot->course().totalSteps, std::int64_t{1000});
        QCOMPARE(child<QLabel>("scheduleInfo")->text(),
            QStringLiteral("From 1e-05 up to 0.001 at step 100, then down to 3.05e-09 at step 1,000."));
        QCOMPARE(plot->accessibleDescription(), child<QLabel>("scheduleInfo")->text());

        // The curve: high on the left behind the warm-up, low on the right.
        const QImage image = plot->grab().toImage();
        const auto heightAt = [&](double part) {
            const int x = static_cast<int>(part * (image.width() - 1));
            const QColor line = PlotStyle::fromPalette(plot->palette()).training;
            for (int y = 0; y < image.height(); ++y)
                if (std::abs(image.pixelColor(x, y).hue() - line.hue()) < 8 &&
                    image.pixelColor(x, y).saturation() > 100)
                    return static_cast<double>(y) / image.height();
            return 2.0;
        };
        QVERIFY(heightAt(0.12) < 0.35);
        QVERIFY(heightAt(0.5) > heightAt(0.12) + 0.1);
        QVERIFY(heightAt(0.97) > heightAt(0.5) + 0.1 && heightAt(0.97) <= 1);
        QVERIFY(heightAt(0.02) > heightAt(0.12) + 0.1);

        m_state.hasData = false;
        m_form->showState(m_state);
        QVERIFY(child<QLabel>("scheduleInfo")->text().isEmpty());
        QVERIFY(!plot->grab().isNull());
    }

    void aNumberBeyondItsLimitsIsExplained() {
        const auto typed = [this](const char* name, const char* text) {
            auto* field = child<QWidget>(name);
            field->setFocus();
            QTest::keyClick(field, Qt::Key_A, Qt::ControlModifier);
            QTest::keyClicks(field, QLatin1String(text));
            return QToolTip::text();
        };
        QCOMPARE(typed("batchSize", "99999"), QStringLiteral("From 1 to 65,536."));
        QVERIFY(typed("learningRate", "1000").startsWith(QStringLiteral("From ")));
        typed("learningRate", "0.01");
        QTRY_VERIFY(QToolTip::text().isEmpty());
    }

    /// The usual rate follows the optimizer; one that was typed stays.
    void aRateThatIsUsualFollowsTheOptimizer() {
        QSignalSpy asked(m_form.get(), &RunForm::specEdited);
        m_state.spec = {};
        m_form->showState(m_state);
        auto* box = child<QComboBox>("optimizerBox");
        box->setFocus();
        QTest::keyClick(box, Qt::Key_Home); // SGD
        QCOMPARE(last(asked).optimizer.learningRate, 0.01f);
        m_state.spec.optimizer.learningRate = 0.003f;
        m_form->showState(m_state);
        QTest::keyClick(box, Qt::Key_Home);
        QCOMPARE(last(asked).optimizer.learningRate, 0.003f);
    }

    /// AdamW brings its decay and takes it away again; one that was typed stays.
    void aDecayThatIsUsualFollowsTheOptimizer() {
        QSignalSpy asked(m_form.get(), &RunForm::specEdited);
        auto* box = child<QComboBox>("optimizerBox");
        const auto choose = [&](OptimizerKind kind) {
            box->setFocus();
            QTest::keyClick(box, Qt::Key_Home);
            m_state.spec = last(asked);
            m_form->showState(m_state);
            while (m_state.spec.optimizer.kind != kind) {
                QTest::keyClick(box, Qt::Key_Down);
                m_state.spec = last(asked);
                m_form->showState(m_state);
            }
            return m_state.spec.optimizer.weightDecay;
        };
        QCOMPARE(choose(OptimizerKind::AdamW), 0.01f);
        QCOMPARE(choose(OptimizerKind::Adam), 0.0f);
        m_state.spec.optimizer.weightDecay = 0.05f;
        m_form->showState(m_state);
        QCOMPARE(choose(OptimizerKind::AdamW), 0.05f);
    }

    void whatIsOddAboutTheLabelsIsSaid() {
        QVERIFY(!child<QLabel>("dataWarning")->isVisible());
        m_state.warnings = {QStringLiteral("Class 7 has no training image: the network cannot learn it.")};
        m_form->showState(m_state);
        QVERIFY(child<QLabel>("dataWarning")->isVisible());
        QVERIFY(child<QLabel>("dataWarning")->text().contains(m_state.warnings.front()));
    }

    void theWheelScrollsThePageAndChangesNothing() {
        QTest::mouseClick(child<QToolButton>("courseDisclosure"), Qt::LeftButton);
        RunForm* form = m_form.release();
        QScrollArea page;
        page.setWidget(form);
        page.resize(700, 120);
        page.show();
        QVERIFY(QTest::qWaitForWindowExposed(&page));
        page.activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(&page));
        page.setFocus();
        QSignalSpy edited(form, &RunForm::specEdited);
        QSignalSpy network(form, &RunForm::networkChosen);
        QSignalSpy data(form, &RunForm::dataChosen);
        int fields = 0;
        for (QWidget* field : form->findChildren<QWidget*>()) {
            const bool isField = qobject_cast<QComboBox*>(field) || qobject_cast<QAbstractSpinBox*>(field);
            if (!isField || !field->isVisible() || !field->isEnabled())
                continue;
            ++fields;
            page.verticalScrollBar()->setValue(0);
            testing::turnWheel(field, -1);
            testing::turnWheel(field, -1); // the first one has not given it the focus
            QVERIFY2(page.verticalScrollBar()->value() > 0, qPrintable(field->objectName()));
            QVERIFY2(!field->hasFocus(), qPrintable(field->objectName()));
        }
        QVERIFY(fields > 10);
        QCOMPARE(edited.count() + network.count() + data.count(), 0);
        // What was clicked into is what the wheel is for.
        auto* epochs = form->findChild<QSpinBox*>(QStringLiteral("epochs"));
        epochs->setFocus();
        testing::turnWheel(epochs, 1);
        QCOMPARE(edited.count(), 1);
    }

    void everyFieldHasNameTipAndLabel() {
        QTest::mouseClick(child<QToolButton>("courseDisclosure"), Qt::LeftButton);
        m_state.spec.schedule.kind = ScheduleKind::Steps;
        m_form->showState(m_state);
        for (QWidget* widget : m_form->findChildren<QWidget*>()) {
            if (widget->focusPolicy() == Qt::NoFocus || !widget->isVisible() || widget->objectName().startsWith("qt_"))
                continue;
            QAccessibleInterface* accessible = QAccessible::queryAccessibleInterface(widget);
            QVERIFY2(accessible && !accessible->text(QAccessible::Name).isEmpty(), qPrintable(widget->objectName()));
            QVERIFY2(!widget->toolTip().isEmpty(), qPrintable(widget->objectName()));
        }
    }

    void figuresKeepTheirWidth() {
        TabularLabel label(QStringLiteral("8,888"));
        const QSize size = label.sizeHint();
        label.setText(QStringLiteral("1,111"));
        QCOMPARE(label.sizeHint(), size);
        label.setText(QStringLiteral("11,111"));
        QVERIFY(label.sizeHint().width() > size.width());
    }
};

QTEST_MAIN(RunFormTest)
#include "run_form_test.moc"
