// SPDX-License-Identifier: GPL-3.0-or-later
#include "download/download.h"

#include "download/download_text.h"
#include "download/file_download.h"

#include <QDir>
#include <QLocale>
#include <QLockFile>
#include <QNetworkAccessManager>
#include <QNetworkProxy>
#include <QStorageInfo>

#include <algorithm>

namespace kernelscope {
namespace {

/// Room that is left on the disk for everything else.
constexpr qint64 spareBytes = 16 << 20;

/// What the desktop, or the environment, says about proxies. Asked for every request, as laptops travel.
class SystemProxies : public QNetworkProxyFactory {
public:
    QList<QNetworkProxy> queryProxy(const QNetworkProxyQuery& query) override {
        return QNetworkProxyFactory::systemProxyForQuery(query);
    }
};

[[noreturn]] void refuseFolder(const QString& folder, const QString& why, const QString& advice) {
    failDownload(DownloadText::tr("Cannot download into %1: %2").arg(QDir::toNativeSeparators(folder), why), advice);
}

/// Bytes of a file that are here already, whole or in part.
qint64 bytesHere(const QString& folder, const RemoteFile& file) {
    const QString path = folder + QLatin1Char('/') + file.name;
    return std::min(file.bytes, std::max(QFileInfo(path).size(), QFileInfo(path + QStringLiteral(".part")).size()));
}

void checkRoom(const QList<RemoteFile>& files, const QString& folder, const DownloadRules& rules) {
    qint64 missing = 0;
    for (const RemoteFile& file : files)
        missing += file.bytes - bytesHere(folder, file);
    const qint64 room = rules.freeBytes(folder);
    if (missing > 0 && room >= 0 && room < missing + spareBytes) {
        const auto text = [](qint64 bytes) { return QLocale().formattedDataSize(bytes, 1, QLocale::DataSizeSIFormat); };
        refuseFolder(folder, DownloadText::tr("there is room for %1 and it takes %2").arg(text(room), text(missing)),
            DownloadText::tr("Make room on this disk."));
    }
}

} // namespace

qint64 DownloadRules::freeBytesAt(const QString& folder) {
    const QStorageInfo storage(folder);
    return storage.isValid() && storage.isReady() ? storage.bytesAvailable() : -1;
}

void downloadFiles(
    const QList<RemoteFile>& files, const QString& folder, DownloadProgress& progress, const DownloadRules& rules) {
    if (!QDir().mkpath(folder))
        refuseFolder(folder, DownloadText::tr("this folder cannot be made"),
            DownloadText::tr("Check that nothing else has this name, and who may write there."));
    checkRoom(files, folder, rules);
    QLockFile lock(folder + QStringLiteral("/.lock"));
    lock.setStaleLockTime(0); // held for as long as it takes; the lock of a program that is gone does not count
    if (!lock.tryLock(0)) {
        if (lock.error() == QLockFile::LockFailedError)
            refuseFolder(folder, DownloadText::tr("another Kernelscope is downloading into it"),
                DownloadText::tr("Wait until that is done."));
        refuseFolder(folder, DownloadText::tr("nothing can be written there"),
            DownloadText::tr("Check who may write there, and how full the disk is."));
    }
    QNetworkAccessManager network;
    network.setAutoDeleteReplies(false);
    if (rules.usesSystemProxy)
        network.setProxyFactory(new SystemProxies);
    else
        network.setProxy(QNetworkProxy::NoProxy);
    qint64 total = 0;
    for (const RemoteFile& file : files)
        total += file.bytes;
    qint64 before = 0;
    for (const RemoteFile& file : files) {
        FileDownload(file, folder, progress, rules, network, before, total).run();
        before += file.bytes;
    }
}

} // namespace kernelscope
