// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/tiles.h"

#include <QWidget>

#include <functional>

namespace kernelscope {

/// Many equal tiles (kernels, feature maps, rows of weights) as pictures, one of which is chosen. Painted from a cached
/// image, so that hovering and repainting cost nothing, and every value is a square of whole pixels where there is
/// room.
class TileGrid : public QWidget {
    Q_OBJECT

public:
    enum class Arrangement {
        Grid, ///< Rows and columns.
        Rows, ///< One below the other, stretched to the full width: a matrix with a tile a row.
    };

    explicit TileGrid(QWidget* parent = nullptr);

    /// @param scales one for all tiles, or one for each. The chosen tile stays chosen where it still exists.
    void setTiles(Tiles tiles, std::vector<ColorScale> scales);
    const Tiles& tiles() const { return m_tiles; }
    /// The scale that a tile is drawn with.
    const ColorScale& scale(int tile) const;
    /// @param columns of a grid, 0: as many as make the tiles largest.
    void setArrangement(Arrangement arrangement, int columns = 0);
    /// What a tile is called, for tooltips and screen readers, given its index: "Kernel 3".
    void setTileName(std::function<QString(int)> name) { m_tileName = std::move(name); }
    QString tileName(int tile) const { return m_tileName ? m_tileName(tile) : QString::number(tile + 1); }
    /// The sentence in place of tiles where there are none.
    void setEmptyText(const QString& text);

    /// The chosen tile, -1 where there is none.
    int current() const { return m_current; }
    /// Chooses without a signal.
    void setCurrent(int tile);
    /// Lights a tile as if it were hovered, -1 for none: the partner of what is hovered elsewhere.
    void setLinked(int tile);

    /// A tile and a place in it; tile -1: none.
    struct Place {
        int tile = -1;
        int row = 0;
        int column = 0;
        bool operator==(const Place&) const = default;
    };
    Place placeAt(const QPointF& position) const;
    /// Where a tile is drawn.
    QRectF tileRect(int tile) const;

    QSize sizeHint() const override { return {320, 320}; }
    QSize minimumSizeHint() const override { return {96, 96}; }

signals:
    void chosen(int tile);                            ///< By click or keyboard.
    void hovered(kernelscope::TileGrid::Place place); ///< place.tile -1 when the pointer leaves.

protected:
    void paintEvent(QPaintEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void leaveEvent(QEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    bool event(QEvent* event) override;

private:
    /// Where tiles lie, in device pixels.
    struct Layout {
        int columns = 1;
        double tileWidth = 1;
        double tileHeight = 1;
        double gap = 0;
        double left = 0;
        double top = 0;
    };
    Layout layout(double ratio) const;
    QRectF deviceRect(const Layout& layout, int tile) const;
    void renderCache(double ratio);
    void choose(int tile);
    void setHovered(Place place);
    void describe();
    /// Shows what is under m_tipPlace, or takes the tip away where nothing is.
    void showTip();

    Tiles m_tiles;
    std::vector<ColorScale> m_scales;
    Arrangement m_arrangement = Arrangement::Grid;
    int m_columns = 0;
    std::function<QString(int)> m_tileName;
    QString m_emptyText;
    int m_current = -1;
    int m_linked = -1;
    Place m_hovered;
    QPoint m_tipPlace; ///< Where the tip was asked for.
    QString m_tip;     ///< The tip on show, if it is this widget's.
    QImage m_cache;    ///< Of the whole widget in device pixels; null when it must be drawn again.
};

} // namespace kernelscope
