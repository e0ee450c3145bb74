// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// Pictures of a data set in rows.
#pragma once

#include <QListView>
#include <QStyledItemDelegate>

namespace kernelscope {

/// Draws an image with what it is and was taken for, and how sure the network was.
class GalleryDelegate : public QStyledItemDelegate {
    Q_OBJECT

public:
    using QStyledItemDelegate::QStyledItemDelegate;
    void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override;
    QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const override;
};

/// Images of a MistakesModel. Only what is seen is drawn, however many there are.
class Gallery : public QListView {
    Q_OBJECT

public:
    explicit Gallery(QWidget* parent = nullptr);

    /// What stands there while nothing is listed.
    void setEmptyText(const QString& text);

signals:
    /// The user wants to see this image from nearer: Enter or a double click.
    void opened(const QModelIndex& index);

protected:
    void paintEvent(QPaintEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;

private:
    QString m_emptyText;
};

} // namespace kernelscope
