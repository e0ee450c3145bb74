// SPDX-License-Identifier: GPL-3.0-or-later
#include "strip/thumbnail.h"

#include <QPainter>

#include <algorithm>
#include <cmath>

namespace kernelscope {

Thumbnail Thumbnail::picture(const Tensor& input) {
    Thumbnail result;
    result.m_maps.push_back(pictureImage(input));
    return result;
}

Thumbnail Thumbnail::output(const Tensor& output) {
    Thumbnail result;
    if (output.shape.isFlat()) {
        result.m_bars = output.values;
        return result;
    }
    const Tiles tiles = channelTiles(output);
    const ColorScale scale = ColorScale::viridis(tiles.values);
    for (int i = 0; i < std::min(tiles.count(), mostMaps); ++i)
        result.m_maps.push_back(planeImage(tiles.tile(i), tiles.width, tiles.height, scale));
    return result;
}

Thumbnail Thumbnail::classes(std::vector<float> probabilities, int label) {
    Thumbnail result;
    result.m_bars = std::move(probabilities);
    result.m_areClasses = true;
    result.m_label = label;
    return result;
}

void Thumbnail::paint(QPainter& painter, const QRectF& area, const QPalette& palette) const {
    if (!m_maps.empty())
        paintMaps(painter, area, palette);
    else if (m_areClasses)
        paintClasses(painter, area, palette);
    else if (!m_bars.empty())
        paintBars(painter, area, palette);
}

void Thumbnail::paintMaps(QPainter& painter, const QRectF& area, const QPalette& palette) const {
    constexpr double gap = 2;
    const QSizeF size = m_maps[0].size();
    // So many maps that each stays large enough to be made out.
    constexpr double leastSide = 26;
    int count = static_cast<int>(m_maps.size());
    double best = 0;
    int columns = 1;
    const auto fit = [&] {
        best = 0;
        for (int candidate = 1; candidate <= count; ++candidate) {
            const int rows = (count + candidate - 1) / candidate;
            const double factor = std::min((area.width() - gap * (candidate - 1)) / (candidate * size.width()),
                (area.height() - gap * (rows - 1)) / (rows * size.height()));
            if (factor > best) {
                best = factor;
                columns = candidate;
            }
        }
    };
    for (fit(); count > 1 && best * size.width() < leastSide; fit())
        --count;
    // A last row that is not full looks like an error.
    if (count > columns)
        count -= count % columns;
    const QSizeF tile = size * best;
    const int rows = (count + columns - 1) / columns;
    const int across = std::min(columns, count);
    const QPointF origin(area.left() + (area.width() - across * tile.width() - (across - 1) * gap) / 2,
        area.top() + (area.height() - rows * tile.height() - (rows - 1) * gap) / 2);
    for (int i = 0; i < count; ++i)
        painter.drawImage(QRectF(origin.x() + (i % columns) * (tile.width() + gap),
                              origin.y() + (i / columns) * (tile.height() + gap), tile.width(), tile.height()),
            m_maps[static_cast<std::size_t>(i)]);
    if (count == 1) {
        painter.setPen(palette.color(QPalette::Mid));
        painter.setBrush(Qt::NoBrush);
        painter.drawRect(QRectF(origin, tile));
    }
}

void Thumbnail::paintBars(QPainter& painter, const QRectF& area, const QPalette& palette) const {
    const auto [least, greatest] = std::minmax_element(m_bars.begin(), m_bars.end());
    const double low = std::min(0.0, static_cast<double>(*least));
    const double high = std::max(0.0, static_cast<double>(*greatest));
    if (!(high > low))
        return;
    const double zero = area.bottom() + area.height() * low / (high - low);
    // More values than pixels: the greatest magnitude of those that share a bar.
    const auto bars = std::min(m_bars.size(), static_cast<std::size_t>(std::max(1.0, area.width() / 1.5)));
    const double pitch = area.width() / static_cast<double>(bars);
    QColor color = palette.color(QPalette::Text);
    color.setAlpha(190);
    for (std::size_t bar = 0; bar < bars; ++bar) {
        const std::size_t first = bar * m_bars.size() / bars;
        const std::size_t last = std::max(first + 1, (bar + 1) * m_bars.size() / bars);
        const float value = *std::max_element(m_bars.begin() + static_cast<std::ptrdiff_t>(first),
            m_bars.begin() + static_cast<std::ptrdiff_t>(last),
            [](float a, float b) { return std::abs(a) < std::abs(b); });
        const double height = area.height() * static_cast<double>(value) / (high - low);
        painter.fillRect(QRectF(QPointF(area.left() + static_cast<double>(bar) * pitch, zero - height),
                             QPointF(area.left() + (static_cast<double>(bar) + 0.8) * pitch, zero))
                             .normalized(),
            color);
    }
    painter.setPen(palette.color(QPalette::Mid));
    painter.drawLine(QPointF(area.left(), zero), QPointF(area.right(), zero));
}

void Thumbnail::paintClasses(QPainter& painter, const QRectF& area, const QPalette& palette) const {
    const auto count = static_cast<int>(m_bars.size());
    const auto winner = static_cast<int>(std::max_element(m_bars.begin(), m_bars.end()) - m_bars.begin());
    const QFontMetricsF metrics(painter.font());
    const double pitch = area.width() / count;
    const bool areNamed = pitch > metrics.horizontalAdvance(QString::number(count - 1));
    const double bottom = area.bottom() - (areNamed ? metrics.height() : 4);
    for (int i = 0; i < count; ++i) {
        const double height =
            (bottom - area.top()) * static_cast<double>(std::clamp(m_bars[static_cast<std::size_t>(i)], 0.0F, 1.0F));
        QColor color = i == winner ? palette.color(QPalette::Highlight) : palette.color(QPalette::Text);
        painter.fillRect(QRectF(area.left() + i * pitch + pitch * 0.12, bottom - std::max(height, 0.5), pitch * 0.76,
                             std::max(height, 0.5)),
            color);
        const QRectF cell(area.left() + i * pitch, bottom, pitch, area.bottom() - bottom);
        if (areNamed) {
            if (i == m_label) {
                painter.setPen(Qt::NoPen);
                painter.setBrush(palette.color(QPalette::Text));
                painter.drawRoundedRect(cell.adjusted(0.5, 1, -0.5, 0), 2, 2);
            }
            painter.setPen(palette.color(i == m_label ? QPalette::Base : QPalette::Text));
            painter.drawText(cell, Qt::AlignCenter, QString::number(i));
        } else if (i == m_label) {
            painter.fillRect(cell.adjusted(0, 1, 0, 0), palette.color(QPalette::Text));
        }
    }
}

} // namespace kernelscope
