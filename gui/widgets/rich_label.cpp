// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/rich_label.h"

#include <QEvent>

namespace kernelscope {

RichLabel::RichLabel(QWidget* parent) : QLabel(parent) {
    setTextFormat(Qt::RichText);
}

void RichLabel::changeEvent(QEvent* event) {
    QLabel::changeEvent(event);
    if (event->type() != QEvent::PaletteChange)
        return;
    const QString again = text();
    clear(); // the same text would be no change
    setText(again);
}

} // namespace kernelscope
