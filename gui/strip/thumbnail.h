// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/tiles.h"

#include <QPalette>
#include <QStringList>

#include <vector>

class QPainter;

namespace kernelscope {

/// The small live picture on a card of the strip: an image, some feature maps, or bars. A value: made once for a probe
/// result, then painted as often as is wanted.
class Thumbnail {
public:
    /// Paints nothing.
    Thumbnail() = default;

    /// The network's input as an image.
    static Thumbnail picture(const Tensor& input);
    /// A layer's output: its first feature maps on one scale, or, where it is flat, a bar for each value.
    static Thumbnail output(const Tensor& output);
    /// A bar for each class, the greatest lit, the true class (if >= 0) marked below.
    static Thumbnail classes(std::vector<float> probabilities, int label);

    /// Most feature maps that a thumbnail shows.
    static constexpr int mostMaps = 12;

    bool isEmpty() const { return m_maps.empty() && m_bars.empty(); }
    void paint(QPainter& painter, const QRectF& area, const QPalette& palette) const;

private:
    void paintMaps(QPainter& painter, const QRectF& area, const QPalette& palette) const;
    void paintBars(QPainter& painter, const QRectF& area, const QPalette& palette) const;
    void paintClasses(QPainter& painter, const QRectF& area, const QPalette& palette) const;

    std::vector<QImage> m_maps; ///< All of one size.
    std::vector<float> m_bars;
    bool m_areClasses = false;
    int m_label = -1;
};

} // namespace kernelscope
