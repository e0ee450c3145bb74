// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// The confusion matrix to look at and to choose in.
#pragma once

#include "mistakes/evaluated.h"

#include <QPixmap>
#include <QWidget>

#include <optional>

namespace kernelscope {

/// A row for each true class, a column for each class that images were taken for, from 2 classes to 256. Counts stand
/// in the cells where they fit, sums beside them. A click, or the arrows, choose a cell; before the first cell of a row
/// or column lies its name, which chooses the whole of it; Escape chooses nothing.
class ConfusionView : public QWidget {
    Q_OBJECT

public:
    explicit ConfusionView(QWidget* parent = nullptr);

    /// Keeps the choice where there are as many classes as before. Null empties the view.
    void setEvaluated(EvaluatedPtr evaluated);
    void setLogarithmic(bool logarithmic);
    CellChoice choice() const { return m_choice; }
    /// Emits chosen() where it is another.
    void choose(CellChoice choice);

    /// Where a cell, or the name of a row or column, is painted. Empty where it is not.
    QRect cellRect(CellChoice at) const;
    /// What is chosen, as a sentence.
    QString summary() const;

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

signals:
    void chosen(kernelscope::CellChoice choice);
    /// The cell, row or column under the pointer; nothing where it is over none.
    void hovered(std::optional<kernelscope::CellChoice> at);

protected:
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void changeEvent(QEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void leaveEvent(QEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;

private:
    static constexpr int gap = 6; ///< Between cells, names and sums, in logical pixels.

    /// Where everything is.
    struct Layout {
        QPoint origin; ///< Of the first cell.
        double side = 0;
        int rowNames = 0;    ///< Room for the names beside the rows.
        int columnNames = 0; ///< And above the columns.
        bool turned = false; ///< The columns' names stand upright.
        int sums = 0;        ///< Width of the column of sums, 0 where there is none.
        int edge(int index) const;
    };

    int classes() const { return m_evaluated ? m_evaluated->matrix.classes() : 0; }
    void forget();
    void arrange();
    std::optional<CellChoice> at(const QPoint& point) const;
    void paintMatrix(QPainter& painter) const;
    void paintCells(QPainter& painter) const;
    void paintNames(QPainter& painter) const;
    void paintSums(QPainter& painter) const;
    void paintFrame(QPainter& painter, CellChoice around, const QColor& color, int width) const;
    int nameStep() const;

    EvaluatedPtr m_evaluated;
    bool m_logarithmic = false;
    CellChoice m_choice;
    std::optional<CellChoice> m_hovered;
    Layout m_layout;
    QPixmap m_picture; ///< All but what is chosen and hovered; null when it is to be painted anew.
};

/// Call once before the first ConfusionView: makes assistive technology hear what is chosen.
void installConfusionAccessibility();

} // namespace kernelscope
