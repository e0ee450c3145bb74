// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "compare/comparison.h"

#include <QWidget>

namespace kernelscope {

/// Seconds an epoch, a bar for each run: the median as the bar, the spread as a whisker, an estimate hatched, what
/// cannot be compared as a grey line with the reason and no bar. What came before the first step is in the tooltip and
/// table.
class EpochBars : public QWidget {
    Q_OBJECT

public:
    explicit EpochBars(QWidget* parent = nullptr);

    void setComparison(const Comparison& comparison);
    /// Linear from zero, or logarithmic: then lengths are not proportional, and the axis says so.
    void setLogarithmic(bool logarithmic);
    /// The run that is lit, -1: none.
    void setCurrent(int number);

    /// Where the bar of a run is drawn (without its label); empty where it has none.
    QRectF barRect(int number) const;

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

signals:
    void chosen(int number); ///< By click.

protected:
    void paintEvent(QPaintEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    bool event(QEvent* event) override;

private:
    int rowHeight() const;
    QRectF plotArea() const;
    double place(double seconds) const; ///< x of a time.
    void updateRange();
    std::vector<double> ticks() const;
    bool isInMilliseconds() const;
    QString timeText(double seconds) const; ///< In the axis's unit: "41.2 ms", "125 s".
    void paintRow(QPainter& painter, std::size_t row) const;
    int rowAt(double y) const;
    /// "Run 3", and when it was recorded if not here; the rest is in the tooltip.
    static QString runText(const ComparedRun& run);
    QString describe(const ComparedRun& run) const;

    Comparison m_comparison;
    bool m_logarithmic = false;
    int m_current = -1;
    double m_least = 0;
    double m_greatest = 1;
};

} // namespace kernelscope
