// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// The button that tests the weights on show.
#pragma once

#include "mistakes/snapshot_evaluation.h"

#include <QWidget>

class QProgressBar;
class QPushButton;

namespace kernelscope {

/// "Evaluate now"; while a test goes on, how far it is and a button to give it up.
class EvaluateBar : public QWidget {
    Q_OBJECT

public:
    /// @param suffix of the objectNames, so that a page may have several.
    EvaluateBar(SnapshotEvaluation& evaluation, const QString& suffix, QWidget* parent = nullptr);

    /// Whether there is something to test; else why not.
    void setPossible(bool possible, const QString& toolTip);

signals:
    void requested();

private:
    void refresh();

    SnapshotEvaluation& m_evaluation;
    QPushButton* m_button;
    QProgressBar* m_progress;
    QPushButton* m_cancel;
};

} // namespace kernelscope
