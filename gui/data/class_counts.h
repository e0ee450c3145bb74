// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// How many images there are of each class.
#pragma once

#include "data/statistics.h"

#include <QColor>
#include <QStringList>
#include <QWidget>

#include <optional>

namespace kernelscope {

/// A row for each class: its name, a bar of its training images, a thinner one of its test images, and both numbers.
/// A click on a row asks for its images.
class ClassCounts : public QWidget {
    Q_OBJECT

public:
    explicit ClassCounts(QWidget* parent = nullptr);

    /// @param statistics null while they are not known: the names alone are shown.
    void setCounts(const DataInfo& info, const DataStatistics* statistics);

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override { return sizeHint(); }

signals:
    void classClicked(int label);

protected:
    void paintEvent(QPaintEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;

private:
    int rowHeight() const;
    QString numbers(std::size_t label) const;

    QStringList m_names;
    std::vector<std::size_t> m_train;
    std::vector<std::size_t> m_test;
};

} // namespace kernelscope
