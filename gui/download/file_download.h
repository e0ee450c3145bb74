// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// One file, from whichever of its servers delivers it.
#pragma once

#include "download/download.h"

#include <QFile>

#include <optional>

class QNetworkAccessManager;
class QNetworkReply;
class QUrl;

namespace kernelscope {

/// Brings one file of downloadFiles() into its folder.
class FileDownload {
public:
    /// @param before bytes of the files that are done already. @param total bytes of all files.
    FileDownload(const RemoteFile& file, const QString& folder, DownloadProgress& progress, const DownloadRules& rules,
        QNetworkAccessManager& network, qint64 before, qint64 total);

    void run();

    /// Whether any server answered at all, whatever it said.
    bool wasAnswered() const { return m_wasAnswered; }

private:
    /// What one request came to.
    struct Answer {
        enum class Kind {
            Received,  ///< The stream ended, whether it was complete or not.
            Refused,   ///< This server will not deliver the file.
            WrongPart, ///< It has no bytes behind those that are here: from the start again.
            CannotWrite,
        };
        Kind kind = Kind::Received;
        QString reason; ///< Why it ended early, for people.
    };

    std::optional<QString> fetchFrom(const QString& url);
    Answer ask(const QUrl& url);
    Answer receive(QNetworkReply& reply, qint64 from);
    std::optional<Answer> checkHead(QNetworkReply& reply, qint64 from);
    std::optional<Answer> save(QNetworkReply& reply);
    bool isSecure(const QUrl& url) const;
    bool hasRightSum(const QString& path);
    void openPart();
    void startAgain();
    void publish();
    void pause();
    void show(DownloadProgress::Stage stage);
    void checkCancelled() const;

    const RemoteFile& m_file;
    QString m_folder;
    DownloadProgress& m_progress;
    const DownloadRules& m_rules;
    QNetworkAccessManager& m_network;
    qint64 m_before;
    qint64 m_total;

    QFile m_part;
    QString m_host;
    QByteArray m_version; ///< The server's strong ETag for what is in the part; empty where it gave none.
    int m_pieces = 0;     ///< Requests whose answers the part is made of; 2 where an earlier download left some.
    int m_restarts = 0;   ///< How often the part was thrown away.
    bool m_wasAnswered = false;
};

} // namespace kernelscope
