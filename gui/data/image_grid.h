// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// Very many small images, of which one is chosen.
#pragma once

#include "data/data_survey.h"

#include <QAbstractScrollArea>
#include <QCache>
#include <QImage>

#include <vector>

namespace kernelscope {

/// The images of one split, or some of them, in rows with their class below. Paints only what is in sight, each image's
/// pixel a square of whole device pixels where it is enlarged; an image that is not made yet is an empty frame until it
/// is.
class ImageGrid : public QAbstractScrollArea {
    Q_OBJECT

public:
    explicit ImageGrid(QWidget* parent = nullptr);

    /// Shows these images of a split. @param survey null: nothing is shown. It outlives the grid or its next
    /// setImages().
    void setImages(const DataSurvey* survey, Split split, std::vector<std::uint32_t> indices);
    /// The sentence where there is no image.
    void setEmptyText(const QString& text);
    /// Room for an image, in logical pixels a side: 32 to 256.
    void setImageSide(int side);
    int imageSide() const { return m_side; }

    int count() const { return static_cast<int>(m_indices.size()); }
    Split split() const { return m_split; }
    /// The chosen image's place in the list, -1 where there is none.
    int current() const { return m_current; }
    /// The chosen image's index in its split.
    std::size_t currentIndex() const { return m_indices[static_cast<std::size_t>(m_current)]; }
    /// Chooses, scrolls there, and tells.
    void setCurrent(int place);
    /// The place of an image of the split, or of the next one that is shown.
    int placeOf(std::size_t index) const;

    /// Images in a row.
    int columns() const;
    /// Where a place is drawn in the viewport.
    QRect cellRect(int place) const;
    /// The place under a point of the viewport, -1 for none.
    int placeAt(const QPoint& point) const;

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

signals:
    void currentChanged(int place);
    void activated(int place);  ///< By Enter or a double click.
    void sideWanted(int steps); ///< Ctrl with the wheel, plus or minus: larger or smaller.

protected:
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void changeEvent(QEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseDoubleClickEvent(QMouseEvent* event) override;
    void wheelEvent(QWheelEvent* event) override;
    void focusInEvent(QFocusEvent* event) override;
    void focusOutEvent(QFocusEvent* event) override;
    bool viewportEvent(QEvent* event) override;

private:
    QSize deviceImageSize() const;
    QSize cellSize() const;
    int captionHeight() const;
    int rowsInSight() const;
    void updateScrolling();
    void keepInSight(int place);
    void wishForWhatIsInSight();
    QString className(std::size_t index) const;
    QImage picture(std::size_t index);
    void describe();

    const DataSurvey* m_survey = nullptr;
    Split m_split = Split::Train;
    std::vector<std::uint32_t> m_indices;
    QString m_emptyText;
    int m_captionWidth = 0; ///< That of the longest class name.
    int m_side = 64;
    int m_current = -1;
    QSize m_pictureSize;                ///< What the pictures that are kept were made for, in device pixels.
    QCache<quint64, QImage> m_pictures; ///< By index in the split; costs are kilobytes.
};

} // namespace kernelscope
