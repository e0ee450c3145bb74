// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/scrolled_page.h"

#include <QScrollArea>
#include <QVBoxLayout>

namespace kernelscope {

void fillScrolled(QWidget& widget, QWidget* page, const char* objectName) {
    auto* scroll = new QScrollArea(&widget);
    scroll->setObjectName(QLatin1String(objectName));
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setFocusPolicy(Qt::NoFocus);
    scroll->setWidgetResizable(true);
    scroll->setWidget(page);
    auto* outer = new QVBoxLayout(&widget);
    outer->setContentsMargins(0, 0, 0, 0);
    outer->addWidget(scroll);
}

} // namespace kernelscope
