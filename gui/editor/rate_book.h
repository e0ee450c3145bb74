// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// What the devices of this machine were measured to do.
#pragma once

#include "app/background_job.h"
#include "app/session.h"
#include "editor/epoch_estimate.h"

#include <QObject>

#include <atomic>
#include <memory>
#include <optional>
#include <vector>

namespace kernelscope {

/// Rates of the session's runs, and of short measurements that the user asks for. One measurement at a time, and none
/// beside a run: each would spoil the other's figures, so that a run that begins ends the measurement.
class RateBook : public QObject {
    Q_OBJECT

public:
    explicit RateBook(Session& session, QObject* parent = nullptr);
    /// Waits for a measurement to notice that nobody wants it any more.
    ~RateBook() override;

    std::vector<MeasuredRate> rates() const;
    /// The device that is being measured; empty where none is.
    const QString& measuring() const { return m_device; }
    /// Why the last measurement of a device failed; empty where it did not.
    QString failureOf(const QString& deviceId) const;

    /// Trains a network on a device for about a second in a thread of its own; changed() follows.
    void measure(const QString& deviceId, const Network& network);
    void cancel();

signals:
    void changed();

private:
    void takeRuns();
    void finish(const QString& failure);

    Session& m_session;
    std::vector<MeasuredRate> m_runs;
    std::vector<MeasuredRate> m_measured;
    QString m_device;
    QString m_failedDevice;
    QString m_failure;
    std::shared_ptr<std::atomic<bool>> m_isCancelled;
    std::shared_ptr<std::optional<MeasuredRate>> m_result;
    BackgroundJob m_job; // last, so that its thread ends first
};

} // namespace kernelscope
