// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/session.h"
#include "train/log_spin_box.h"
#include "train/run_form.h"
#include "train/tabular_label.h"

#include <QAccessible>
#include <QCheckBox>
#include <QComboBox>
#include <QFileDialog>
#include <QLabel>
#include <QLineEdit>
#include <QSpinBox>
#include <QtTest>

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
        m_state.spec = {{OptimizerKind::Adam, 3e-4f, 0.5f, 0.8f, 0.99f, 1e-6f}, 64, 7, 12345678901234567890u, 5000};
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
        m_state.spec = {{OptimizerKind::Momentum, 0.01f, 0.9f, 0.85f, 0.95f, 1e-5f}, 32, 5, 3, 1000};
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
            for (const char* name : {"learningRate", "momentum", "beta1", "beta2", "epsilon"})
                if (child<QWidget>(name)->isVisible())
                    names.append(QLatin1String(name));
            return names.join(QLatin1Char(' '));
        };
        QCOMPARE(shown(OptimizerKind::Sgd), QStringLiteral("learningRate"));
        QCOMPARE(shown(OptimizerKind::Momentum), QStringLiteral("learningRate momentum"));
        QCOMPARE(shown(OptimizerKind::Adam), QStringLiteral("learningRate beta1 beta2 epsilon"));
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
                 "beta1", "beta2", "epsilon", "batchSize", "epochs", "seed", "newSeed"})
            QVERIFY2(!child<QWidget>(name)->isEnabled(), name);
        QVERIFY(child<QWidget>("learningRate")->isEnabled());
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

    void everyFieldHasNameTipAndLabel() {
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
