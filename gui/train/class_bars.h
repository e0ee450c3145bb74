// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// How sure a network is of each class.
#pragma once

#include <QString>
#include <QWidget>

#include <algorithm>
#include <limits>
#include <vector>

namespace kernelscope {

/// One bar for each class, or for the likeliest of many. The answer is bold, and right (green, a tick) or wrong
/// (orange, a cross); the true class is marked with the word "true".
class ClassBars : public QWidget {
    Q_OBJECT

public:
    explicit ClassBars(QWidget* parent = nullptr);

    /// Names of the classes; space is reserved for them before there is an answer.
    void setClasses(const std::vector<std::string>& names);
    /// Shows at most so many classes: where there are more, the likeliest, sorted, and the true one.
    void setMostRows(int rows);
    /// @param probabilities 0 to 1, one for each class, or none; not a number where it is not known;
    /// @param truth the true class or -1.
    void setAnswer(std::vector<float> probabilities, int predicted, int truth);

    /// The classes that are shown, in their order.
    std::vector<std::size_t> shownClasses() const;

    QSize sizeHint() const override;
    /// Rows stand closer where there is little room.
    QSize minimumSizeHint() const override;

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    int rows() const { return std::min(m_mostRows, static_cast<int>(m_names.size())); }
    void paintRow(QPainter& painter, const QRect& row, std::size_t index) const;

    std::vector<QString> m_names;
    int m_mostRows = std::numeric_limits<int>::max();
    std::vector<float> m_probabilities;
    int m_predicted = -1;
    int m_truth = -1;
};

} // namespace kernelscope
