// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// What was set up is not lost with the window.
#pragma once

#include <QObject>
#include <QString>
#include <QTimer>

#include <chrono>

namespace kernelscope {

class Session;
class Settings;

/// Writes network, hyperparameters, device and data into the settings, and the settings into their file, when they have
/// rested for a moment after a change, and at once when a run begins: a process that is killed takes no more than the
/// last moment's edits with it.
class SessionKeeper : public QObject {
    Q_OBJECT

public:
    /// Both outlive it. @param rest how long after the last change; a slider that is dragged is not written at each
    /// step.
    SessionKeeper(
        const Session& session, Settings& settings, std::chrono::milliseconds rest, QObject* parent = nullptr);

    ~SessionKeeper() override;

    /// Writes now what waits to be written, if anything does.
    void writeChanges();

signals:
    void written();
    void failed(const QString& message); ///< What was written last is still there.

private:
    void write();

    const Session& m_session;
    Settings& m_settings;
    QTimer m_rest;
    bool m_hasTold = false; ///< Of a failure: once, not after each edit.
};

} // namespace kernelscope
