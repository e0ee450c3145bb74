// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "compare/comparison.h"

#include <QWidget>

class QCustomPlot;

namespace kernelscope {

/// Test accuracy over training seconds, a curve with markers for each run: who is more accurate sooner.
class AccuracyPlot : public QWidget {
    Q_OBJECT

public:
    explicit AccuracyPlot(QWidget* parent = nullptr);

    /// Runs without a whole epoch have no point yet and are left out.
    void setRuns(const std::vector<NumberedRun>& runs);
    /// Curves that are drawn.
    int curveCount() const;

protected:
    void changeEvent(QEvent* event) override;

private:
    void applyPalette();

    QCustomPlot* m_plot;
    std::vector<int> m_numbers; ///< Of the run behind each graph.
};

} // namespace kernelscope
