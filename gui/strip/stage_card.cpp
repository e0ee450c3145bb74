// SPDX-License-Identifier: GPL-3.0-or-later
#include "strip/stage_card.h"

#include "widgets/number_text.h"

#include <QPainter>
#include <QPainterPath>

#include <algorithm>
#include <cmath>

namespace kernelscope {
namespace {

constexpr int padding = 7;
constexpr int figureLines = 3;

QPainterPath glyphPath(StageCard::Glyph glyph, const QRectF& box) {
    QPainterPath path;
    const QPointF center = box.center();
    switch (glyph) {
    case StageCard::Glyph::None:
        break;
    case StageCard::Glyph::Relu:
        path.moveTo(box.left(), center.y());
        path.lineTo(center);
        path.lineTo(box.topRight());
        break;
    case StageCard::Glyph::LeakyRelu:
        path.moveTo(box.left(), center.y() + box.height() * 0.14);
        path.lineTo(center);
        path.lineTo(box.topRight());
        break;
    case StageCard::Glyph::Sigmoid:
        // From the lower axis up to the upper third: never below zero.
        for (int i = 0; i <= 24; ++i) {
            const double x = -1 + i / 12.0;
            const QPointF point(
                center.x() + x * box.width() / 2, center.y() - box.height() * 0.45 / (1 + std::exp(-6 * x)));
            i ? path.lineTo(point) : path.moveTo(point);
        }
        break;
    case StageCard::Glyph::BatchNorm:
        // The bell that values are brought to.
        for (int i = 0; i <= 24; ++i) {
            const double x = -1 + i / 12.0;
            const QPointF point(
                center.x() + x * box.width() / 2, center.y() - box.height() * 0.45 * std::exp(-6 * x * x));
            i ? path.lineTo(point) : path.moveTo(point);
        }
        break;
    case StageCard::Glyph::Dropout:
        // A grid of values with some of them missing.
        for (int i = 0; i < 9; ++i)
            if (i != 1 && i != 5 && i != 6)
                path.addEllipse(QPointF(center.x() + (i % 3 - 1) * box.width() * 0.32,
                                    center.y() + (i / 3 - 1) * box.height() * 0.32),
                    box.width() * 0.1, box.height() * 0.1);
        break;
    case StageCard::Glyph::Tanh:
        for (int i = 0; i <= 24; ++i) {
            const double x = -1 + i / 12.0;
            const QPointF point(center.x() + x * box.width() / 2, center.y() - std::tanh(3 * x) * box.height() * 0.4);
            i ? path.lineTo(point) : path.moveTo(point);
        }
        break;
    case StageCard::Glyph::Flatten:
        // A square of values on its way into one column.
        for (int row = 0; row < 3; ++row)
            for (int column = 0; column < 2; ++column)
                path.addRect(QRectF(box.left() + column * box.width() * 0.26,
                    center.y() - box.height() * 0.36 + row * box.height() * 0.26, box.width() * 0.18,
                    box.height() * 0.18));
        for (int row = 0; row < 6; ++row)
            path.addRect(QRectF(box.right() - box.width() * 0.2, box.top() + row * box.height() / 6, box.width() * 0.18,
                box.height() * 0.12));
        break;
    }
    return path;
}

} // namespace

StageCard::StageCard(Format format, Glyph glyph, QWidget* parent)
    : QAbstractButton(parent),
      m_format(format),
      m_glyph(glyph) {
    setSizePolicy(format == Format::Full ? QSizePolicy::Expanding : QSizePolicy::Fixed, QSizePolicy::Preferred);
    setCursor(Qt::PointingHandCursor);
}

void StageCard::setInert() {
    m_isInert = true;
    setFocusPolicy(Qt::NoFocus);
    unsetCursor();
}

bool StageCard::hitButton(const QPoint& position) const {
    return !m_isInert && QAbstractButton::hitButton(position);
}

void StageCard::setTexts(const QString& name, const QString& caption, const QStringList& figures) {
    setText(name);
    setAccessibleName(caption.isEmpty() ? name : name + QStringLiteral(": ") + caption);
    setAccessibleDescription(figures.join(QStringLiteral(", ")));
    m_caption = caption;
    m_figures = figures;
    update();
}

void StageCard::setThumbnail(Thumbnail thumbnail) {
    m_new = std::move(thumbnail);
    m_old = {};
    m_revealed = 1;
    update();
}

void StageCard::prepareThumbnail(Thumbnail thumbnail) {
    m_old = std::move(m_new);
    m_new = std::move(thumbnail);
    m_revealed = 0;
}

void StageCard::reveal(double amount) {
    amount = std::clamp(amount, 0.0, 1.0);
    if (amount == m_revealed)
        return;
    m_revealed = amount;
    update();
}

QFont StageCard::smallFont() const {
    QFont small = font();
    small.setPointSizeF(std::max(6.0, font().pointSizeF() * 0.86));
    return small;
}

QSize StageCard::minimumSizeHint() const {
    const QFontMetrics metrics(font());
    const int line = QFontMetrics(smallFont()).height();
    const int height = 2 * padding + metrics.height() + line + 4 + 4 * metrics.height() + 4 + figureLines * line;
    if (m_format == Format::Slim)
        return {std::max(2 * padding + metrics.height() + 4, 36), height};
    return {std::max(QFontMetrics(numberFont(smallFont())).horizontalAdvance(QStringLiteral("00 × 00 × 00")),
                metrics.height() * 5) +
                2 * padding,
        height};
}

QSize StageCard::sizeHint() const {
    const QSize least = minimumSizeHint();
    return m_format == Format::Slim ? least : QSize(least.width() * 3 / 2, least.height());
}

void StageCard::enterEvent(QEnterEvent* event) {
    QAbstractButton::enterEvent(event);
    update();
}

void StageCard::leaveEvent(QEvent* event) {
    QAbstractButton::leaveEvent(event);
    update();
}

void StageCard::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const bool isChosen = isChecked();
    QColor fill = palette().color(QPalette::Base);
    if (isChosen) {
        const QColor tint = palette().color(QPalette::Highlight);
        fill = QColor::fromRgbF(fill.redF() * 0.86F + tint.redF() * 0.14F,
            fill.greenF() * 0.86F + tint.greenF() * 0.14F, fill.blueF() * 0.86F + tint.blueF() * 0.14F);
    }
    QColor border = palette().color(QPalette::Text);
    border.setAlpha(underMouse() && !m_isInert ? 160 : 60);
    painter.setBrush(fill);
    painter.setPen(isChosen ? QPen(palette().color(QPalette::Highlight), 2) : QPen(border, 1));
    const QRectF frame = QRectF(rect()).adjusted(1, 1, -1, -1);
    painter.drawRoundedRect(frame, 5, 5);
    if (hasFocus()) {
        painter.setBrush(Qt::NoBrush);
        painter.setPen(QPen(palette().color(QPalette::Text), 1, Qt::DotLine));
        painter.drawRoundedRect(frame.adjusted(3, 3, -3, -3), 3, 3);
    }
    painter.setRenderHint(QPainter::Antialiasing, false);
    const QRectF inner = QRectF(rect()).adjusted(padding, padding, -padding, -padding);
    m_format == Format::Full ? paintFull(painter, inner) : paintSlim(painter, inner);
}

void StageCard::paintFull(QPainter& painter, const QRectF& inner) {
    QFont bold = font();
    bold.setBold(true);
    const QFontMetrics boldMetrics(bold);
    const QFont small = smallFont();
    const QFontMetrics smallMetrics(small);
    const int across = static_cast<int>(inner.width());
    QColor quiet = palette().color(QPalette::Text);
    quiet.setAlpha(180);

    double y = inner.top();
    painter.setFont(bold);
    painter.setPen(palette().color(QPalette::Text));
    painter.drawText(QRectF(inner.left(), y, inner.width(), boldMetrics.height()), Qt::AlignLeft | Qt::AlignVCenter,
        boldMetrics.elidedText(text(), Qt::ElideRight, across));
    y += boldMetrics.height();
    painter.setFont(small);
    painter.setPen(quiet);
    painter.drawText(QRectF(inner.left(), y, inner.width(), smallMetrics.height()), Qt::AlignLeft | Qt::AlignVCenter,
        smallMetrics.elidedText(m_caption, Qt::ElideRight, across));
    y += smallMetrics.height() + 4;

    const QFont figures = numberFont(small);
    const QFontMetrics figureMetrics(figures);
    const double figuresTop = inner.bottom() - figureLines * figureMetrics.height();
    paintThumbnail(painter, QRectF(inner.left(), y, inner.width(), figuresTop - 4 - y));
    painter.setFont(figures);
    painter.setPen(palette().color(QPalette::Text));
    for (int i = 0; i < std::min<int>(figureLines, static_cast<int>(m_figures.size())); ++i)
        painter.drawText(
            QRectF(inner.left(), figuresTop + i * figureMetrics.height(), inner.width(), figureMetrics.height()),
            Qt::AlignLeft | Qt::AlignVCenter, figureMetrics.elidedText(m_figures[i], Qt::ElideRight, across));
}

void StageCard::paintThumbnail(QPainter& painter, const QRectF& area) {
    painter.setFont(smallFont());
    if (m_revealed < 1) {
        painter.setOpacity(1 - m_revealed);
        m_old.paint(painter, area, palette());
        painter.setOpacity(m_revealed);
    }
    m_new.paint(painter, area, palette());
    painter.setOpacity(1);
}

void StageCard::paintSlim(QPainter& painter, const QRectF& inner) {
    const double side = inner.width();
    const QRectF box = QRectF(inner.left(), inner.top(), side, side).adjusted(2, 2, -2, -2);
    painter.setRenderHint(QPainter::Antialiasing);
    QColor quiet = palette().color(QPalette::Text);
    quiet.setAlpha(90);
    // Functions are curves over axes; the others are made of filled shapes.
    if (m_glyph != Glyph::Flatten && m_glyph != Glyph::Dropout) {
        painter.setPen(QPen(quiet, 1));
        painter.drawLine(QPointF(box.left(), box.center().y()), QPointF(box.right(), box.center().y()));
        painter.drawLine(QPointF(box.center().x(), box.top()), QPointF(box.center().x(), box.bottom()));
        painter.setPen(QPen(palette().color(QPalette::Text), 2, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
        painter.setBrush(Qt::NoBrush);
    } else {
        painter.setPen(Qt::NoPen);
        painter.setBrush(palette().color(QPalette::Text));
    }
    painter.drawPath(glyphPath(m_glyph, box));

    painter.setFont(font());
    painter.setPen(palette().color(QPalette::Text));
    painter.save();
    painter.translate(inner.left(), inner.bottom());
    painter.rotate(-90);
    const QRectF line(0, 0, inner.height() - side - 4, inner.width());
    painter.drawText(line, Qt::AlignLeft | Qt::AlignVCenter,
        QFontMetrics(font()).elidedText(text(), Qt::ElideRight, static_cast<int>(line.width())));
    painter.restore();
}

} // namespace kernelscope
