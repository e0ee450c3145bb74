// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/calm_wheel.h"

#include <QAbstractSpinBox>
#include <QComboBox>
#include <QEvent>
#include <QSlider>

namespace kernelscope {
namespace {

class CalmWheel : public QObject {
public:
    using QObject::QObject;

protected:
    bool eventFilter(QObject* watched, QEvent* event) override {
        auto* widget = qobject_cast<QWidget*>(watched);
        if (event->type() == QEvent::Wheel && widget && !widget->hasFocus()) {
            event->ignore(); // so that it goes on to the page
            return true;
        }
        return QObject::eventFilter(watched, event);
    }
};

} // namespace

void calmWheel(QWidget& widget) {
    if (widget.focusPolicy() == Qt::WheelFocus)
        widget.setFocusPolicy(Qt::StrongFocus); // else the wheel's first notch is the only one that is ignored
    widget.installEventFilter(new CalmWheel(&widget));
}

void calmWheels(const QWidget& page) {
    for (QWidget* widget : page.findChildren<QWidget*>())
        if (qobject_cast<QComboBox*>(widget) || qobject_cast<QAbstractSpinBox*>(widget) ||
            qobject_cast<QSlider*>(widget))
            calmWheel(*widget);
}

} // namespace kernelscope
