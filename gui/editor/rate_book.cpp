// SPDX-License-Identifier: GPL-3.0-or-later
#include "editor/rate_book.h"

#include "editor/rate_measurement.h"

#include <algorithm>
#include <utility>

namespace kernelscope {

RateBook::RateBook(Session& session, QObject* parent) : QObject(parent), m_session(session) {
    connect(&session, &Session::runsChanged, this, [this] {
        takeRuns();
        emit changed();
    });
    connect(&session.run(), &RunSource::stateChanged, this, [this] {
        if (m_session.run().isBusy())
            cancel();
        emit changed();
    });
    connect(&m_job, &BackgroundJob::done, this, [this] { finish(QString()); });
    connect(&m_job, &BackgroundJob::failed, this, &RateBook::finish);
    takeRuns();
}

RateBook::~RateBook() {
    cancel();
}

void RateBook::takeRuns() {
    std::vector<MeasuredRate> rates;
    for (const FinishedRun& run : m_session.runs()) {
        // A record does not change any more: what was worked out stays.
        const auto known = std::find_if(
            m_runs.begin(), m_runs.end(), [&](const MeasuredRate& rate) { return rate.run == run.number; });
        if (known != m_runs.end())
            rates.push_back(*known);
        else if (std::optional<MeasuredRate> rate = rateOf(run.result->record, run.number))
            rates.push_back(std::move(*rate));
    }
    m_runs = std::move(rates);
}

std::vector<MeasuredRate> RateBook::rates() const {
    std::vector<MeasuredRate> all = m_runs;
    all.insert(all.end(), m_measured.begin(), m_measured.end());
    return all;
}

QString RateBook::failureOf(const QString& deviceId) const {
    return deviceId == m_failedDevice ? m_failure : QString();
}

void RateBook::measure(const QString& deviceId, const Network& network) {
    if (m_job.isRunning() || m_session.run().isBusy() || !m_session.data())
        return;
    m_device = deviceId;
    m_failedDevice.clear();
    m_isCancelled = std::make_shared<std::atomic<bool>>(false);
    m_result = std::make_shared<std::optional<MeasuredRate>>();
    const RunSetup setup{network, m_session.spec(), deviceId.toStdString(), m_session.data()};
    m_job.start([setup, isCancelled = m_isCancelled, place = m_result] {
        *place = measureRate(setup, MeasurementBudget(), *isCancelled);
    });
    emit changed();
}

void RateBook::cancel() {
    if (m_isCancelled)
        *m_isCancelled = true;
}

void RateBook::finish(const QString& failure) {
    if (!failure.isEmpty()) {
        m_failedDevice = m_device;
        m_failure = failure;
    } else if (*m_result) {
        m_measured.push_back(**m_result);
    }
    m_device.clear();
    m_isCancelled.reset();
    m_result.reset();
    emit changed();
}

} // namespace kernelscope
