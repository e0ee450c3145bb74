// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/unit_bars.h"

#include "widgets/number_text.h"

#include <QHelpEvent>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QToolTip>

#include <algorithm>
#include <cmath>

namespace kernelscope {

UnitBars::UnitBars(QWidget* parent) : QWidget(parent) {
    setFocusPolicy(Qt::StrongFocus);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Expanding);
}

void UnitBars::setValues(std::vector<float> values) {
    m_values = std::move(values);
    const int count = static_cast<int>(m_values.size());
    m_current = count ? std::clamp(m_current, 0, count - 1) : -1;
    update();
    // While a network learns, a tip would soon tell what was.
    if (!m_tip.isEmpty() && QToolTip::isVisible() && QToolTip::text() == m_tip)
        showTip();
}

void UnitBars::setNames(const QStringList& names) {
    m_names = names;
    update();
}

QString UnitBars::unitName(int unit) const {
    return unit < m_names.size() ? m_names[unit] : QString::number(unit + 1);
}

void UnitBars::setEmptyText(const QString& text) {
    m_emptyText = text;
    update();
}

void UnitBars::setCurrent(int unit) {
    unit = std::min(unit, static_cast<int>(m_values.size()) - 1);
    if (unit == m_current)
        return;
    m_current = unit;
    setAccessibleDescription(
        unit < 0 ? m_emptyText
                 : tr("Unit %1: %2").arg(unitName(unit), valueText(m_values[static_cast<std::size_t>(unit)])));
    update();
}

QRectF UnitBars::plotArea() const {
    const QFontMetrics metrics(numberFont(font()));
    const int left = metrics.horizontalAdvance(QStringLiteral("-0.00000"));
    return QRectF(rect()).adjusted(left, metrics.height() / 2.0 + 2, -4, -metrics.height() - 6);
}

std::pair<float, float> UnitBars::range() const {
    float least = 0;
    float greatest = 0;
    for (float value : m_values) {
        least = std::min(least, value);
        greatest = std::max(greatest, value);
    }
    if (greatest == least)
        greatest = 1;
    return {least, greatest};
}

double UnitBars::zeroLine(const QRectF& area) const {
    const auto [least, greatest] = range();
    return area.bottom() + area.height() * static_cast<double>(least / (greatest - least));
}

QRectF UnitBars::barRect(int unit) const {
    const QRectF area = plotArea();
    const auto [least, greatest] = range();
    const double pitch = area.width() / static_cast<double>(m_values.size());
    const double gap = pitch > 4 ? std::min(4.0, pitch * 0.2) : 0;
    const double zero = zeroLine(area);
    const double top =
        zero - area.height() * static_cast<double>(m_values[static_cast<std::size_t>(unit)] / (greatest - least));
    return QRectF(
        QPointF(area.left() + unit * pitch + gap / 2, zero), QPointF(area.left() + (unit + 1) * pitch - gap / 2, top))
        .normalized();
}

int UnitBars::unitAt(const QPointF& position) const {
    const QRectF area = plotArea();
    if (m_values.empty() || position.x() < area.left() || position.x() >= area.right())
        return -1;
    const int count = static_cast<int>(m_values.size());
    return std::clamp(static_cast<int>((position.x() - area.left()) / area.width() * count), 0, count - 1);
}

void UnitBars::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    if (m_values.empty()) {
        painter.setPen(palette().color(QPalette::PlaceholderText));
        painter.drawText(rect().adjusted(12, 12, -12, -12), Qt::AlignCenter | Qt::TextWordWrap, m_emptyText);
        return;
    }
    const QRectF area = plotArea();
    const auto [least, greatest] = range();
    painter.setFont(numberFont(font()));
    const QFontMetricsF metrics(painter.font());
    const QColor quiet = palette().color(QPalette::PlaceholderText);
    const auto axisNumber = [&](float value, double y) {
        painter.setPen(quiet);
        painter.drawText(QRectF(0, y - metrics.height() / 2, area.left() - 6, metrics.height()),
            Qt::AlignRight | Qt::AlignVCenter, valueText(value));
    };
    const double zero = zeroLine(area);
    if (zero - area.top() > metrics.height())
        axisNumber(greatest, area.top());
    if (least < 0 && area.bottom() - zero > metrics.height())
        axisNumber(least, area.bottom());
    axisNumber(0, zero);

    QColor bar = palette().color(QPalette::WindowText);
    bar.setAlpha(150);
    const int count = static_cast<int>(m_values.size());
    const double pitch = area.width() / count;
    for (int unit = 0; unit < count; ++unit) {
        const bool isCurrent = unit == m_current;
        painter.fillRect(barRect(unit), isCurrent ? palette().color(QPalette::Highlight) : bar);
        const QString name = unitName(unit);
        if (pitch > metrics.horizontalAdvance(name) + 3 || isCurrent) {
            painter.setPen(isCurrent ? palette().color(QPalette::WindowText) : quiet);
            const QRectF cell(area.left() + (unit + 0.5) * pitch - 30, area.bottom() + 4, 60, metrics.height());
            painter.drawText(cell, Qt::AlignHCenter | Qt::AlignTop, name);
        }
    }
    painter.setPen(quiet);
    painter.drawLine(QPointF(area.left(), zero), QPointF(area.right(), zero));
    if (hasFocus()) {
        painter.setPen(QPen(palette().color(QPalette::Highlight), 1, Qt::DotLine));
        painter.drawRect(QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5));
    }
}

void UnitBars::choose(int unit) {
    unit = std::clamp(unit, 0, static_cast<int>(m_values.size()) - 1);
    if (unit == m_current)
        return;
    setCurrent(unit);
    emit chosen(unit);
}

void UnitBars::mousePressEvent(QMouseEvent* event) {
    const int unit = unitAt(event->position());
    if (event->button() == Qt::LeftButton && unit >= 0)
        choose(unit);
    else
        QWidget::mousePressEvent(event);
}

void UnitBars::keyPressEvent(QKeyEvent* event) {
    if (m_values.empty())
        return QWidget::keyPressEvent(event);
    switch (event->key()) {
    case Qt::Key_Left:
        return choose(m_current - 1);
    case Qt::Key_Right:
        return choose(m_current + 1);
    case Qt::Key_Home:
        return choose(0);
    case Qt::Key_End:
        return choose(static_cast<int>(m_values.size()) - 1);
    default:
        QWidget::keyPressEvent(event);
    }
}

bool UnitBars::event(QEvent* event) {
    if (event->type() != QEvent::ToolTip)
        return QWidget::event(event);
    m_tipPlace = static_cast<QHelpEvent*>(event)->pos();
    showTip();
    return true;
}

void UnitBars::showTip() {
    m_tip.clear();
    const int unit = unitAt(m_tipPlace);
    if (unit < 0) {
        QToolTip::hideText();
        return;
    }
    m_tip = tr("Unit %1: %2").arg(unitName(unit), valueText(m_values[static_cast<std::size_t>(unit)], 4));
    // With its bar's column, so that it goes when the pointer does.
    QRect column = barRect(unit).toAlignedRect();
    column.setTop(0);
    column.setBottom(height());
    QToolTip::showText(mapToGlobal(m_tipPlace), m_tip, this, column | QRect(m_tipPlace, QSize(1, 1)));
}

} // namespace kernelscope
