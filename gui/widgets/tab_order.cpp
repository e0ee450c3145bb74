// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/tab_order.h"

#include <QWidget>

namespace kernelscope {

void moveToEndOfTabOrder(QWidget& part) {
    QWidget* const window = part.window();
    QList<QWidget*> moved;
    QWidget* last = nullptr; // of those that stay
    for (QWidget* widget = window->nextInFocusChain(); widget != window; widget = widget->nextInFocusChain()) {
        if (widget->focusPolicy() == Qt::NoFocus)
            continue;
        if (widget == &part || part.isAncestorOf(widget))
            moved << widget;
        else
            last = widget;
    }
    for (QWidget* widget : moved) {
        if (last)
            QWidget::setTabOrder(last, widget);
        last = widget;
    }
}

} // namespace kernelscope
