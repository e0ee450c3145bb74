// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// Weights tested on a whole test set, in the background.
#pragma once

#include "app/background_job.h"
#include "mistakes/evaluated.h"
#include "training/run_record.h"

#include <QObject>
#include <QTimer>

#include <atomic>
#include <memory>
#include <utility>

namespace kernelscope {

/// Puts every test image through a network with given weights on the CPU. One test at a time.
class SnapshotEvaluation : public QObject {
    Q_OBJECT

public:
    explicit SnapshotEvaluation(QObject* parent = nullptr);
    /// Gives up a test that goes on, and waits until its thread has noticed: some images long.
    ~SnapshotEvaluation() override;

    bool isRunning() const { return m_job.isRunning(); }
    /// Ignored while a test goes on. @param deviceId as in devices/devices.h; @param title of what is tested.
    void start(
        const Network& network, SnapshotPtr weights, DataSetPtr data, const QString& deviceId, const QString& title);
    /// cancelled() follows.
    void cancel();
    /// Images tested, and all of them.
    std::pair<std::size_t, std::size_t> progress() const;

signals:
    void runningChanged(bool running);
    void progressed();
    /// @param weights those that were tested.
    void done(
        const kernelscope::EvaluatedPtr& evaluated, const kernelscope::SnapshotPtr& weights, const QString& title);
    void cancelled();
    void failed(const QString& message);

private:
    /// What the thread and this one share.
    struct Shared {
        Network network;
        SnapshotPtr weights;
        DataSetPtr data;
        std::string deviceId;
        std::atomic<bool> isCancelled{false};
        std::atomic<std::size_t> images{0};
        EvaluatedPtr evaluated; ///< Null where it was cancelled. Read once the job is done.
    };

    static void work(Shared& shared);
    void onDone();
    void onFailed(const QString& message);

    std::shared_ptr<Shared> m_shared;
    QString m_title;
    QTimer m_ticker;
    BackgroundJob m_job;
};

} // namespace kernelscope
