// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/flat_slider.h"

#include <QPainter>
#include <QStyleOptionSlider>

#include <algorithm>

namespace kernelscope {

void drawSlider(const QStyleOptionSlider& slider, const QRect& groove, const QRect& handle, QPainter* painter) {
    constexpr qreal thickness = 4;
    const QPalette& p = slider.palette;
    const bool isEnabled = slider.state.testFlag(QStyle::State_Enabled);
    const bool isHorizontal = slider.orientation == Qt::Horizontal;
    const QPointF middle = QRectF(handle).center();
    QRectF line(groove);
    if (isHorizontal)
        line = QRectF(line.left(), middle.y() - thickness / 2, line.width(), thickness);
    else
        line = QRectF(middle.x() - thickness / 2, line.top(), thickness, line.height());
    QRectF passed = line; // from the least value to the handle
    if (!isHorizontal)
        slider.upsideDown ? passed.setTop(middle.y()) : passed.setBottom(middle.y());
    else
        slider.upsideDown ? passed.setLeft(middle.x()) : passed.setRight(middle.x());

    painter->save();
    painter->setRenderHint(QPainter::Antialiasing);
    painter->setPen(Qt::NoPen);
    painter->setBrush(p.color(isEnabled ? QPalette::Dark : QPalette::Mid));
    painter->drawRoundedRect(line, thickness / 2, thickness / 2);
    if (isEnabled) {
        painter->setBrush(p.color(QPalette::Highlight));
        painter->drawRoundedRect(passed, thickness / 2, thickness / 2);
    }
    const qreal radius = std::min(handle.width(), handle.height()) / 2.0 - 2;
    if (isEnabled && slider.state.testFlag(QStyle::State_HasFocus)) {
        painter->setPen(QPen(p.color(QPalette::Highlight), 2));
        painter->setBrush(p.color(QPalette::Base));
        painter->drawEllipse(middle, radius + 1, radius + 1);
        painter->setPen(Qt::NoPen);
        painter->setBrush(p.color(QPalette::Highlight));
        painter->drawEllipse(middle, radius - 3, radius - 3);
    } else {
        const bool isHot = slider.state.testFlag(QStyle::State_MouseOver) || slider.state.testFlag(QStyle::State_Sunken);
        painter->setPen(QPen(p.color(!isEnabled ? QPalette::Mid : isHot ? QPalette::Highlight : QPalette::Dark), 1.5));
        painter->setBrush(p.color(isEnabled ? QPalette::Button : QPalette::Window));
        painter->drawEllipse(middle, radius, radius);
    }
    painter->restore();
}

} // namespace kernelscope
