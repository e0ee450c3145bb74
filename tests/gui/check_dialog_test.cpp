// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/check_dialog.h"
#include "gui/widget_checks.h"
#include "gui/window_fixture.h"

#include <QAccessible>
#include <QLabel>
#include <QProgressBar>
#include <QPushButton>
#include <QTreeWidget>

#include <memory>

using namespace kernelscope;
using namespace kernelscope::testing;

/// "Check this device", with real input, over a few cases.
class CheckDialogTest : public QObject {
    Q_OBJECT

    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<Application> m_app;
    std::unique_ptr<CheckDialog> m_dialog;

    template <class W>
    W* child(const char* name) {
        return m_dialog->findChild<W*>(QLatin1String(name));
    }
    QString verdict() { return child<QLabel>("checkVerdict")->text(); }
    QPushButton* start() { return child<QPushButton>("checkStart"); }
    int rows() { return child<QTreeWidget>("checkCases")->topLevelItemCount(); }

    void show(const char* filter) {
        m_dialog = std::make_unique<CheckDialog>(m_app->session, nullptr, filter);
        m_dialog->show();
        QVERIFY(QTest::qWaitForWindowExposed(m_dialog.get()));
    }

private slots:
    void init() {
        m_folder = std::make_unique<QTemporaryDir>();
        m_app = std::make_unique<Application>(m_folder->filePath("settings.json"));
        m_app->show();
        QTRY_VERIFY(m_app->session.data() && !m_app->session.devices().empty());
    }
    void cleanup() {
        m_dialog.reset();
        m_app.reset();
    }

    void theWindowLeadsToIt() {
        QTest::mouseClick(m_app->find<QPushButton>("checkDeviceButton"), Qt::LeftButton);
        auto* dialog = m_app->window.findChild<CheckDialog*>();
        QVERIFY(dialog && dialog->isVisible() && !dialog->isChecking());
        QCOMPARE(unnamedWidgets(*dialog), QStringList());
        QCOMPARE(clippedTexts(*dialog), QStringList());
        QTest::keyClick(dialog, Qt::Key_Escape);
        QVERIFY(!dialog->isVisible());
        m_app->find<QAction>("checkDeviceAction")->trigger();
        QVERIFY(dialog->isVisible());
        QCOMPARE(m_app->window.findChildren<CheckDialog*>().size(), 1);
        dialog->close();
    }

    void itSaysWhatItFound() {
        m_app->session.setDeviceId("reference");
        show("layers: dense");
        QVERIFY(child<QLabel>("checkDevice")->text().contains("reference", Qt::CaseInsensitive));
        QVERIFY(!child<QProgressBar>("checkProgress")->isVisible());
        QTest::keyClick(start(), Qt::Key_Space);
        QVERIFY(m_dialog->isChecking() && child<QProgressBar>("checkProgress")->isVisible());
        QTRY_VERIFY(!m_dialog->isChecking());
        QVERIFY2(verdict().contains("cases agree with the reference; greatest deviation"), qPrintable(verdict()));
        const int cases = static_cast<int>(deviceChecks("layers: dense").size());
        QVERIFY2(verdict().startsWith(QString("%1 of %1 ").arg(cases)), qPrintable(verdict()));
        QCOMPARE(rows(), cases);
        QCOMPARE(child<QTreeWidget>("checkCases")->topLevelItem(0)->text(1), QString("agrees"));
        QVERIFY(start()->isEnabled() && start()->text() == "C&heck");

        // Another device was not checked.
        m_app->session.setDeviceId("cpu:1");
        QCOMPARE(rows(), 0);
        QVERIFY2(!verdict().contains("agree"), qPrintable(verdict()));
        QVERIFY(child<QLabel>("checkDevice")->text().contains("1 thread"));
    }

    void itCanBeCancelled() {
        m_app->session.setDeviceId("cpu:1");
        show("");
        QTest::mouseClick(start(), Qt::LeftButton);
        QCOMPARE(start()->text(), QString("Cance&l"));
        QTRY_VERIFY(rows() > 3);
        QTest::mouseClick(start(), Qt::LeftButton);
        QTRY_VERIFY_WITH_TIMEOUT(!m_dialog->isChecking(), 60000);
        QVERIFY2(verdict().contains("Cancelled after"), qPrintable(verdict()));
        QVERIFY(start()->isEnabled());
        QVERIFY(rows() < static_cast<int>(deviceChecks().size()));
    }

    void aDeviceThatIsNotThereIsNamed() {
        m_app->session.setDeviceId("cpu:100000");
        show("layers: dense");
        QTest::mouseClick(start(), Qt::LeftButton);
        QTRY_VERIFY(!m_dialog->isChecking());
        QVERIFY2(verdict().contains("100000 threads"), qPrintable(verdict()));
    }

    void itWaitsForTraining() {
        m_app->makeShort(50);
        show("layers: dense");
        m_app->session.train();
        QTRY_VERIFY(!start()->isEnabled());
        QVERIFY2(verdict().contains("Training goes on"), qPrintable(verdict()));
        m_app->session.run().stop();
        QTRY_VERIFY(start()->isEnabled());
        QVERIFY2(!verdict().contains("Training goes on"), qPrintable(verdict()));
    }

    void aRunEndsIt() {
        m_app->makeShort(1);
        m_app->session.setDeviceId("cpu:1");
        show("");
        QTest::mouseClick(start(), Qt::LeftButton);
        QTRY_VERIFY(rows() > 1);
        m_app->session.train();
        QTRY_VERIFY_WITH_TIMEOUT(!m_dialog->isChecking(), 60000);
        QVERIFY(rows() < static_cast<int>(deviceChecks().size()));
        QTRY_VERIFY2(verdict().contains("A run began"), qPrintable(verdict()));
    }
};

QTEST_MAIN(CheckDialogTest)
#include "check_dialog_test.moc"
