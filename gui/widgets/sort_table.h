// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// Tables that are sorted without a mouse, too.
#pragma once

#include <QTableView>

namespace kernelscope {

/// A sortable table: a click on a heading, or Space in its column, sorts by it, and the other way round the next time.
/// In a cell that can be checked, Space checks it.
class SortTable : public QTableView {
    Q_OBJECT

public:
    explicit SortTable(QWidget* parent = nullptr);

protected:
    void keyPressEvent(QKeyEvent* event) override;
};

} // namespace kernelscope
