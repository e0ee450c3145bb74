// SPDX-License-Identifier: GPL-3.0-or-later
#include "train/dense_graph.h"

#include <algorithm>
#include <cmath>

namespace kernelscope {
namespace {

constexpr double dense = 2; // points for each pixel from which on columns are drawn

} // namespace

DenseGraph::DenseGraph(QCPAxis* keyAxis, QCPAxis* valueAxis, Style style)
    : QCPGraph(keyAxis, valueAxis),
      m_style(style) {}

void DenseGraph::draw(QCPPainter* painter) {
    const QCPRange keys = keyAxis()->range();
    const auto visible = data()->findEnd(keys.upper) - data()->findBegin(keys.lower);
    if (static_cast<double>(visible) < dense * keyAxis()->axisRect()->width()) {
        QCPGraph::draw(painter);
        if (visible == 1 && data()->size() == 1) // a line of one point would draw nothing
            drawDot(painter);
        return;
    }
    if (m_style == Style::Band)
        drawBand(painter);
    else
        drawLine(painter);
}

void DenseGraph::drawDot(QCPPainter* painter) const {
    const auto point = data()->constBegin();
    const QPointF centre(keyAxis()->coordToPixel(point->key), valueAxis()->coordToPixel(point->value));
    applyDefaultAntialiasingHint(painter);
    painter->setPen(Qt::NoPen);
    painter->setBrush(pen().color());
    painter->drawEllipse(centre, 3, 3);
}

QVector<DenseGraph::Column> DenseGraph::columns() const {
    const QCPRange keys = keyAxis()->range();
    const QRect rect = keyAxis()->axisRect()->rect();
    const double pixelsPerKey = rect.width() / keys.size(); // the key axis is linear; coordToPixel() costs more
    QVector<Column> result;
    result.reserve(rect.width() + 4);
    const auto end = data()->findEnd(keys.upper);
    double sum = 0;
    int count = 0;
    const auto finish = [&] {
        if (count > 0)
            result.last().mean = sum / count;
        sum = 0;
        count = 0;
    };
    for (auto point = data()->findBegin(keys.lower); point != end; ++point) {
        if (!std::isfinite(point->value))
            continue;
        const double x = std::floor(rect.left() + (point->key - keys.lower) * pixelsPerKey);
        if (result.isEmpty() || result.last().x != x) {
            finish();
            result.append({x, point->value, point->value, point->value});
        }
        Column& column = result.last();
        column.least = std::min(column.least, point->value);
        column.greatest = std::max(column.greatest, point->value);
        sum += point->value;
        ++count;
    }
    finish();
    return result;
}

void DenseGraph::drawBand(QCPPainter* painter) const {
    // One upright bar for each column. (One polygon around all of them would be quadratic in QPainter's rasteriser.)
    painter->setAntialiasing(false);
    const QColor color = pen().color();
    double lastTop = 0;
    double lastBottom = 0;
    bool first = true;
    for (const Column& column : columns()) {
        double top = valueAxis()->coordToPixel(column.greatest) - 0.5;
        double bottom = valueAxis()->coordToPixel(column.least) + 0.5;
        const double ownTop = top;
        const double ownBottom = bottom;
        if (!first) { // no gap to the column before, as there would be none in a line
            top = std::min(top, lastBottom);
            bottom = std::max(bottom, lastTop);
        }
        painter->fillRect(QRectF(column.x, top, 1, bottom - top), color);
        lastTop = ownTop;
        lastBottom = ownBottom;
        first = false;
    }
}

void DenseGraph::drawLine(QCPPainter* painter) const {
    QVector<QPointF> points;
    for (const Column& column : columns())
        points.append({column.x + 0.5, valueAxis()->coordToPixel(column.mean)});
    applyDefaultAntialiasingHint(painter);
    painter->setPen(pen());
    painter->setBrush(Qt::NoBrush);
    drawPolyline(painter, points);
}

} // namespace kernelscope
