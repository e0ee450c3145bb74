// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/flat_style.h"

#include "app/flat_parts.h"

#include <QAbstractButton>
#include <QComboBox>
#include <QSlider>
#include <QStyleOption>
#include <QTabBar>

namespace kernelscope {

using namespace flat;

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
