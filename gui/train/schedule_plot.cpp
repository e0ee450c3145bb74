// SPDX-License-Identifier: GPL-3.0-or-later
#include "train/schedule_plot.h"

#include "train/plot_style.h"
#include "widgets/number_text.h"

#include <QHelpEvent>
#include <QLocale>
#include <QPainter>
#include <QPolygonF>
#include <QToolTip>

#include <algorithm>
#include <cmath>

namespace kernelscope {
namespace {

constexpr int mostLookedAt = 4096; // steps: enough for any plot on any screen

QString rateText(double rate) {
    return QLocale().toString(rate, 'g', 3).toLower();
}

/// A step of the run, `part` of the way through it.
std::int64_t stepAt(const ScheduleCourse& course, double part) {
    const auto last = static_cast<double>(course.totalSteps);
    return std::clamp<std::int64_t>(std::llround(1 + part * (last - 1)), 1, course.totalSteps);
}

double rateOf(const ScheduleCourse& course, std::int64_t step) {
    return static_cast<double>(
        learningRateAt(course.schedule, course.learningRate, step, course.totalSteps, course.stepsPerEpoch));
}

bool isKnown(const ScheduleCourse& course) {
    return course.totalSteps > 0 && course.stepsPerEpoch > 0;
}

/// The step with the greatest rate, the first of equals, among those that are looked at.
std::int64_t topStep(const ScheduleCourse& course) {
    const auto looked = static_cast<int>(std::min<std::int64_t>(course.totalSteps, mostLookedAt));
    std::int64_t top = 1;
    const auto look = [&](std::int64_t step) {
        if (step >= 1 && step <= course.totalSteps && rateOf(course, step) > rateOf(course, top))
            top = step;
    };
    for (int i = 0; i < looked; ++i)
        look(stepAt(course, looked > 1 ? static_cast<double>(i) / (looked - 1) : 0));
    look(warmupSteps(course.schedule, course.stepsPerEpoch)); // where it may well be
    return top;
}

} // namespace

QString courseText(const ScheduleCourse& course) {
    if (!isKnown(course))
        return {};
    const double first = rateOf(course, 1);
    const double last = rateOf(course, course.totalSteps);
    const std::int64_t top = topStep(course);
    const double highest = rateOf(course, top);
    if (first == highest && last == highest)
        return SchedulePlot::tr("%1 throughout.").arg(rateText(first));
    const QString lastStep = countText(course.totalSteps);
    if (top == 1)
        return SchedulePlot::tr("From %1 down to %2 at step %3.").arg(rateText(first), rateText(last), lastStep);
    const QString rise =
        SchedulePlot::tr("From %1 up to %2 at step %3").arg(rateText(first), rateText(highest), countText(top));
    if (last == highest)
        return SchedulePlot::tr("%1, then level.").arg(rise);
    return SchedulePlot::tr("%1, then down to %2 at step %3.").arg(rise, rateText(last), lastStep);
}

SchedulePlot::SchedulePlot(QWidget* parent) : QWidget(parent) {
    setObjectName(QStringLiteral("schedulePlot"));
    setAccessibleName(tr("Learning rate over the run"));
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
}

void SchedulePlot::setCourse(const ScheduleCourse& course) {
    if (course == m_course)
        return;
    m_course = course;
    setAccessibleDescription(courseText(course));
    update();
}

QSize SchedulePlot::sizeHint() const {
    return {fontMetrics().averageCharWidth() * 30, fontMetrics().height() * 6};
}

QRectF SchedulePlot::plotRect() const {
    const int line = fontMetrics().height();
    return QRectF(rect()).adjusted(1, line + 4, -1, -line - 4);
}

double SchedulePlot::highest() const {
    return rateOf(m_course, topStep(m_course));
}

double SchedulePlot::rateAt(double part) const {
    return rateOf(m_course, stepAt(m_course, part));
}

bool SchedulePlot::event(QEvent* event) {
    if (event->type() != QEvent::ToolTip || !isKnown(m_course))
        return QWidget::event(event);
    const auto* help = static_cast<QHelpEvent*>(event);
    const QRectF area = plotRect();
    const double part = std::clamp((help->pos().x() - area.left()) / std::max(area.width(), 1.0), 0.0, 1.0);
    const std::int64_t step = stepAt(m_course, part);
    QToolTip::showText(help->globalPos(),
        tr("Step %1, in epoch %2: learning rate %3")
            .arg(countText(step), countText((step - 1) / m_course.stepsPerEpoch + 1), rateText(rateOf(m_course, step))),
        this);
    return true;
}

void SchedulePlot::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const PlotStyle style = PlotStyle::fromPalette(palette());
    const QRectF area = plotRect();
    painter.fillRect(area, style.background);
    if (!isKnown(m_course) || area.width() < 8 || area.height() < 8)
        return;

    const auto epochs = static_cast<double>(m_course.totalSteps) / static_cast<double>(m_course.stepsPerEpoch);
    painter.setPen(QPen(style.grid, 1));
    const double epochWidth = area.width() / epochs;
    if (epochWidth >= 6)
        for (double x = epochWidth; x < area.width() - 1; x += epochWidth)
            painter.drawLine(QPointF(area.left() + x, area.top()), QPointF(area.left() + x, area.bottom()));

    const double top = highest();
    const double room = area.height() - 4; // the line keeps its width at either end
    QPolygonF line;
    const int columns = static_cast<int>(area.width() * 2);
    for (int column = 0; column <= columns; ++column) {
        const double part = static_cast<double>(column) / columns;
        const double height = top > 0 ? rateAt(part) / top : 0;
        line.append({area.left() + part * area.width(), area.bottom() - 2 - height * room});
    }
    painter.setPen(QPen(style.axis, 1));
    painter.drawLine(area.bottomLeft(), area.bottomRight());
    painter.setPen(QPen(style.training, 2));
    painter.drawPolyline(line);

    painter.setPen(style.mutedText);
    const QRectF above(area.left(), 0, area.width(), area.top() - 2);
    const QRectF below(area.left(), area.bottom() + 2, area.width(), height() - area.bottom() - 2);
    painter.drawText(above, Qt::AlignLeft | Qt::AlignBottom, tr("at most %1").arg(rateText(top)));
    painter.drawText(below, Qt::AlignLeft | Qt::AlignTop, tr("step 1"));
    painter.drawText(below, Qt::AlignRight | Qt::AlignTop, countText(m_course.totalSteps));
}

} // namespace kernelscope
