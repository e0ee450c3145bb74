// SPDX-License-Identifier: GPL-3.0-or-later
#include "download/file_download.h"

#include "data/open_progress.h"
#include "download/download_text.h"

#include <QCryptographicHash>
#include <QElapsedTimer>
#include <QEventLoop>
#include <QFileInfo>
#include <QNetworkAccessManager>
#include <QNetworkReply>
#include <QThread>
#include <QTimer>
#include <QUrl>

#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <memory>
#include <system_error>
#include <utility>
#include <vector>

namespace kernelscope {
namespace {

using namespace std::chrono_literals;

/// How soon a wish to end is heard.
constexpr auto beat = 20ms;

/// What Qt may hold of an answer before it is written: a server cannot fill the memory.
constexpr qint64 bufferBytes = 256 * 1024;

/// "bytes 100-199/200": where an answer begins, and how long the whole is; -1 for what is not said.
struct ContentRange {
    qint64 from = -1;
    qint64 total = -1;
};

ContentRange contentRange(const QByteArray& header) {
    ContentRange range;
    if (!header.startsWith("bytes "))
        return range;
    bool isNumber = false;
    const qint64 from = header.mid(6, header.indexOf('-') - 6).trimmed().toLongLong(&isNumber);
    if (isNumber)
        range.from = from;
    const qint64 total = header.mid(header.indexOf('/') + 1).trimmed().toLongLong(&isNumber);
    if (isNumber)
        range.total = total;
    return range;
}

} // namespace

FileDownload::FileDownload(const RemoteFile& file, const QString& folder, DownloadProgress& progress,
    const DownloadRules& rules, QNetworkAccessManager& network, qint64 before, qint64 total)
    : m_file(file),
      m_folder(folder),
      m_progress(progress),
      m_rules(rules),
      m_network(network),
      m_before(before),
      m_total(total),
      m_part(folder + QLatin1Char('/') + file.name + QStringLiteral(".part")) {}

void FileDownload::run() {
    const QString target = m_folder + QLatin1Char('/') + m_file.name;
    if (QFile::exists(target) && QFileInfo(target).size() == m_file.bytes && hasRightSum(target))
        return;
    openPart();
    QStringList reasons;
    for (const QString& url : m_file.urls) {
        m_host = QUrl(url).host();
        const std::optional<QString> reason = fetchFrom(url);
        if (!reason)
            return;
        reasons << DownloadText::tr("%1: %2", "a server and what it did").arg(m_host, *reason);
    }
    if (m_part.size() == 0)
        m_part.remove();
    failDownload(DownloadText::tr("Cannot download %1. %2").arg(m_file.name, reasons.join(QStringLiteral("; "))),
        m_wasAnswered ? DownloadText::tr("Try again later, or choose the files where you have them already.")
                      : DownloadText::tr("No server answered: is this computer connected to the internet? You can also "
                                         "choose the files where you have them already."));
}

/// @return why this server did not deliver the file; nothing where it did.
std::optional<QString> FileDownload::fetchFrom(const QString& url) {
    m_version.clear(); // another server's versions are its own
    bool startedAgain = false;
    int fruitless = 0;
    const int restarts = m_restarts;
    bool hasLost = false;
    qint64 most = m_part.size(); // bytes that were here at once: only more than that is progress
    for (;;) {
        checkCancelled();
        if (m_part.size() >= m_file.bytes) {
            if (m_part.size() == m_file.bytes && hasRightSum(m_part.fileName())) {
                publish();
                return std::nullopt;
            }
            const bool isMixture = m_pieces > 1; // of two versions, perhaps: one try in one piece
            startAgain();
            if (!isMixture || std::exchange(startedAgain, true))
                return DownloadText::tr("what it sent is not the file that was published (its checksum differs)");
            continue;
        }
        const Answer answer = ask(QUrl(url));
        if (answer.kind == Answer::Kind::Refused)
            return answer.reason;
        if (answer.kind == Answer::Kind::WrongPart) {
            startAgain();
            if (std::exchange(startedAgain, true))
                return answer.reason;
            continue;
        }
        if (m_part.size() >= m_file.bytes)
            continue;
        // What was thrown away counts no longer. Only once, or a server that begins anew each time would never be left.
        if (m_restarts != restarts && !std::exchange(hasLost, true))
            most = 0;
        fruitless = m_part.size() - most < m_rules.littleProgress ? fruitless + 1 : 0;
        most = std::max(most, m_part.size());
        if (fruitless >= m_rules.fruitlessTries)
            return answer.reason;
        pause();
    }
}

bool FileDownload::isSecure(const QUrl& url) const {
    if (!url.isValid() || url.host().isEmpty())
        return false;
    if (url.scheme() == QLatin1String("https"))
        return true;
    const QString origin = url.toString(QUrl::RemovePath | QUrl::RemoveQuery | QUrl::RemoveFragment);
    return m_rules.plainHttpOrigins.contains(origin);
}

/// Asks for what is missing, and follows to where the server points.
FileDownload::Answer FileDownload::ask(const QUrl& first) {
    QUrl url = first;
    for (int hop = 0; hop <= m_rules.mostRedirects; ++hop) {
        if (!isSecure(url))
            return {Answer::Kind::Refused,
                hop == 0 ? DownloadText::tr("its address is not one of HTTPS")
                         : DownloadText::tr("it points to %1, which is not HTTPS")
                               .arg(url.toDisplayString(QUrl::RemoveQuery | QUrl::RemoveUserInfo).left(120))};
        show(DownloadProgress::Stage::Connecting);
        const qint64 from = m_part.size();
        QNetworkRequest request(url);
        request.setAttribute(QNetworkRequest::RedirectPolicyAttribute, QNetworkRequest::ManualRedirectPolicy);
        request.setAttribute(QNetworkRequest::Http2AllowedAttribute, false);
        request.setAttribute(QNetworkRequest::CookieLoadControlAttribute, QNetworkRequest::Manual);
        request.setAttribute(QNetworkRequest::CookieSaveControlAttribute, QNetworkRequest::Manual);
        request.setHeader(QNetworkRequest::UserAgentHeader, QStringLiteral("Kernelscope"));
        request.setRawHeader("Accept-Encoding", "identity"); // the file's own bytes
        if (from > 0) {
            request.setRawHeader("Range", "bytes=" + QByteArray::number(from) + "-");
            if (!m_version.isEmpty())
                request.setRawHeader("If-Range", m_version);
        }
        const std::unique_ptr<QNetworkReply> reply(m_network.get(request));
        const Answer answer = receive(*reply, from);
        const QUrl next = reply->attribute(QNetworkRequest::RedirectionTargetAttribute).toUrl();
        if (next.isEmpty() || answer.kind == Answer::Kind::Refused)
            return answer;
        url = url.resolved(next);
    }
    return {Answer::Kind::Refused, DownloadText::tr("it sends from one address to the next without an end")};
}

/// Lets the event loop run until the answer ended, stalled, or went wrong.
FileDownload::Answer FileDownload::receive(QNetworkReply& reply, qint64 from) {
    reply.setReadBufferSize(bufferBytes);
    QEventLoop loop;
    QTimer timer;
    QElapsedTimer sinceBytes;
    sinceBytes.start();
    std::optional<Answer> end;
    bool hasHead = false;
    qint64 counted = from; // bytes when sinceBytes was started
    const auto take = [&] {
        if (end)
            return;
        const int status = reply.attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt();
        if (status == 0)
            return; // nothing was answered yet
        m_wasAnswered = true;
        if (!hasHead) {
            hasHead = true;
            end = checkHead(reply, from);
            counted = m_part.size(); // less than before where it starts again
            sinceBytes.start();
        }
        if (!end && status >= 200 && status < 300)
            end = save(reply);
        if (end)
            loop.quit();
    };
    const auto watch = [&] {
        if (m_progress.isCancelled()) {
            loop.quit();
            return;
        }
        if (m_part.size() - counted >= m_rules.leastBytes) {
            counted = m_part.size();
            sinceBytes.start();
        } else if (sinceBytes.elapsed() > m_rules.stall.count()) {
            end = Answer{Answer::Kind::Received, DownloadText::tr("it sent nothing for a long time")};
            loop.quit();
        }
    };
    QObject::connect(&reply, &QNetworkReply::metaDataChanged, &loop, take);
    QObject::connect(&reply, &QNetworkReply::readyRead, &loop, take);
    QObject::connect(&reply, &QNetworkReply::finished, &loop, [&] {
        take();
        loop.quit();
    });
    QObject::connect(&timer, &QTimer::timeout, &loop, watch);
    timer.start(beat);
    if (!reply.isFinished())
        loop.exec();
    else
        take();
    reply.disconnect(&loop);
    const bool isOver = reply.isFinished();
    if (!isOver)
        reply.abort();
    checkCancelled();
    if (end && end->kind == Answer::Kind::CannotWrite) // thrown here, as no exception may pass through Qt's loop
        failDownload(DownloadText::tr("Cannot write %1: %2").arg(m_part.fileName(), end->reason),
            DownloadText::tr("Make room on this disk, then go on: what has arrived is kept."));
    if (end)
        return *end;
    if (reply.error() != QNetworkReply::NoError)
        return {Answer::Kind::Received, reply.errorString()};
    return {Answer::Kind::Received, DownloadText::tr("it ended the file before its end")};
}

/// Whether the answer is to be had at all, by its status and headers. Cuts the part where the answer begins.
std::optional<FileDownload::Answer> FileDownload::checkHead(QNetworkReply& reply, qint64 from) {
    using Kind = Answer::Kind;
    const int status = reply.attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt();
    if (reply.attribute(QNetworkRequest::RedirectionTargetAttribute).isValid())
        return Answer{Kind::Received, {}}; // to be followed
    if (status == 416)
        return Answer{Kind::WrongPart, DownloadText::tr("it has no such part of the file")};
    if (status != 200 && status != 206)
        return Answer{
            Kind::Refused, DownloadText::tr("it answered %1 %2", "an HTTP status and its reason")
                               .arg(status)
                               .arg(reply.attribute(QNetworkRequest::HttpReasonPhraseAttribute).toString().left(60))
                               .trimmed()};
    qint64 begin = 0;
    if (status == 206) {
        const ContentRange range = contentRange(reply.rawHeader("Content-Range"));
        begin = from;
        if (range.from != from || (range.total >= 0 && range.total != m_file.bytes))
            return Answer{Kind::WrongPart, DownloadText::tr("it sent another part than was asked for")};
    }
    bool isNumber = false;
    const qint64 length = reply.rawHeader("Content-Length").toLongLong(&isNumber);
    if (isNumber && begin + length != m_file.bytes)
        return Answer{Kind::Refused,
            DownloadText::tr("its file has %1 bytes instead of %2").arg(begin + length).arg(m_file.bytes)};
    if (begin == 0 && from > 0)
        startAgain(); // it sends all of it, asked or not
    const QByteArray version = reply.rawHeader("ETag");
    m_version = version.startsWith("W/") || version.size() > 200 ? QByteArray() : version;
    ++m_pieces;
    return std::nullopt;
}

/// Writes what has arrived.
std::optional<FileDownload::Answer> FileDownload::save(QNetworkReply& reply) {
    while (reply.bytesAvailable() > 0) {
        const QByteArray bytes = reply.read(64 * 1024);
        if (bytes.isEmpty())
            break;
        if (bytes.size() > m_file.bytes - m_part.size()) {
            startAgain();
            return Answer{Answer::Kind::Refused,
                DownloadText::tr("it sends more than the %1 bytes of the file").arg(m_file.bytes)};
        }
        if (m_part.write(bytes) != bytes.size())
            return Answer{Answer::Kind::CannotWrite, m_part.errorString()};
    }
    show(DownloadProgress::Stage::Receiving);
    return std::nullopt;
}

bool FileDownload::hasRightSum(const QString& path) {
    show(DownloadProgress::Stage::Verifying);
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly | QIODevice::Unbuffered))
        return false;
    QCryptographicHash hash(QCryptographicHash::Sha256);
    std::vector<char> buffer(std::size_t{1} << 20);
    for (;;) {
        checkCancelled();
        const qint64 count = file.read(buffer.data(), static_cast<qint64>(buffer.size()));
        if (count < 0)
            return false;
        if (count == 0)
            break;
        hash.addData(QByteArrayView(buffer.data(), count));
    }
    return hash.result().toHex() == m_file.sha256;
}

void FileDownload::openPart() {
    // Unbuffered, so that a full disk is noticed at once and size() is what is there.
    if (!m_part.open(QIODevice::ReadWrite | QIODevice::Append | QIODevice::Unbuffered))
        failDownload(DownloadText::tr("Cannot write %1: %2").arg(m_part.fileName(), m_part.errorString()),
            DownloadText::tr("Check who may write into this folder."));
    m_pieces = m_part.size() > 0 ? 2 : 0;
}

void FileDownload::startAgain() {
    m_part.resize(0);
    m_pieces = 0;
    ++m_restarts;
    m_version.clear();
}

/// The part has been checked: it gets its name, as one step.
void FileDownload::publish() {
    const bool isOnDisk = ::fsync(m_part.handle()) == 0;
    m_part.close();
    std::error_code error;
    if (isOnDisk)
        std::filesystem::rename(
            m_part.fileName().toStdString(), (m_folder + QLatin1Char('/') + m_file.name).toStdString(), error);
    if (!isOnDisk || error)
        failDownload(
            DownloadText::tr("Cannot keep %1: %2")
                .arg(m_part.fileName(), QString::fromStdString(error ? error.message() : std::string("fsync"))),
            DownloadText::tr("Check the disk and who may write into this folder."));
}

void FileDownload::pause() {
    show(DownloadProgress::Stage::Connecting);
    QElapsedTimer timer;
    timer.start();
    while (timer.elapsed() < m_rules.pause.count()) {
        checkCancelled();
        QThread::msleep(static_cast<unsigned long>(beat.count()));
    }
}

void FileDownload::show(DownloadProgress::Stage stage) {
    m_progress.show({stage, m_file.name, m_host,
        m_before + (m_part.isOpen() ? std::min(m_part.size(), m_file.bytes) : 0), m_total});
}

void FileDownload::checkCancelled() const {
    if (m_progress.isCancelled())
        throw Cancelled();
}

} // namespace kernelscope
