// SPDX-License-Identifier: GPL-3.0-or-later
#include "draw/draw_pad.h"

#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QTabletEvent>

#include <algorithm>
#include <cmath>

namespace kernelscope {
namespace {

/// The raster's longer side is about so long: fine enough for smooth edges, small enough to be measured at 30 Hz.
constexpr int rasterSide = 560;

/// Steps of the pen by keys, in parts of the pad.
constexpr double keyStep = 0.04;
constexpr double smallKeyStep = 0.01;

bool isArrow(int key) {
    return key == Qt::Key_Left || key == Qt::Key_Right || key == Qt::Key_Up || key == Qt::Key_Down;
}

} // namespace

DrawPad::DrawPad(QWidget* parent) : QWidget(parent) {
    setObjectName(QStringLiteral("drawPad"));
    setAccessibleName(tr("Drawing pad"));
    setAccessibleDescription(tr("Arrow keys move the pen, Space puts it down and lifts it, Shift makes small steps."));
    setFocusPolicy(Qt::StrongFocus);
    setCursor(Qt::CrossCursor);
    setMouseTracking(true);
    setTabletTracking(true);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Expanding);
    repaintAll();
}

void DrawPad::setFrame(const QSize& frame) {
    if (frame == m_frame || frame.isEmpty())
        return;
    penUp();
    m_frame = frame;
    repaintAll();
    emit changed();
}

void DrawPad::setPictureLook(DrawingPainter::PictureLook look) {
    if (look == m_look)
        return;
    m_look = look;
    repaintAll();
    emit changed();
}

void DrawPad::setPenWidth(double width) {
    m_penWidth = width;
    update();
}

void DrawPad::setErasing(bool erases) {
    m_erases = erases;
    update();
}

void DrawPad::place(const DrawnPicture& picture) {
    penUp();
    m_drawing.place(picture);
    repaintAll();
    emit changed();
    emit historyChanged();
}

void DrawPad::setInverts(bool inverts) {
    m_drawing.setInverts(inverts);
    repaintAll();
    emit changed();
}

void DrawPad::clear() {
    penUp();
    m_drawing.clear();
    repaintAll();
    emit changed();
    emit historyChanged();
}

void DrawPad::undo() {
    penUp();
    m_drawing.undo();
    repaintAll();
    emit changed();
    emit historyChanged();
}

void DrawPad::redo() {
    penUp();
    m_drawing.redo();
    repaintAll();
    emit changed();
    emit historyChanged();
}

QSize DrawPad::sizeHint() const {
    const int side = fontMetrics().height() * 18;
    return {side, side};
}

QSize DrawPad::minimumSizeHint() const {
    const int side = fontMetrics().height() * 12;
    return {side, side};
}

QRectF DrawPad::padRect() const {
    const double ratio = devicePixelRatioF();
    const double scale = std::min((width() - 2.0) / m_frame.width(), (height() - 2.0) / m_frame.height());
    const auto whole = [ratio](double length) { return std::max(1.0, std::floor(length * ratio)) / ratio; };
    return {1, 1, whole(m_frame.width() * scale), whole(m_frame.height() * scale)};
}

QPointF DrawPad::toPad(const QPointF& position) const {
    const QRectF pad = padRect();
    return {(position.x() - pad.left()) / pad.width(), (position.y() - pad.top()) / pad.height()};
}

const Stroke& DrawPad::stroke() const {
    return std::get<Stroke>(*m_drawing.visible().back());
}

void DrawPad::penDown(const QPointF& at, double width, bool erases) {
    penUp();
    m_isDown = true;
    m_drawing.begin({erases, {{at, width}}});
    m_eye.extend(stroke());
    m_raster.extend(stroke());
    update();
    emit changed();
    emit historyChanged();
}

void DrawPad::penMove(const QPointF& at, double width) {
    if (!m_isDown)
        return;
    // A pen that trembles on one pixel draws no line.
    if (QLineF(stroke().points.back().at, at).length() < 0.002)
        return;
    m_drawing.extend({at, width});
    m_eye.extend(stroke());
    m_raster.extend(stroke());
    update();
    emit changed();
}

void DrawPad::penUp() {
    if (!m_isDown)
        return;
    m_isDown = false;
    m_isKeyPenDown = false;
    m_eye.end(stroke());
    m_raster.end(stroke());
    update();
    emit changed();
}

void DrawPad::mousePressEvent(QMouseEvent* event) {
    if (event->button() != Qt::LeftButton)
        return QWidget::mousePressEvent(event);
    m_isKeyPenShown = false;
    penDown(toPad(event->position()), m_penWidth, m_erases);
}

void DrawPad::mouseMoveEvent(QMouseEvent* event) {
    m_pointer = toPad(event->position());
    if (event->buttons() & Qt::LeftButton)
        penMove(m_pointer, m_penWidth);
    update();
}

void DrawPad::mouseReleaseEvent(QMouseEvent* event) {
    if (event->button() != Qt::LeftButton)
        return QWidget::mouseReleaseEvent(event);
    penMove(toPad(event->position()), m_penWidth);
    penUp();
}

void DrawPad::tabletEvent(QTabletEvent* event) {
    event->accept(); // no mouse event follows
    m_pointer = toPad(event->position());
    const bool hasPressure =
        event->pointingDevice() && event->pointingDevice()->capabilities().testFlag(QInputDevice::Capability::Pressure);
    // As wide as the slider says at half of the pressure.
    const double width = hasPressure ? m_penWidth * (0.4 + 1.2 * event->pressure()) : m_penWidth;
    const bool erases = m_erases || event->pointerType() == QPointingDevice::PointerType::Eraser;
    switch (event->type()) {
    case QEvent::TabletPress:
        m_isKeyPenShown = false;
        setFocus(Qt::MouseFocusReason);
        penDown(m_pointer, width, erases);
        break;
    case QEvent::TabletMove:
        penMove(m_pointer, width);
        break;
    default:
        penUp();
        break;
    }
    update();
}

void DrawPad::keyPressEvent(QKeyEvent* event) {
    const bool isSmall = event->modifiers() & Qt::ShiftModifier;
    if (event->modifiers() & ~(Qt::ShiftModifier | Qt::KeypadModifier))
        return QWidget::keyPressEvent(event);
    if (isArrow(event->key())) {
        m_keys.insert(event->key());
        moveByKeys(event->key(), isSmall);
    } else if (event->key() == Qt::Key_Space) {
        // Where the mouse draws, Space is for the window, which pauses the run.
        if (!m_isKeyPenShown)
            return QWidget::keyPressEvent(event);
        if (event->isAutoRepeat())
            return;
        if (m_isKeyPenDown) {
            penUp();
        } else {
            penDown(m_keyPen, m_penWidth, m_erases);
            m_isKeyPenDown = true;
        }
    } else if (event->key() == Qt::Key_Escape && m_isKeyPenDown) {
        penUp();
    } else {
        QWidget::keyPressEvent(event);
    }
}

void DrawPad::keyReleaseEvent(QKeyEvent* event) {
    if (!event->isAutoRepeat())
        m_keys.remove(event->key());
    if (!isArrow(event->key()) && event->key() != Qt::Key_Space)
        QWidget::keyReleaseEvent(event);
}

void DrawPad::moveByKeys(int key, bool isSmall) {
    m_isKeyPenShown = true;
    const double step = isSmall ? smallKeyStep : keyStep;
    // Keyboards repeat only the key that was pressed last: with two held, each repeat moves slantwise.
    QPointF move;
    QSet<int> keys = m_keys;
    keys.insert(key);
    for (const int held : keys) {
        move.rx() += held == Qt::Key_Left ? -step : (held == Qt::Key_Right ? step : 0);
        move.ry() += held == Qt::Key_Up ? -step : (held == Qt::Key_Down ? step : 0);
    }
    m_keyPen += move;
    m_keyPen = {std::clamp(m_keyPen.x(), 0.0, 1.0), std::clamp(m_keyPen.y(), 0.0, 1.0)};
    if (m_isKeyPenDown)
        penMove(m_keyPen, m_penWidth);
    update();
}

void DrawPad::focusInEvent(QFocusEvent* event) {
    QWidget::focusInEvent(event);
    m_keys.clear();
    if (event->reason() == Qt::TabFocusReason || event->reason() == Qt::BacktabFocusReason)
        m_isKeyPenShown = true;
    update();
}

void DrawPad::focusOutEvent(QFocusEvent* event) {
    QWidget::focusOutEvent(event);
    m_keys.clear();
    m_isKeyPenShown = false;
    if (m_isKeyPenDown)
        penUp();
    update();
}

void DrawPad::leaveEvent(QEvent* event) {
    QWidget::leaveEvent(event);
    m_pointer = {-1, -1};
    update();
}

void DrawPad::resizeEvent(QResizeEvent* event) {
    QWidget::resizeEvent(event);
    repaintEye();
}

void DrawPad::repaintEye() {
    const double ratio = devicePixelRatioF();
    const QSizeF size = padRect().size() * ratio;
    m_eye.paint(m_drawing, {qRound(size.width()), qRound(size.height())}, m_look);
    update();
}

void DrawPad::repaintAll() {
    repaintEye();
    const int factor = std::max(1, rasterSide / std::max(m_frame.width(), m_frame.height()));
    m_raster.paint(m_drawing, m_frame * factor, m_look);
}

void DrawPad::paintEvent(QPaintEvent*) {
    const QRectF pad = padRect();
    const QSize wanted(qRound(pad.width() * devicePixelRatioF()), qRound(pad.height() * devicePixelRatioF()));
    if (m_eye.image().size() != wanted) // the window came to a screen of another resolution
        m_eye.paint(m_drawing, wanted, m_look);
    QPainter painter(this);
    painter.drawImage(pad, m_eye.image());
    if (m_drawing.isEmpty()) {
        painter.setPen(QColor(170, 170, 170));
        painter.drawText(pad, Qt::AlignCenter | Qt::TextWordWrap, tr("Draw here"));
    }
    paintPen(painter, pad);
    painter.setRenderHint(QPainter::Antialiasing, false);
    painter.setBrush(Qt::NoBrush);
    painter.setPen(
        hasFocus() ? QPen(palette().color(QPalette::Highlight), 2) : QPen(palette().color(QPalette::Mid), 1));
    const double outside = hasFocus() ? 0 : 0.5;
    painter.drawRect(pad.adjusted(-outside, -outside, outside, outside));
}

/// A ring as wide as the pen: grey, that is seen on ink and on black.
void DrawPad::paintPen(QPainter& painter, const QRectF& pad) const {
    const QPointF place = m_isKeyPenShown ? m_keyPen : m_pointer;
    if (place.x() < 0 || place.x() > 1 || place.y() < 0 || place.y() > 1)
        return;
    painter.save();
    painter.setClipRect(pad);
    painter.setRenderHint(QPainter::Antialiasing);
    const QPointF middle(pad.left() + place.x() * pad.width(), pad.top() + place.y() * pad.height());
    const double radius = m_penWidth * std::min(pad.width(), pad.height()) / 2;
    painter.setBrush(Qt::NoBrush);
    painter.setPen(QPen(QColor(128, 128, 128), 1.5));
    painter.drawEllipse(middle, radius, radius);
    if (m_isKeyPenShown) {
        // Filled while it draws: seen without colours.
        painter.setPen(QPen(QColor(128, 128, 128), 1.5));
        painter.drawLine(middle - QPointF(radius + 6, 0), middle - QPointF(radius, 0));
        painter.drawLine(middle + QPointF(radius, 0), middle + QPointF(radius + 6, 0));
        painter.drawLine(middle - QPointF(0, radius + 6), middle - QPointF(0, radius));
        painter.drawLine(middle + QPointF(0, radius), middle + QPointF(0, radius + 6));
        if (m_isKeyPenDown) {
            painter.setBrush(QColor(128, 128, 128));
            painter.drawEllipse(middle, radius / 2, radius / 2);
        }
    }
    painter.restore();
}

} // namespace kernelscope
