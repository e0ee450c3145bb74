// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// One image of a data set, enlarged without smoothing.
#pragma once

#include "network/shape.h"

#include <QImage>
#include <QWidget>

namespace kernelscope {

/// Draws a grey (one channel) or coloured (three channels) tensor, each pixel a square of whole device pixels.
class SampleImage : public QWidget {
    Q_OBJECT

public:
    explicit SampleImage(QWidget* parent = nullptr);

    /// Values 0 to 1. A tensor without values clears the image.
    void setTensor(const Tensor& tensor);

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override { return sizeHint(); }

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    QImage m_image;
};

} // namespace kernelscope
