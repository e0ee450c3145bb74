// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// Saving without a wait for the disk.
#pragma once

#include "app/background_job.h"

#include <QObject>
#include <QString>

#include <deque>
#include <functional>
#include <optional>
#include <string>

namespace kernelscope {

/// Writes files atomically (writeFileAtomically()) in a thread of its own, one after the other in the order they were
/// asked for: flushing a file to a slow disk can take a second, in which the window goes on answering.
class FileSaver : public QObject {
    Q_OBJECT

public:
    /// Called in the GUI's thread with what went wrong, for people; nullopt where the file is there.
    using Done = std::function<void(const std::optional<QString>& failure)>;

    explicit FileSaver(QObject* parent = nullptr);
    /// Writes what is still waiting, without a word: whoever asked is going too.
    ~FileSaver() override;

    void save(const QString& path, std::string content, Done done);

private:
    struct Request {
        QString path;
        std::string content;
        Done done;
    };

    void startNext();
    void finish(const std::optional<QString>& failure);

    std::deque<Request> m_requests; ///< The first is being written.
    BackgroundJob m_job;
};

} // namespace kernelscope
