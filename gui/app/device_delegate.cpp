// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/device_delegate.h"

#include <QAbstractItemView>
#include <QPainter>

namespace kernelscope {
namespace {

constexpr int margin = 8;
constexpr int spacing = 2;

QString aboutOf(const QModelIndex& index) {
    return index.data(Qt::AccessibleDescriptionRole).toString();
}

int aboutHeight(const QFontMetrics& metrics, int width, const QString& about) {
    return metrics.boundingRect(QRect(0, 0, width, 10'000), Qt::TextWordWrap, about).height();
}

} // namespace

void DeviceDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const {
    const bool isEnabled = index.flags().testFlag(Qt::ItemIsEnabled);
    const bool isLit = isEnabled && option.state.testFlag(QStyle::State_Selected);
    painter->save();
    painter->fillRect(option.rect, option.palette.color(isLit ? QPalette::Highlight : QPalette::Base));
    const QRect area = option.rect.adjusted(margin, margin / 2, -margin, -margin / 2);
    const int line = option.fontMetrics.height();
    const auto colour = [&](QPalette::ColorRole role) {
        return option.palette.color(isLit ? QPalette::HighlightedText : role);
    };
    painter->setFont(option.font);
    painter->setPen(colour(isEnabled ? QPalette::Text : QPalette::PlaceholderText));
    painter->drawText(QRect(area.topLeft(), QSize(area.width(), line)), Qt::AlignLeft | Qt::AlignVCenter,
        index.data(Qt::DisplayRole).toString());
    // The reason why something cannot be used is the last thing that may be hard to read.
    painter->setPen(colour(isEnabled ? QPalette::PlaceholderText : QPalette::Text));
    painter->drawText(area.adjusted(0, line + spacing, 0, 0), Qt::TextWordWrap, aboutOf(index));
    painter->restore();
}

QSize DeviceDelegate::sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const {
    const auto* view = qobject_cast<const QAbstractItemView*>(option.widget);
    const int width = view ? view->viewport()->width() : option.rect.width();
    QSize size(width, option.fontMetrics.height() + margin);
    if (const QString about = aboutOf(index); !about.isEmpty())
        size.rheight() += spacing + aboutHeight(option.fontMetrics, width - 2 * margin, about);
    return size;
}

} // namespace kernelscope
