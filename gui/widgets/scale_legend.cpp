// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/scale_legend.h"

#include "widgets/number_text.h"

#include <QPainter>

#include <cmath>
#include <limits>

namespace kernelscope {
namespace {

constexpr int barHeight = 10;

} // namespace

ScaleLegend::ScaleLegend(QWidget* parent) : QWidget(parent), m_marked(std::numeric_limits<float>::quiet_NaN()) {
    setObjectName(QStringLiteral("scaleLegend"));
    setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Fixed);
    setToolTip(tr("Which colour stands for which value"));
    describe();
}

void ScaleLegend::setScale(const ColorScale& scale) {
    if (m_scale == scale)
        return;
    m_scale = scale;
    describe();
    update();
}

void ScaleLegend::setMarked(float value) {
    if (m_marked == value || (std::isnan(m_marked) && std::isnan(value)))
        return;
    m_marked = value;
    update();
}

void ScaleLegend::describe() {
    setAccessibleName(tr("Colour scale from %1 to %2").arg(valueText(m_scale.minimum()), valueText(m_scale.maximum())));
}

QSize ScaleLegend::sizeHint() const {
    return {QFontMetrics(numberFont(font())).averageCharWidth() * 30, minimumSizeHint().height()};
}

QSize ScaleLegend::minimumSizeHint() const {
    const QFontMetrics metrics(numberFont(font()));
    return {metrics.averageCharWidth() * 20, metrics.height() + barHeight + 8};
}

void ScaleLegend::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    const QRectF bar(0.5, 4.5, width() - 1, barHeight);

    QLinearGradient gradient(bar.topLeft(), bar.topRight());
    constexpr int stops = 32;
    for (int i = 0; i <= stops; ++i) {
        const float position = static_cast<float>(i) / stops;
        gradient.setColorAt(static_cast<double>(position),
            QColor(m_scale.color(m_scale.minimum() + position * (m_scale.maximum() - m_scale.minimum()))));
    }
    painter.setPen(palette().color(QPalette::Mid));
    painter.setBrush(
        m_scale.maximum() > m_scale.minimum() ? QBrush(gradient) : QBrush(QColor(m_scale.color(m_scale.minimum()))));
    painter.drawRect(bar);

    painter.setPen(palette().color(QPalette::WindowText));
    const QRectF line(0, bar.bottom() + 2, width(), height() - bar.bottom() - 2);
    painter.setFont(numberFont(font()));
    const QString least = valueText(m_scale.minimum());
    const QString greatest = valueText(m_scale.maximum());
    painter.drawText(line, Qt::AlignLeft | Qt::AlignTop, least);
    painter.drawText(line, Qt::AlignRight | Qt::AlignTop, greatest);

    const auto place = [&](float value) {
        const double range = static_cast<double>(m_scale.maximum()) - static_cast<double>(m_scale.minimum());
        return bar.left() + bar.width() * (static_cast<double>(value) - static_cast<double>(m_scale.minimum())) / range;
    };
    if (m_scale.minimum() < 0 && m_scale.maximum() > 0) {
        const double x = place(0);
        painter.drawLine(QPointF(x, bar.bottom()), QPointF(x, bar.bottom() + 3));
        // Not where it would run into the numbers at the ends.
        const QFontMetricsF metrics(painter.font());
        const double half = metrics.horizontalAdvance(QLatin1Char('0')) / 2;
        if (x - half > metrics.horizontalAdvance(least) + 4 &&
            x + half < width() - metrics.horizontalAdvance(greatest) - 4)
            painter.drawText(
                QRectF(x - 10, line.top(), 20, line.height()), Qt::AlignHCenter | Qt::AlignTop, QStringLiteral("0"));
    }
    if (std::isfinite(m_marked) && m_scale.maximum() > m_scale.minimum()) {
        const double x = place(std::clamp(m_marked, m_scale.minimum(), m_scale.maximum()));
        painter.setRenderHint(QPainter::Antialiasing);
        painter.setPen(QPen(palette().color(QPalette::Window), 1));
        painter.setBrush(palette().color(QPalette::WindowText));
        painter.drawPolygon(QPolygonF{{x - 5, 0}, {x + 5, 0}, {x, 7}});
    }
}

} // namespace kernelscope
