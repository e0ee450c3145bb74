// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// Loss and accuracy of one run, one above the other over the same axis.
#pragma once

#include "train/curve_pane.h"

#include <qcustomplot.h>

#include <QTimer>

#include <memory>
#include <optional>

class QLabel;

namespace kernelscope {

/// The two panes and what a person does with them: zoom by wheel, by dragging a rectangle and by keys, pan by dragging
/// an axis, read values under the cursor. Follows a run, that is shows all of it, until the user zooms; a double click
/// follows again.
///
/// New points are drawn at most 25 times a second, however often they come, and not at all while the plot is hidden.
class TrainingPlot : public QCustomPlot {
    Q_OBJECT

public:
    explicit TrainingPlot(QWidget* parent = nullptr);
    ~TrainingPlot() override;

    /// The run's points so far; forgets those of the run before.
    void begin(const RunRecord& record);
    /// No run: says what will be seen here.
    void clear();
    void addSteps(std::span<const StepPoint> points);
    void addEpoch(const EpochResult& epoch);
    void addEvent(const RunEvent& event);
    /// Earlier runs that stand faintly behind this one. What they are called stands in the legend.
    void setGhosts(std::vector<CurvePane::Ghost> ghosts);
    /// Whether more points will come: the axis then keeps some room for them.
    void setRunning(bool running);

    const RunCurves& curves() const { return m_curves; }
    CurvePane& pane(CurveQuantity quantity) { return quantity == CurveQuantity::Loss ? *m_loss : *m_accuracy; }
    const CurvePane& pane(CurveQuantity quantity) const {
        return quantity == CurveQuantity::Loss ? *m_loss : *m_accuracy;
    }

    CurveAxis axis() const { return m_axis; }
    void setAxis(CurveAxis axis);
    /// @param weight 0 (as raw) to 0.99.
    void setSmoothing(double weight);
    /// Whether loss is on a logarithmic axis.
    void setLogarithmicLoss(bool logarithmic);

    /// What an empty plot says, as rich text.
    void setEmptyText(const QString& text);

    bool isFollowing() const { return m_following; }
    /// Shows the whole run, and goes on to.
    void follow();

    /// What a screen reader says of the curves.
    QString summary() const;

    /// Draws as a document of the given size in logical pixels, in colours for paper or in the window's.
    void render(QCPPainter& painter, QSize size, bool forPaper);

signals:
    void followingChanged(bool following);

protected:
    void changeEvent(QEvent* event) override;
    void showEvent(QShowEvent* event) override;
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseDoubleClickEvent(QMouseEvent* event) override;
    void leaveEvent(QEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void processRectZoom(QRect rect, QMouseEvent* event) override;

private:
    void applyStyle(const PlotStyle& style);
    void applyAxisLabel();
    void rebuild();
    /// Draws soon, together with whatever else changes until then.
    void schedule();
    void draw();
    void fitRanges();
    /// Keeps a range that the user chose within what there is to see.
    void onRangeChanged(QCPAxis* axis, const QCPRange& range);
    void setFollowing(bool following);
    void setCursor(std::optional<std::size_t> stepIndex);
    void zoomBy(double factor);
    void panBy(double part);
    void moveCursorBy(int steps);
    double axisEnd() const;
    double ghostsEnd() const;

    RunCurves m_curves;
    std::vector<CurvePane::Ghost> m_ghosts;
    std::unique_ptr<CurvePane> m_loss;
    std::unique_ptr<CurvePane> m_accuracy;
    QLabel* m_empty;
    QTimer m_drawTimer;
    CurveAxis m_axis = CurveAxis::Steps;
    bool m_following = true;
    bool m_running = false;
    bool m_settingRanges = false;
    double m_followedEnd = 0; ///< Where the x axis ends while following; grows in leaps so that labels stay put.
    std::optional<std::size_t> m_cursor;
};

} // namespace kernelscope
