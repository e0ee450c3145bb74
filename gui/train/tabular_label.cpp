// SPDX-License-Identifier: GPL-3.0-or-later
#include "train/tabular_label.h"

#include <QPainter>

#include <algorithm>

namespace kernelscope {

TabularLabel::TabularLabel(const QString& longest, QWidget* parent) : QWidget(parent), m_longest(longest) {
    setSizePolicy(QSizePolicy::Minimum, QSizePolicy::Fixed);
}

void TabularLabel::setText(const QString& text) {
    if (text == m_text)
        return;
    m_text = text;
    setAccessibleDescription(text);
    if (widthOf(text) > widthOf(m_longest))
        reserve(text);
    update();
}

void TabularLabel::reserve(const QString& longest) {
    if (widthOf(longest) <= widthOf(m_longest))
        return;
    m_longest = longest;
    updateGeometry();
}

QSize TabularLabel::sizeHint() const {
    return {widthOf(m_longest), fontMetrics().height()};
}

void TabularLabel::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.setPen(palette().color(QPalette::WindowText));
    // Digits one by one, each in the middle of its cell; all between them as it comes, with its kerning.
    int x = 0;
    QString run;
    const auto flush = [&] {
        painter.drawText(QRect(x, 0, width(), height()), Qt::AlignLeft | Qt::AlignVCenter, run);
        x += fontMetrics().horizontalAdvance(run);
        run.clear();
    };
    for (const QChar c : m_text) {
        if (!c.isDigit()) {
            run += c;
            continue;
        }
        flush();
        painter.drawText(QRect(x, 0, digitWidth(), height()), Qt::AlignCenter, QString(c));
        x += digitWidth();
    }
    flush();
}

int TabularLabel::widthOf(const QString& text) const {
    int width = 0;
    QString run;
    for (const QChar c : text) {
        if (c.isDigit()) {
            width += fontMetrics().horizontalAdvance(run) + digitWidth();
            run.clear();
        } else
            run += c;
    }
    return width + fontMetrics().horizontalAdvance(run);
}

int TabularLabel::digitWidth() const {
    int widest = 0;
    for (char digit = '0'; digit <= '9'; ++digit)
        widest = std::max(widest, fontMetrics().horizontalAdvance(QLatin1Char(digit)));
    return widest;
}

} // namespace kernelscope
