// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/file_saver.h"

#include "base/error.h"
#include "files/atomic_file.h"

#include <filesystem>
#include <utility>

namespace kernelscope {

FileSaver::FileSaver(QObject* parent) : QObject(parent) {
    connect(&m_job, &BackgroundJob::done, this, [this] { finish(std::nullopt); });
    connect(&m_job, &BackgroundJob::failed, this, [this](const QString& message) { finish(message); });
}

FileSaver::~FileSaver() {
    m_job.wait();
    for (std::size_t i = 1; i < m_requests.size(); ++i)
        try {
            writeFileAtomically(std::filesystem::path(m_requests[i].path.toStdU16String()), m_requests[i].content);
        } catch (const Error&) {
            // Nobody is left to hear of it.
        }
}

void FileSaver::save(const QString& path, std::string content, Done done) {
    m_requests.push_back({path, std::move(content), std::move(done)});
    if (m_requests.size() == 1)
        startNext();
}

void FileSaver::startNext() {
    // A deque's elements stay where they are while others are added behind them.
    const Request& request = m_requests.front();
    m_job.start([&content = request.content, path = std::filesystem::path(request.path.toStdU16String())] {
        writeFileAtomically(path, content);
    });
}

void FileSaver::finish(const std::optional<QString>& failure) {
    const Done done = std::move(m_requests.front().done);
    m_requests.pop_front();
    if (!m_requests.empty())
        startNext();
    done(failure);
}

} // namespace kernelscope
