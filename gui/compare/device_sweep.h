// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>
#include <QStringList>

namespace kernelscope {

class Session;

/// Trains one epoch on one device after the other, from the same first weights with the same batches: the comparison
/// that the Compare workspace is about, in one click. Never two at a time.
class DeviceSweep : public QObject {
    Q_OBJECT

public:
    explicit DeviceSweep(Session& session, QObject* parent = nullptr);

    /// The usable devices that the sweep visits. Without the reference, which takes minutes an epoch.
    QStringList devices() const;
    /// Whether start() would do something.
    bool canStart() const;
    void start();
    bool isRunning() const { return m_isRunning; }

signals:
    void runningChanged(bool running);
    /// Device `index` of `count` begins.
    void progressed(int index, int count);

private:
    void next();
    void onRunEnded();
    void finish();

    Session& m_session;
    QStringList m_waiting;
    int m_count = 0;
    int m_done = 0;
    int m_runsBefore = 0;
    bool m_isRunning = false;
};

} // namespace kernelscope
