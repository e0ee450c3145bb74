// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/flat_style.h"

#include "app/flat_slider.h"

#include <QAbstractButton>
#include <QComboBox>
#include <QPainter>
#include <QPainterPath>
#include <QSlider>
#include <QStyleOption>
#include <QTabBar>

namespace kernelscope {
namespace {

constexpr qreal radius = 5;

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

/// A one-pixel outline lies on pixel centres.
QRectF outline(const QRect& rect) {
    return QRectF(rect).adjusted(0.5, 0.5, -0.5, -0.5);
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

void drawChevron(QPainter* painter, const QRect& rect, const QColor& colour, bool up = false) {
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

/// Of a row or a cell that is selected the ring is light, and stands off from the edge of its colour.
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

} // namespace

FlatStyle::FlatStyle() : QProxyStyle(QStringLiteral("fusion")) {}

void FlatStyle::drawPrimitive(
    PrimitiveElement element, const QStyleOption* option, QPainter* painter, const QWidget* widget) const {
    switch (element) {
    case PE_PanelButtonCommand:
        drawPushButton(option, painter, widget);
        return;
    case PE_PanelButtonTool:
        drawToolButton(option, painter);
        return;
    case PE_FrameDefaultButton:
        return;
    case PE_PanelLineEdit:
        if (const auto* frame = qstyleoption_cast<const QStyleOptionFrame*>(option); frame && frame->lineWidth > 0)
            drawField(option, painter);
        return;
    case PE_FrameLineEdit:
        return; // part of the panel
    case PE_IndicatorCheckBox:
    case PE_IndicatorItemViewItemCheck:
        drawCheckBox(option, painter);
        return;
    case PE_FrameFocusRect:
        drawFocusRect(option, painter, widget);
        return;
    default:
        QProxyStyle::drawPrimitive(element, option, painter, widget);
    }
}

void FlatStyle::drawControl(
    ControlElement element, const QStyleOption* option, QPainter* painter, const QWidget* widget) const {
    if (element == CE_HeaderSection || element == CE_HeaderEmptyArea) {
        drawHeaderSection(option, painter);
        return;
    }
    if (element == CE_ProgressBar) {
        if (const auto* bar = qstyleoption_cast<const QStyleOptionProgressBar*>(option); bar && bar->maximum > 0) {
            drawProgress(*bar, painter);
            return;
        }
    }
    if (element == CE_PushButtonLabel && isPrimary(widget)) {
        if (const auto* button = qstyleoption_cast<const QStyleOptionButton*>(option)) {
            QStyleOptionButton light = *button;
            light.palette.setColor(QPalette::ButtonText, light.palette.color(QPalette::HighlightedText));
            QProxyStyle::drawControl(element, &light, painter, widget);
            return;
        }
    }
    QProxyStyle::drawControl(element, option, painter, widget);
}

void FlatStyle::drawComplexControl(
    ComplexControl control, const QStyleOptionComplex* option, QPainter* painter, const QWidget* widget) const {
    const QPalette& p = option->palette;
    if (control == CC_ComboBox) {
        const auto* combo = qstyleoption_cast<const QStyleOptionComboBox*>(option);
        const bool enabled = has(option, State_Enabled);
        QColor fill = p.color(enabled ? QPalette::Button : QPalette::Window);
        if (enabled && has(option, State_MouseOver))
            fill = blend(fill, p.color(QPalette::ButtonText), 0.05);
        drawPanel(
            painter, option->rect, combo && combo->editable ? p.color(QPalette::Base) : fill, p.color(QPalette::Mid));
        if (has(option, State_HasFocus) && enabled)
            drawFocusRing(painter, option->rect, p.color(QPalette::Highlight));
        drawChevron(
            painter, subControlRect(CC_ComboBox, option, SC_ComboBoxArrow, widget), p.color(QPalette::ButtonText));
        return;
    }
    if (control == CC_SpinBox) {
        const auto* spin = qstyleoption_cast<const QStyleOptionSpinBox*>(option);
        if (spin && spin->frame)
            drawField(option, painter);
        if (spin && spin->buttonSymbols != QAbstractSpinBox::NoButtons) {
            const auto arrow = [&](SubControl part, QAbstractSpinBox::StepEnabledFlag needed, bool up) {
                const bool possible = spin->stepEnabled.testFlag(needed) && has(option, State_Enabled);
                const bool hover = option->activeSubControls.testFlag(part) && has(option, State_MouseOver);
                const QColor colour = possible ? p.color(hover ? QPalette::Link : QPalette::Text)
                                               : p.color(QPalette::Disabled, QPalette::Text);
                drawChevron(painter, subControlRect(CC_SpinBox, option, part, widget), colour, up);
            };
            arrow(SC_SpinBoxUp, QAbstractSpinBox::StepUpEnabled, true);
            arrow(SC_SpinBoxDown, QAbstractSpinBox::StepDownEnabled, false);
        }
        return;
    }
    if (control == CC_Slider) {
        const auto* slider = qstyleoption_cast<const QStyleOptionSlider*>(option);
        if (slider && slider->tickPosition == QSlider::NoTicks) {
            drawSlider(*slider, subControlRect(CC_Slider, option, SC_SliderGroove, widget),
                subControlRect(CC_Slider, option, SC_SliderHandle, widget), painter);
            return;
        }
    }
    QProxyStyle::drawComplexControl(control, option, painter, widget);
}

QRect FlatStyle::subElementRect(SubElement element, const QStyleOption* option, const QWidget* widget) const {
    // The ring goes around the whole button, not around its text.
    if (element == SE_PushButtonFocusRect)
        return option->rect.adjusted(1, 1, -1, -1);
    if (element == SE_ProgressBarGroove || element == SE_ProgressBarContents)
        return option->rect;
    return QProxyStyle::subElementRect(element, option, widget);
}

int FlatStyle::pixelMetric(PixelMetric metric, const QStyleOption* option, const QWidget* widget) const {
    switch (metric) {
    case PM_ButtonShiftHorizontal:
    case PM_ButtonShiftVertical:
        return 0;
    case PM_MenuPanelWidth:
        return 1;
    default:
        return QProxyStyle::pixelMetric(metric, option, widget);
    }
}

int FlatStyle::styleHint(
    StyleHint hint, const QStyleOption* option, const QWidget* widget, QStyleHintReturn* returnData) const {
    if (hint == SH_ToolTip_WakeUpDelay)
        return 500;
    if (hint == SH_EtchDisabledText || hint == SH_DitherDisabledText || hint == SH_DialogButtonBox_ButtonsHaveIcons)
        return 0;
    return QProxyStyle::styleHint(hint, option, widget, returnData);
}

QSize FlatStyle::sizeFromContents(
    ContentsType type, const QStyleOption* option, const QSize& size, const QWidget* widget) const {
    QSize result = QProxyStyle::sizeFromContents(type, option, size, widget);
    const int least = option->fontMetrics.height() + 12;
    if (type == CT_PushButton || type == CT_ComboBox || type == CT_LineEdit)
        result.setHeight(std::max(result.height(), least));
    else if (type == CT_SpinBox) // as high as the field in it, which is as high as all others
        result.setHeight(std::max(size.height(), least));
    return result;
}

void FlatStyle::polish(QWidget* widget) {
    QProxyStyle::polish(widget);
    if (qobject_cast<QAbstractButton*>(widget) || qobject_cast<QComboBox*>(widget) || qobject_cast<QTabBar*>(widget) ||
        widget->inherits("QAbstractSpinBox") || widget->inherits("QLineEdit"))
        widget->setAttribute(Qt::WA_Hover);
}

} // namespace kernelscope
