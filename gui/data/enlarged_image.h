// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// One image, large, with the values of its pixels.
#pragma once

#include "network/shape.h"

#include <QImage>
#include <QPoint>
#include <QWidget>

#include <cstdint>
#include <span>
#include <vector>

namespace kernelscope {

/// The chosen image, each pixel a square of whole device pixels; the pixel under the pointer, or walked to with the
/// arrow keys, is framed and told.
class EnlargedImage : public QWidget {
    Q_OBJECT

public:
    explicit EnlargedImage(QWidget* parent = nullptr);

    /// @param pixels CHW; empty: no image.
    void setImage(std::span<const std::uint8_t> pixels, const Shape& shape);

    /// "Row 12, column 5: 213", or of colours "Row 12, column 5: red 213, green 12, blue 0"; empty without a pixel.
    QString pixelText() const;
    /// Where a pixel is drawn.
    QRectF pixelRect(int row, int column) const;

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override { return sizeHint(); }

signals:
    void pixelChanged(); ///< pixelText() is another.

protected:
    void paintEvent(QPaintEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void leaveEvent(QEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void focusInEvent(QFocusEvent* event) override;
    void focusOutEvent(QFocusEvent* event) override;

private:
    QRect imageRect() const; ///< In device pixels.
    void setPixel(QPoint pixel);

    Shape m_shape;
    std::vector<std::uint8_t> m_pixels;
    QImage m_image;
    QPoint m_pixel{-1, -1}; ///< Column and row; -1: none.
};

} // namespace kernelscope
