// SPDX-License-Identifier: GPL-3.0-or-later
#include "train/limits_hint.h"

#include <QCoreApplication>
#include <QDoubleSpinBox>
#include <QLineEdit>
#include <QLocale>
#include <QSpinBox>
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

double maximum(const QAbstractSpinBox& field) {
    if (const auto* whole = qobject_cast<const QSpinBox*>(&field))
        return whole->maximum();
    const auto* number = qobject_cast<const QDoubleSpinBox*>(&field);
    return number ? number->maximum() : 0;
}

void tell(QAbstractSpinBox& field) {
    QToolTip::showText(field.mapToGlobal(QPoint(0, field.height() / 2)), limits(field), &field);
}

} // namespace

void tellLimits(QAbstractSpinBox& field) {
    auto* line = field.findChild<QLineEdit*>();
    if (!line)
        return;
    QObject::connect(line, &QLineEdit::inputRejected, &field, [&field] { tell(field); });
    QObject::connect(line, &QLineEdit::textEdited, &field, [&field](const QString& text) {
        bool isNumber = false;
        const double value = QLocale().toDouble(text.trimmed(), &isNumber);
        if (isNumber && value > maximum(field)) // too small it may be on the way to 0.001
            tell(field);
        else
            QToolTip::hideText();
    });
}

} // namespace kernelscope
