// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/error.h"
#include "data/open_progress.h"
#include "download/download.h"
#include "gui/lying_server.h"

#include <QCryptographicHash>
#include <QLockFile>
#include <QRegularExpression>
#include <QSslCertificate>
#include <QSslConfiguration>
#include <QSslKey>
#include <QSslServer>
#include <QTemporaryDir>
#include <QThread>
#include <QtTest>

#include <optional>

using namespace kernelscope;
using kernelscope::testing::LyingServer;
using kernelscope::testing::Request;
using namespace std::chrono_literals;

namespace {

const char* const certificate = R"(-----BEGIN CERTIFICATE-----
MIIBPTCB46ADAgECAgEBMAoGCCqGSM49BAMCMBQxEjAQBgNVBAMMCTEyNy4wLjAu
MTAgFw0wMDAxMDEwMDAwMDBaGA8yMTIwMDEwMTAwMDAwMFowFDESMBAGA1UEAwwJ
MTI3LjAuMC4xMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE8xwS20qF+TrYgNTA
EY1Q77Bsw9yIMDj0MxRPRlMizHqlQTXnO0UhTr0/OlWFAFd5M2fVSmSRvt3fWyUH
uCFLiKMkMCIwDwYDVR0RBAgwBocEfwAAATAPBgNVHRMBAf8EBTADAQH/MAoGCCqG
SM49BAMCA0kAMEYCIQCaeB1pq2NJQ9M6zzSF+IjoFOmpwDVnrUa6It9fKh7X3gIh
AOP9+nqEeaLg2PmuDZimtfBwkCeEFMs9mj/SvI18Qvgn
-----END CERTIFICATE-----
)";

/// Of the certificate above, for this test alone: it protects nothing.
const char* const certificateKey = R"(-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgNv6sac2HS/hoH3KJ
mmsHEScbWdfcwY3geOfJtAAbWiahRANCAATzHBLbSoX5OtiA1MARjVDvsGzD3Igw
OPQzFE9GUyLMeqVBNec7RSFOvT86VYUAV3kzZ9VKZJG+3d9bJQe4IUuI
-----END PRIVATE KEY-----
)";

/// How a download ended.
struct Outcome {
    bool isDone = false;
    bool isCancelled = false;
    QString failure;
};

QByteArray sum(const QByteArray& content) {
    return QCryptographicHash::hash(content, QCryptographicHash::Sha256).toHex();
}

/// Bytes that look like a compressed file's, the same each time.
QByteArray noise(qsizetype size, quint32 seed = 1) {
    QByteArray bytes(size, Qt::Uninitialized);
    quint32 state = seed;
    for (char& byte : bytes) {
        state = state * 1664525u + 1013904223u;
        byte = static_cast<char>(state >> 24);
    }
    return bytes;
}

QByteArray head(const char* status, const QList<QByteArray>& headers) {
    QByteArray text = QByteArray("HTTP/1.1 ") + status + "\r\n";
    for (const QByteArray& header : headers)
        text += header + "\r\n";
    return text + "Connection: close\r\n\r\n";
}

QByteArray length(qsizetype bytes) {
    return "Content-Length: " + QByteArray::number(bytes);
}

qsizetype rangeStart(const Request& request) {
    const QByteArray range = request.header("range");
    return range.startsWith("bytes=") ? range.mid(6, range.size() - 7).toLongLong() : 0;
}

/// An honest server's answer, with Range.
void deliver(const QByteArray& content, const Request& request, QTcpSocket& socket, const QByteArray& tag = {}) {
    const qsizetype from = rangeStart(request);
    QList<QByteArray> headers{length(content.size() - from)};
    if (!tag.isEmpty())
        headers << "ETag: " + tag;
    if (from > 0)
        headers << "Content-Range: bytes " + QByteArray::number(from) + "-" + QByteArray::number(content.size() - 1) +
                       "/" + QByteArray::number(content.size());
    socket.write(head(from > 0 ? "206 Partial Content" : "200 OK", headers) + content.mid(from));
    socket.disconnectFromHost();
}

/// The head of an honest answer, but only so many bytes of the file.
void cutShort(const QByteArray& content, qsizetype bytes, const Request& request, QTcpSocket& socket,
    const QByteArray& tag = {}) {
    const qsizetype from = rangeStart(request);
    QList<QByteArray> headers{length(content.size() - from)};
    if (!tag.isEmpty())
        headers << "ETag: " + tag;
    if (from > 0)
        headers << "Content-Range: bytes " + QByteArray::number(from) + "-" + QByteArray::number(content.size() - 1) +
                       "/" + QByteArray::number(content.size());
    socket.write(head(from > 0 ? "206 Partial Content" : "200 OK", headers) + content.mid(from, bytes));
    socket.disconnectFromHost();
}

} // namespace

/// Downloads from servers on this computer that cut, corrupt, redirect, stall and lie.
class DownloadTest : public QObject {
    Q_OBJECT

    const QByteArray m_content = noise(300'000);
    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<LyingServer> m_first;
    std::unique_ptr<LyingServer> m_second;
    std::shared_ptr<DownloadProgress> m_progress;
    DownloadRules m_rules;

    QString folder() const { return m_folder->filePath("data"); }
    QString target() const { return folder() + "/file.gz"; }
    QString part() const { return target() + ".part"; }

    static QByteArray bytesOf(const QString& path) {
        QFile file(path);
        return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray("no file");
    }
    static void put(const QString& path, const QByteArray& bytes) {
        QVERIFY(QDir().mkpath(QFileInfo(path).path()));
        QFile file(path);
        QVERIFY(file.open(QIODevice::WriteOnly));
        QCOMPARE(file.write(bytes), bytes.size());
    }

    /// The file, from the first server alone, or then from the second.
    RemoteFile file(bool fromSecondToo = false) const {
        RemoteFile file{"file.gz", {m_first->origin() + "/a/file.gz"}, m_content.size(), sum(m_content)};
        if (fromSecondToo)
            file.urls << m_second->origin() + "/b/file.gz";
        return file;
    }

    Outcome fetch(const QList<RemoteFile>& files, const std::function<void()>& meanwhile = {}) {
        m_progress = std::make_shared<DownloadProgress>();
        Outcome outcome;
        const std::unique_ptr<QThread> thread(QThread::create([&outcome, files, this] {
            try {
                downloadFiles(files, folder(), *m_progress, m_rules);
                outcome.isDone = true;
            } catch (const Cancelled&) {
                outcome.isCancelled = true;
            } catch (const Error& error) {
                outcome.failure = QString::fromStdString(error.what());
            }
        }));
        thread->start();
        bool isOver = QTest::qWaitFor(
            [&] {
                if (meanwhile)
                    meanwhile();
                return thread->isFinished();
            },
            60'000);
        if (!isOver) {
            m_progress->cancel();
            thread->wait();
            outcome.failure = "it never ended";
        }
        thread->wait();
        return outcome;
    }

    void expectWhole(const Outcome& outcome) {
        QVERIFY2(outcome.isDone, qPrintable(outcome.failure));
        QCOMPARE(bytesOf(target()), m_content);
        QVERIFY(!QFile::exists(part()));
    }
    void expectFailure(const Outcome& outcome, const char* words) {
        QVERIFY(!outcome.isDone);
        QVERIFY2(outcome.failure.contains(QLatin1String(words)), qPrintable(outcome.failure));
        QVERIFY(!QFile::exists(target()));
    }

private slots:
    void init() {
        m_folder = std::make_unique<QTemporaryDir>();
        m_first = std::make_unique<LyingServer>();
        m_second = std::make_unique<LyingServer>();
        m_second->answer = [this](const Request& request, QTcpSocket& socket) { deliver(m_content, request, socket); };
        m_first->answer = m_second->answer;
        m_rules = {};
        m_rules.usesSystemProxy = false;
        m_rules.pause = 0ms;
        m_rules.littleProgress = 1000;
        m_rules.plainHttpOrigins = {m_first->origin(), m_second->origin()};
    }

    void knowsOnlySoundOffers() {
        QSet<QString> ids;
        for (const DataSetOffer& offer : dataSetOffers()) {
            QVERIFY(!ids.contains(offer.id));
            ids << offer.id;
            QVERIFY(!offer.name.isEmpty() && !offer.content.isEmpty() && !offer.origin.isEmpty());
            QVERIFY(offer.bytes() > 10'000'000);
            QSet<QString> names;
            for (const RemoteFile& remote : offer.files) {
                QVERIFY(!names.contains(remote.name) && !remote.name.contains('/'));
                names << remote.name;
                QVERIFY(QRegularExpression("^[0-9a-f]{64}$").match(QString::fromLatin1(remote.sha256)).hasMatch());
                for (const QString& url : remote.urls)
                    QVERIFY2(url.startsWith("https://") && QUrl(url).isValid(), qPrintable(url));
                QVERIFY(!remote.urls.isEmpty());
            }
        }
        QCOMPARE(ids, (QSet<QString>{"mnist", "fashion-mnist", "cifar-10"}));
    }

    void bringsAFile() {
        bool wasSeenEarly = false;
        const Outcome outcome = fetch({file()}, [&] {
            // Whoever sees the name sees the whole file.
            if (QFile::exists(target()) && bytesOf(target()) != m_content)
                wasSeenEarly = true;
        });
        expectWhole(outcome);
        QVERIFY(!wasSeenEarly);
        QCOMPARE(m_first->requests.size(), 1);
        QCOMPARE(m_first->requests[0].path, QString("/a/file.gz"));
        QCOMPARE(m_first->requests[0].header("accept-encoding"), QByteArray("identity"));
        QVERIFY(!m_first->requests[0].headers.contains("range"));
        QVERIFY(!m_first->requests[0].headers.contains("cookie"));
        QCOMPARE(m_progress->state().done, m_content.size());
        QCOMPARE(m_progress->state().total, m_content.size());
        QCOMPARE(m_progress->state().host, QString("127.0.0.1"));
    }

    void bringsSeveralFilesAndKeepsWhatIsThere() {
        const QByteArray other = noise(70'000, 2);
        m_first->answer = [&](const Request& request, QTcpSocket& socket) {
            deliver(request.path == "/other" ? other : m_content, request, socket);
        };
        const RemoteFile second{"other", {m_first->origin() + "/other"}, other.size(), sum(other)};
        expectWhole(fetch({file(), second}));
        QCOMPARE(bytesOf(folder() + "/other"), other);
        QCOMPARE(m_progress->state().total, m_content.size() + other.size());
        // Again: nothing is asked for.
        m_first->requests.clear();
        QVERIFY(fetch({file(), second}).isDone);
        QVERIFY(m_first->requests.isEmpty());
        // One was damaged meanwhile: that one is.
        QByteArray damaged = other;
        damaged[100] = static_cast<char>(damaged[100] + 1);
        put(folder() + "/other", damaged);
        QVERIFY(fetch({file(), second}).isDone);
        QCOMPARE(m_first->requests.size(), 1);
        QCOMPARE(bytesOf(folder() + "/other"), other);
    }

    void goesOnAfterEveryCut() {
        m_first->answer = [this](const Request& request, QTcpSocket& socket) {
            cutShort(m_content, 70'000, request, socket, "\"one\"");
        };
        expectWhole(fetch({file()}));
        QCOMPARE(m_first->requests.size(), 5);
        QCOMPARE(m_first->requests[1].header("range"), QByteArray("bytes=70000-"));
        QCOMPARE(m_first->requests[1].header("if-range"), QByteArray("\"one\""));
        QCOMPARE(m_first->requests[4].header("range"), QByteArray("bytes=280000-"));
    }

    void aServerThatCutsForEverIsGivenUp() {
        m_first->answer = [this](const Request& request, QTcpSocket& socket) {
            cutShort(m_content, 100, request, socket);
        };
        expectWhole(fetch({file(true)}));
        QCOMPARE(m_first->requests.size(), m_rules.fruitlessTries);
        QCOMPARE(m_second->requests.size(), 1);
        QCOMPARE(m_second->requests[0].header("range"), QByteArray("bytes=400-")); // the checksum decides
    }

    void goesOnWithAnEarlierDownload() {
        put(part(), m_content.left(123'456));
        expectWhole(fetch({file()}));
        QCOMPARE(m_first->requests.size(), 1);
        QCOMPARE(m_first->requests[0].header("range"), QByteArray("bytes=123456-"));
    }

    void aCompletePartNeedsNoServer() {
        put(part(), m_content);
        expectWhole(fetch({file()}));
        QVERIFY(m_first->requests.isEmpty());
    }

    void aPartThatIsNoneIsThrownAway_data() {
        QTest::addColumn<QByteArray>("content");
        QTest::newRow("too long") << m_content + "x";
        QTest::newRow("as long") << QByteArray(m_content.size(), 'x');
        QTest::newRow("shorter") << QByteArray(1000, 'x');
    }
    void aPartThatIsNoneIsThrownAway() {
        QFETCH(QByteArray, content);
        put(part(), content);
        expectWhole(fetch({file()}));
        QVERIFY(!m_first->requests.last().headers.contains("range"));
    }

    void startsAgainWhereRangesAreIgnored() {
        put(part(), QByteArray(5000, 'x'));
        m_first->answer = [this](const Request&, QTcpSocket& socket) { deliver(m_content, {}, socket); };
        expectWhole(fetch({file()}));
        QCOMPARE(m_first->requests.size(), 1);
    }

    void startingAgainIsNoStall() {
        m_rules.stall = 500ms;
        put(part(), m_content.left(200'000));
        QTimer timer;
        qsizetype sent = 0;
        m_first->answer = [&](const Request&, QTcpSocket& socket) {
            socket.write(head("200 OK", {length(m_content.size())})); // whatever range was asked for
            connect(&timer, &QTimer::timeout, &socket, [&] {
                socket.write(m_content.mid(sent, 10'000));
                sent += 10'000;
                if (sent >= m_content.size())
                    socket.disconnectFromHost();
            });
        };
        timer.start(50); // a second goes by until as much is here as was thrown away
        expectWhole(fetch({file()}));
        QCOMPARE(m_first->requests.size(), 1);
    }

    void startingAgainIsProgress() {
        m_rules.fruitlessTries = 2;
        put(part(), m_content.left(200'000));
        m_first->answer = [this](const Request&, QTcpSocket& socket) {
            cutShort(m_content, 80'000 * m_first->requests.size(), {}, socket); // further each time
        };
        expectWhole(fetch({file()}));
        QCOMPARE(m_first->requests.size(), 4);
    }

    void aServerThatStartsAgainForEverIsGivenUp() {
        m_rules.fruitlessTries = 2;
        put(part(), m_content.left(200'000));
        m_first->answer = [this](const Request&, QTcpSocket& socket) { cutShort(m_content, 80'000, {}, socket); };
        expectWhole(fetch({file(true)}));
        QCOMPARE(m_first->requests.size(), 3); // the first one brought something
    }

    void startsAgainWhereThereIsNoSuchRange() {
        put(part(), m_content.left(5000));
        m_first->answer = [this](const Request& request, QTcpSocket& socket) {
            if (!request.headers.contains("range"))
                return deliver(m_content, request, socket);
            socket.write(head("416 Range Not Satisfiable", {length(0)}));
            socket.disconnectFromHost();
        };
        expectWhole(fetch({file()}));
        QCOMPARE(m_first->requests.size(), 2);
    }

    void startsAgainWhereAnotherRangeComes() {
        put(part(), m_content.left(5000));
        m_first->answer = [this](const Request& request, QTcpSocket& socket) {
            if (!request.headers.contains("range"))
                return deliver(m_content, request, socket);
            socket.write(head("206 Partial Content",
                             {length(m_content.size() - 4000), "Content-Range: bytes 4000-299999/300000"}) +
                         m_content.mid(4000));
            socket.disconnectFromHost();
        };
        expectWhole(fetch({file()}));
        QCOMPARE(m_first->requests.size(), 2);
    }

    void aRangeThatNeverFitsEndsIt() {
        m_first->answer = [](const Request&, QTcpSocket& socket) {
            socket.write(head("416 Range Not Satisfiable", {length(0)}));
            socket.disconnectFromHost();
        };
        expectFailure(fetch({file()}), "no such part");
        QCOMPARE(m_first->requests.size(), 2);
    }

    void contentThatChangesBetweenTwoPieces_data() {
        QTest::addColumn<bool>("hasVersion");
        QTest::newRow("the server says so") << true;
        QTest::newRow("the server does not say so") << false;
    }
    void contentThatChangesBetweenTwoPieces() {
        QFETCH(bool, hasVersion);
        const QByteArray older = noise(m_content.size(), 3);
        m_first->answer = [&](const Request& request, QTcpSocket& socket) {
            if (m_first->requests.size() == 1)
                return cutShort(older, 100'000, request, socket, hasVersion ? "\"old\"" : "");
            const bool isSame = !request.headers.contains("if-range") || request.header("if-range") == "\"new\"";
            deliver(m_content, isSame ? request : Request(), socket, hasVersion ? "\"new\"" : "");
        };
        expectWhole(fetch({file()}));
        QCOMPARE(m_first->requests.size(), hasVersion ? 2 : 3);
    }

    void aCorruptFileIsTakenFromElsewhere() {
        m_first->answer = [this](const Request& request, QTcpSocket& socket) {
            QByteArray corrupt = m_content;
            corrupt[200'000] = static_cast<char>(corrupt[200'000] ^ 1);
            deliver(corrupt, request, socket);
        };
        expectWhole(fetch({file(true)}));
        QCOMPARE(m_first->requests.size(), 1);
        QCOMPARE(m_second->requests.size(), 1);
        QVERIFY(!m_second->requests[0].headers.contains("range")); // nothing of the corrupt one is kept
    }

    void aCorruptFileEverywhereIsRefused() {
        m_first->answer = [this](const Request& request, QTcpSocket& socket) {
            deliver(QByteArray(m_content.size(), 'x'), request, socket);
        };
        m_second->answer = m_first->answer;
        const Outcome outcome = fetch({file(true)});
        expectFailure(outcome, "checksum differs");
        QVERIFY(outcome.failure.contains("file.gz") && outcome.failure.contains("127.0.0.1"));
        QVERIFY(!QFile::exists(part()));
    }

    void liesAboutTheLength_data() {
        QTest::addColumn<QByteArray>("header");
        QTest::addColumn<qsizetype>("sent");
        QTest::newRow("claims less") << length(1000) << qsizetype{1000};
        QTest::newRow("claims more") << length(qsizetype{1} << 40) << qsizetype{1000};
        QTest::newRow("claims a negative one") << QByteArray("Content-Length: -5") << qsizetype{1000};
        QTest::newRow("claims words") << QByteArray("Content-Length: many") << qsizetype{1000};
        QTest::newRow("sends too much without a claim") << QByteArray("X-Nothing: 1") << qsizetype{400'000};
    }
    void liesAboutTheLength() {
        QFETCH(QByteArray, header);
        QFETCH(qsizetype, sent);
        m_first->answer = [&](const Request&, QTcpSocket& socket) {
            socket.write(head("200 OK", {header}) + noise(sent, 9));
            socket.disconnectFromHost();
        };
        expectWhole(fetch({file(true)}));
    }

    void sendsWithoutALength() {
        m_first->answer = [this](const Request&, QTcpSocket& socket) {
            socket.write(head("200 OK", {}) + m_content);
            socket.disconnectFromHost();
        };
        expectWhole(fetch({file()}));
    }

    void sendsInChunks() {
        m_first->answer = [this](const Request&, QTcpSocket& socket) {
            socket.write(head("200 OK", {"Transfer-Encoding: chunked"}));
            for (qsizetype at = 0; at < m_content.size(); at += 50'000)
                socket.write(QByteArray::number(50'000, 16) + "\r\n" + m_content.mid(at, 50'000) + "\r\n");
            socket.write("0\r\n\r\n");
            socket.disconnectFromHost();
        };
        expectWhole(fetch({file()}));
    }

    void sendsWithoutAnEnd() {
        qint64 most = 0;
        bool isCutOff = false;
        m_first->answer = [&](const Request&, QTcpSocket& socket) {
            socket.write(head("200 OK", {"Transfer-Encoding: chunked"}));
            const auto sendMore = [&socket] {
                while (socket.state() == QTcpSocket::ConnectedState && socket.bytesToWrite() < 100'000)
                    socket.write("4000\r\n" + QByteArray(0x4000, 'x') + "\r\n");
            };
            connect(&socket, &QTcpSocket::bytesWritten, &socket, sendMore);
            connect(&socket, &QTcpSocket::disconnected, this, [&] { isCutOff = true; });
            sendMore();
        };
        expectFailure(fetch({file()}, [&] { most = std::max(most, QFileInfo(part()).size()); }), "sends more than");
        QVERIFY(most <= m_content.size());
        QTRY_VERIFY_WITH_TIMEOUT(isCutOff, 20'000);
    }

    void otherStatuses_data() {
        QTest::addColumn<QByteArray>("status");
        QTest::newRow("404") << QByteArray("404 Not Found");
        QTest::newRow("403") << QByteArray("403 Forbidden");
        QTest::newRow("500") << QByteArray("500 Internal Server Error");
        QTest::newRow("204") << QByteArray("204 No Content");
        QTest::newRow("304") << QByteArray("304 Not Modified");
        QTest::newRow("401") << QByteArray("401 Unauthorized");
    }
    void otherStatuses() {
        QFETCH(QByteArray, status);
        m_first->answer = [&](const Request&, QTcpSocket& socket) {
            socket.write(head(status.constData(), {length(0)}));
            socket.disconnectFromHost();
        };
        m_second->answer = m_first->answer;
        expectFailure(fetch({file()}), status.left(3).constData());
        QCOMPARE(m_first->requests.size(), 1);
        m_second->answer = [this](const Request& request, QTcpSocket& socket) { deliver(m_content, request, socket); };
        expectWhole(fetch({file(true)}));
    }

    void followsRedirects() {
        m_first->answer = [this](const Request& request, QTcpSocket& socket) {
            if (request.path == "/here")
                return deliver(m_content, request, socket);
            const QByteArray next =
                request.path == "/there" ? QByteArray("/here") : m_first->origin().toLatin1() + "/there";
            socket.write(head("302 Found", {"Location: " + next, length(3)}) + "abc");
            socket.disconnectFromHost();
        };
        put(part(), m_content.left(100));
        expectWhole(fetch({file()}));
        QCOMPARE(m_first->requests.size(), 3);
        QCOMPARE(m_first->requests[2].header("range"), QByteArray("bytes=100-"));
    }

    void followsNoRedirectToElsewhere_data() {
        QTest::addColumn<QByteArray>("location");
        QTest::addColumn<QByteArray>("words");
        QTest::newRow("plain HTTP") << QByteArray("http://localhost:1/file.gz") << QByteArray("not HTTPS");
        QTest::newRow("a file") << QByteArray("file:///etc/hostname") << QByteArray("not HTTPS");
        QTest::newRow("FTP") << QByteArray("ftp://127.0.0.1/file.gz") << QByteArray("not HTTPS");
        QTest::newRow("in circles") << QByteArray("/a/file.gz") << QByteArray("without an end");
    }
    void followsNoRedirectToElsewhere() {
        QFETCH(QByteArray, location);
        QFETCH(QByteArray, words);
        m_first->answer = [&](const Request&, QTcpSocket& socket) {
            socket.write(head("301 Moved Permanently", {"Location: " + location, length(0)}));
            socket.disconnectFromHost();
        };
        expectFailure(fetch({file()}), words.constData());
        QVERIFY(m_first->requests.size() <= m_rules.mostRedirects + 1);
    }

    void plainHttpIsRefused() {
        m_rules.plainHttpOrigins.clear();
        expectFailure(fetch({file()}), "not one of HTTPS");
        QVERIFY(m_first->requests.isEmpty());
    }

    void aStallEndsAndIsGoneOnFrom() {
        m_rules.stall = 300ms;
        m_first->answer = [this](const Request& request, QTcpSocket& socket) {
            if (m_first->requests.size() > 1)
                return deliver(m_content, request, socket);
            socket.write(head("200 OK", {length(m_content.size())}) + m_content.left(60'000)); // and no more
        };
        expectWhole(fetch({file()}));
        QCOMPARE(m_first->requests[1].header("range"), QByteArray("bytes=60000-"));
    }

    void aTrickleIsAStall() {
        m_rules.stall = 300ms;
        QTimer timer;
        m_first->answer = [&](const Request&, QTcpSocket& socket) {
            socket.write(head("200 OK", {length(m_content.size())}));
            connect(&timer, &QTimer::timeout, &socket, [&socket] { socket.write("x"); });
        };
        timer.start(20);
        expectWhole(fetch({file(true)})); // what trickled in is found out by the checksum
    }

    void aSilentServerIsGivenUp() {
        m_rules.stall = 200ms;
        m_rules.fruitlessTries = 2;
        m_first->answer = {};
        expectWhole(fetch({file(true)}));
        QCOMPARE(m_first->requests.size(), 2);
    }

    void cancelIsHeardAtOnceAndKeepsWhatArrived() {
        m_first->answer = [this](const Request& request, QTcpSocket& socket) {
            if (m_first->requests.size() > 1)
                return deliver(m_content, request, socket);
            socket.write(head("200 OK", {length(m_content.size())}) + m_content.left(60'000)); // and no more
        };
        const Outcome outcome = fetch({file()}, [this] {
            if (m_progress->state().done == 60'000)
                m_progress->cancel();
        });
        QVERIFY(outcome.isCancelled);
        QVERIFY(outcome.failure.isEmpty());
        QCOMPARE(bytesOf(part()), m_content.left(60'000));
        QVERIFY(!QFile::exists(target()));
        expectWhole(fetch({file()}));
        QCOMPARE(m_first->requests[1].header("range"), QByteArray("bytes=60000-"));
    }

    void cancelIsHeardWhileNobodyAnswers() {
        m_first->answer = [this](const Request&, QTcpSocket&) { m_progress->cancel(); };
        QVERIFY(fetch({file()}).isCancelled);
    }

    void withoutANetworkItSaysSo() {
        m_rules.fruitlessTries = 1;
        m_first->stop();
        m_second->stop();
        const Outcome outcome = fetch({file(true)});
        expectFailure(outcome, "connected to the internet");
        QVERIFY(outcome.failure.contains("choose the files"));
    }

    void aFolderThatCannotBeIsNamed() {
        put(folder(), "a file in its place");
        expectFailure(fetch({file()}), qPrintable(folder()));
        QVERIFY(m_first->requests.isEmpty());
    }

    void aDiskWithoutRoomIsNoticedBefore() {
        m_rules.freeBytes = [](const QString&) { return qint64{1000}; };
        const Outcome outcome = fetch({file()});
        expectFailure(outcome, "1.0 kB");
        QVERIFY(outcome.failure.contains("300.0 kB"));
        QVERIFY(outcome.failure.contains(folder()));
        QVERIFY(m_first->requests.isEmpty());
    }

    void aDiskThatRunsFullIsNamed() {
        if (!QFile::exists("/dev/full"))
            QSKIP("no /dev/full here");
        QVERIFY(QDir().mkpath(folder()));
        QVERIFY(QFile::link("/dev/full", part()));
        const Outcome outcome = fetch({file()});
        expectFailure(outcome, "Make room");
        QVERIFY(outcome.failure.contains(part()));
    }

    void twoProgramsDoNotWriteTheSameFile() {
        QVERIFY(QDir().mkpath(folder()));
        QLockFile lock(folder() + "/.lock");
        QVERIFY(lock.tryLock());
        expectFailure(fetch({file()}), "another Kernelscope");
        lock.unlock();
        expectWhole(fetch({file()}));
    }

    void speaksHttps() {
        if (!QSslSocket::supportsSsl())
            QSKIP("this Qt has no TLS");
        auto secure = std::make_unique<QSslServer>();
        QSslConfiguration configuration = QSslConfiguration::defaultConfiguration();
        configuration.setLocalCertificate(QSslCertificate(certificate));
        configuration.setPrivateKey(QSslKey(certificateKey, QSsl::Ec));
        secure->setSslConfiguration(configuration);
        LyingServer server(std::move(secure));
        m_rules.plainHttpOrigins.clear();
        RemoteFile remote = file();
        remote.urls = {server.secureOrigin() + "/file.gz"};
        m_rules.fruitlessTries = 1;
        server.answer = [this](const Request& request, QTcpSocket& socket) { deliver(m_content, request, socket); };

        // Nobody vouches for this server.
        const Outcome refused = fetch({remote});
        QVERIFY(!refused.isDone);
        QVERIFY(server.requests.isEmpty());
        QVERIFY(!QFile::exists(target()));

        const QSslConfiguration before = QSslConfiguration::defaultConfiguration();
        QSslConfiguration trusting = before;
        trusting.addCaCertificate(QSslCertificate(certificate));
        QSslConfiguration::setDefaultConfiguration(trusting);
        expectWhole(fetch({remote}));

        // From HTTPS to HTTP no redirect is followed.
        QVERIFY(QFile::remove(target()));
        server.answer = [this](const Request&, QTcpSocket& socket) {
            socket.write(head("302 Found", {"Location: " + m_second->origin().toLatin1() + "/file.gz", length(0)}));
            socket.disconnectFromHost();
        };
        expectFailure(fetch({remote}), "not HTTPS");
        QVERIFY(m_second->requests.isEmpty());
        QSslConfiguration::setDefaultConfiguration(before);
    }
};

QTEST_GUILESS_MAIN(DownloadTest)
#include "download_test.moc"
