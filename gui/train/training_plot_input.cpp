// SPDX-License-Identifier: GPL-3.0-or-later
// What mouse and keys do to the training plot.
#include "train/training_plot.h"

#include <algorithm>
#include <cmath>

namespace kernelscope {
namespace {

constexpr int smallestZoom = 8; // pixels; a rectangle thinner than that is meant as a stretch of the other axis
constexpr double keyZoomFactor = 0.8;
constexpr double keyPanPart = 0.1;  // of what is seen
constexpr int keyCursorSteps = 100; // steps of the cursor over what is seen

} // namespace

void TrainingPlot::mousePressEvent(QMouseEvent* event) {
    // A drag within the curves draws a rectangle, a drag on an axis moves it.
    const QPoint at = event->position().toPoint();
    const bool inCurves = m_loss->axisRect()->rect().contains(at) || m_accuracy->axisRect()->rect().contains(at);
    setSelectionRectMode(inCurves && !m_curves.isEmpty() ? QCP::srmZoom : QCP::srmNone);
    QCustomPlot::mousePressEvent(event);
}

void TrainingPlot::mouseMoveEvent(QMouseEvent* event) {
    QCustomPlot::mouseMoveEvent(event);
    for (const CurvePane* pane : {m_loss.get(), m_accuracy.get()})
        if (pane->axisRect()->rect().contains(event->position().toPoint()) && !m_curves.steps().empty()) {
            setCursor(m_curves.nearestStep(pane->xAxis()->pixelToCoord(event->position().x()), m_axis));
            return;
        }
    setCursor(std::nullopt);
}

void TrainingPlot::mouseDoubleClickEvent(QMouseEvent* event) {
    QCustomPlot::mouseDoubleClickEvent(event);
    follow();
}

void TrainingPlot::leaveEvent(QEvent* event) {
    QCustomPlot::leaveEvent(event);
    setCursor(std::nullopt);
}

void TrainingPlot::processRectZoom(QRect rect, QMouseEvent* event) {
    Q_UNUSED(event)
    rect = rect.normalized();
    for (CurvePane* pane : {m_loss.get(), m_accuracy.get()}) {
        if (!pane->axisRect()->rect().intersects(rect))
            continue;
        const QRect part = rect.intersected(pane->axisRect()->rect());
        if (part.width() >= smallestZoom)
            pane->xAxis()->setRange(
                pane->xAxis()->pixelToCoord(part.left()), pane->xAxis()->pixelToCoord(part.right()));
        if (part.height() >= smallestZoom)
            pane->yAxis()->setRange(
                pane->yAxis()->pixelToCoord(part.bottom()), pane->yAxis()->pixelToCoord(part.top()));
        break;
    }
    replot(rpQueuedReplot);
}

void TrainingPlot::keyPressEvent(QKeyEvent* event) {
    const bool control = event->modifiers().testFlag(Qt::ControlModifier);
    switch (event->key()) {
    case Qt::Key_Plus:
    case Qt::Key_Equal: // the same key without Shift on many keyboards
        return zoomBy(keyZoomFactor);
    case Qt::Key_Minus:
        return zoomBy(1 / keyZoomFactor);
    case Qt::Key_Left:
        return control ? panBy(-keyPanPart) : moveCursorBy(-1);
    case Qt::Key_Right:
        return control ? panBy(keyPanPart) : moveCursorBy(1);
    case Qt::Key_Home:
        return follow();
    case Qt::Key_Escape:
        if (m_cursor)
            return setCursor(std::nullopt);
        break;
    default:
        break;
    }
    QCustomPlot::keyPressEvent(event);
}

void TrainingPlot::zoomBy(double factor) {
    QCPAxis* x = m_loss->xAxis();
    x->scaleRange(factor, m_cursor ? m_curves.position(m_curves.steps()[*m_cursor], m_axis) : x->range().center());
    replot(rpQueuedReplot);
}

void TrainingPlot::panBy(double part) {
    QCPAxis* x = m_loss->xAxis();
    x->moveRange(x->range().size() * part);
    replot(rpQueuedReplot);
}

void TrainingPlot::moveCursorBy(int steps) {
    if (m_curves.steps().empty())
        return;
    const QCPRange range = m_loss->xAxis()->range();
    if (!m_cursor)
        return setCursor(m_curves.nearestStep(steps > 0 ? range.lower : range.upper, m_axis));
    const std::size_t last = m_curves.steps().size() - 1;
    const double from = m_curves.position(m_curves.steps()[*m_cursor], m_axis);
    std::size_t next = m_curves.nearestStep(from + steps * range.size() / keyCursorSteps, m_axis);
    if (next == *m_cursor) // zoomed in so far that a hundredth is less than a step
        next = steps > 0 ? std::min(last, next + 1) : next - std::min<std::size_t>(next, 1);
    setCursor(next);
}

} // namespace kernelscope
