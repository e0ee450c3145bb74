// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/shortcut_overlay.h"

#include <QAction>
#include <QApplication>
#include <QEvent>
#include <QKeyEvent>
#include <QPainter>

#include <algorithm>

namespace kernelscope {
namespace {

/// Widths of a column of lines.
struct Column {
    int keys = 0;
    int text = 0;
};

} // namespace

ShortcutOverlay::ShortcutOverlay(QWidget* parent) : QWidget(parent) {
    setObjectName("shortcutOverlay");
    setAccessibleName(tr("Keyboard shortcuts"));
    setFocusPolicy(Qt::StrongFocus);
    setVisible(false);
    parent->installEventFilter(this);
}

void ShortcutOverlay::open(const std::vector<QAction*>& actions, const std::vector<Line>& more) {
    m_lines.clear();
    for (const QAction* action : actions) {
        if (action->shortcut().isEmpty())
            continue;
        QString text = action->text();
        text.remove('&');
        m_lines.push_back({action->shortcut().toString(QKeySequence::NativeText), text});
    }
    m_lines.insert(m_lines.end(), more.begin(), more.end());
    QStringList spoken;
    for (const Line& line : m_lines)
        spoken << tr("%1: %2").arg(line.keys, line.text);
    setAccessibleDescription(spoken.join(QStringLiteral("; ")));
    setGeometry(parentWidget()->rect());
    raise();
    m_previousFocus = QApplication::focusWidget();
    setVisible(true);
    setFocus();
}

void ShortcutOverlay::dismiss() {
    setVisible(false);
    if (m_previousFocus)
        m_previousFocus->setFocus();
    m_previousFocus = nullptr;
}

bool ShortcutOverlay::eventFilter(QObject* watched, QEvent* event) {
    if (event->type() == QEvent::Resize && isVisible())
        setGeometry(parentWidget()->rect());
    return QWidget::eventFilter(watched, event);
}

void ShortcutOverlay::keyPressEvent(QKeyEvent*) {
    dismiss();
}

void ShortcutOverlay::mousePressEvent(QMouseEvent*) {
    dismiss();
}

void ShortcutOverlay::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.fillRect(rect(), QColor(0, 0, 0, 150));

    const QFontMetrics metrics(font());
    const int row = metrics.height() + 12;
    const int margin = 28;
    const int gap = 24;
    const int count = static_cast<int>(m_lines.size());
    // Two columns where one does not fit, each as wide as its own lines.
    const int columns = (count + 2) * row + 2 * margin > height() ? 2 : 1;
    const int rows = (count + columns - 1) / columns;
    std::vector<Column> widths(static_cast<std::size_t>(columns));
    for (int i = 0; i < count; ++i) {
        const Line& line = m_lines[static_cast<std::size_t>(i)];
        Column& column = widths[static_cast<std::size_t>(i / rows)];
        column.keys = std::max(column.keys, metrics.horizontalAdvance(line.keys));
        column.text = std::max(column.text, metrics.horizontalAdvance(line.text));
    }
    int width = (columns - 1) * 2 * gap + 2 * margin;
    for (const Column& column : widths)
        width += column.keys + gap + column.text;
    const QSize size(width, (rows + 1) * row + 2 * margin);
    const QRect card(QPoint((this->width() - size.width()) / 2, (height() - size.height()) / 2), size);
    painter.setPen(palette().color(QPalette::Mid));
    painter.setBrush(palette().color(QPalette::Base));
    painter.drawRoundedRect(QRectF(card).adjusted(0.5, 0.5, -0.5, -0.5), 10, 10);

    painter.setPen(palette().color(QPalette::Text));
    QFont heading = font();
    heading.setBold(true);
    painter.setFont(heading);
    painter.drawText(
        card.adjusted(margin, margin - 6, -margin, 0), Qt::AlignTop | Qt::AlignLeft, tr("Keyboard shortcuts"));
    painter.setFont(font());
    int x = card.left() + margin;
    for (int i = 0; i < count; ++i) {
        const Line& line = m_lines[static_cast<std::size_t>(i)];
        if (i > 0 && i % rows == 0) {
            const Column& before = widths[static_cast<std::size_t>(i / rows - 1)];
            x += before.keys + gap + before.text + 2 * gap;
        }
        const Column& column = widths[static_cast<std::size_t>(i / rows)];
        const int y = card.top() + margin + (i % rows + 1) * row;
        painter.setPen(palette().color(QPalette::Link));
        painter.drawText(QRect(x, y, column.keys, row), Qt::AlignVCenter | Qt::AlignRight, line.keys);
        painter.setPen(palette().color(QPalette::Text));
        painter.drawText(
            QRect(x + column.keys + gap, y, column.text + 4, row), Qt::AlignVCenter | Qt::AlignLeft, line.text);
    }
}

} // namespace kernelscope
