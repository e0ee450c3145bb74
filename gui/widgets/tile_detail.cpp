// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/tile_detail.h"

#include "widgets/number_text.h"

#include <QKeyEvent>
#include <QLocale>
#include <QMouseEvent>
#include <QPainter>
#include <QVBoxLayout>

#include <algorithm>
#include <cmath>
#include <limits>

namespace kernelscope {

/// Where the tile is painted; knows which cell is marked.
class TileDetail::Canvas : public QWidget {
public:
    explicit Canvas(TileDetail* detail) : QWidget(detail), m_detail(detail) {
        setFocusPolicy(Qt::StrongFocus);
        setMouseTracking(true);
        setObjectName(QStringLiteral("tileDetailCanvas"));
        setToolTip(TileDetail::tr("Point at a cell, or use the arrow keys, to read its value"));
        setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Expanding);
    }

    QSize sizeHint() const override { return {220, 220}; }
    QSize minimumSizeHint() const override { return {96, 96}; }

    void setTile(std::span<const float> values, int width, int height, const ColorScale& scale) {
        if (width != m_tile.width || height != m_tile.height)
            m_row = m_column = -1;
        m_tile.width = width;
        m_tile.height = height;
        m_tile.values.assign(values.begin(), values.end());
        m_scale = scale;
        m_image = values.empty() ? QImage() : planeImage(values, width, height, scale);
        update();
    }

    void setText(const QString& text) {
        m_text = text;
        update();
    }

    void setCell(int row, int column) {
        if (row >= m_tile.height || column >= m_tile.width || row < 0)
            row = column = -1;
        m_row = row;
        m_column = column;
        update();
    }

    bool hasCell() const { return m_row >= 0 && !m_tile.isEmpty(); }
    int tileWidth() const { return m_tile.width; }
    int row() const { return m_row; }
    int column() const { return m_column; }
    float value() const { return m_tile.at(0, m_row, m_column); }

protected:
    void paintEvent(QPaintEvent*) override {
        QPainter painter(this);
        if (m_tile.isEmpty()) {
            painter.setPen(palette().color(QPalette::PlaceholderText));
            painter.drawText(rect().adjusted(8, 8, -8, -8), Qt::AlignCenter | Qt::TextWordWrap, m_text);
            return;
        }
        const QRectF area = tileArea();
        painter.drawImage(area, m_image);
        const double cellWidth = area.width() / m_tile.width;
        const double cellHeight = area.height() / m_tile.height;
        painter.setPen(palette().color(QPalette::Mid));
        painter.drawRect(area);
        paintNumbers(painter, area, cellWidth, cellHeight);
        if (hasCell()) {
            const QRectF cell(
                area.left() + m_column * cellWidth, area.top() + m_row * cellHeight, cellWidth, cellHeight);
            painter.setBrush(Qt::NoBrush);
            painter.setPen(QPen(palette().color(QPalette::Base), 4));
            painter.drawRect(cell);
            painter.setPen(QPen(palette().color(QPalette::Text), 2));
            painter.drawRect(cell);
        } else if (hasFocus()) {
            painter.setBrush(Qt::NoBrush);
            painter.setPen(QPen(palette().color(QPalette::Highlight), 2));
            painter.drawRect(area);
        }
    }

    void mouseMoveEvent(QMouseEvent* event) override {
        const QRectF area = tileArea();
        if (m_tile.isEmpty() || !area.contains(event->position()))
            return mark(-1, -1);
        const QPointF in = event->position() - area.topLeft();
        mark(std::min(m_tile.height - 1, static_cast<int>(in.y() / area.height() * m_tile.height)),
            std::min(m_tile.width - 1, static_cast<int>(in.x() / area.width() * m_tile.width)));
    }

    void leaveEvent(QEvent*) override {
        if (!hasFocus())
            mark(-1, -1);
    }

    void keyPressEvent(QKeyEvent* event) override {
        const int across = (event->key() == Qt::Key_Right) - (event->key() == Qt::Key_Left);
        const int down = (event->key() == Qt::Key_Down) - (event->key() == Qt::Key_Up);
        if (m_tile.isEmpty() || (!across && !down))
            return QWidget::keyPressEvent(event);
        if (!hasCell())
            return mark(0, 0);
        mark(std::clamp(m_row + down, 0, m_tile.height - 1), std::clamp(m_column + across, 0, m_tile.width - 1));
    }

    void focusInEvent(QFocusEvent* event) override {
        QWidget::focusInEvent(event);
        update();
    }

private:
    /// The greatest area of square cells, in the upper left corner.
    QRectF tileArea() const {
        const double cell = std::min((width() - 2.0) / m_tile.width, (height() - 2.0) / m_tile.height);
        const QSizeF size(cell * m_tile.width, cell * m_tile.height);
        return {QPointF(0.5, 0.5), size};
    }

    void paintNumbers(QPainter& painter, const QRectF& area, double cellWidth, double cellHeight) {
        const QFont numbers = numberFont(font());
        const QFontMetricsF metrics(numbers);
        // Two digits after a sign and "0." must fit with some air, or no number is printed at all.
        if (cellWidth < metrics.horizontalAdvance(QStringLiteral("-0.00")) + 4 || cellHeight < metrics.height() + 2)
            return;
        painter.setFont(numbers);
        for (int row = 0; row < m_tile.height; ++row)
            for (int column = 0; column < m_tile.width; ++column) {
                const float cellValue = m_tile.at(0, row, column);
                painter.setPen(textColorOn(m_scale.color(cellValue)));
                painter.drawText(
                    QRectF(area.left() + column * cellWidth, area.top() + row * cellHeight, cellWidth, cellHeight),
                    Qt::AlignCenter, QLocale().toString(static_cast<double>(cellValue), 'f', 2));
            }
    }

    void mark(int row, int column) {
        if (row == m_row && column == m_column)
            return;
        setCell(row, column);
        m_detail->showCell();
        emit m_detail->valueHovered(hasCell() ? value() : std::numeric_limits<float>::quiet_NaN());
    }

    TileDetail* m_detail;
    Tiles m_tile;
    ColorScale m_scale;
    QImage m_image;
    QString m_text;
    int m_row = -1;
    int m_column = -1;
};

TileDetail::TileDetail(QWidget* parent)
    : QWidget(parent),
      m_title(new QLabel(this)),
      m_canvas(new Canvas(this)),
      m_summary(new QLabel(this)),
      m_cellLabel(new QLabel(this)) {
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(4);
    column->addWidget(m_title);
    column->addWidget(m_canvas, 1);
    column->addWidget(m_summary);
    column->addWidget(m_cellLabel);
    QFont bold = m_title->font();
    bold.setBold(true);
    m_title->setFont(bold);
    m_title->setWordWrap(true);
    m_title->setMinimumHeight(QFontMetrics(bold).height() + 8);
    m_summary->setFont(numberFont(font()));
    m_cellLabel->setFont(numberFont(font()));
    m_summary->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_cellLabel->setObjectName(QStringLiteral("cellValue"));
    m_summary->setObjectName(QStringLiteral("tileSummary"));
    showCell();
}

void TileDetail::setTitle(const QString& title) {
    m_title->setText(title);
    m_canvas->setAccessibleName(title);
}

void TileDetail::setTile(std::span<const float> values, int width, int height, const ColorScale& scale) {
    m_canvas->setTile(values, width, height, scale);
    const Summary summary = summarize(values);
    m_summary->setText(tr("min %1  max %2\nmean %3")
                           .arg(valueText(summary.minimum), 8)
                           .arg(valueText(summary.maximum), 8)
                           .arg(valueText(summary.mean), 7));
    showCell();
}

void TileDetail::clear(const QString& text) {
    m_canvas->setTile({}, 0, 0, ColorScale());
    m_canvas->setText(text);
    m_summary->clear();
    showCell();
}

void TileDetail::setCell(int index) {
    const int width = m_canvas->tileWidth();
    if (index < 0 || width == 0)
        m_canvas->setCell(-1, -1);
    else
        m_canvas->setCell(index / width, index % width);
    showCell();
}

QString TileDetail::cellText() const {
    if (!m_canvas->hasCell())
        return {};
    return tr("row %1, column %2: %3")
        .arg(m_canvas->row() + 1)
        .arg(m_canvas->column() + 1)
        .arg(valueText(m_canvas->value(), 4));
}

void TileDetail::showCell() {
    const QString text = cellText();
    // A line that is always there keeps the picture from jumping.
    m_cellLabel->setText(text.isEmpty() ? QStringLiteral(" ") : text);
    m_canvas->setAccessibleDescription(text);
}

} // namespace kernelscope
