// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// The bar on top of the window.
#pragma once

#include "run/run_source.h"

#include <QFrame>
#include <QPointer>

#include <utility>

class QAction;
class QLabel;
class QProgressBar;
class QPushButton;

namespace kernelscope {

class RunActions;
class Session;

/// Train, step, stop, same weights again; how far the run is; and on what it runs.
class RunBar : public QFrame {
    Q_OBJECT

public:
    RunBar(Session& session, RunActions& actions, QWidget* parent = nullptr);

protected:
    void changeEvent(QEvent* event) override;
    void paintEvent(QPaintEvent* event) override;

private:
    QPushButton* makeButton(QAction* action, const char* name, bool flat);
    /// Enables or disables it without losing the keyboard's focus.
    void setButtonEnabled(QPushButton& button, bool enabled);
    void keepTrainWidth();
    void refresh();

    Session& m_session;
    RunActions& m_actions;
    QPushButton* m_train = nullptr;
    QLabel* m_state;
    QLabel* m_epoch;
    QProgressBar* m_progress;
    QPointer<QWidget> m_strayed; ///< Where the focus went when its button was disabled.
    bool m_wantsFocusBack = false;
    std::pair<std::size_t, std::size_t> m_tested{0, 0};
};

} // namespace kernelscope
