// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/file_opener.h"

#include "base/overloaded.h"

#include <utility>

namespace kernelscope {

FileOpener::FileOpener(QObject* parent) : QObject(parent) {
    connect(&m_job, &BackgroundJob::done, this, [this] {
        tell();
        begin();
    });
    connect(&m_job, &BackgroundJob::failed, this, [this](const QString& message) {
        emit failed(m_path, message);
        begin();
    });
}

void FileOpener::open(const QString& path) {
    m_waiting += path;
    begin();
}

void FileOpener::begin() {
    if (m_waiting.isEmpty() || m_job.isRunning())
        return;
    m_path = m_waiting.takeFirst();
    m_read = std::make_shared<std::optional<SavedFile>>();
    m_job.start([place = m_read, path = m_path.toStdString()] { *place = openSavedFile(path); });
}

void FileOpener::tell() {
    const std::shared_ptr<std::optional<SavedFile>> read = std::exchange(m_read, nullptr);
    if (!*read) {
        emit otherFound(m_path);
        return;
    }
    std::visit(Overloaded{
                   [this](const Network& network) { emit networkOpened(m_path, network); },
                   [this](const WeightsFile& weights) { emit weightsOpened(m_path, weights); },
                   [this](const RunRecord& record) { emit recordOpened(m_path, record); },
                   [this](const CheckpointPtr& checkpoint) { emit checkpointOpened(m_path, checkpoint); },
               },
        **read);
}

} // namespace kernelscope
