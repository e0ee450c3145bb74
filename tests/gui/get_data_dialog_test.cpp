// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/session.h"
#include "download/get_data_dialog.h"
#include "editor/notice.h"
#include "gui/lying_server.h"
#include "gui/made_up_data.h"

#include <QAccessible>
#include <QCryptographicHash>
#include <QFileDialog>
#include <QLabel>
#include <QProgressBar>
#include <QPushButton>
#include <QSignalSpy>
#include <QtTest>

#include <memory>

using namespace kernelscope;
using kernelscope::testing::LyingServer;
using kernelscope::testing::Request;
using namespace std::chrono_literals;

/// The dialog over a server on this computer, with real input.
class GetDataDialogTest : public QObject {
    Q_OBJECT

    QTemporaryDir m_origin;
    std::unique_ptr<QTemporaryDir> m_cache;
    std::unique_ptr<LyingServer> m_server;
    std::unique_ptr<Session> m_session;
    std::unique_ptr<GetDataDialog> m_dialog;
    DownloadRules m_rules;

    template <class W>
    W* child(const char* name) {
        W* found = m_dialog->findChild<W*>(QLatin1String(name));
        if (!found)
            qWarning("no widget %s", name);
        return found;
    }
    void click(const char* name) {
        QVERIFY(child<QPushButton>(name)->isVisible());
        QTest::mouseClick(child<QPushButton>(name), Qt::LeftButton);
    }
    QString status() { return child<QLabel>("smallStatus")->text(); }
    QString failure() { return child<Notice>("downloadFailure")->text(); }

    QByteArray fileAt(const QString& path) const {
        QFile file(m_origin.filePath(QFileInfo(path).fileName()));
        return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
    }

    /// Two sets of the same four files, so that there is one to wait.
    QList<DataSetOffer> offers() const {
        DataSetOffer offer{"small", "Small set", "Twenty squares in grey", "By this test. Licence: none needed.", {}};
        for (const QString& name :
            {QStringLiteral("train-images-idx3-ubyte"), QStringLiteral("train-labels-idx1-ubyte"),
                QStringLiteral("t10k-images-idx3-ubyte"), QStringLiteral("t10k-labels-idx1-ubyte")}) {
            const QByteArray bytes = fileAt(name);
            offer.files << RemoteFile{name, {m_server->origin() + "/" + name}, bytes.size(),
                QCryptographicHash::hash(bytes, QCryptographicHash::Sha256).toHex()};
        }
        DataSetOffer other = offer;
        other.id = "other";
        other.name = "Other set";
        return {offer, other};
    }

    void serve(const Request& request, QTcpSocket& socket) const {
        const QByteArray bytes = fileAt(request.path);
        const QByteArray range = request.header("range");
        const qsizetype from = range.isEmpty() ? 0 : range.mid(6, range.size() - 7).toLongLong();
        socket.write(
            (from > 0 ? "HTTP/1.1 206 Partial Content\r\nContent-Range: bytes " + QByteArray::number(from) + "-" +
                            QByteArray::number(bytes.size() - 1) + "/" + QByteArray::number(bytes.size()) + "\r\n"
                      : QByteArray("HTTP/1.1 200 OK\r\n")) +
            "Content-Length: " + QByteArray::number(bytes.size() - from) + "\r\nConnection: close\r\n\r\n" +
            bytes.mid(from));
        socket.disconnectFromHost();
    }

    void makeDialog() {
        m_dialog = std::make_unique<GetDataDialog>(*m_session, nullptr, offers(), m_rules);
        m_dialog->show();
        QVERIFY(QTest::qWaitForWindowExposed(m_dialog.get()));
        m_dialog->activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(m_dialog.get()));
    }

private slots:
    void initTestCase() {
        QCoreApplication::setAttribute(Qt::AA_DontUseNativeDialogs);
        QLocale::setDefault(QLocale(QLocale::English, QLocale::UnitedStates));
        QVERIFY(testing::writeIdxFolder(m_origin.path(), {1, 28, 28}, 200, 40));
    }
    void init() {
        m_cache = std::make_unique<QTemporaryDir>();
        qputenv("XDG_CACHE_HOME", m_cache->path().toUtf8());
        m_server = std::make_unique<LyingServer>();
        m_server->answer = [this](const Request& request, QTcpSocket& socket) { serve(request, socket); };
        m_rules = {};
        m_rules.usesSystemProxy = false;
        m_rules.plainHttpOrigins = {m_server->origin()};
        m_rules.pause = 0ms;
        m_session = std::make_unique<Session>();
        m_session->setDeviceId(QStringLiteral("cpu:1"));
        makeDialog();
    }
    void cleanup() {
        m_dialog.reset();
        m_session.reset();
        m_server.reset();
    }

    void asksNobodyBeforeTheClick() {
        QString all;
        for (const QLabel* label : m_dialog->findChildren<QLabel*>())
            all += label->text() + '\n';
        for (const char* part : {"Nothing is downloaded before", "Small set", "127.0.0.1", "Licence: none needed",
                 "188\u00a0kB", "kernelscope"})
            QVERIFY2(all.contains(QString::fromUtf8(part)), qPrintable(all));
        QTest::qWait(0);
        QVERIFY(m_server->requests.isEmpty());
        QVERIFY(!QDir(dataCacheFolder()).exists());
        QVERIFY(!child<QPushButton>("smallCancel")->isVisible());
    }

    void getsASetAndOpensIt() {
        QSignalSpy changed(m_session.get(), &Session::dataChanged);
        child<QPushButton>("smallGet")->setFocus();
        QTest::keyClick(child<QPushButton>("smallGet"), Qt::Key_Space);
        QVERIFY(m_dialog->isDownloading());
        QVERIFY(child<QPushButton>("smallCancel")->isVisible());
        QVERIFY(child<QPushButton>("smallCancel")->hasFocus()); // not lost with the button that was pressed
        QVERIFY(!child<QPushButton>("otherGet")->isEnabled());
        QVERIFY(changed.wait(30'000));
        QCOMPARE(m_session->dataSource(), cacheFolderOf(offers()[0]));
        QCOMPARE(m_session->data()->info().trainCount, std::size_t{200});
        QCOMPARE(m_server->requests.size(), 4);
        QVERIFY(!m_dialog->isVisible());
        // Later it is there.
        makeDialog();
        QVERIFY(!child<QPushButton>("smallGet")->isVisible());
        QVERIFY(child<QPushButton>("otherGet")->isEnabled());
        m_session->openData("digits");
        click("smallOpen");
        QVERIFY(changed.wait(30'000));
        QCOMPARE(m_server->requests.size(), 4);
    }

    void cancelIsAnsweredAtOnceAndGoneOnFrom() {
        m_server->answer = [this](const Request& request, QTcpSocket& socket) {
            const QByteArray bytes = fileAt(request.path);
            socket.write("HTTP/1.1 200 OK\r\nContent-Length: " + QByteArray::number(bytes.size()) + "\r\n\r\n" +
                         bytes.left(1000)); // and no more
        };
        click("smallGet");
        QTRY_VERIFY_WITH_TIMEOUT(status().startsWith(QString::fromUtf8("1.00\u00a0kB of ")), 20'000);
        QVERIFY(child<QProgressBar>("smallProgress")->isVisible());
        click("smallCancel");
        QTRY_VERIFY_WITH_TIMEOUT(!m_dialog->isDownloading(), 20'000);
        QVERIFY(failure().isEmpty()); // that was wished
        QCOMPARE(child<QPushButton>("smallGet")->text(), QString("Go on"));
        QVERIFY(child<QPushButton>("smallGet")->hasFocus());
        m_server->answer = [this](const Request& request, QTcpSocket& socket) { serve(request, socket); };
        m_server->requests.clear();
        QSignalSpy changed(m_session.get(), &Session::dataChanged);
        click("smallGet");
        QVERIFY(changed.wait(30'000));
        QCOMPARE(m_server->requests[0].header("range"), QByteArray("bytes=1000-"));
    }

    void aFailureSaysWhatToDo() {
        m_server->answer = [](const Request&, QTcpSocket& socket) {
            socket.write("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
            socket.disconnectFromHost();
        };
        click("smallGet");
        QTRY_VERIFY_WITH_TIMEOUT(!failure().isEmpty(), 20'000);
        for (const char* part : {"train-images-idx3-ubyte", "127.0.0.1", "404"})
            QVERIFY2(failure().contains(part), qPrintable(failure()));
        QVERIFY(child<QPushButton>("smallGet")->isVisible());
        // Whoever has the files can choose them.
        click("downloadFailure1");
        auto* chooser = m_dialog->findChild<QFileDialog*>("dataDialog");
        QVERIFY(chooser);
        QSignalSpy changed(m_session.get(), &Session::dataChanged);
        emit chooser->fileSelected(m_origin.path());
        chooser->close();
        QVERIFY(changed.wait(20'000));
        QCOMPARE(m_session->dataSource(), m_origin.path());
        QVERIFY(!m_dialog->isVisible()); // what it was opened for is done
        // Or try again.
        m_dialog->show();
        click("smallGet");
        QTRY_VERIFY_WITH_TIMEOUT(!failure().isEmpty(), 20'000);
        m_server->answer = [this](const Request& request, QTcpSocket& socket) { serve(request, socket); };
        click("downloadFailure0");
        QVERIFY(failure().isEmpty());
        QVERIFY(changed.wait(30'000));
        QCOMPARE(m_session->dataSource(), cacheFolderOf(offers()[0]));
    }

    void withoutANetworkItOffersTheChooser() {
        m_server->stop();
        click("smallGet");
        QTRY_VERIFY_WITH_TIMEOUT(failure().contains("connected to the internet"), 30'000);
        QVERIFY(child<QPushButton>("downloadFailure1")->isVisible());
    }

    void closingGivesUp() {
        m_server->answer = {};
        click("smallGet");
        QTRY_VERIFY_WITH_TIMEOUT(!m_server->requests.isEmpty(), 20'000);
        m_dialog->close();
        QTRY_VERIFY_WITH_TIMEOUT(!m_dialog->isDownloading(), 20'000);
        QCOMPARE(m_session->dataSource(), QString("digits"));
        // Also where it is not even closed before it goes.
        m_dialog->show();
        click("smallGet");
        m_dialog.reset();
    }

    void whileARunGoesOnItIsOnlyFetched() {
        m_session->setNetwork(preset("tiny"));
        TrainingSpec spec = m_session->spec();
        spec.trainSamples = 640;
        spec.epochs = 100'000;
        m_session->setSpec(spec);
        m_session->train();
        click("smallGet");
        QTRY_VERIFY_WITH_TIMEOUT(isCached(offers()[0]) && !m_dialog->isDownloading(), 30'000);
        QVERIFY(m_dialog->isVisible());
        QVERIFY(!child<QPushButton>("smallOpen")->isEnabled());
        QVERIFY(!child<QPushButton>("chooseOwnData")->isEnabled());
        QVERIFY(child<QPushButton>("chooseOwnData")->toolTip().startsWith("A run goes on."));
        QCOMPARE(m_session->dataSource(), QString("digits"));
        // Where the other one cannot be had, no folder can be chosen instead before the run has ended.
        m_server->stop();
        click("otherGet");
        QTRY_VERIFY_WITH_TIMEOUT(!failure().isEmpty(), 30'000);
        QVERIFY(child<QPushButton>("downloadFailure0")->isEnabled());
        QVERIFY(!child<QPushButton>("downloadFailure1")->isEnabled());
        QVERIFY(child<QPushButton>("downloadFailure1")->toolTip().startsWith("A run goes on."));
        QVERIFY(m_session->finishRun(60s));
        QTRY_VERIFY(child<QPushButton>("smallOpen")->isEnabled());
        QVERIFY(child<QPushButton>("downloadFailure1")->isEnabled());
    }

    void thereIsOneForAWindow() {
        QWidget window;
        GetDataDialog::open(*m_session, &window);
        GetDataDialog::open(*m_session, &window);
        QCOMPARE(window.findChildren<GetDataDialog*>().size(), 1);
    }

    void namesEveryControl() {
        int checked = 0;
        for (QWidget* widget : m_dialog->findChildren<QWidget*>()) {
            if (widget->focusPolicy() == Qt::NoFocus || !widget->isVisible() || widget->focusProxy())
                continue;
            QAccessibleInterface* face = QAccessible::queryAccessibleInterface(widget);
            QVERIFY2(face && !face->text(QAccessible::Name).isEmpty(),
                qPrintable(widget->objectName() + ' ' + widget->metaObject()->className()));
            ++checked;
        }
        QVERIFY(checked >= 4);
    }
};

QTEST_MAIN(GetDataDialogTest)
#include "get_data_dialog_test.moc"
