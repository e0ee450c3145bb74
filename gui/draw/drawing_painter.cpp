// SPDX-License-Identifier: GPL-3.0-or-later
#include "draw/drawing_painter.h"

#include "base/overloaded.h"
#include "data/drawing/picture_ink.h"

#include <QLineF>
#include <QPainter>
#include <QPainterPath>

#include <algorithm>
#include <cmath>

namespace kernelscope {
namespace {

/// The pen over one image.
class Brush {
public:
    Brush(QPainter& painter, const QSize& size, bool erases) : m_painter(painter), m_size(size), m_rim(erases ? 2 : 0) {
        painter.setRenderHint(QPainter::Antialiasing);
        m_pen.setColor(erases ? Qt::black : Qt::white);
        m_pen.setCapStyle(Qt::RoundCap);
        m_pen.setJoinStyle(Qt::RoundJoin);
    }

    void dot(const PenPoint& point) {
        m_painter.setPen(Qt::NoPen);
        m_painter.setBrush(m_pen.color());
        m_painter.drawEllipse(place(point), pixels(point.width) / 2, pixels(point.width) / 2);
    }

    void line(const PenPoint& from, const PenPoint& to) {
        m_pen.setWidthF(pixels((from.width + to.width) / 2));
        m_painter.setPen(m_pen);
        m_painter.drawLine(place(from), place(to));
    }

    /// A parabola from one point to another that leaves and arrives in the direction of the third. Strokes are made of
    /// these: they go through the middles between the pen's places, without corners.
    void curve(const PenPoint& from, const PenPoint& control, const PenPoint& to) {
        if (from.width == to.width) {
            QPainterPath path(place(from));
            path.quadTo(place(control), place(to));
            m_pen.setWidthF(pixels(from.width));
            m_painter.strokePath(path, m_pen);
            return;
        }
        // A pen that is pressed harder draws wider: short pieces of constant width.
        const double length = QLineF(place(from), place(to)).length();
        const int pieces = std::clamp(static_cast<int>(length / 2), 1, 64);
        PenPoint before = from;
        for (int i = 1; i <= pieces; ++i) {
            const double t = static_cast<double>(i) / pieces;
            const PenPoint next{(1 - t) * (1 - t) * from.at + 2 * t * (1 - t) * control.at + t * t * to.at,
                (1 - t) * from.width + t * to.width};
            line(before, next);
            before = next;
        }
    }

private:
    QPointF place(const PenPoint& point) const {
        return {point.at.x() * m_size.width(), point.at.y() * m_size.height()};
    }
    double pixels(double width) const {
        return m_rim + std::max(1.0, width * std::min(m_size.width(), m_size.height()));
    }

    QPainter& m_painter;
    QSize m_size;
    double m_rim; ///< In pixels: what erases takes the soft edge of a line of its own width along.
    QPen m_pen;
};

PenPoint middle(const PenPoint& a, const PenPoint& b) {
    return {(a.at + b.at) / 2, (a.width + b.width) / 2};
}

/// The piece of a stroke that its point `last` has brought.
void paintPiece(Brush& brush, const Stroke& stroke, std::size_t last) {
    const auto& p = stroke.points;
    if (last == 0)
        brush.dot(p[0]);
    else if (last == 1)
        brush.line(p[0], middle(p[0], p[1]));
    else
        brush.curve(middle(p[last - 2], p[last - 1]), p[last - 1], middle(p[last - 1], p[last]));
}

void paintEnd(Brush& brush, const Stroke& stroke) {
    const auto& p = stroke.points;
    if (p.size() > 1)
        brush.line(middle(p[p.size() - 2], p.back()), p.back());
}

} // namespace

void DrawingPainter::paint(const Drawing& drawing, const QSize& size, PictureLook look) {
    m_image = QImage(size, QImage::Format_RGB32);
    m_image.fill(Qt::black);
    for (const Drawing::Item* item : drawing.visible())
        std::visit(Overloaded{[this](const Stroke& stroke) {
                                  QPainter painter(&m_image);
                                  Brush brush(painter, m_image.size(), stroke.erases);
                                  for (std::size_t i = 0; i < stroke.points.size(); ++i)
                                      paintPiece(brush, stroke, i);
                                  paintEnd(brush, stroke);
                              },
                       [this, look](const DrawnPicture& picture) { paint(picture, look); }, [](const Cleared&) {}},
            *item);
}

void DrawingPainter::extend(const Stroke& stroke) {
    if (stroke.points.empty() || m_image.isNull())
        return;
    QPainter painter(&m_image);
    Brush brush(painter, m_image.size(), stroke.erases);
    paintPiece(brush, stroke, stroke.points.size() - 1);
}

void DrawingPainter::end(const Stroke& stroke) {
    if (m_image.isNull())
        return;
    QPainter painter(&m_image);
    Brush brush(painter, m_image.size(), stroke.erases);
    paintEnd(brush, stroke);
}

void DrawingPainter::paint(const DrawnPicture& drawn, PictureLook look) {
    QPainter painter(&m_image);
    if (look == PictureLook::Colour) {
        const Picture filling = croppedPicture(colorPicture(drawn.picture->source), m_image.width(), m_image.height());
        painter.drawImage(0, 0, pictureAsImage(filling));
        return;
    }
    const QImage ink = pictureAsImage(drawn.inverts ? drawn.picture->inkOnLight : drawn.picture->inkOnDark);
    const double scale = std::min(
        static_cast<double>(m_image.width()) / ink.width(), static_cast<double>(m_image.height()) / ink.height());
    // A small picture keeps its pixels: squares of whole pixels, so that it is fed in as it is.
    const bool isWhole = scale >= 1 && std::abs(scale - std::round(scale)) < 1e-9;
    painter.setRenderHint(QPainter::SmoothPixmapTransform, !isWhole);
    const QSizeF size = QSizeF(ink.size()) * scale;
    painter.drawImage(
        QRectF(QPointF((m_image.width() - size.width()) / 2, (m_image.height() - size.height()) / 2), size), ink);
}

QImage pictureAsImage(const Picture& picture) {
    const Shape& shape = picture.shape;
    QImage image(shape.width, shape.height, QImage::Format_RGB32);
    const std::size_t plane = static_cast<std::size_t>(shape.width) * static_cast<std::size_t>(shape.height);
    const std::size_t green = shape.channels > 1 ? plane : 0;
    const std::size_t blue = shape.channels > 1 ? 2 * plane : 0;
    std::size_t pixel = 0;
    for (int y = 0; y < shape.height; ++y) {
        auto* row = reinterpret_cast<QRgb*>(image.scanLine(y));
        for (int x = 0; x < shape.width; ++x, ++pixel)
            row[x] = qRgb(picture.pixels[pixel], picture.pixels[green + pixel], picture.pixels[blue + pixel]);
    }
    return image;
}

Picture imageAsPicture(const QImage& image, int channels) {
    const QImage source = image.convertToFormat(QImage::Format_RGB32);
    Picture picture{{channels, source.height(), source.width()}, {}, false};
    picture.pixels.reserve(picture.shape.size());
    for (int channel = 0; channel < channels; ++channel)
        for (int y = 0; y < source.height(); ++y) {
            const auto* row = reinterpret_cast<const QRgb*>(source.constScanLine(y));
            for (int x = 0; x < source.width(); ++x)
                picture.pixels.push_back(static_cast<std::uint8_t>(
                    channel == 0 ? qRed(row[x]) : (channel == 1 ? qGreen(row[x]) : qBlue(row[x]))));
        }
    return picture;
}

} // namespace kernelscope
