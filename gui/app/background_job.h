// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// A piece of work in a thread of its own.
#pragma once

#include <QObject>
#include <QString>
#include <QTimer>

#include <functional>
#include <memory>

class QThread;

namespace kernelscope {

/// Runs one function at a time in a thread of its own and tells in the GUI's thread when it is done. What the function
/// makes, it leaves in a place that it shares with its starter, who reads it once done() came.
class BackgroundJob : public QObject {
    Q_OBJECT

public:
    explicit BackgroundJob(QObject* parent = nullptr);
    /// Waits for work that goes on.
    ~BackgroundJob() override;

    bool isRunning() const { return m_thread != nullptr; }
    /// Ignored while work goes on.
    void start(std::function<void()> work);
    /// Until the work is over; done() or failed() come later, if at all.
    void wait();

signals:
    void done();
    /// The work threw.
    void failed(const QString& message);

private:
    struct Shared;

    void poll();

    std::shared_ptr<Shared> m_shared;
    std::unique_ptr<QThread> m_thread;
    QTimer m_timer;
};

} // namespace kernelscope
