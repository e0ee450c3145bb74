// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// A device in the list of devices.
#pragma once

#include <QStyledItemDelegate>

namespace kernelscope {

/// Draws a device's name and below it, in as many lines as it takes, the text of Qt::AccessibleDescriptionRole: which
/// chip it is, or why it cannot be used. For a list of fixed width.
class DeviceDelegate : public QStyledItemDelegate {
    Q_OBJECT

public:
    using QStyledItemDelegate::QStyledItemDelegate;

    void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override;
    QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const override;
};

} // namespace kernelscope
