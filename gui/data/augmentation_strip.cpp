// SPDX-License-Identifier: GPL-3.0-or-later
#include "data/augmentation_strip.h"

#include "data/pixel_image.h"

#include <QPainter>

#include <algorithm>

namespace kernelscope {
namespace {

constexpr int gap = 4;

} // namespace

AugmentationStrip::AugmentationStrip(QWidget* parent) : QWidget(parent) {
    setObjectName(QStringLiteral("augmentationStrip"));
    setAccessibleName(QObject::tr("The chosen image as training might see it"));
    setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Fixed);
}

void AugmentationStrip::show(std::span<const std::uint8_t> pixels, const Shape& shape, const AugmentationSpec& spec,
    std::uint64_t seed, std::int64_t step) {
    m_shape = shape;
    m_drawn.clear();
    QStringList words;
    for (int i = 0; !pixels.empty() && i < count; ++i) {
        Drawn drawn;
        drawn.how = drawAugmentation(spec, seed, step, static_cast<std::size_t>(i));
        drawn.pixels.resize(shape.size());
        augment(pixels, shape, drawn.how, drawn.pixels);
        drawn.image = pictureOf(drawn.pixels, shape);
        words << QObject::tr("%1 right, %2 down%3", "pixels that an image is moved by")
                     .arg(drawn.how.dx)
                     .arg(drawn.how.dy)
                     .arg(drawn.how.flip ? QObject::tr(", mirrored") : QString());
        m_drawn.push_back(std::move(drawn));
    }
    setAccessibleDescription(words.join(QStringLiteral("; ")));
    update();
}

std::span<const std::uint8_t> AugmentationStrip::pixels(int number) const {
    const auto i = static_cast<std::size_t>(number);
    return i < m_drawn.size() ? std::span<const std::uint8_t>(m_drawn[i].pixels) : std::span<const std::uint8_t>();
}

QSize AugmentationStrip::sizeHint() const {
    const int side = std::max(66, fontMetrics().height() * 4);
    const int rows = (count + columns - 1) / columns;
    return {columns * (side + gap) - gap, rows * (side + gap) - gap};
}

void AugmentationStrip::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    const double ratio = devicePixelRatioF();
    const int rows = (count + columns - 1) / columns;
    const int side = static_cast<int>(std::min((width() + gap) / columns - gap, (height() + gap) / rows - gap) * ratio);
    const int step = side + static_cast<int>(gap * ratio);
    for (std::size_t i = 0; i < m_drawn.size(); ++i) {
        const int place = static_cast<int>(i);
        const QSize size = fittedSize(m_shape, {side - 2, side - 2});
        const QRect cell(place % columns * step, place / columns * step, side, side);
        const QRect image(cell.left() + (side - size.width()) / 2, cell.top() + (side - size.height()) / 2,
            size.width(), size.height());
        painter.fillRect(QRectF((image.left() - 1) / ratio, (image.top() - 1) / ratio, (image.width() + 2) / ratio,
                             (image.height() + 2) / ratio),
            palette().color(QPalette::Mid)); // a hairline, where the image is as dark as the window
        drawPicture(painter, image, m_drawn[i].image);
    }
}

} // namespace kernelscope
