// SPDX-License-Identifier: GPL-3.0-or-later
#include "compare/epoch_bars.h"

#include "widgets/number_text.h"
#include "widgets/series_style.h"

#include <QHelpEvent>
#include <QLocale>
#include <QMouseEvent>
#include <QPainter>
#include <QToolTip>

#include <algorithm>
#include <cmath>

namespace kernelscope {

EpochBars::EpochBars(QWidget* parent) : QWidget(parent) {
    setObjectName(QStringLiteral("epochBars"));
    setAccessibleName(tr("Seconds an epoch, a bar for each run"));
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Preferred);
}

void EpochBars::setComparison(const Comparison& comparison) {
    m_comparison = comparison;
    updateRange();
    QStringList lines;
    for (const ComparedRun& run : m_comparison.runs)
        lines += describe(run);
    setAccessibleDescription(lines.join(QLatin1Char('\n')));
    updateGeometry();
    update();
}

void EpochBars::setLogarithmic(bool logarithmic) {
    m_logarithmic = logarithmic;
    updateRange();
    update();
}

void EpochBars::setCurrent(int number) {
    m_current = number;
    update();
}

void EpochBars::updateRange() {
    double least = 0;
    double greatest = 0;
    for (const ComparedRun& run : m_comparison.runs)
        if (run.time && run.reason.isEmpty()) {
            least = least > 0 ? std::min(least, run.time->least) : run.time->least;
            greatest = std::max(greatest, run.time->greatest);
        }
    m_greatest = greatest > 0 ? greatest : 1;
    // A decade below the fastest, so that its bar has a length too.
    m_least = least > 0 ? std::pow(10.0, std::floor(std::log10(least / 2))) : m_greatest / 10;
}

int EpochBars::rowHeight() const {
    return fontMetrics().height() * 2 + 14;
}

QSize EpochBars::minimumSizeHint() const {
    const int rows = std::max(1, static_cast<int>(m_comparison.runs.size()));
    return {420, rows * rowHeight() + 2 * fontMetrics().height() + 12};
}

QSize EpochBars::sizeHint() const {
    return {720, minimumSizeHint().height()};
}

QRectF EpochBars::plotArea() const {
    int label = 0;
    for (const ComparedRun& run : m_comparison.runs)
        label = std::max(
            {label, fontMetrics().horizontalAdvance(run.device), fontMetrics().horizontalAdvance(runText(run))});
    label = std::min(label + 20, width() / 3);
    // On the right there is room for the numbers behind the longest bar.
    const int numbers = QFontMetrics(numberFont(font())).horizontalAdvance(QStringLiteral("000.00 s  00.00 × faster "));
    return {static_cast<double>(label), 4, std::max(40.0, static_cast<double>(width() - label - numbers)),
        static_cast<double>(m_comparison.runs.size()) * rowHeight()};
}

bool EpochBars::isInMilliseconds() const {
    return m_greatest < 0.1;
}

QString EpochBars::timeText(double seconds) const {
    const QLocale locale;
    if (isInMilliseconds())
        return locale.toString(seconds * 1e3, 'f', seconds < 1e-2 ? 2 : 1) + QChar(0xa0) + tr("ms");
    const int decimals = seconds < 0.1 ? 4 : seconds < 9.995 ? 2 : seconds < 99.95 ? 1 : 0;
    return locale.toString(seconds, 'f', decimals) + QChar(0xa0) + tr("s");
}

double EpochBars::place(double seconds) const {
    const QRectF area = plotArea();
    if (!m_logarithmic)
        return area.left() + area.width() * seconds / m_greatest;
    const double range = std::log10(m_greatest / m_least);
    return area.left() + area.width() * std::clamp(std::log10(std::max(seconds, m_least) / m_least) / range, 0.0, 1.0);
}

QRectF EpochBars::barRect(int number) const {
    const QRectF area = plotArea();
    for (std::size_t row = 0; row < m_comparison.runs.size(); ++row) {
        const ComparedRun& run = m_comparison.runs[row];
        if (run.number != number || !run.time || !run.reason.isEmpty())
            continue;
        const double top = area.top() + static_cast<double>(row) * rowHeight() + 7;
        return {QPointF(area.left(), top), QPointF(place(run.time->median), top + rowHeight() - 14)};
    }
    return {};
}

std::vector<double> EpochBars::ticks() const {
    std::vector<double> result;
    if (m_logarithmic) {
        for (double tick = std::pow(10.0, std::ceil(std::log10(m_least) - 1e-9)); tick <= m_greatest; tick *= 10)
            result.push_back(tick);
        return result;
    }
    const double rough = m_greatest / 4;
    const double decade = std::pow(10.0, std::floor(std::log10(rough)));
    const double step = rough / decade < 1.5   ? decade
                        : rough / decade < 3.5 ? 2 * decade
                        : rough / decade < 7.5 ? 5 * decade
                                               : 10 * decade;
    for (double tick = 0; tick <= m_greatest * 1.0001; tick += step)
        result.push_back(tick);
    return result;
}

void EpochBars::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    if (m_comparison.runs.empty())
        return;
    const QRectF area = plotArea();
    QColor grid = palette().color(QPalette::WindowText);
    grid.setAlpha(40);
    painter.setFont(numberFont(font()));
    const QFontMetricsF metrics(painter.font());
    for (double tick : ticks()) {
        const double x = std::round(place(tick)) + 0.5;
        painter.setPen(grid);
        painter.drawLine(QPointF(x, area.top()), QPointF(x, area.bottom()));
        painter.setPen(palette().color(QPalette::PlaceholderText));
        painter.drawText(QRectF(x - 50, area.bottom() + 2, 100, metrics.height()), Qt::AlignHCenter,
            QLocale().toString(isInMilliseconds() ? tick * 1e3 : tick, 'g', 4));
    }
    painter.setFont(font());
    painter.setPen(palette().color(QPalette::PlaceholderText));
    painter.drawText(QRectF(area.left(), area.bottom() + metrics.height() + 2, area.width(), metrics.height() + 4),
        Qt::AlignHCenter,
        (isInMilliseconds() ? tr("milliseconds an epoch") : tr("seconds an epoch")) +
            (m_logarithmic ? tr(", logarithmic: equal steps are equal factors") : QString()));
    for (std::size_t row = 0; row < m_comparison.runs.size(); ++row)
        paintRow(painter, row);
}

void EpochBars::paintRow(QPainter& painter, std::size_t row) const {
    const ComparedRun& run = m_comparison.runs[row];
    const QRectF area = plotArea();
    const QRectF line(0, area.top() + static_cast<double>(row) * rowHeight(), width(), rowHeight());
    const bool isCompared = run.reason.isEmpty();
    const QColor text = palette().color(isCompared ? QPalette::WindowText : QPalette::PlaceholderText);
    const QColor quiet = palette().color(QPalette::PlaceholderText);
    const double textHeight = fontMetrics().height();
    if (run.number == m_current) {
        QColor lit = palette().color(QPalette::Highlight);
        lit.setAlpha(40);
        painter.fillRect(line, lit);
    }
    // Left: who.
    painter.setFont(font());
    painter.setPen(text);
    const QRectF label(6, line.center().y() - textHeight, area.left() - 14, textHeight);
    painter.drawText(label, Qt::AlignLeft | Qt::AlignVCenter,
        fontMetrics().elidedText(run.device, Qt::ElideRight, static_cast<int>(label.width())));
    painter.setPen(quiet);
    painter.drawText(label.translated(0, textHeight), Qt::AlignLeft | Qt::AlignVCenter,
        fontMetrics().elidedText(runText(run), Qt::ElideRight, static_cast<int>(label.width())));

    const QRectF bar = barRect(run.number);
    double right = area.left() + 6;
    if (run.time && isCompared) { // a bar beside others that it cannot be measured against would mislead
        const QColor color = seriesColor(run.number - 1, isDark(palette().color(QPalette::Window)));
        painter.setRenderHint(QPainter::Antialiasing, false);
        painter.setPen(Qt::NoPen);
        if (run.time->isEstimate) {
            painter.setPen(color);
            painter.setBrush(QBrush(color, Qt::BDiagPattern));
            painter.drawRect(bar);
        } else {
            painter.fillRect(bar, color);
        }
        right = bar.right();
        if (run.time->epochs > 1) {
            painter.setPen(QPen(palette().color(QPalette::WindowText), 1.5));
            const double y = bar.center().y();
            const double from = place(run.time->least);
            const double to = place(run.time->greatest);
            painter.drawLine(QPointF(from, y), QPointF(to, y));
            painter.drawLine(QPointF(from, y - 4), QPointF(from, y + 4));
            painter.drawLine(QPointF(to, y - 4), QPointF(to, y + 4));
            right = std::max(right, to);
        }
    }
    // Right: how long, and what that means.
    const QRectF first(right + 8, line.center().y() - textHeight, width() - right - 10, textHeight);
    QString note;
    if (!run.time)
        note = tr("stopped too early to tell");
    else if (!isCompared)
        note = run.reason;
    else if (run.time->isEstimate)
        note = tr("estimate: no whole epoch");
    else if (m_comparison.sentence.isEmpty())
        note = run.time->epochs == 1 ? tr("one epoch") : tr("median of %1 epochs").arg(run.time->epochs);
    else
        note = verdictText(m_comparison, run);
    if (run.time) {
        QFont numbers = numberFont(font());
        numbers.setBold(isCompared && !run.time->isEstimate);
        painter.setFont(numbers);
        painter.setPen(text);
        painter.drawText(first, Qt::AlignLeft | Qt::AlignVCenter,
            (run.time->isEstimate ? QStringLiteral("≈ ") : QString()) + timeText(run.time->median));
    }
    painter.setFont(font());
    painter.setPen(run.speedUp && m_comparison.baseline != run.number ? text : quiet);
    painter.drawText(first.translated(0, textHeight), Qt::AlignLeft | Qt::AlignVCenter,
        fontMetrics().elidedText(note, Qt::ElideRight, static_cast<int>(first.width())));
}

int EpochBars::rowAt(double y) const {
    const double row = (y - plotArea().top()) / rowHeight();
    return row >= 0 && row < static_cast<double>(m_comparison.runs.size()) ? static_cast<int>(row) : -1;
}

void EpochBars::mousePressEvent(QMouseEvent* event) {
    if (const int row = rowAt(event->position().y()); row >= 0)
        emit chosen(m_comparison.runs[static_cast<std::size_t>(row)].number);
}

QString EpochBars::runText(const ComparedRun& run) {
    return run.day.isEmpty() ? tr("Run %1").arg(run.number) : tr("Run %1, recorded %2").arg(run.number).arg(run.day);
}

QString EpochBars::describe(const ComparedRun& run) const {
    QString text = run.recorded.isEmpty() ? tr("Run %1, %2: ").arg(run.number).arg(run.device)
                                          : tr("Run %1, %2, %3: ").arg(run.number).arg(run.device, run.recorded);
    if (!run.time)
        return text + tr("stopped too early to tell");
    if (run.time->isEstimate)
        text += tr("about %1 an epoch, estimated from its steps").arg(secondsText(run.time->median));
    else
        text += tr("%1 an epoch, median of %2 (%3 to %4)")
                    .arg(secondsText(run.time->median))
                    .arg(run.time->epochs)
                    .arg(secondsText(run.time->least), secondsText(run.time->greatest));
    if (run.speedUp && run.number != m_comparison.baseline)
        text += tr(", beside run %1: %2").arg(*m_comparison.baseline).arg(verdictText(m_comparison, run));
    if (!run.reason.isEmpty())
        text += tr(", not compared: %1").arg(run.reason);
    return text + tr("; before the first step: %1 to load").arg(secondsText(run.loadSeconds));
}

bool EpochBars::event(QEvent* event) {
    if (event->type() != QEvent::ToolTip)
        return QWidget::event(event);
    const auto* help = static_cast<QHelpEvent*>(event);
    const int row = rowAt(help->pos().y());
    if (row < 0)
        QToolTip::hideText();
    else
        QToolTip::showText(help->globalPos(), describe(m_comparison.runs[static_cast<std::size_t>(row)]), this);
    return true;
}

} // namespace kernelscope
