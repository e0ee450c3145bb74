// SPDX-License-Identifier: GPL-3.0-or-later
#include "probe/probe_service.h"

#include "base/thread_priority.h"

#include <QThread>

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <optional>
#include <utility>

namespace kernelscope {
namespace {

using namespace std::chrono_literals;

/// A probe for the network of the last request, remade only when the network changes.
class ProbeOf {
public:
    const Probe& operator()(const std::shared_ptr<const Network>& network) {
        if (network != m_network) {
            m_probe.emplace(*network);
            m_network = network;
        }
        return *m_probe;
    }

private:
    std::shared_ptr<const Network> m_network;
    std::optional<Probe> m_probe;
};

ProbeResultPtr look(const Probe& probe, const ProbeRequest& request) {
    if (request.picture)
        return std::make_shared<const ProbeResult>(probe.look(*request.snapshot, *request.picture, request.label));
    const Tensor image = imageTensor(*request.data, Split::Test, request.sample);
    const int label = request.data->label(Split::Test, request.sample);
    return std::make_shared<const ProbeResult>(probe.look(*request.snapshot, image, label));
}

} // namespace

struct ProbeService::Shared {
    std::mutex mutex;
    std::condition_variable wake;
    bool quit = false;
    std::uint64_t generation = 0; ///< Raised by cancel(): what belongs to an earlier one is dropped.
    bool working = false;
    std::optional<ProbeRequest> request;
    ProbeResultPtr result;
    std::optional<std::string> failure;
};

ProbeService::ProbeService(QObject* parent)
    : QObject(parent),
      m_shared(std::make_unique<Shared>()),
      m_thread(QThread::create([shared = m_shared.get()] { work(*shared); })) {
    m_timer.setInterval(16ms);
    connect(&m_timer, &QTimer::timeout, this, &ProbeService::poll);
    m_thread->setObjectName("probe");
    m_thread->start();
}

ProbeService::~ProbeService() {
    {
        const std::lock_guard lock(m_shared->mutex);
        m_shared->quit = true;
    }
    m_shared->wake.notify_one();
    m_thread->wait();
}

void ProbeService::request(const ProbeRequest& request) {
    {
        const std::lock_guard lock(m_shared->mutex);
        m_shared->request = request;
    }
    m_shared->wake.notify_one();
    m_timer.start();
}

void ProbeService::cancel() {
    const std::lock_guard lock(m_shared->mutex);
    ++m_shared->generation;
    m_shared->request.reset();
    m_shared->result.reset();
    m_shared->failure.reset();
    m_timer.stop();
}

void ProbeService::work(Shared& shared) {
    stepBehind(Behind::Training); // QThread's priorities do nothing on Linux, but for the idle one, which starves
    ProbeOf probeOf;
    std::unique_lock lock(shared.mutex);
    while (true) {
        shared.wake.wait(lock, [&] { return shared.quit || shared.request; });
        if (shared.quit)
            return;
        const ProbeRequest request = *std::exchange(shared.request, std::nullopt);
        const std::uint64_t generation = shared.generation;
        shared.working = true;
        lock.unlock();

        ProbeResultPtr result;
        std::optional<std::string> failure;
        try {
            result = look(probeOf(request.network), request);
        } catch (const std::exception& error) {
            failure = error.what();
        }

        lock.lock();
        shared.working = false;
        if (generation == shared.generation) {
            shared.result = std::move(result);
            shared.failure = std::move(failure);
        }
    }
}

void ProbeService::poll() {
    ProbeResultPtr result;
    std::optional<std::string> failure;
    {
        const std::lock_guard lock(m_shared->mutex);
        result = std::exchange(m_shared->result, nullptr);
        failure = std::exchange(m_shared->failure, std::nullopt);
        if (!m_shared->working && !m_shared->request)
            m_timer.stop();
    }
    if (result)
        emit finished(result);
    if (failure)
        emit failed(QString::fromStdString(*failure));
}

} // namespace kernelscope
