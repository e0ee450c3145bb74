// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// A web server on this computer that does what a test tells it, right or wrong.
#pragma once

#include <QHash>
#include <QHostAddress>
#include <QSslServer>
#include <QTcpServer>
#include <QTcpSocket>

#include <functional>
#include <memory>

namespace kernelscope::testing {

/// What a client asked for.
struct Request {
    QString path;
    QHash<QByteArray, QByteArray> headers; ///< Names in lower case.
    QByteArray header(const char* name) const { return headers.value(name); }
};

/// Hands every request to `answer`, which writes to the socket whatever it likes, and closes it or not.
class LyingServer {
public:
    using Answer = std::function<void(const Request&, QTcpSocket&)>;

    explicit LyingServer(std::unique_ptr<QTcpServer> server = std::make_unique<QTcpServer>())
        : m_server(std::move(server)) {
        QObject::connect(m_server.get(), &QTcpServer::pendingConnectionAvailable, [this] {
            while (QTcpSocket* socket = m_server->nextPendingConnection())
                serve(*socket);
        });
        m_server->listen(QHostAddress::LocalHost);
    }

    QString origin() const { return QStringLiteral("http://127.0.0.1:%1").arg(m_server->serverPort()); }
    QString secureOrigin() const { return QStringLiteral("https://127.0.0.1:%1").arg(m_server->serverPort()); }
    quint16 port() const { return m_server->serverPort(); }
    void stop() { m_server->close(); }

    Answer answer;
    QList<Request> requests;

private:
    void serve(QTcpSocket& socket) {
        auto text = std::make_shared<QByteArray>();
        const auto read = [this, &socket, text] {
            *text += socket.readAll();
            const auto end = text->indexOf("\r\n\r\n");
            if (end < 0)
                return;
            Request request;
            const QList<QByteArray> lines = text->left(end).split('\n');
            request.path = QString::fromLatin1(lines.front().split(' ').value(1));
            for (const QByteArray& line : lines.mid(1))
                request.headers[line.left(line.indexOf(':')).toLower()] = line.mid(line.indexOf(':') + 1).trimmed();
            text->clear();
            requests << request;
            if (answer)
                answer(request, socket);
        };
        QObject::connect(&socket, &QTcpSocket::readyRead, &socket, read);
        QObject::connect(&socket, &QTcpSocket::disconnected, &socket, &QObject::deleteLater);
        if (socket.bytesAvailable() > 0)
            read();
    }

    std::unique_ptr<QTcpServer> m_server;
};

} // namespace kernelscope::testing
