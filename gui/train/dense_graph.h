// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// A graph of far more points than pixels.
#pragma once

#include <qcustomplot.h>

namespace kernelscope {

/// Draws as QCPGraph does while the points are few. Where there are several for each pixel it draws what a line through
/// all of them would cover, at a cost that depends on the pixels: the band from each pixel column's least value to its
/// greatest, or a line through the columns' means. (A stroke of 100,000 points costs QPainter some 100 ms.)
class DenseGraph : public QCPGraph {
    Q_OBJECT

public:
    enum class Style {
        Band, ///< For noise, of which nothing is left out.
        Line, ///< For curves that are smooth already.
    };

    DenseGraph(QCPAxis* keyAxis, QCPAxis* valueAxis, Style style);

protected:
    void draw(QCPPainter* painter) override;

private:
    /// One column of pixels and the values in it.
    struct Column {
        double x = 0; ///< Left edge, pixels.
        double least = 0;
        double greatest = 0;
        double mean = 0;
    };

    QVector<Column> columns() const;
    void drawDot(QCPPainter* painter) const;
    void drawBand(QCPPainter* painter) const;
    void drawLine(QCPPainter* painter) const;

    Style m_style;
};

} // namespace kernelscope
