// SPDX-License-Identifier: GPL-3.0-or-later
#include "mistakes/gallery.h"

#include "mistakes/mistakes_model.h"
#include "train/plot_style.h"

#include <QApplication>
#include <QKeyEvent>
#include <QPainter>

#include <algorithm>
#include <cmath>

namespace kernelscope {
namespace {

constexpr int margin = 6;

/// Room for a picture: one of 28 or 32 pixels doubled, at large type more.
int pictureSide(const QFontMetrics& metrics) {
    return std::max(64, metrics.height() * 4);
}

/// "true → taken" in so much room: both names are cut, so that neither is lost.
QString fittingCaption(const QModelIndex& index, const QFontMetrics& metrics, int room) {
    const QString caption = index.data(MistakesModel::CaptionRole).toString();
    if (metrics.horizontalAdvance(caption) <= room || index.data(MistakesModel::RightRole).toBool())
        return metrics.elidedText(caption, Qt::ElideRight, room);
    const QString arrow = QStringLiteral(" → ");
    const QString truth = index.data(MistakesModel::TruthRole).toString();
    const QString taken = index.data(MistakesModel::TakenRole).toString();
    const int names = room - metrics.horizontalAdvance(arrow);
    const int first = std::max(names / 2, names - metrics.horizontalAdvance(taken));
    const QString cut = metrics.elidedText(truth, Qt::ElideRight, first);
    return cut + arrow + metrics.elidedText(taken, Qt::ElideRight, names - metrics.horizontalAdvance(cut));
}

QFont smallFont(QFont font) {
    font.setPointSizeF(font.pointSizeF() * 0.9);
    return font;
}

/// The largest size in which each pixel of the picture takes a whole number of the screen's, or smaller where even one
/// is too large.
QSizeF fittingSize(const QSize& picture, double side, double ratio) {
    const double greatest = std::max(picture.width(), picture.height());
    const double factor = side * ratio / greatest;
    return QSizeF(picture) * (factor >= 1 ? std::floor(factor) : factor) / ratio;
}

} // namespace

void GalleryDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const {
    painter->save();
    const QPalette& palette = option.palette;
    const bool isSelected = option.state & QStyle::State_Selected;
    const QRect rect = option.rect.adjusted(2, 2, -2, -2);
    if (isSelected) {
        painter->setPen(Qt::NoPen);
        painter->setBrush(blend(palette.color(QPalette::Base), palette.color(QPalette::Highlight), 0.25));
        painter->setRenderHint(QPainter::Antialiasing);
        painter->drawRoundedRect(rect, 4, 4);
        painter->setRenderHint(QPainter::Antialiasing, false);
    }
    const QFont small = smallFont(option.font);
    const QFontMetrics metrics(small);
    const int side = pictureSide(QFontMetrics(option.font));
    const auto picture = index.data(MistakesModel::PictureRole).value<QImage>();
    if (!picture.isNull()) {
        const QSizeF size = fittingSize(picture.size(), side, painter->device()->devicePixelRatioF());
        const QRectF target(
            QPointF(rect.center().x() + 0.5 - size.width() / 2, rect.top() + margin - 2 + (side - size.height()) / 2),
            size);
        painter->setRenderHint(QPainter::SmoothPixmapTransform, size.width() < picture.width());
        painter->drawImage(target.toAlignedRect(), picture);
    }
    painter->setFont(small);
    const QRect caption(rect.left(), rect.top() + margin + side, rect.width(), metrics.height());
    const bool isRight = index.data(MistakesModel::RightRole).toBool();
    painter->setPen(isRight ? rightColor(palette) : palette.color(QPalette::Text));
    painter->drawText(
        caption.adjusted(2, 0, -2, 0), Qt::AlignCenter, fittingCaption(index, metrics, caption.width() - 4));
    painter->setPen(palette.color(isSelected ? QPalette::Text : QPalette::PlaceholderText));
    painter->drawText(
        caption.translated(0, metrics.height()), Qt::AlignCenter, index.data(MistakesModel::CertaintyRole).toString());
    if (option.state & QStyle::State_HasFocus) {
        painter->setPen(QPen(palette.color(QPalette::Highlight), 2));
        painter->setBrush(Qt::NoBrush);
        painter->setRenderHint(QPainter::Antialiasing);
        painter->drawRoundedRect(rect.adjusted(1, 1, -1, -1), 4, 4);
    }
    painter->restore();
}

QSize GalleryDelegate::sizeHint(const QStyleOptionViewItem& option, const QModelIndex&) const {
    const QFontMetrics metrics(smallFont(option.font));
    const int side = pictureSide(QFontMetrics(option.font));
    return {std::max(side, metrics.averageCharWidth() * 16) + 2 * margin, side + 2 * metrics.height() + 2 * margin + 4};
}

Gallery::Gallery(QWidget* parent) : QListView(parent) {
    setObjectName(QStringLiteral("mistakesGallery"));
    setAccessibleName(tr("Mistaken images"));
    setItemDelegate(new GalleryDelegate(this));
    setFlow(QListView::LeftToRight);
    setWrapping(true);
    setResizeMode(QListView::Adjust);
    setUniformItemSizes(true);
    setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
    setSelectionMode(QAbstractItemView::SingleSelection);
    setEditTriggers(QAbstractItemView::NoEditTriggers);
    setMouseTracking(true);
    connect(this, &QListView::doubleClicked, this, &Gallery::opened);
}

void Gallery::setEmptyText(const QString& text) {
    m_emptyText = text;
    viewport()->update();
}

void Gallery::paintEvent(QPaintEvent* event) {
    QListView::paintEvent(event);
    if (!model() || model()->rowCount() > 0)
        return;
    QPainter painter(viewport());
    painter.setPen(palette().color(QPalette::PlaceholderText));
    painter.drawText(viewport()->rect().adjusted(16, 16, -16, -16), Qt::AlignCenter | Qt::TextWordWrap, m_emptyText);
}

void Gallery::keyPressEvent(QKeyEvent* event) {
    if ((event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter) && currentIndex().isValid()) {
        emit opened(currentIndex());
        return;
    }
    QListView::keyPressEvent(event);
}

} // namespace kernelscope
