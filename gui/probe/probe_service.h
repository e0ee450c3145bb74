// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// Looks through networks in the background.
#pragma once

#include "probe/probe.h"

#include <QObject>
#include <QString>
#include <QTimer>

#include <memory>

class QThread;

namespace kernelscope {

using ProbeResultPtr = std::shared_ptr<const ProbeResult>;

/// What is to be looked at. All of it immutable and shared.
struct ProbeRequest {
    std::shared_ptr<const Network> network;
    SnapshotPtr snapshot;
    DataSetPtr data;
    std::size_t sample = 0;                ///< Index in the test set.
    std::shared_ptr<const Tensor> picture; ///< Looked at instead of data's sample, if not null.
    int label = -1;                        ///< The picture's class, -1 where unknown.
};

/// A Probe in a low-priority thread of its own. The newest request wins: one that waits is replaced, one that is being
/// worked on is finished. Results arrive in the GUI's thread through a mailbox that a timer polls while there is
/// something to wait for.
class ProbeService : public QObject {
    Q_OBJECT

public:
    explicit ProbeService(QObject* parent = nullptr);
    /// Waits for the image that is being worked on: milliseconds for the presets.
    ~ProbeService() override;

    void request(const ProbeRequest& request);
    /// Forgets what was requested: nothing arrives that was asked for before this call.
    void cancel();

signals:
    void finished(const kernelscope::ProbeResultPtr& result);
    void failed(const QString& message);

private:
    struct Shared;

    static void work(Shared& shared);
    void poll();

    std::unique_ptr<Shared> m_shared;
    std::unique_ptr<QThread> m_thread;
    QTimer m_timer;
};

} // namespace kernelscope
