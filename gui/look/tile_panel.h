// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/tile_grid.h"

#include <QWidget>

class QCheckBox;
class QHBoxLayout;
class QLabel;
class QStackedWidget;

namespace kernelscope {

class ScaleLegend;
class UnitBars;

/// A titled place for one tensor: tiles with a legend, or bars where it is flat.
class TilePanel : public QWidget {
    Q_OBJECT

public:
    /// @param objectName of the panel; its parts are named after it: NameGrid, NameBars, NameLegend.
    explicit TilePanel(const QString& objectName, QWidget* parent = nullptr);

    void setTitle(const QString& title);
    /// A control beside the title.
    void addControl(QWidget* control);

    /// Shows tiles.
    void setTiles(Tiles tiles, std::vector<ColorScale> scales);
    /// Shows bars.
    void setBars(const std::vector<float>& values);
    /// Shows this sentence and nothing else.
    void setNothing(const QString& text);
    /// The chosen tile or bar.
    void setCurrent(int index);
    /// Marks a value in the legend; NaN: none.
    void markValue(float value);

    TileGrid* grid() const { return m_grid; }
    UnitBars* bars() const { return m_bars; }
    ScaleLegend* legend() const { return m_legend; }

signals:
    void chosen(int index);
    void hovered(kernelscope::TileGrid::Place place);

private:
    void updateLegend();

    QLabel* m_title;
    QHBoxLayout* m_head;
    QStackedWidget* m_stack;
    TileGrid* m_grid;
    UnitBars* m_bars;
    ScaleLegend* m_legend;
};

} // namespace kernelscope
