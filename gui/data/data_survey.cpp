// SPDX-License-Identifier: GPL-3.0-or-later
#include "data/data_survey.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <numeric>

namespace kernelscope {
namespace {

using namespace std::chrono_literals;

/// Images that are required at a time: few enough that a wish is heard soon.
constexpr std::size_t chunkSize = 64;

std::size_t chunks(std::size_t images) {
    return (images + chunkSize - 1) / chunkSize;
}

} // namespace

struct DataSurvey::Shared {
    explicit Shared(std::size_t count) : isReady(count) {}

    std::vector<std::atomic<bool>> isReady; ///< For each chunk: those of the training images, then the test images.
    std::atomic<std::size_t> readyChunks = 0;
    std::atomic<std::size_t> wished = 0;
    OpenProgress progress; ///< Only for its wish to end.
    std::optional<DataStatistics> statistics;
};

DataSurvey::DataSurvey(DataSetPtr data, QObject* parent)
    : QObject(parent),
      m_data(std::move(data)),
      m_shared(std::make_shared<Shared>(chunks(m_data->info().trainCount) + chunks(m_data->info().testCount))) {
    connect(&m_timer, &QTimer::timeout, this, [this] {
        const std::size_t ready = m_shared->readyChunks.load(std::memory_order_acquire);
        if (ready == m_shownChunks)
            return;
        m_shownChunks = ready;
        emit advanced();
    });
    connect(&m_job, &BackgroundJob::done, this, [this] {
        m_timer.stop();
        m_statistics = std::move(m_shared->statistics);
        emit advanced();
        emit completed();
    });
    connect(&m_job, &BackgroundJob::failed, this, [this](const QString& message) {
        m_timer.stop();
        emit failed(message);
    });
    m_timer.start(50ms);
    m_job.start([shared = m_shared, set = m_data] {
        const DataInfo& info = set->info();
        const std::size_t trainChunks = chunks(info.trainCount);
        std::vector<std::uint32_t> indices;
        const auto make = [&](std::size_t chunk) {
            if (shared->isReady[chunk].load(std::memory_order_relaxed))
                return;
            const Split split = chunk < trainChunks ? Split::Train : Split::Test;
            const std::size_t first = (split == Split::Train ? chunk : chunk - trainChunks) * chunkSize;
            indices.resize(std::min(chunkSize, info.count(split) - first));
            std::iota(indices.begin(), indices.end(), static_cast<std::uint32_t>(first));
            set->require(split, indices);
            shared->isReady[chunk].store(true, std::memory_order_release);
            shared->readyChunks.fetch_add(1, std::memory_order_release);
        };
        std::size_t wished = shared->isReady.size();
        for (std::size_t next = 0; next < shared->isReady.size();) {
            if (shared->progress.isCancelled())
                throw Cancelled();
            const std::size_t now = shared->wished.load(std::memory_order_relaxed);
            std::size_t nearby = now; // what somebody looks at, and what follows
            while (nearby < std::min(now + 8, shared->isReady.size()) &&
                   shared->isReady[nearby].load(std::memory_order_relaxed))
                ++nearby;
            if (now != wished && nearby < std::min(now + 8, shared->isReady.size())) {
                make(nearby);
                continue;
            }
            wished = now;
            make(next++);
        }
        shared->statistics = measureStatistics(*set, &shared->progress);
    });
}

DataSurvey::~DataSurvey() {
    m_shared->progress.cancel();
}

std::size_t DataSurvey::chunkOf(const DataInfo& info, Split split, std::size_t index) {
    return index / chunkSize + (split == Split::Test ? chunks(info.trainCount) : 0);
}

bool DataSurvey::isReady(Split split, std::size_t index) const {
    return m_shared->isReady[chunkOf(m_data->info(), split, index)].load(std::memory_order_acquire);
}

void DataSurvey::wish(Split split, std::size_t index) const {
    m_shared->wished.store(chunkOf(m_data->info(), split, index), std::memory_order_relaxed);
}

double DataSurvey::fraction() const {
    const std::size_t all = m_shared->isReady.size();
    return all == 0 ? 1.0 : static_cast<double>(m_shared->readyChunks.load()) / static_cast<double>(all);
}

bool DataSurvey::areAllReady() const {
    return m_shared->readyChunks.load(std::memory_order_acquire) == m_shared->isReady.size();
}

std::vector<std::uint32_t> DataSurvey::indices(Split split, int label) const {
    const std::size_t count = m_data->info().count(split);
    std::vector<std::uint32_t> result;
    if (label < 0) {
        result.resize(count);
        std::iota(result.begin(), result.end(), 0u);
        return result;
    }
    for (std::size_t i = 0; i < count; ++i)
        if (m_data->label(split, i) == label)
            result.push_back(static_cast<std::uint32_t>(i));
    return result;
}

} // namespace kernelscope
