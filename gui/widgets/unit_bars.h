// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QStringList>
#include <QWidget>

#include <vector>

namespace kernelscope {

/// A vector of values as bars around a zero line, one of which may be chosen: the outputs of a dense layer.
class UnitBars : public QWidget {
    Q_OBJECT

public:
    explicit UnitBars(QWidget* parent = nullptr);

    void setValues(std::vector<float> values);
    /// Written below the bars where there is room; empty: numbers from 1.
    void setNames(const QStringList& names);
    QString unitName(int unit) const;
    void setEmptyText(const QString& text);

    int current() const { return m_current; }
    /// Chooses without a signal.
    void setCurrent(int unit);

    QRectF barRect(int unit) const;
    int unitAt(const QPointF& position) const; ///< -1 where there is none.

    QSize sizeHint() const override { return {320, 220}; }
    QSize minimumSizeHint() const override { return {96, 80}; }

signals:
    void chosen(int unit); ///< By click or keyboard.

protected:
    void paintEvent(QPaintEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    bool event(QEvent* event) override;

private:
    void choose(int unit);
    /// Shows what is under m_tipPlace, or takes the tip away where nothing is.
    void showTip();
    QRectF plotArea() const;
    double zeroLine(const QRectF& area) const;
    /// Least and greatest, zero among them.
    std::pair<float, float> range() const;

    std::vector<float> m_values;
    QStringList m_names;
    QString m_emptyText;
    int m_current = -1;
    QPoint m_tipPlace; ///< Where the tip was asked for.
    QString m_tip;     ///< The tip on show, if it is this widget's.
};

} // namespace kernelscope
