// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/limits_hint.h"

#include <QCoreApplication>
#include <QDoubleSpinBox>
#include <QKeyEvent>
#include <QLineEdit>
#include <QLocale>
#include <QSpinBox>
#include <QTimer>
#include <QToolTip>

namespace kernelscope {
namespace {

/// "From 1 to 65,536."
QString limits(const QAbstractSpinBox& field) {
    const QString text = QCoreApplication::translate("LimitsHint", "From %1 to %2.");
    if (const auto* whole = qobject_cast<const QSpinBox*>(&field))
        return text.arg(QLocale().toString(whole->minimum()), QLocale().toString(whole->maximum()));
    if (const auto* number = qobject_cast<const QDoubleSpinBox*>(&field))
        return text.arg(number->textFromValue(number->minimum()), number->textFromValue(number->maximum()));
    return {};
}

struct Range {
    double least = 0;
    double most = 0;
};

Range rangeOf(const QAbstractSpinBox& field) {
    if (const auto* whole = qobject_cast<const QSpinBox*>(&field))
        return {static_cast<double>(whole->minimum()), static_cast<double>(whole->maximum())};
    const auto* number = qobject_cast<const QDoubleSpinBox*>(&field);
    return number ? Range{number->minimum(), number->maximum()} : Range();
}

void tell(QAbstractSpinBox& field) {
    QToolTip::showText(field.mapToGlobal(QPoint(0, field.height() / 2)), limits(field), &field);
}

/// Who leaves a field, or presses Return in it, is done with it: what is too small then is put back by the field, which
/// must not happen without a word.
class LeavingHint : public QObject {
public:
    LeavingHint(QAbstractSpinBox& field, QLineEdit& line) : QObject(&field), m_field(field), m_line(line) {
        field.installEventFilter(this);
    }

protected:
    bool eventFilter(QObject*, QEvent* event) override {
        const bool isReturn = event->type() == QEvent::KeyPress && isReturnKey(static_cast<QKeyEvent*>(event)->key());
        if (!isReturn && event->type() != QEvent::FocusOut)
            return false;
        bool isNumber = false;
        const double value = QLocale().toDouble(m_line.text().trimmed(), &isNumber);
        if (isNumber && value < rangeOf(m_field).least)
            QTimer::singleShot(0, &m_field, [&field = m_field] { tell(field); }); // the event itself would hide it
        return false;
    }

private:
    static bool isReturnKey(int key) { return key == Qt::Key_Return || key == Qt::Key_Enter; }

    QAbstractSpinBox& m_field;
    QLineEdit& m_line;
};

} // namespace

void tellLimits(QAbstractSpinBox& field) {
    auto* line = field.findChild<QLineEdit*>();
    if (!line)
        return;
    new LeavingHint(field, *line);
    QObject::connect(line, &QLineEdit::inputRejected, &field, [&field] { tell(field); });
    QObject::connect(line, &QLineEdit::textEdited, &field, [&field](const QString& text) {
        bool isNumber = false;
        const double value = QLocale().toDouble(text.trimmed(), &isNumber);
        if (isNumber && value > rangeOf(field).most) // too small it may be on the way to 0.001
            tell(field);
        else
            QToolTip::hideText();
    });
}

} // namespace kernelscope
