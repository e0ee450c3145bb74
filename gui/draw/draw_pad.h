// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "draw/drawing.h"
#include "draw/drawing_painter.h"

#include <QSet>
#include <QWidget>

namespace kernelscope {

/// The pad that is drawn on, with a mouse, a finger, a pen (its pressure is its width, its other end erases) or the
/// keyboard: arrow keys move the pen, Space puts it down and lifts it, Shift makes the steps small.
class DrawPad : public QWidget {
    Q_OBJECT

public:
    explicit DrawPad(QWidget* parent = nullptr);

    /// The frame that the drawing is for, in the network's pixels; the drawing stays.
    void setFrame(const QSize& frame);
    /// How pictures are seen, on the pad and in the raster.
    void setPictureLook(DrawingPainter::PictureLook look);

    /// Of the pen, in parts of the pad's shorter side.
    void setPenWidth(double width);
    double penWidth() const { return m_penWidth; }
    void setErasing(bool erases);

    const Drawing& drawing() const { return m_drawing; }
    void place(const DrawnPicture& picture);
    void setInverts(bool inverts);
    void clear();
    void undo();
    void redo();

    /// The drawing as the network's frame sees it: a whole number of pixels for each of the frame's.
    const QImage& raster() const { return m_raster.image(); }

    /// Where the drawing lies in the widget: the frame's aspect, on whole device pixels.
    QRectF padRect() const;

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

signals:
    void changed();        ///< What is on the pad; often while a stroke is drawn.
    void historyChanged(); ///< What can be undone or redone.

protected:
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void tabletEvent(QTabletEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void keyReleaseEvent(QKeyEvent* event) override;
    void focusInEvent(QFocusEvent* event) override;
    void focusOutEvent(QFocusEvent* event) override;
    void leaveEvent(QEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void paintEvent(QPaintEvent* event) override;

private:
    QPointF toPad(const QPointF& position) const;
    void penDown(const QPointF& at, double width, bool erases);
    void penMove(const QPointF& at, double width);
    void penUp();
    void moveByKeys(int key, bool isSmall);
    void repaintAll();
    void repaintEye();
    const Stroke& stroke() const;
    void paintPen(QPainter& painter, const QRectF& pad) const;

    Drawing m_drawing;
    DrawingPainter m_eye;
    DrawingPainter m_raster;
    QSize m_frame{28, 28};
    DrawingPainter::PictureLook m_look = DrawingPainter::PictureLook::Ink;
    double m_penWidth = 0.08;
    bool m_erases = false;
    bool m_isDown = false;
    QPointF m_pointer{-1, -1};    ///< Of mouse or pen, in parts of the pad; outside: not shown.
    QPointF m_keyPen{0.5, 0.5};   ///< The pen that keys move.
    bool m_isKeyPenShown = false; ///< Keys were used last.
    bool m_isKeyPenDown = false;
    QSet<int> m_keys; ///< Arrow keys that are held.
};

} // namespace kernelscope
