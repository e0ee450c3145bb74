// SPDX-License-Identifier: GPL-3.0-or-later
#include "data/pixel_image.h"

#include <QPainter>

#include <algorithm>

namespace kernelscope {

QImage pictureOf(std::span<const std::uint8_t> pixels, const Shape& shape) {
    const auto width = static_cast<std::size_t>(shape.width);
    const auto height = static_cast<std::size_t>(shape.height);
    const std::size_t plane = width * height;
    if (pixels.size() < shape.size() || plane == 0)
        return {};
    if (shape.channels != 3) {
        QImage image(shape.width, shape.height, QImage::Format_Grayscale8);
        for (std::size_t y = 0; y < height; ++y)
            std::copy_n(pixels.data() + y * width, width, image.scanLine(static_cast<int>(y)));
        return image;
    }
    QImage image(shape.width, shape.height, QImage::Format_RGB32);
    for (std::size_t y = 0; y < height; ++y) {
        auto* line = reinterpret_cast<QRgb*>(image.scanLine(static_cast<int>(y)));
        for (std::size_t x = 0; x < width; ++x) {
            const std::size_t at = y * width + x;
            line[x] = qRgb(pixels[at], pixels[plane + at], pixels[2 * plane + at]);
        }
    }
    return image;
}

QSize fittedSize(const Shape& shape, QSize box) {
    const QSize size(std::max(1, shape.width), std::max(1, shape.height));
    const int factor = std::min(box.width() / size.width(), box.height() / size.height());
    if (factor >= 1)
        return size * factor;
    return size.scaled(box, Qt::KeepAspectRatio).expandedTo(QSize(1, 1));
}

void drawPicture(QPainter& painter, const QRect& deviceRect, const QImage& picture) {
    if (picture.isNull())
        return;
    const double ratio = painter.device()->devicePixelRatioF();
    const QRectF target(
        deviceRect.left() / ratio, deviceRect.top() / ratio, deviceRect.width() / ratio, deviceRect.height() / ratio);
    painter.setRenderHint(QPainter::SmoothPixmapTransform, deviceRect.width() < picture.width());
    painter.drawImage(target, picture, picture.rect());
}

} // namespace kernelscope
