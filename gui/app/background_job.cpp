// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/background_job.h"

#include <QThread>

#include <chrono>
#include <exception>
#include <mutex>
#include <optional>
#include <string>

namespace kernelscope {

using namespace std::chrono_literals;

struct BackgroundJob::Shared {
    std::mutex mutex;
    bool over = false;
    std::optional<std::string> failure;
};

BackgroundJob::BackgroundJob(QObject* parent) : QObject(parent) {
    m_timer.setInterval(10ms);
    connect(&m_timer, &QTimer::timeout, this, &BackgroundJob::poll);
}

BackgroundJob::~BackgroundJob() {
    wait();
}

void BackgroundJob::wait() {
    if (m_thread)
        m_thread->wait();
}

void BackgroundJob::start(std::function<void()> work) {
    if (m_thread)
        return;
    m_shared = std::make_shared<Shared>();
    m_thread.reset(QThread::create([shared = m_shared, work = std::move(work)] {
        std::optional<std::string> failure;
        try {
            work();
        } catch (const std::exception& error) {
            failure = error.what();
        }
        const std::lock_guard lock(shared->mutex);
        shared->failure = std::move(failure);
        shared->over = true;
    }));
    m_thread->start();
    m_timer.start();
}

void BackgroundJob::poll() {
    std::optional<std::string> failure;
    {
        const std::lock_guard lock(m_shared->mutex);
        if (!m_shared->over)
            return;
        failure = std::move(m_shared->failure);
    }
    m_timer.stop();
    m_thread->wait();
    m_thread.reset();
    if (failure)
        emit failed(QString::fromStdString(*failure));
    else
        emit done();
}

} // namespace kernelscope
