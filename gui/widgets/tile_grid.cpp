// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/tile_grid.h"

#include "widgets/number_text.h"

#include <QHelpEvent>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QToolTip>

#include <algorithm>
#include <cmath>

namespace kernelscope {
namespace {

/// Room around the tiles for the frame of the chosen one, in logical pixels.
constexpr int margin = 4;

} // namespace

TileGrid::TileGrid(QWidget* parent) : QWidget(parent) {
    setFocusPolicy(Qt::StrongFocus);
    setMouseTracking(true);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Expanding);
}

void TileGrid::setTiles(Tiles tiles, std::vector<ColorScale> scales) {
    m_tiles = std::move(tiles);
    m_scales = std::move(scales);
    if (m_scales.empty())
        m_scales.emplace_back();
    const int count = m_tiles.count();
    m_current = count ? std::clamp(m_current, 0, count - 1) : -1;
    if (m_hovered.tile >= count || m_hovered.row >= m_tiles.height || m_hovered.column >= m_tiles.width)
        m_hovered = {};
    m_cache = {};
    describe();
    update();
    // While a network learns, a tip would soon tell what was.
    if (!m_tip.isEmpty() && QToolTip::isVisible() && QToolTip::text() == m_tip)
        showTip();
}

const ColorScale& TileGrid::scale(int tile) const {
    return m_scales[m_scales.size() == 1 ? 0 : static_cast<std::size_t>(tile)];
}

void TileGrid::setArrangement(Arrangement arrangement, int columns) {
    if (m_arrangement == arrangement && m_columns == columns)
        return;
    m_arrangement = arrangement;
    m_columns = columns;
    m_cache = {};
    update();
}

void TileGrid::setEmptyText(const QString& text) {
    m_emptyText = text;
    update();
}

void TileGrid::setCurrent(int tile) {
    tile = std::min(tile, m_tiles.count() - 1);
    if (m_current == tile)
        return;
    m_current = tile;
    describe();
    update();
}

void TileGrid::setLinked(int tile) {
    if (m_linked == tile)
        return;
    m_linked = tile;
    update();
}

void TileGrid::describe() {
    setAccessibleDescription(
        m_current < 0
            ? m_emptyText
            : tr("%1 of %2 is chosen; arrow keys choose another").arg(tileName(m_current)).arg(m_tiles.count()));
}

TileGrid::Layout TileGrid::layout(double ratio) const {
    const int count = std::max(m_tiles.count(), 1);
    const int deviceMargin = static_cast<int>(std::ceil(margin * ratio));
    const int areaWidth = std::max(1, static_cast<int>(width() * ratio) - 2 * deviceMargin);
    const int areaHeight = std::max(1, static_cast<int>(height() * ratio) - 2 * deviceMargin);
    Layout result;
    if (m_arrangement == Arrangement::Rows) {
        const double each = static_cast<double>(areaHeight) / count;
        result.gap = each >= 6 ? std::floor(std::max(1.0, ratio)) : 0;
        // A few rows are not blown up to the whole height: no taller than a text line or two.
        result.tileHeight = std::min(std::floor(std::max(1.0, each - result.gap)), 36 * ratio);
        result.tileWidth = areaWidth;
    } else {
        int gap = static_cast<int>(std::lround(6 * ratio));
        GridFit fit = fitGrid(count, m_tiles.width, m_tiles.height, areaWidth, areaHeight, gap, m_columns);
        // Very many tiles: gaps must not take the room.
        while (gap > 1 && fit.cell * m_tiles.width < 4 * gap) {
            gap /= 2;
            fit = fitGrid(count, m_tiles.width, m_tiles.height, areaWidth, areaHeight, gap, m_columns);
        }
        result.columns = fit.columns;
        result.gap = gap;
        result.tileWidth = std::max(1.0, std::floor(fit.cell * m_tiles.width));
        result.tileHeight = std::max(1.0, std::floor(fit.cell * m_tiles.height));
    }
    result.left = deviceMargin;
    result.top = deviceMargin;
    return result;
}

QRectF TileGrid::deviceRect(const Layout& l, int tile) const {
    return {l.left + (tile % l.columns) * (l.tileWidth + l.gap), l.top + (tile / l.columns) * (l.tileHeight + l.gap),
        l.tileWidth, l.tileHeight};
}

QRectF TileGrid::tileRect(int tile) const {
    const double ratio = devicePixelRatioF();
    const QRectF rect = deviceRect(layout(ratio), tile);
    return {rect.topLeft() / ratio, rect.size() / ratio};
}

TileGrid::Place TileGrid::placeAt(const QPointF& position) const {
    if (m_tiles.isEmpty())
        return {};
    const double ratio = devicePixelRatioF();
    const Layout l = layout(ratio);
    const double x = position.x() * ratio - l.left;
    const double y = position.y() * ratio - l.top;
    if (x < 0 || y < 0)
        return {};
    const int column = static_cast<int>(x / (l.tileWidth + l.gap));
    const int row = static_cast<int>(y / (l.tileHeight + l.gap));
    const double inX = x - column * (l.tileWidth + l.gap);
    const double inY = y - row * (l.tileHeight + l.gap);
    const int tile = row * l.columns + column;
    if (column >= l.columns || tile >= m_tiles.count() || inX >= l.tileWidth || inY >= l.tileHeight)
        return {};
    return {tile, std::min(m_tiles.height - 1, static_cast<int>(inY / l.tileHeight * m_tiles.height)),
        std::min(m_tiles.width - 1, static_cast<int>(inX / l.tileWidth * m_tiles.width))};
}

void TileGrid::renderCache(double ratio) {
    const QSize size(static_cast<int>(std::ceil(width() * ratio)), static_cast<int>(std::ceil(height() * ratio)));
    QImage cache(size, QImage::Format_ARGB32_Premultiplied);
    cache.fill(Qt::transparent);
    const Layout l = layout(ratio);
    // Which value each pixel of a tile shows, the same for all tiles.
    const int tileWidth = static_cast<int>(l.tileWidth);
    const int tileHeight = static_cast<int>(l.tileHeight);
    std::vector<int> columnOf(static_cast<std::size_t>(tileWidth));
    for (int x = 0; x < tileWidth; ++x)
        columnOf[static_cast<std::size_t>(x)] = x * m_tiles.width / tileWidth;
    std::vector<QRgb> line(static_cast<std::size_t>(tileWidth));
    std::vector<QRgb> colors(static_cast<std::size_t>(m_tiles.width));
    for (int tile = 0; tile < m_tiles.count(); ++tile) {
        const QRectF rect = deviceRect(l, tile);
        const int left = static_cast<int>(rect.left());
        const int top = static_cast<int>(rect.top());
        if (left + tileWidth > size.width())
            continue;
        const std::span<const float> values = m_tiles.tile(tile);
        const ColorScale& colorScale = scale(tile);
        int lastRow = -1;
        for (int y = 0; y < tileHeight && top + y < size.height(); ++y) {
            const int row = y * m_tiles.height / tileHeight;
            if (row != lastRow) {
                for (std::size_t column = 0; column < colors.size(); ++column)
                    colors[column] = colorScale.color(values[static_cast<std::size_t>(row) * colors.size() + column]);
                for (std::size_t x = 0; x < line.size(); ++x)
                    line[x] = colors[static_cast<std::size_t>(columnOf[x])];
                lastRow = row;
            }
            std::copy(line.begin(), line.end(), reinterpret_cast<QRgb*>(cache.scanLine(top + y)) + left);
        }
    }
    cache.setDevicePixelRatio(ratio);
    m_cache = std::move(cache);
}

void TileGrid::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    if (m_tiles.isEmpty()) {
        painter.setPen(palette().color(QPalette::PlaceholderText));
        painter.drawText(rect().adjusted(12, 12, -12, -12), Qt::AlignCenter | Qt::TextWordWrap, m_emptyText);
        return;
    }
    const double ratio = devicePixelRatioF();
    if (m_cache.isNull() || m_cache.devicePixelRatio() != ratio ||
        m_cache.size() !=
            QSize(static_cast<int>(std::ceil(width() * ratio)), static_cast<int>(std::ceil(height() * ratio))))
        renderCache(ratio);
    painter.drawImage(0, 0, m_cache);

    const auto frame = [&](int tile, const QColor& color, double penWidth) {
        if (tile < 0 || tile >= m_tiles.count())
            return;
        const double out = penWidth / 2 + 0.5;
        painter.setPen(QPen(color, penWidth));
        painter.setBrush(Qt::NoBrush);
        painter.drawRect(tileRect(tile).adjusted(-out, -out, out, out));
    };
    const QColor text = palette().color(QPalette::WindowText);
    if (m_linked != m_current)
        frame(m_linked, text, 1);
    if (m_hovered.tile != m_current)
        frame(m_hovered.tile, text, 1);
    frame(m_current, palette().color(QPalette::Highlight), hasFocus() ? 3 : 2);
}

void TileGrid::setHovered(Place place) {
    if (m_hovered == place)
        return;
    const bool sameTile = m_hovered.tile == place.tile;
    m_hovered = place;
    if (!sameTile)
        update();
    emit hovered(place);
}

void TileGrid::choose(int tile) {
    tile = std::clamp(tile, 0, m_tiles.count() - 1);
    if (tile == m_current)
        return;
    setCurrent(tile);
    emit chosen(tile);
}

void TileGrid::mouseMoveEvent(QMouseEvent* event) {
    setHovered(placeAt(event->position()));
}

void TileGrid::mousePressEvent(QMouseEvent* event) {
    const Place place = placeAt(event->position());
    if (event->button() == Qt::LeftButton && place.tile >= 0)
        choose(place.tile);
    else
        QWidget::mousePressEvent(event);
}

void TileGrid::leaveEvent(QEvent*) {
    setHovered({});
}

void TileGrid::keyPressEvent(QKeyEvent* event) {
    if (m_tiles.isEmpty())
        return QWidget::keyPressEvent(event);
    const int columns = layout(devicePixelRatioF()).columns;
    switch (event->key()) {
    case Qt::Key_Left:
        return choose(m_current - 1);
    case Qt::Key_Right:
        return choose(m_current + 1);
    case Qt::Key_Up:
        return choose(m_current >= columns ? m_current - columns : m_current);
    case Qt::Key_Down:
        return choose(m_current + columns < m_tiles.count() ? m_current + columns : m_current);
    case Qt::Key_Home:
        return choose(0);
    case Qt::Key_End:
        return choose(m_tiles.count() - 1);
    default:
        QWidget::keyPressEvent(event);
    }
}

bool TileGrid::event(QEvent* event) {
    if (event->type() != QEvent::ToolTip)
        return QWidget::event(event);
    m_tipPlace = static_cast<QHelpEvent*>(event)->pos();
    showTip();
    return true;
}

void TileGrid::showTip() {
    m_tip.clear();
    const Place place = placeAt(m_tipPlace);
    if (place.tile < 0) {
        QToolTip::hideText();
        return;
    }
    const Summary summary = summarize(m_tiles.tile(place.tile));
    m_tip =
        tr("%1\nleast %2, greatest %3, mean %4")
            .arg(tileName(place.tile), valueText(summary.minimum), valueText(summary.maximum), valueText(summary.mean));
    // With its tile, so that it goes when the pointer does.
    QToolTip::showText(mapToGlobal(m_tipPlace), m_tip, this, tileRect(place.tile).toAlignedRect());
}

} // namespace kernelscope
