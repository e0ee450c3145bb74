// SPDX-License-Identifier: GPL-3.0-or-later
#include "strip/flow_connector.h"

#include <QPainter>

namespace kernelscope {

FlowConnector::FlowConnector(QWidget* parent) : QWidget(parent) {
    setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Preferred);
}

QSize FlowConnector::sizeHint() const {
    return {std::max(14, fontMetrics().height() * 3 / 4), 20};
}

void FlowConnector::setPulse(double position) {
    if (position < 0 || position > 1)
        position = -1;
    if (position == m_pulse)
        return;
    m_pulse = position;
    update();
}

void FlowConnector::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const double y = height() / 2.0;
    const double right = width() - 2;
    QColor line = palette().color(QPalette::WindowText);
    line.setAlpha(110);
    painter.setPen(QPen(line, 1.5, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
    painter.drawLine(QPointF(2, y), QPointF(right, y));
    painter.drawPolyline(QPolygonF{{right - 4, y - 4}, {right, y}, {right - 4, y + 4}});
    if (m_pulse < 0)
        return;
    QColor pulse = palette().color(QPalette::Highlight);
    const QPointF at(m_pulse * width(), y);
    painter.setPen(Qt::NoPen);
    painter.setBrush(pulse);
    painter.drawEllipse(at, 4.5, 4.5);
    pulse.setAlpha(70);
    painter.setBrush(pulse);
    painter.drawEllipse(at, 7, 7);
}

} // namespace kernelscope
