// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// The mouse wheel as a hand turns it.
#pragma once

#include <QApplication>
#include <QWheelEvent>
#include <QtTest>

namespace kernelscope::testing {

/// A notch over the middle of a widget, marked as the window system's own: only such events move the focus.
inline void turnWheel(QWidget* widget, int notches) {
    const QPoint at = widget->rect().center();
    QWheelEvent event(
        at, widget->mapToGlobal(at), {}, {0, 120 * notches}, Qt::NoButton, Qt::NoModifier, Qt::NoScrollPhase, false);
    QSpontaneKeyEvent::setSpontaneous(&event);
    qApp->notify(widget, &event);
}

} // namespace kernelscope::testing
