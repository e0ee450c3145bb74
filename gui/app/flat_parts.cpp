// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/flat_parts.h"

#include <QPainter>
#include <QPainterPath>
#include <QStyleOption>
#include <QWidget>

#include <algorithm>

namespace kernelscope::flat {
namespace {

constexpr qreal radius = 5;

/// A one-pixel outline lies on pixel centres.
QRectF outline(const QRect& rect) {
    return QRectF(rect).adjusted(0.5, 0.5, -0.5, -0.5);
}

} // namespace

QColor blend(const QColor& a, const QColor& b, qreal share) {
    return QColor::fromRgbF(static_cast<float>(a.redF() + (b.redF() - a.redF()) * share),
        static_cast<float>(a.greenF() + (b.greenF() - a.greenF()) * share),
        static_cast<float>(a.blueF() + (b.blueF() - a.blueF()) * share));
}

bool has(const QStyleOption* option, QStyle::StateFlag flag) {
    return option->state.testFlag(flag);
}

bool isPrimary(const QWidget* widget) {
    return widget && widget->property("primary").toBool();
}

void drawPanel(QPainter* painter, const QRect& rect, const QColor& fill, const QColor& border) {
    painter->save();
    painter->setRenderHint(QPainter::Antialiasing);
    painter->setPen(border.alpha() ? QPen(border) : QPen(Qt::NoPen));
    painter->setBrush(fill);
    painter->drawRoundedRect(outline(rect), radius, radius);
    painter->restore();
}

void drawFocusRing(QPainter* painter, const QRect& rect, const QColor& colour) {
    painter->save();
    painter->setRenderHint(QPainter::Antialiasing);
    painter->setPen(QPen(colour, 2));
    painter->setBrush(Qt::NoBrush);
    painter->drawRoundedRect(QRectF(rect).adjusted(1, 1, -1, -1), radius, radius);
    painter->restore();
}

void drawChevron(QPainter* painter, const QRect& rect, const QColor& colour, bool up) {
    const QPointF centre = QRectF(rect).center();
    const qreal w = std::min(rect.width(), rect.height()) > 12 ? 4 : 3;
    const qreal h = (up ? -1 : 1) * w / 2;
    painter->save();
    painter->setRenderHint(QPainter::Antialiasing);
    painter->setPen(QPen(colour, 1.5, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
    painter->drawPolyline(QPolygonF({centre + QPointF(-w, -h), centre + QPointF(0, h), centre + QPointF(w, -h)}));
    painter->restore();
}

void drawPushButton(const QStyleOption* option, QPainter* painter, const QWidget* widget) {
    const QPalette& p = option->palette;
    const auto* button = qstyleoption_cast<const QStyleOptionButton*>(option);
    const bool enabled = has(option, QStyle::State_Enabled);
    const bool hover = enabled && has(option, QStyle::State_MouseOver);
    const bool down = has(option, QStyle::State_Sunken);
    const bool focused = enabled && has(option, QStyle::State_HasFocus);
    if (isPrimary(widget)) {
        QColor fill = p.color(QPalette::Highlight);
        if (down)
            fill = fill.darker(122);
        else if (hover)
            fill = fill.darker(110);
        drawPanel(painter, option->rect, fill, Qt::transparent);
        if (focused) // the light ring stands off from the button's own colour
            drawFocusRing(painter, option->rect.adjusted(2, 2, -2, -2), p.color(QPalette::HighlightedText));
        return;
    }
    const bool on = has(option, QStyle::State_On);
    const bool flat = button && button->features.testFlag(QStyleOptionButton::Flat);
    if (flat && !hover && !down && !on) {
        if (focused)
            drawFocusRing(painter, option->rect, p.color(QPalette::Highlight));
        return;
    }
    QColor fill = enabled ? p.color(QPalette::Button) : p.color(QPalette::Window);
    if (down || on)
        fill = blend(fill, p.color(QPalette::ButtonText), 0.14);
    else if (hover)
        fill = blend(fill, p.color(QPalette::ButtonText), 0.06);
    drawPanel(painter, option->rect, fill, flat ? QColor(Qt::transparent) : p.color(QPalette::Mid));
    if (focused)
        drawFocusRing(painter, option->rect, p.color(QPalette::Highlight));
}

void drawToolButton(const QStyleOption* option, QPainter* painter) {
    const QPalette& p = option->palette;
    const QColor text = p.color(QPalette::ButtonText);
    const bool on = has(option, QStyle::State_On);
    if (has(option, QStyle::State_Sunken))
        drawPanel(painter, option->rect, blend(p.color(QPalette::Window), text, 0.16), Qt::transparent);
    else if (on)
        drawPanel(painter, option->rect, blend(p.color(QPalette::Window), p.color(QPalette::Highlight), 0.22),
            Qt::transparent);
    else if (has(option, QStyle::State_MouseOver) && has(option, QStyle::State_Enabled))
        drawPanel(painter, option->rect, blend(p.color(QPalette::Window), text, 0.08), Qt::transparent);
}

void drawField(const QStyleOption* option, QPainter* painter) {
    const QPalette& p = option->palette;
    const bool enabled = has(option, QStyle::State_Enabled);
    drawPanel(painter, option->rect, p.color(enabled ? QPalette::Base : QPalette::Window),
        p.color(enabled && has(option, QStyle::State_MouseOver) ? QPalette::Dark : QPalette::Mid));
    if (has(option, QStyle::State_HasFocus) && enabled)
        drawFocusRing(painter, option->rect, p.color(QPalette::Highlight));
}

void drawCheckBox(const QStyleOption* option, QPainter* painter) {
    const QPalette& p = option->palette;
    const bool enabled = has(option, QStyle::State_Enabled);
    const bool on = has(option, QStyle::State_On);
    const bool partly = has(option, QStyle::State_NoChange);
    const QColor fill =
        on || partly ? p.color(QPalette::Highlight) : p.color(enabled ? QPalette::Base : QPalette::Window);
    QColor border = on || partly ? fill : p.color(enabled ? QPalette::Dark : QPalette::Mid);
    if (has(option, QStyle::State_Selected)) // on the colour of a selected row
        border = p.color(QPalette::HighlightedText);
    painter->save();
    painter->setRenderHint(QPainter::Antialiasing);
    painter->setPen(border);
    painter->setBrush(fill);
    const QRectF box = outline(option->rect);
    painter->drawRoundedRect(box, 3, 3);
    painter->setPen(QPen(p.color(QPalette::HighlightedText), 1.8, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
    const auto at = [&box](qreal x, qreal y) { return box.topLeft() + QPointF(box.width() * x, box.height() * y); };
    if (on)
        painter->drawPolyline(QPolygonF({at(0.24, 0.52), at(0.43, 0.71), at(0.77, 0.31)}));
    else if (partly)
        painter->drawLine(at(0.25, 0.5), at(0.75, 0.5));
    painter->restore();
}

void drawFocusRect(const QStyleOption* option, QPainter* painter, const QWidget* widget) {
    const QPalette& p = option->palette;
    const auto* focus = qstyleoption_cast<const QStyleOptionFocusRect*>(option);
    const bool isSelected = focus && focus->backgroundColor == p.color(QPalette::Highlight);
    if (isSelected)
        drawFocusRing(painter, option->rect.adjusted(1, 1, -1, -1), p.color(QPalette::HighlightedText));
    else
        drawFocusRing(
            painter, option->rect, p.color(isPrimary(widget) ? QPalette::HighlightedText : QPalette::Highlight));
}

void drawHeaderSection(const QStyleOption* option, QPainter* painter) {
    const QPalette& p = option->palette;
    const QRect r = option->rect;
    painter->fillRect(r, p.color(QPalette::Window));
    painter->fillRect(QRect(r.left(), r.bottom(), r.width(), 1), p.color(QPalette::Mid));
    painter->fillRect(QRect(r.right(), r.top() + 4, 1, r.height() - 8), p.color(QPalette::Midlight));
}

void drawProgress(const QStyleOptionProgressBar& bar, QPainter* painter) {
    const QRectF groove = bar.rect;
    const qreal round = std::min<qreal>(radius, groove.height() / 2);
    painter->save();
    painter->setRenderHint(QPainter::Antialiasing);
    painter->setPen(Qt::NoPen);
    painter->setBrush(blend(bar.palette.color(QPalette::Window), bar.palette.color(QPalette::WindowText), 0.14));
    painter->drawRoundedRect(groove, round, round);
    const qreal range = bar.maximum - bar.minimum;
    const qreal share = range > 0 ? std::clamp<qreal>((bar.progress - bar.minimum) / range, 0, 1) : 0;
    if (share > 0) {
        QPainterPath whole;
        whole.addRoundedRect(groove, round, round);
        painter->setClipPath(whole);
        painter->setBrush(bar.palette.color(QPalette::Highlight));
        painter->drawRect(QRectF(groove.left(), groove.top(), groove.width() * share, groove.height()));
    }
    painter->restore();
}

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
        const bool isHot =
            slider.state.testFlag(QStyle::State_MouseOver) || slider.state.testFlag(QStyle::State_Sunken);
        painter->setPen(QPen(p.color(!isEnabled ? QPalette::Mid : isHot ? QPalette::Highlight : QPalette::Dark), 1.5));
        painter->setBrush(p.color(isEnabled ? QPalette::Button : QPalette::Window));
        painter->drawEllipse(middle, radius, radius);
    }
    painter->restore();
}

} // namespace kernelscope::flat
