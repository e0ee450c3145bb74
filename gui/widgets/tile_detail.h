// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/tiles.h"

#include <QLabel>
#include <QWidget>

#include <optional>

namespace kernelscope {

/// One tile enlarged, with its numbers: printed in the cells where they fit, and below least, greatest, mean, and the
/// value under the pointer or the keyboard's cell cursor.
class TileDetail : public QWidget {
    Q_OBJECT

public:
    explicit TileDetail(QWidget* parent = nullptr);

    void setTitle(const QString& title);
    /// @param values width * height of them.
    void setTile(std::span<const float> values, int width, int height, const ColorScale& scale);
    /// Shows nothing but this sentence.
    void clear(const QString& text);
    /// Marks a cell, counted row by row, from outside (what is hovered in a grid), without a signal; -1: none.
    void setCell(int index);

    /// "row 2, column 3: 0.123", empty where no cell is marked.
    QString cellText() const;

signals:
    /// The value under the pointer; NaN when it leaves.
    void valueHovered(float value);

private:
    class Canvas;
    void showCell();

    QLabel* m_title;
    Canvas* m_canvas;
    QLabel* m_summary;
    QLabel* m_cellLabel;
};

} // namespace kernelscope
