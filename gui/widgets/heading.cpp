// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/heading.h"

#include <QLabel>

namespace kernelscope {

void makeHeading(QLabel* label, double factor) {
    QFont font = label->font();
    font.setBold(true);
    font.setPointSizeF(font.pointSizeF() * factor);
    label->setFont(font);
}

QLabel* heading(const QString& text, QWidget* parent) {
    auto* label = new QLabel(text, parent);
    label->setTextFormat(Qt::PlainText);
    makeHeading(label);
    return label;
}

} // namespace kernelscope
