// SPDX-License-Identifier: GPL-3.0-or-later
#include "data/image_grid.h"

#include "data/pixel_image.h"
#include "train/plot_style.h"
#include "widgets/number_text.h"

#include <QHelpEvent>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QScrollBar>
#include <QToolTip>

#include <algorithm>
#include <cmath>
#include <utility>

namespace kernelscope {
namespace {

/// Room between the cells, and around them, for the chosen one's frame.
constexpr int gap = 8;

/// Kilobytes of pictures that are kept.
constexpr int cacheKilobytes = 32 * 1024;

} // namespace

ImageGrid::ImageGrid(QWidget* parent) : QAbstractScrollArea(parent), m_pictures(cacheKilobytes) {
    setObjectName(QStringLiteral("imageGrid"));
    setAccessibleName(tr("Images"));
    setFocusPolicy(Qt::StrongFocus);
    setFrameShape(QFrame::NoFrame);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOn); // so that the columns do not jump
    viewport()->setBackgroundRole(QPalette::Base);
    connect(verticalScrollBar(), &QScrollBar::valueChanged, this, [this] { wishForWhatIsInSight(); });
}

void ImageGrid::setImages(const DataSurvey* survey, Split split, std::vector<std::uint32_t> indices) {
    const bool isSameSet = survey == m_survey && split == m_split;
    const std::size_t before = m_current >= 0 ? currentIndex() : 0;
    if (!isSameSet)
        m_pictures.clear();
    m_survey = survey;
    m_split = split;
    m_indices = survey ? std::move(indices) : std::vector<std::uint32_t>();
    m_current = -1;
    updateScrolling();
    if (m_indices.empty()) {
        describe();
        emit currentChanged(-1);
    } else {
        setCurrent(isSameSet ? placeOf(before) : 0); // the same image where it is still shown
    }
    viewport()->update();
}

void ImageGrid::setEmptyText(const QString& text) {
    m_emptyText = text;
    describe();
    viewport()->update();
}

void ImageGrid::setImageSide(int side) {
    side = std::clamp(side, 32, 256);
    if (side == m_side)
        return;
    m_side = side;
    updateScrolling();
    if (m_current >= 0)
        keepInSight(m_current);
    viewport()->update();
}

QSize ImageGrid::deviceImageSize() const {
    const int side = static_cast<int>(m_side * devicePixelRatioF());
    return fittedSize(m_survey ? m_survey->data()->info().shape : kernelscope::Shape{1, 1, 1}, {side, side});
}

int ImageGrid::captionHeight() const {
    return fontMetrics().height() + 2;
}

QSize ImageGrid::cellSize() const {
    // All cells have the same room, however narrow the images are, so that most captions can be read.
    const QSizeF image = QSizeF(deviceImageSize()) / devicePixelRatioF();
    return {std::max(static_cast<int>(std::ceil(image.width())), m_captionWidth),
        static_cast<int>(std::ceil(image.height())) + captionHeight()};
}

int ImageGrid::columns() const {
    return std::max(1, (viewport()->width() - gap) / (cellSize().width() + gap));
}

int ImageGrid::rowsInSight() const {
    return std::max(1, viewport()->height() / (cellSize().height() + gap));
}

QRect ImageGrid::cellRect(int place) const {
    const QSize size = cellSize();
    const int inRow = columns();
    const int stride = (viewport()->width() - gap) / inRow; // what is left over goes between the columns
    return {QPoint(gap + place % inRow * stride,
                gap + place / inRow * (size.height() + gap) - verticalScrollBar()->value()),
        size};
}

int ImageGrid::placeAt(const QPoint& point) const {
    const int inRow = columns();
    const int row = (point.y() + verticalScrollBar()->value() - gap / 2) / (cellSize().height() + gap);
    const int stride = (viewport()->width() - gap) / inRow;
    const int column = (point.x() - gap / 2) / std::max(1, stride);
    const int place = row * inRow + column;
    return row >= 0 && column >= 0 && column < inRow && place < count() &&
                   cellRect(place).adjusted(-gap / 2, -gap / 2, gap / 2, gap / 2).contains(point)
               ? place
               : -1;
}

int ImageGrid::placeOf(std::size_t index) const {
    const auto found = std::lower_bound(m_indices.begin(), m_indices.end(), index);
    const auto place = static_cast<int>(found - m_indices.begin());
    return std::min(place, count() - 1);
}

void ImageGrid::setCurrent(int place) {
    if (m_indices.empty())
        return;
    place = std::clamp(place, 0, count() - 1);
    keepInSight(place);
    if (place == m_current)
        return;
    m_current = place;
    describe();
    viewport()->update();
    emit currentChanged(place);
}

void ImageGrid::keepInSight(int place) {
    const QRect cell = cellRect(place).adjusted(0, -gap, 0, gap);
    QScrollBar* bar = verticalScrollBar();
    if (cell.top() < 0)
        bar->setValue(bar->value() + cell.top());
    else if (cell.bottom() >= viewport()->height())
        bar->setValue(bar->value() + std::min(cell.top(), cell.bottom() - viewport()->height() + 1));
}

void ImageGrid::updateScrolling() {
    m_captionWidth = fontMetrics().averageCharWidth() * 4;
    if (m_survey)
        for (const std::string& name : m_survey->data()->info().classNames)
            m_captionWidth =
                std::max(m_captionWidth, fontMetrics().horizontalAdvance(QString::fromStdString(name)) + 2);
    m_captionWidth = std::min(m_captionWidth, fontMetrics().averageCharWidth() * 14);
    const int rows = (count() + columns() - 1) / columns();
    const int row = cellSize().height() + gap;
    verticalScrollBar()->setRange(0, std::max(0, gap + rows * row - viewport()->height()));
    verticalScrollBar()->setPageStep(std::max(row, viewport()->height() - row / 2));
    verticalScrollBar()->setSingleStep(std::max(1, row / 2));
    wishForWhatIsInSight();
}

void ImageGrid::wishForWhatIsInSight() {
    if (!m_survey || m_indices.empty())
        return;
    const int first = std::max(0, verticalScrollBar()->value() / (cellSize().height() + gap) * columns());
    if (first < count())
        m_survey->wish(m_split, m_indices[static_cast<std::size_t>(first)]);
}

QString ImageGrid::className(std::size_t index) const {
    const DataSetPtr& set = m_survey->data();
    const std::size_t label = set->label(m_split, index);
    const auto& names = set->info().classNames;
    return label < names.size() ? QString::fromStdString(names[label]) : countText(static_cast<std::int64_t>(label));
}

QImage ImageGrid::picture(std::size_t index) {
    const QSize wanted = deviceImageSize();
    if (std::exchange(m_pictureSize, wanted) != wanted)
        m_pictures.clear(); // some were shrunk to another size
    if (const QImage* known = m_pictures.object(index))
        return *known;
    const DataSetPtr& set = m_survey->data();
    QImage image = pictureOf(set->image(m_split, index), set->info().shape);
    if (wanted.width() < image.width()) // shrunk once, not in every frame
        image = image.scaled(wanted, Qt::IgnoreAspectRatio, Qt::SmoothTransformation);
    m_pictures.insert(index, new QImage(image), static_cast<int>(image.sizeInBytes() / 1024) + 1);
    return image;
}

void ImageGrid::describe() {
    setAccessibleDescription(
        m_current < 0 ? m_emptyText
                      : tr("%1 %2, class %3, is chosen; arrow keys choose another, Enter looks at it")
                            .arg(m_split == Split::Train ? tr("Training image") : tr("Test image"),
                                countText(static_cast<std::int64_t>(currentIndex()) + 1), className(currentIndex())));
}

void ImageGrid::paintEvent(QPaintEvent* event) {
    QPainter painter(viewport());
    const QColor text = palette().color(QPalette::Text);
    if (m_indices.empty()) {
        painter.setPen(palette().color(QPalette::PlaceholderText));
        painter.drawText(
            viewport()->rect().adjusted(16, 16, -16, -16), Qt::AlignCenter | Qt::TextWordWrap, m_emptyText);
        return;
    }
    const double ratio = devicePixelRatioF();
    const QSize imageSize = deviceImageSize();
    const int row = cellSize().height() + gap;
    const int firstRow = std::max(0, (verticalScrollBar()->value() + event->rect().top() - gap) / row);
    const int lastRow = (verticalScrollBar()->value() + event->rect().bottom()) / row;
    const int inRow = columns();
    const QColor border = palette().color(QPalette::Mid);
    for (int place = firstRow * inRow; place < std::min(count(), (lastRow + 1) * inRow); ++place) {
        const std::size_t index = m_indices[static_cast<std::size_t>(place)];
        const QRect cell = cellRect(place);
        const bool isCurrent = place == m_current;
        const QRect frame = cell.adjusted(-gap / 2 + 1, -gap / 2 + 1, gap / 2 - 1, gap / 2 - 1);
        if (isCurrent) {
            painter.setRenderHint(QPainter::Antialiasing);
            const QColor highlight =
                palette().color(hasFocus() ? QPalette::Active : QPalette::Inactive, QPalette::Highlight);
            painter.setPen(QPen(highlight, 2));
            painter.setBrush(blend(palette().color(QPalette::Base), highlight, hasFocus() ? 0.30 : 0.15));
            painter.drawRoundedRect(frame, 4, 4);
            painter.setRenderHint(QPainter::Antialiasing, false);
        }
        const int left =
            static_cast<int>(cell.left() * ratio) + (static_cast<int>(cell.width() * ratio) - imageSize.width()) / 2;
        const QRect image(QPoint(left, static_cast<int>(cell.top() * ratio)), imageSize);
        if (m_survey->isReady(m_split, index)) {
            drawPicture(painter, image, picture(index));
        } else {
            painter.setPen(border);
            painter.setBrush(Qt::NoBrush);
            painter.drawRect(
                QRectF(QPointF(image.topLeft()) / ratio, QSizeF(image.size()) / ratio).adjusted(0, 0, -1, -1));
        }
        painter.setPen(text);
        const QRect caption(cell.left(), cell.bottom() - captionHeight() + 1, cell.width(), captionHeight());
        painter.drawText(caption, Qt::AlignHCenter | Qt::AlignBottom,
            fontMetrics().elidedText(className(index), Qt::ElideRight, caption.width()));
    }
}

void ImageGrid::resizeEvent(QResizeEvent* event) {
    QAbstractScrollArea::resizeEvent(event);
    updateScrolling();
    if (m_current >= 0)
        keepInSight(m_current);
}

void ImageGrid::changeEvent(QEvent* event) {
    QAbstractScrollArea::changeEvent(event);
    if (event->type() == QEvent::FontChange || event->type() == QEvent::StyleChange)
        updateScrolling();
}

void ImageGrid::keyPressEvent(QKeyEvent* event) {
    const bool zooms = event->modifiers().testFlag(Qt::ControlModifier) &&
                       (event->key() == Qt::Key_Plus || event->key() == Qt::Key_Minus || event->key() == Qt::Key_Equal);
    if (zooms) {
        emit sideWanted(event->key() == Qt::Key_Minus ? -1 : 1);
        return;
    }
    if (m_indices.empty() || event->modifiers().testFlag(Qt::AltModifier))
        return QAbstractScrollArea::keyPressEvent(event);
    const int inRow = columns();
    switch (event->key()) {
    case Qt::Key_Left:
        return setCurrent(m_current - 1);
    case Qt::Key_Right:
        return setCurrent(m_current + 1);
    case Qt::Key_Up:
        return setCurrent(m_current >= inRow ? m_current - inRow : m_current);
    case Qt::Key_Down:
        return setCurrent(m_current + inRow < count() ? m_current + inRow : m_current);
    case Qt::Key_PageUp:
        return setCurrent(std::max(m_current % inRow, m_current - inRow * rowsInSight()));
    case Qt::Key_PageDown:
        return setCurrent(m_current + inRow * rowsInSight());
    case Qt::Key_Home:
        return setCurrent(0);
    case Qt::Key_End:
        return setCurrent(count() - 1);
    case Qt::Key_Return:
    case Qt::Key_Enter:
        emit activated(m_current);
        return;
    default:
        QAbstractScrollArea::keyPressEvent(event);
    }
}

void ImageGrid::mousePressEvent(QMouseEvent* event) {
    const int place = placeAt(event->position().toPoint());
    if (event->button() == Qt::LeftButton && place >= 0)
        setCurrent(place);
}

void ImageGrid::mouseDoubleClickEvent(QMouseEvent* event) {
    const int place = placeAt(event->position().toPoint());
    if (event->button() == Qt::LeftButton && place >= 0)
        emit activated(place);
}

void ImageGrid::wheelEvent(QWheelEvent* event) {
    if (!event->modifiers().testFlag(Qt::ControlModifier))
        return QAbstractScrollArea::wheelEvent(event);
    if (event->angleDelta().y() != 0)
        emit sideWanted(event->angleDelta().y() > 0 ? 1 : -1);
    event->accept();
}

void ImageGrid::focusInEvent(QFocusEvent* event) {
    QAbstractScrollArea::focusInEvent(event);
    viewport()->update();
}

void ImageGrid::focusOutEvent(QFocusEvent* event) {
    QAbstractScrollArea::focusOutEvent(event);
    viewport()->update();
}

bool ImageGrid::viewportEvent(QEvent* event) {
    if (event->type() != QEvent::ToolTip)
        return QAbstractScrollArea::viewportEvent(event);
    const auto* help = static_cast<QHelpEvent*>(event);
    const int place = placeAt(help->pos());
    if (place < 0) {
        QToolTip::hideText();
        return true;
    }
    const std::size_t index = m_indices[static_cast<std::size_t>(place)];
    QToolTip::showText(help->globalPos(),
        tr("%1\n%2 %3", "class, kind of image, number")
            .arg(className(index), m_split == Split::Train ? tr("Training image") : tr("Test image"),
                countText(static_cast<std::int64_t>(index) + 1)),
        this);
    return true;
}

QSize ImageGrid::sizeHint() const {
    return {fontMetrics().averageCharWidth() * 60, fontMetrics().height() * 18};
}

QSize ImageGrid::minimumSizeHint() const {
    return {fontMetrics().averageCharWidth() * 30, fontMetrics().height() * 10};
}

} // namespace kernelscope
