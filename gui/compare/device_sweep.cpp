// SPDX-License-Identifier: GPL-3.0-or-later
#include "compare/device_sweep.h"

#include "app/session.h"

namespace kernelscope {

DeviceSweep::DeviceSweep(Session& session, QObject* parent) : QObject(parent), m_session(session) {
    // Queued: whoever hears of the run's end first, among them the session itself, has then dealt with it.
    connect(
        &session.run(), &RunSource::stateChanged, this,
        [this](RunSource::State state) {
            if (m_isRunning && state == RunSource::State::Idle)
                onRunEnded();
        },
        Qt::QueuedConnection);
}

QStringList DeviceSweep::devices() const {
    QStringList ids;
    for (const DeviceEntry& entry : m_session.devices())
        if (entry.usable() && entry.info.backend != "reference")
            ids += QString::fromStdString(entry.info.id);
    return ids;
}

bool DeviceSweep::canStart() const {
    return !m_isRunning && m_session.canEdit() && m_session.data() && devices().size() > 1;
}

void DeviceSweep::start() {
    if (!canStart())
        return;
    m_waiting = devices();
    m_count = static_cast<int>(m_waiting.size());
    m_done = 0;
    m_isRunning = true;
    m_session.setMeasuring(true);
    emit runningChanged(true);
    next();
}

void DeviceSweep::next() {
    m_runsBefore = static_cast<int>(m_session.runs().size());
    emit progressed(m_done++, m_count);
    m_session.measureEpoch(m_waiting.takeFirst());
    if (!m_session.run().isBusy())
        finish(); // could not begin; the session has said why
}

void DeviceSweep::onRunEnded() {
    // Stopped by the user or failed: the rest would be a surprise.
    const auto& runs = m_session.runs();
    const bool isComplete =
        static_cast<int>(runs.size()) > m_runsBefore && endedAsPlanned(runs.back().result->record.stop);
    if (isComplete && !m_waiting.isEmpty())
        next();
    else
        finish();
}

void DeviceSweep::finish() {
    m_isRunning = false;
    m_waiting.clear();
    m_session.setMeasuring(false);
    emit runningChanged(false);
}

} // namespace kernelscope
