// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/sort_table.h"

#include <QHeaderView>
#include <QKeyEvent>

namespace kernelscope {

SortTable::SortTable(QWidget* parent) : QTableView(parent) {
    setSortingEnabled(true);
}

void SortTable::keyPressEvent(QKeyEvent* event) {
    const QModelIndex index = currentIndex();
    const bool isPlain = !(event->modifiers() & (Qt::ControlModifier | Qt::ShiftModifier | Qt::AltModifier));
    if (event->key() != Qt::Key_Space || !isPlain || event->isAutoRepeat() || !index.isValid() ||
        index.flags().testFlag(Qt::ItemIsUserCheckable)) {
        QTableView::keyPressEvent(event);
        return;
    }
    const bool again = horizontalHeader()->sortIndicatorSection() == index.column();
    const bool descends = horizontalHeader()->sortIndicatorOrder() == Qt::DescendingOrder;
    sortByColumn(index.column(), again && !descends ? Qt::DescendingOrder : Qt::AscendingOrder);
}

} // namespace kernelscope
