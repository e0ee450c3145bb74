// SPDX-License-Identifier: GPL-3.0-or-later
#include "train/class_bars.h"

#include "train/plot_style.h"
#include "widgets/number_text.h"

#include <QPainter>

#include <algorithm>
#include <cmath>
#include <numeric>

namespace kernelscope {

ClassBars::ClassBars(QWidget* parent) : QWidget(parent) {
    setObjectName(QStringLiteral("classBars"));
    setAccessibleName(tr("Probabilities of the classes"));
    setToolTip(tr("How likely each class is, says the network. They add up to 100 %."));
    setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Maximum);
}

void ClassBars::setClasses(const std::vector<std::string>& names) {
    m_names.clear();
    for (const std::string& name : names)
        m_names.push_back(QString::fromStdString(name));
    m_probabilities.clear();
    updateGeometry();
    update();
}

void ClassBars::setMostRows(int rows) {
    m_mostRows = std::max(1, rows);
    updateGeometry();
    update();
}

std::vector<std::size_t> ClassBars::shownClasses() const {
    std::vector<std::size_t> classes(m_names.size());
    std::iota(classes.begin(), classes.end(), std::size_t{0});
    const auto shown = static_cast<std::size_t>(rows());
    if (shown == classes.size() || m_probabilities.size() != m_names.size()) {
        classes.resize(shown);
        return classes;
    }
    // Not a number, from a run that went astray, is the least likely.
    const auto key = [this](std::size_t index) {
        return std::isnan(m_probabilities[index]) ? -1.0f : m_probabilities[index];
    };
    std::partial_sort(classes.begin(), classes.begin() + rows(), classes.end(),
        [&key](std::size_t a, std::size_t b) { return key(a) != key(b) ? key(a) > key(b) : a < b; });
    classes.resize(shown);
    // The true class is always told, however unlikely the network thinks it.
    const bool hasTruth = m_truth >= 0 && static_cast<std::size_t>(m_truth) < m_names.size();
    if (hasTruth && std::find(classes.begin(), classes.end(), static_cast<std::size_t>(m_truth)) == classes.end())
        classes.back() = static_cast<std::size_t>(m_truth);
    return classes;
}

void ClassBars::setAnswer(std::vector<float> probabilities, int predicted, int truth) {
    m_probabilities = std::move(probabilities);
    m_predicted = predicted;
    m_truth = truth;
    const auto known = [this](int index) { return index >= 0 && static_cast<std::size_t>(index) < m_names.size(); };
    QString text;
    if (!m_probabilities.empty() && known(predicted)) {
        text = tr("Answer %1, %2.")
                   .arg(m_names[static_cast<std::size_t>(predicted)],
                       percentText(static_cast<double>(m_probabilities[static_cast<std::size_t>(predicted)]), 1));
        if (known(truth))
            text += QLatin1Char(' ') + tr("True class %1.").arg(m_names[static_cast<std::size_t>(truth)]);
    }
    setAccessibleDescription(text);
    update();
}

QSize ClassBars::sizeHint() const {
    return {fontMetrics().averageCharWidth() * 32, (fontMetrics().height() + 4) * rows()};
}

QSize ClassBars::minimumSizeHint() const {
    return {sizeHint().width(), fontMetrics().height() * rows()};
}

void ClassBars::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    const int rowHeight = std::min(height(), sizeHint().height()) / std::max(rows(), 1);
    int y = 0;
    for (const std::size_t index : shownClasses()) {
        paintRow(painter, QRect(0, y, width(), rowHeight), index);
        y += rowHeight;
    }
}

void ClassBars::paintRow(QPainter& painter, const QRect& row, std::size_t index) const {
    const bool isAnswer = !m_probabilities.empty() && static_cast<int>(index) == m_predicted;
    const bool isTrue = !m_probabilities.empty() && static_cast<int>(index) == m_truth;
    const QColor text = palette().color(QPalette::WindowText);
    const QColor ground = palette().color(QPalette::Window);
    QFont bold = font();
    bold.setBold(true);
    painter.setFont(isAnswer ? bold : font());
    const QFontMetrics metrics(bold);

    int nameWidth = 0;
    for (const QString& name : m_names)
        nameWidth = std::max(nameWidth, metrics.horizontalAdvance(name));
    nameWidth = std::min(nameWidth + 2, row.width() / 3); // widths are rounded: what just fits must not be cut
    const int percentWidth = metrics.horizontalAdvance(percentText(1.0, 1)) + 4;
    const int signWidth = metrics.horizontalAdvance(tr("true")) + 12;

    const QRect nameRect(row.left(), row.top(), nameWidth, row.height());
    const QRect signRect(row.right() + 1 - signWidth, row.top(), signWidth, row.height());
    const QRect percentRect(signRect.left() - percentWidth, row.top(), percentWidth, row.height());
    const QRectF track(
        nameRect.right() + 9, row.top() + 4, percentRect.left() - nameRect.right() - 17, row.height() - 8);

    painter.setPen(text);
    painter.drawText(
        nameRect, Qt::AlignRight | Qt::AlignVCenter, metrics.elidedText(m_names[index], Qt::ElideRight, nameWidth));
    painter.fillRect(track, blend(ground, text, 0.08));
    if (index >= m_probabilities.size())
        return;
    const bool isKnown = !std::isnan(m_probabilities[index]);
    const double part = isKnown ? std::clamp(static_cast<double>(m_probabilities[index]), 0.0, 1.0) : 0;
    QColor bar = blend(ground, text, 0.45);
    if (isAnswer)
        bar = m_truth < 0 ? palette().color(QPalette::Highlight)
                          : (isTrue ? rightColor(palette()) : wrongColor(palette()));
    painter.fillRect(QRectF(track.topLeft(), QSizeF(track.width() * part, track.height())), bar);
    if (isKnown)
        painter.drawText(percentRect, Qt::AlignRight | Qt::AlignVCenter, percentText(part, 1));
    if (isTrue || (isAnswer && m_truth >= 0)) {
        painter.setPen(isTrue ? rightColor(palette()) : wrongColor(palette()));
        const QString sign = isAnswer ? (isTrue ? QStringLiteral("✓") : QStringLiteral("✗")) : tr("true");
        painter.drawText(signRect.adjusted(8, 0, 0, 0), Qt::AlignLeft | Qt::AlignVCenter, sign);
    }
}

} // namespace kernelscope
