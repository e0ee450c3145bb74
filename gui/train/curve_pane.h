// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// One quantity of a run over one axis: the half of the training plot that shows loss, or that shows accuracy.
#pragma once

#include "train/plot_style.h"
#include "train/run_curves.h"

#include <QString>

#include <qcustomplot.h>

#include <array>
#include <cstddef>
#include <optional>
#include <vector>

namespace kernelscope {

class DenseGraph;

/// Raw training values (faint), their smoothed curve, the test's value after each epoch, changes of the learning rate,
/// and a cursor. Lives in a QCustomPlot, which owns and draws all parts; says nothing to anybody.
class CurvePane {
    Q_DECLARE_TR_FUNCTIONS(CurvePane)

public:
    /// Adds title, legend and axes to the plot's layout, in rows `row` and `row + 1`.
    CurvePane(QCustomPlot& plot, CurveQuantity quantity, int row);

    QCPAxisRect* axisRect() const { return m_axisRect; }
    QCPAxis* xAxis() const { return m_axisRect->axis(QCPAxis::atBottom); }
    QCPAxis* yAxis() const { return m_axisRect->axis(QCPAxis::atLeft); }

    void setAxis(CurveAxis axis) { m_axis = axis; }
    void setSmoothing(double weight) { m_smoothing = weight; }
    void setLogarithmic(bool logarithmic);
    bool isLogarithmic() const { return yAxis()->scaleType() == QCPAxis::stLogarithmic; }

    /// An earlier run, drawn faintly behind.
    struct Ghost {
        QString name; ///< In the legend: "Run 3".
        RunCurves curves;
    };
    /// Takes the place of the ghosts so far.
    void setGhosts(const std::vector<Ghost>& ghosts);
    int ghostCount() const { return static_cast<int>(m_ghosts.size()); }
    const QCPGraph* ghostGraph(int index) const;
    QStringList legendTexts() const;

    /// Draws everything anew: after a new run, another axis or another smoothing.
    void rebuild(const RunCurves& curves);
    /// Adds what has come since.
    void append(const RunCurves& curves);
    /// The y range that shows all values, or a sensible one where there are none.
    QCPRange fullValueRange() const;

    void applyStyle(const PlotStyle& style, const QFont& font);
    /// Places what depends on pixels: labels of changes that would overlap are hidden. Before a replot.
    void placeLabels();
    /// Where the last test's figure stands, in the plot's pixels.
    QRectF lastTestLabelRect() const;

    /// Marks a step and shows its values; nullopt hides the cursor. The parts are on the layer "cursor".
    void showCursor(const RunCurves& curves, std::optional<std::size_t> stepIndex, bool withPosition);
    QString cursorText() const { return m_cursorText->visible() ? m_cursorText->text() : QString(); }

    /// What the smoothed curve ends at; NaN without points.
    double smoothedEnd() const;
    const QCPGraph* rawGraph() const;
    const QCPGraph* smoothedGraph() const;
    const QCPGraph* testGraph() const { return m_test; }
    /// Labels of the learning rate's changes, hidden ones too.
    QStringList eventLabels() const;

private:
    struct EventMark {
        QCPItemStraightLine* line;
        QCPItemText* label;
    };

    /// What is drawn of a ghost: the smoothed training, and the tests.
    struct GhostGraphs {
        DenseGraph* smoothed;
        QCPGraph* test;
    };

    void buildHeader(int row);
    void styleGhosts();
    void buildGraphs();
    void buildItems();
    void addEventMark(const RunCurves& curves, const RunEvent& event);
    std::array<QCPAbstractItem*, 3> cursorItems() const;
    void updateLastTest();
    void include(double value);
    QString valueLabel(double value) const;
    QString cursorLines(const RunCurves& curves, const StepPoint& point, double smoothed, bool withPosition) const;

    QCustomPlot& m_plot;
    CurveQuantity m_quantity;
    CurveAxis m_axis = CurveAxis::Steps;
    double m_smoothing = 0.9;

    QCPAxisRect* m_axisRect = nullptr;
    QCPTextElement* m_title = nullptr;
    QCPLegend* m_legend = nullptr;
    DenseGraph* m_raw = nullptr;
    DenseGraph* m_smoothed = nullptr;
    std::vector<GhostGraphs> m_ghosts;
    QCPGraph* m_test = nullptr;
    QCPItemText* m_lastTest = nullptr;
    QCPItemStraightLine* m_cursorLine = nullptr;
    QCPItemTracer* m_cursorDot = nullptr;
    QCPItemText* m_cursorText = nullptr;
    std::vector<EventMark> m_events;
    PlotStyle m_style;
    QFont m_smallFont;

    ExponentialSmoother m_smoother{0.9};
    std::size_t m_stepsDrawn = 0;
    std::size_t m_epochsDrawn = 0;
    double m_lowestPositive = 0; ///< Of all values drawn; 0 without any.
    double m_highest = 0;
    double m_lowestGhost = 0; ///< Likewise of the ghosts.
    double m_highestGhost = 0;
};

} // namespace kernelscope
