// SPDX-License-Identifier: GPL-3.0-or-later
#include "train/sample_image.h"

#include "train/plot_style.h"

#include <QPainter>

#include <algorithm>
#include <cmath>

namespace kernelscope {

SampleImage::SampleImage(QWidget* parent) : QWidget(parent) {
    setObjectName(QStringLiteral("sampleImage"));
    setAccessibleName(tr("Test image"));
    setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
}

void SampleImage::setTensor(const Tensor& tensor) {
    const Shape& shape = tensor.shape;
    if (tensor.values.empty() || (shape.channels != 1 && shape.channels != 3)) {
        m_image = QImage();
        update();
        return;
    }
    m_image = QImage(shape.width, shape.height, QImage::Format_RGB32);
    const std::size_t plane = static_cast<std::size_t>(shape.height) * static_cast<std::size_t>(shape.width);
    const auto level = [&](int channel, std::size_t pixel) {
        const std::size_t index = static_cast<std::size_t>(std::min(channel, shape.channels - 1)) * plane + pixel;
        return static_cast<int>(std::lround(std::clamp(tensor.values[index], 0.0f, 1.0f) * 255));
    };
    for (int y = 0; y < shape.height; ++y)
        for (int x = 0; x < shape.width; ++x) {
            const auto pixel =
                static_cast<std::size_t>(y) * static_cast<std::size_t>(shape.width) + static_cast<std::size_t>(x);
            m_image.setPixel(x, y, qRgb(level(0, pixel), level(1, pixel), level(2, pixel)));
        }
    update();
}

QSize SampleImage::sizeHint() const {
    const int side = std::max(28 * 4, fontMetrics().height() * 7 / 28 * 28);
    return {side + 2, side + 2};
}

void SampleImage::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.setPen(QPen(blend(palette().color(QPalette::Window), palette().color(QPalette::WindowText), 0.3), 1));
    painter.drawRect(rect().adjusted(0, 0, -1, -1));
    if (m_image.isNull())
        return;
    // The largest whole number of device pixels for each pixel of the image.
    const double ratio = devicePixelRatioF();
    const double room = std::min((width() - 2) * ratio / m_image.width(), (height() - 2) * ratio / m_image.height());
    const double scale = std::max(1.0, std::floor(room)) / ratio;
    const QSizeF size = QSizeF(m_image.size()) * scale;
    painter.drawImage(
        QRectF(QPointF((width() - size.width()) / 2, (height() - size.height()) / 2), size), m_image, m_image.rect());
}

} // namespace kernelscope
