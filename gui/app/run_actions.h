// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// The levers of a run, as menus, buttons and keys pull them.
#pragma once

#include "run/run_source.h"

#include <QObject>

#include <functional>
#include <utility>

class QAction;

namespace kernelscope {

class Session;

/// Four actions that say what they would do now and are enabled exactly when they would do it.
class RunActions : public QObject {
    Q_OBJECT

public:
    explicit RunActions(Session& session, QObject* parent = nullptr);

    QAction* train() const { return m_train; } ///< "Train on CPU", then "Pause", then "Resume".
    QAction* step() const { return m_step; }   ///< Also begins a run that then waits.
    QAction* stop() const { return m_stop; }
    QAction* sameWeights() const { return m_sameWeights; }

    /// What train() does, for svgIcon().
    const char* trainIcon() const { return m_trainIcon; }

    /// Asked before a new run begins: takes over what is typed but not yet committed, and says whether it may begin.
    void setReadinessCheck(std::function<bool()> isReady) { m_isReady = std::move(isReady); }
    /// Every text that train() may show, so that its button can keep one width.
    QStringList trainTexts() const;

private:
    void update();
    void begin(RunSource::Begin how);
    void onTrain();
    void onStep();

    Session& m_session;
    std::function<bool()> m_isReady;
    const char* m_trainIcon = "play";
    QAction* m_train;
    QAction* m_step;
    QAction* m_stop;
    QAction* m_sameWeights;
};

} // namespace kernelscope
