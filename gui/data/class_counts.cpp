// SPDX-License-Identifier: GPL-3.0-or-later
#include "data/class_counts.h"

#include "train/plot_style.h"
#include "widgets/number_text.h"

#include <QMouseEvent>
#include <QPainter>

#include <algorithm>

namespace kernelscope {

ClassCounts::ClassCounts(QWidget* parent) : QWidget(parent) {
    setObjectName(QStringLiteral("classCounts"));
    setAccessibleName(tr("Images of each class"));
    setToolTip(tr("How many images there are of each class: training images as the thick bar, test images as the thin "
                  "one. Click a class to see its images."));
    setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Fixed);
}

void ClassCounts::setCounts(const DataInfo& info, const DataStatistics* statistics) {
    m_names.clear();
    for (int label = 0; label < info.classes; ++label) {
        const auto i = static_cast<std::size_t>(label);
        m_names << (i < info.classNames.size() ? QString::fromStdString(info.classNames[i]) : countText(label));
    }
    m_train = statistics ? statistics->train.classCounts : std::vector<std::size_t>();
    m_test = statistics ? statistics->test.classCounts : std::vector<std::size_t>();
    QStringList lines;
    for (std::size_t i = 0; i < m_train.size(); ++i)
        lines << tr("%1: %2").arg(m_names[static_cast<int>(i)], numbers(i));
    setAccessibleDescription(lines.join(QStringLiteral("; ")));
    updateGeometry();
    update();
}

int ClassCounts::rowHeight() const {
    return fontMetrics().height() + 6;
}

QString ClassCounts::numbers(std::size_t label) const {
    const auto at = [label](const std::vector<std::size_t>& counts) {
        return countText(label < counts.size() ? static_cast<std::int64_t>(counts[label]) : 0);
    };
    return tr("%1 + %2", "training images and test images").arg(at(m_train), at(m_test));
}

QSize ClassCounts::sizeHint() const {
    return {fontMetrics().averageCharWidth() * 34, rowHeight() * static_cast<int>(m_names.size())};
}

void ClassCounts::paintEvent(QPaintEvent* event) {
    QPainter painter(this);
    int nameWidth = 0;
    int numberWidth = 0;
    for (int i = 0; i < m_names.size(); ++i) {
        nameWidth = std::max(nameWidth, fontMetrics().horizontalAdvance(m_names[i]));
        if (!m_train.empty())
            numberWidth = std::max(numberWidth, fontMetrics().horizontalAdvance(numbers(static_cast<std::size_t>(i))));
    }
    nameWidth = std::min(nameWidth + 2, width() / 3); // widths are rounded: what just fits must not be cut
    const int left = nameWidth + 8;
    const int room = width() - left - numberWidth - 8;
    const PlotStyle style = PlotStyle::fromPalette(palette());
    std::size_t most = 1;
    for (const auto* counts : {&m_train, &m_test})
        for (const std::size_t count : *counts)
            most = std::max(most, count);
    const auto barWidth = [&](std::size_t count) {
        const int pixels =
            static_cast<int>(static_cast<double>(room) * static_cast<double>(count) / static_cast<double>(most));
        return count > 0 ? std::max(1, pixels) : 0;
    };
    const int first = std::max(0, event->rect().top() / rowHeight());
    const int last = std::min(static_cast<int>(m_names.size()) - 1, event->rect().bottom() / rowHeight());
    for (int i = first; i <= last; ++i) {
        const QRect row(0, i * rowHeight(), width(), rowHeight());
        painter.setPen(palette().color(QPalette::WindowText));
        painter.drawText(QRect(row.left(), row.top(), nameWidth, row.height()), Qt::AlignLeft | Qt::AlignVCenter,
            fontMetrics().elidedText(m_names[i], Qt::ElideRight, nameWidth));
        if (m_train.empty())
            continue;
        const auto label = static_cast<std::size_t>(i);
        const int thick = std::max(4, row.height() * 2 / 5);
        const int thin = std::max(2, row.height() / 5);
        const int top = row.top() + (row.height() - thick - thin - 1) / 2;
        painter.fillRect(QRect(left, top, barWidth(m_train[label]), thick), style.training);
        painter.fillRect(QRect(left, top + thick + 1, barWidth(m_test[label]), thin), style.test);
        painter.drawText(row, Qt::AlignRight | Qt::AlignVCenter, numbers(label));
    }
}

void ClassCounts::mousePressEvent(QMouseEvent* event) {
    const int label = event->position().toPoint().y() / rowHeight();
    if (event->button() == Qt::LeftButton && label >= 0 && label < m_names.size())
        emit classClicked(label);
}

} // namespace kernelscope
