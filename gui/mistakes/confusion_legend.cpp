// SPDX-License-Identifier: GPL-3.0-or-later
#include "mistakes/confusion_legend.h"

#include "mistakes/confusion_colors.h"
#include "widgets/number_text.h"

#include <QPainter>

#include <cmath>
#include <utility>

namespace kernelscope {
namespace {

constexpr int gap = 6;

int barWidth(const QFontMetrics& metrics) {
    return metrics.averageCharWidth() * 12;
}

} // namespace

ConfusionLegend::ConfusionLegend(QWidget* parent) : QWidget(parent) {
    setObjectName(QStringLiteral("confusionLegend"));
    setAccessibleName(tr("Colours of the matrix"));
    setToolTip(
        tr("Orange: how many images were mistaken. Green: the diagonal, which share of a class was recognised."));
    setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
}

void ConfusionLegend::setEvaluated(EvaluatedPtr evaluated) {
    m_evaluated = std::move(evaluated);
    setAccessibleDescription(tr("Mistakes from none to %1").arg(greatestText()));
    updateGeometry();
    update();
}

void ConfusionLegend::setLogarithmic(bool logarithmic) {
    m_logarithmic = logarithmic;
    update();
}

QString ConfusionLegend::greatestText() const {
    return countText(m_evaluated ? m_evaluated->matrix.greatestMistake() : 0);
}

QSize ConfusionLegend::sizeHint() const {
    const QFontMetrics metrics = fontMetrics();
    const int side = metrics.height();
    const int texts = metrics.horizontalAdvance(QStringLiteral("0")) + metrics.horizontalAdvance(greatestText()) +
                      metrics.horizontalAdvance(tr("mistaken")) + metrics.horizontalAdvance(tr("recognised"));
    return {texts + barWidth(metrics) + side + 7 * gap, side + 2};
}

void ConfusionLegend::paintEvent(QPaintEvent*) {
    if (!m_evaluated)
        return;
    QPainter painter(this);
    const QFontMetrics metrics = fontMetrics();
    const ConfusionColors colors(m_evaluated->matrix, m_logarithmic, palette());
    const QColor border = palette().color(QPalette::Dark);
    int x = 0;
    const auto write = [&](const QString& text) {
        const int width = metrics.horizontalAdvance(text);
        painter.setPen(palette().color(QPalette::WindowText));
        painter.drawText(QRect(x, 0, width, height()), Qt::AlignVCenter | Qt::AlignLeft, text);
        x += width + gap;
    };
    const int thickness = metrics.ascent();
    const auto box = [&](int width) { return QRect(x, (height() - thickness) / 2, width, thickness); };

    write(QStringLiteral("0"));
    const QRect bar = box(barWidth(metrics));
    const double greatest = static_cast<double>(colors.greatest());
    for (int i = 0; i < bar.width(); ++i) {
        // Even in what the eye sees: the counts grow as the colours do.
        const double part = (i + 0.5) / bar.width();
        const double count = m_logarithmic ? std::expm1(part * std::log1p(greatest)) : part * greatest;
        painter.fillRect(bar.left() + i, bar.top(), 1, bar.height(), colors.mistakes(count));
    }
    painter.setPen(border);
    painter.drawRect(bar.adjusted(0, 0, -1, -1));
    x += bar.width() + gap;
    write(greatestText());
    write(tr("mistaken"));
    x += 2 * gap;
    const QRect swatch = box(thickness);
    painter.fillRect(swatch, colors.right(1));
    painter.setPen(border);
    painter.drawRect(swatch.adjusted(0, 0, -1, -1));
    x += swatch.width() + gap;
    write(tr("recognised"));
}

} // namespace kernelscope
