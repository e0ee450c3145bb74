// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// Files from the internet of which size and checksum are known.
#pragma once

#include "download/data_set_catalogue.h"

#include <atomic>
#include <chrono>
#include <functional>
#include <mutex>

namespace kernelscope {

/// How far a download is, and the wish to end it. Shared between the thread that downloads and those that watch it.
class DownloadProgress {
public:
    enum class Stage {
        Connecting, ///< Also while the next try is waited for.
        Receiving,
        Verifying, ///< The checksum of what arrived.
    };

    struct State {
        Stage stage = Stage::Connecting;
        QString file;     ///< Its name.
        QString host;     ///< Who is asked.
        qint64 done = 0;  ///< Bytes of all files, those of earlier times included.
        qint64 total = 0; ///< Bytes of all files.
    };

    /// Makes downloadFiles() end soon, with Cancelled. What has arrived is kept for the next time.
    void cancel() noexcept { m_cancelled.store(true, std::memory_order_relaxed); }
    bool isCancelled() const noexcept { return m_cancelled.load(std::memory_order_relaxed); }

    State state() const {
        const std::lock_guard lock(m_mutex);
        return m_state;
    }
    /// For the one who downloads.
    void show(const State& state) {
        const std::lock_guard lock(m_mutex);
        m_state = state;
    }

private:
    mutable std::mutex m_mutex;
    State m_state;
    std::atomic<bool> m_cancelled = false;
};

/// How patient and how strict a download is. The defaults are the application's; tests shorten the waiting.
struct DownloadRules {
    std::chrono::milliseconds stall{30'000}; ///< A server that sends less than leastBytes in this time has stalled.
    qint64 leastBytes = 1024;
    int fruitlessTries = 4;                 ///< Tries on one server, one after the other, each with little progress,
    qint64 littleProgress = 64 * 1024;      ///< that is less than this, until the next server is asked.
    std::chrono::milliseconds pause{1'000}; ///< Before another try on the same server.
    int mostRedirects = 5;
    bool usesSystemProxy = true;
    /// The only places from which plain HTTP is taken: "http://127.0.0.1:8000". None but in tests.
    QStringList plainHttpOrigins;
    /// Bytes that are free where a folder is; negative where that is not known.
    std::function<qint64(const QString& folder)> freeBytes = freeBytesAt;

    static qint64 freeBytesAt(const QString& folder);
};

/// Brings all files into a folder, which is made where it is not there. Blocks; for a thread of its own, in which it
/// runs an event loop.
///
/// Only HTTPS is spoken, also after redirects. A file is written as NAME.part, continued where an earlier download of
/// any time ended (with Range, and If-Range where the server named a version), and gets its name when size and SHA-256
/// are those expected: whoever finds a file by its name finds it whole. A server that fails, stalls, or sends something
/// else is given up for the next one.
///
/// Throws Cancelled when that was wished, and Error naming file, servers, what they did, and what to do.
void downloadFiles(
    const QList<RemoteFile>& files, const QString& folder, DownloadProgress& progress, const DownloadRules& rules = {});

} // namespace kernelscope
