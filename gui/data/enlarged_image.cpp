// SPDX-License-Identifier: GPL-3.0-or-later
#include "data/enlarged_image.h"

#include "data/pixel_image.h"

#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>

#include <algorithm>
#include <cmath>

namespace kernelscope {

EnlargedImage::EnlargedImage(QWidget* parent) : QWidget(parent) {
    setObjectName(QStringLiteral("enlargedImage"));
    setAccessibleName(tr("The chosen image"));
    setFocusPolicy(Qt::StrongFocus);
    setMouseTracking(true);
    setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Fixed);
}

void EnlargedImage::setImage(std::span<const std::uint8_t> pixels, const Shape& shape) {
    m_shape = shape;
    m_pixels.assign(pixels.begin(), pixels.end());
    m_image = pixels.empty() ? QImage() : pictureOf(pixels, shape);
    if (m_image.isNull() || m_pixel.x() >= shape.width || m_pixel.y() >= shape.height)
        m_pixel = {-1, -1};
    setAccessibleDescription(pixelText());
    update();
    emit pixelChanged();
}

QSize EnlargedImage::sizeHint() const {
    const int side = std::max(170, fontMetrics().height() * 10);
    return {side, side};
}

QRect EnlargedImage::imageRect() const {
    const double ratio = devicePixelRatioF();
    const QSize room(static_cast<int>(width() * ratio) - 2, static_cast<int>(height() * ratio) - 2);
    const QSize size = fittedSize(m_shape, room);
    return {{(room.width() - size.width()) / 2 + 1, (room.height() - size.height()) / 2 + 1}, size};
}

QRectF EnlargedImage::pixelRect(int row, int column) const {
    const double ratio = devicePixelRatioF();
    const QRectF image = imageRect();
    const double width = image.width() / m_shape.width;
    const double height = image.height() / m_shape.height;
    return {
        (image.left() + column * width) / ratio, (image.top() + row * height) / ratio, width / ratio, height / ratio};
}

QString EnlargedImage::pixelText() const {
    if (m_image.isNull() || m_pixel.x() < 0)
        return {};
    const std::size_t plane = static_cast<std::size_t>(m_shape.width) * static_cast<std::size_t>(m_shape.height);
    const std::size_t at = static_cast<std::size_t>(m_pixel.y()) * static_cast<std::size_t>(m_shape.width) +
                           static_cast<std::size_t>(m_pixel.x());
    const QString place = tr("Row %1, column %2").arg(m_pixel.y()).arg(m_pixel.x());
    if (m_shape.channels == 3)
        return tr("%1: red %2, green %3, blue %4")
            .arg(place)
            .arg(m_pixels[at])
            .arg(m_pixels[plane + at])
            .arg(m_pixels[2 * plane + at]);
    return tr("%1: %2").arg(place).arg(m_pixels[at]);
}

void EnlargedImage::setPixel(QPoint pixel) {
    if (pixel == m_pixel)
        return;
    m_pixel = pixel;
    setAccessibleDescription(pixelText());
    update();
    emit pixelChanged();
}

void EnlargedImage::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    const double ratio = devicePixelRatioF();
    const QRect image = imageRect();
    const QRectF outline(
        image.left() / ratio - 0.5, image.top() / ratio - 0.5, image.width() / ratio + 1, image.height() / ratio + 1);
    painter.setPen(QPen(palette().color(hasFocus() ? QPalette::Highlight : QPalette::Mid), hasFocus() ? 2 : 1));
    painter.drawRect(outline);
    if (m_image.isNull())
        return;
    drawPicture(painter, image, m_image);
    if (m_pixel.x() < 0)
        return;
    // Dark and light, so that it shows on any pixel.
    const QRectF frame = pixelRect(m_pixel.y(), m_pixel.x());
    painter.setPen(QPen(Qt::black, 1));
    painter.drawRect(frame.adjusted(-1, -1, 0, 0));
    painter.setPen(QPen(Qt::white, 1));
    painter.drawRect(frame.adjusted(-2, -2, 1, 1));
}

void EnlargedImage::mouseMoveEvent(QMouseEvent* event) {
    if (m_image.isNull())
        return;
    const QRectF first = pixelRect(0, 0);
    const QPointF in = event->position() - first.topLeft();
    const QPoint pixel(
        static_cast<int>(std::floor(in.x() / first.width())), static_cast<int>(std::floor(in.y() / first.height())));
    const bool isInside = pixel.x() >= 0 && pixel.y() >= 0 && pixel.x() < m_shape.width && pixel.y() < m_shape.height;
    setPixel(isInside ? pixel : QPoint(-1, -1));
}

void EnlargedImage::leaveEvent(QEvent*) {
    setPixel({-1, -1});
}

void EnlargedImage::keyPressEvent(QKeyEvent* event) {
    if (m_image.isNull() || event->modifiers() != Qt::NoModifier)
        return QWidget::keyPressEvent(event);
    QPoint by;
    switch (event->key()) {
    case Qt::Key_Left:
        by = {-1, 0};
        break;
    case Qt::Key_Right:
        by = {1, 0};
        break;
    case Qt::Key_Up:
        by = {0, -1};
        break;
    case Qt::Key_Down:
        by = {0, 1};
        break;
    default:
        return QWidget::keyPressEvent(event);
    }
    if (m_pixel.x() < 0)
        return setPixel({m_shape.width / 2, m_shape.height / 2});
    const QPoint to = m_pixel + by;
    setPixel({std::clamp(to.x(), 0, m_shape.width - 1), std::clamp(to.y(), 0, m_shape.height - 1)});
}

void EnlargedImage::focusInEvent(QFocusEvent* event) {
    QWidget::focusInEvent(event);
    update();
}

void EnlargedImage::focusOutEvent(QFocusEvent* event) {
    QWidget::focusOutEvent(event);
    update();
}

} // namespace kernelscope
