// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// How buttons, fields and bars look.
#pragma once

#include <QProxyStyle>

namespace kernelscope {

/// Fusion without its gradients: flat panels with round corners, one accent, a focus ring that is always visible.
/// Every colour comes from the widget's palette, every length from the font or in device-independent pixels.
///
/// A QPushButton with the property "primary" set is filled with the accent: the one thing to do in a window.
class FlatStyle final : public QProxyStyle {
    Q_OBJECT

public:
    FlatStyle();

    void drawPrimitive(PrimitiveElement element, const QStyleOption* option, QPainter* painter,
        const QWidget* widget = nullptr) const override;
    void drawControl(ControlElement element, const QStyleOption* option, QPainter* painter,
        const QWidget* widget = nullptr) const override;
    void drawComplexControl(ComplexControl control, const QStyleOptionComplex* option, QPainter* painter,
        const QWidget* widget = nullptr) const override;
    QRect subElementRect(
        SubElement element, const QStyleOption* option, const QWidget* widget = nullptr) const override;
    int pixelMetric(
        PixelMetric metric, const QStyleOption* option = nullptr, const QWidget* widget = nullptr) const override;
    int styleHint(StyleHint hint, const QStyleOption* option = nullptr, const QWidget* widget = nullptr,
        QStyleHintReturn* returnData = nullptr) const override;
    QSize sizeFromContents(ContentsType type, const QStyleOption* option, const QSize& size,
        const QWidget* widget = nullptr) const override;
    using QProxyStyle::polish;
    void polish(QWidget* widget) override;
};

} // namespace kernelscope
