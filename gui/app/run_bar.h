// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// The bar on top of the window.
#pragma once

#include "run/run_source.h"

#include <QFrame>
#include <QPointer>

#include <utility>
#include <vector>

class QAction;
class QLabel;
class QProgressBar;
class QPushButton;

namespace kernelscope {

class BriefLabel;
class RunActions;
class Session;

/// Train, step, stop, same weights again; how far the run is; and on what it runs.
class RunBar : public QFrame {
    Q_OBJECT

public:
    RunBar(Session& session, RunActions& actions, QWidget* parent = nullptr);

    /// With the buttons beside Train as icons alone, as they are where the window is too narrow for their words.
    QSize minimumSizeHint() const override;

protected:
    void changeEvent(QEvent* event) override;
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;

private:
    QPushButton* makeButton(QAction* action, const char* name, bool flat);
    /// Enables or disables it without losing the keyboard's focus.
    void setButtonEnabled(QPushButton& button, bool enabled);
    void keepTrainWidth();
    /// Says it in as many words as there is room for.
    void fit();
    void fitIfNeeded();
    void setNarrow(bool isNarrow);
    QString stateText() const;
    void refresh();

    Session& m_session;
    RunActions& m_actions;
    QPushButton* m_train = nullptr;
    std::vector<std::pair<QPushButton*, QAction*>> m_others; ///< Buttons that may be icons alone, and what they do.
    std::vector<QLabel*> m_captions;                         ///< Of the boxes.
    QWidget* m_device = nullptr;
    BriefLabel* m_state;
    BriefLabel* m_epoch;
    QProgressBar* m_progress;
    QPointer<QWidget> m_strayed; ///< Where the focus went when its button was disabled.
    bool m_wantsFocusBack = false;
    bool m_isNarrow = false;
    bool m_isFitting = false;
    int m_leastWidth = 0; ///< Of the narrow bar.
    int m_wholeWidth = 0; ///< Of the one with all words.
    std::pair<std::size_t, std::size_t> m_tested{0, 0};
};

} // namespace kernelscope
