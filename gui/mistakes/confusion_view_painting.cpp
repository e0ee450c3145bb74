// SPDX-License-Identifier: GPL-3.0-or-later
#include "mistakes/confusion_view.h"

#include "mistakes/confusion_colors.h"
#include "train/plot_style.h"
#include "widgets/color_scale.h"
#include "widgets/number_text.h"

#include <QPainter>

#include <algorithm>
#include <cstdint>
#include <utility>

namespace kernelscope {
namespace {

QFont smaller(QFont font, double factor) {
    font.setPointSizeF(font.pointSizeF() * factor);
    return font;
}

} // namespace

void ConfusionView::paintEvent(QPaintEvent*) {
    if (classes() == 0)
        return;
    const double ratio = devicePixelRatioF();
    if (m_picture.isNull()) {
        m_picture = QPixmap(size() * ratio);
        m_picture.setDevicePixelRatio(ratio);
        m_picture.fill(Qt::transparent);
        QPainter painter(&m_picture);
        painter.setFont(font());
        paintMatrix(painter);
    }
    QPainter painter(this);
    painter.drawPixmap(0, 0, m_picture);
    if (m_hovered && *m_hovered != m_choice)
        paintFrame(painter, *m_hovered, palette().color(QPalette::Dark), 1);
    if (!m_choice.isNothing())
        paintFrame(painter, m_choice, palette().color(QPalette::Highlight), hasFocus() ? 3 : 2);
    else if (hasFocus())
        paintFrame(painter, {}, palette().color(QPalette::Highlight), 2);
}

void ConfusionView::paintMatrix(QPainter& painter) const {
    paintCells(painter);
    paintNames(painter);
    if (m_layout.sums > 0)
        paintSums(painter);
}

void ConfusionView::paintCells(QPainter& painter) const {
    const ConfusionMatrix& matrix = m_evaluated->matrix;
    const ConfusionColors colors(matrix, m_logarithmic, palette());
    const int n = classes();
    const int side = m_layout.edge(n);
    std::int64_t most = 0;
    for (int truth = 0; truth < n; ++truth)
        for (int predicted = 0; predicted < n; ++predicted)
            most = std::max(most, matrix.count(truth, predicted));
    // The counts in the largest type in which all of them fit, or not at all.
    bool hasNumbers = false;
    for (const double factor : {1.0, 0.9, 0.8}) {
        const QFont tried = smaller(font(), factor);
        const QFontMetrics metrics(tried);
        hasNumbers =
            metrics.horizontalAdvance(countText(most)) + 4 <= m_layout.side && metrics.height() <= m_layout.side;
        if (hasNumbers) {
            painter.setFont(tried);
            break;
        }
    }
    const QRect all(m_layout.origin, QSize(side, side));
    painter.fillRect(all, colors.mistakes(0));
    for (int truth = 0; truth < n; ++truth)
        for (int predicted = 0; predicted < n; ++predicted) {
            const std::int64_t count = matrix.count(truth, predicted);
            if (count == 0 && truth != predicted)
                continue; // most cells, where there are many
            const QRect rect = cellRect({truth, predicted});
            const QColor color = colors.cell(truth, predicted);
            painter.fillRect(rect, color);
            if (!hasNumbers || count == 0)
                continue;
            painter.setPen(textColorOn(color.rgb()));
            painter.drawText(rect, Qt::AlignCenter, countText(count));
        }
    painter.setFont(font());
    if (m_layout.side >= 8) {
        painter.setPen(palette().color(QPalette::Midlight));
        for (int i = 1; i < n; ++i) {
            painter.drawLine(all.left() + m_layout.edge(i), all.top(), all.left() + m_layout.edge(i), all.bottom());
            painter.drawLine(all.left(), all.top() + m_layout.edge(i), all.right(), all.top() + m_layout.edge(i));
        }
    }
    painter.setPen(palette().color(QPalette::Dark));
    painter.drawRect(all);
}

void ConfusionView::paintNames(QPainter& painter) const {
    const QFontMetrics metrics = fontMetrics();
    const int n = classes();
    const int line = metrics.height();
    const int side = m_layout.edge(n);
    const QPoint origin = m_layout.origin;
    const auto elided = [&](int index, int room) {
        return metrics.elidedText(m_evaluated->names[static_cast<std::size_t>(index)], Qt::ElideRight, room);
    };
    painter.setPen(palette().color(QPalette::WindowText));
    for (int i = 0; i < n; i += nameStep()) {
        const QRect row = cellRect({i, -1});
        const int middle = row.center().y();
        painter.drawText(QRect(row.left(), middle - line / 2, row.width() - gap, line),
            Qt::AlignRight | Qt::AlignVCenter, elided(i, row.width() - gap));
        const QRect column = cellRect({-1, i});
        if (!m_layout.turned) {
            painter.drawText(
                column.adjusted(0, 0, 0, -gap / 2), Qt::AlignHCenter | Qt::AlignBottom, elided(i, column.width()));
            continue;
        }
        painter.save();
        painter.translate(column.center().x() - line / 2, column.bottom() - gap / 2);
        painter.rotate(-90);
        painter.drawText(QRect(0, 0, column.height() - gap, line), Qt::AlignLeft | Qt::AlignVCenter,
            elided(i, column.height() - gap));
        painter.restore();
    }
    painter.setPen(palette().color(QPalette::PlaceholderText));
    painter.drawText(
        QRect(origin.x(), 0, std::max(side, width() - origin.x()), line), Qt::AlignLeft, tr("was taken for →"));
    painter.save();
    painter.translate(0, origin.y() + side);
    painter.rotate(-90);
    painter.drawText(QRect(0, 0, std::max(side, height()), line), Qt::AlignLeft, tr("is really"));
    painter.restore();
}

void ConfusionView::paintSums(QPainter& painter) const {
    const ConfusionMatrix& matrix = m_evaluated->matrix;
    const int side = m_layout.edge(classes());
    const int right = m_layout.origin.x() + side + 1;
    const int below = m_layout.origin.y() + side + 1;
    const int line = fontMetrics().height();
    painter.setPen(palette().color(QPalette::PlaceholderText));
    // In the largest type that leaves air between those below the columns, the last without the thousands' signs, or
    // these not at all.
    std::int64_t most = 0;
    for (int i = 0; i < classes(); ++i)
        most = std::max(most, matrix.taken(i));
    using Text = QString (*)(std::int64_t);
    const Text plainText = [](std::int64_t count) { return QString::number(count); };
    Text text = countText;
    QFont sumFont = font();
    bool fits = false;
    for (const auto& [factor, way] : {std::pair<double, Text>(1.0, countText), {0.9, countText}, {0.8, countText},
             {0.7, countText}, {0.7, plainText}}) {
        text = way;
        sumFont = smaller(font(), factor);
        fits = QFontMetrics(sumFont).horizontalAdvance(text(most)) + gap <= m_layout.side;
        if (fits)
            break;
    }
    painter.setFont(sumFont);
    for (int i = 0; i < classes(); ++i) {
        const QRect row = cellRect({i, 0});
        if (line <= m_layout.side)
            painter.drawText(QRect(right, row.top(), m_layout.sums, row.height()), Qt::AlignRight | Qt::AlignVCenter,
                text(matrix.images(i)));
    }
    for (int i = 0; fits && i < classes(); ++i) {
        const QRect column = cellRect({0, i});
        painter.drawText(
            QRect(column.left(), below + gap / 2, column.width(), line), Qt::AlignCenter, text(matrix.taken(i)));
    }
    painter.drawText(
        QRect(right, below + gap / 2, m_layout.sums, line), Qt::AlignRight | Qt::AlignVCenter, text(matrix.total()));
}

void ConfusionView::paintFrame(QPainter& painter, CellChoice around, const QColor& color, int width) const {
    const int side = m_layout.edge(classes());
    QRect rect = around.isNothing() ? QRect(m_layout.origin, QSize(side, side)) : cellRect(around);
    if (!around.isNothing() && around.predicted < 0)
        rect.setRight(m_layout.origin.x() + side);
    if (!around.isNothing() && around.truth < 0)
        rect.setBottom(m_layout.origin.y() + side);
    if (m_layout.side < 8) // around it, else nothing of it would be left
        rect.adjust(-width, -width, width - 1, width - 1);
    painter.setPen(QPen(color, width, Qt::SolidLine, Qt::SquareCap, Qt::MiterJoin));
    painter.setBrush(Qt::NoBrush);
    painter.drawRect(rect);
}

} // namespace kernelscope
