// SPDX-License-Identifier: GPL-3.0-or-later
#include "train/log_spin_box.h"

#include <QLocale>

#include <cmath>
#include <cstdlib>

namespace kernelscope {
namespace {

/// The number that a text stands for, in the window's locale or with a dot; false in `ok` where it is none.
double parse(const QString& text, bool& ok) {
    const double value = QLocale().toDouble(text.trimmed(), &ok);
    return ok ? value : QLocale::c().toDouble(text.trimmed(), &ok);
}

} // namespace

LogSpinBox::LogSpinBox(double minimum, double maximum, Steps steps, QWidget* parent)
    : QDoubleSpinBox(parent),
      m_steps(steps) {
    setDecimals(12); // before the range, which is rounded to them
    setRange(minimum, maximum);
    setKeyboardTracking(false);
}

QString LogSpinBox::textFromValue(double value) const {
    return QLocale().toString(value, 'g', 6).toLower(); // 1e-07, not 1E-07
}

double LogSpinBox::valueFromText(const QString& text) const {
    bool ok = false;
    const double value = parse(text, ok);
    return ok ? value : this->value();
}

QValidator::State LogSpinBox::validate(QString& text, int&) const {
    bool ok = false;
    const double value = parse(text, ok);
    if (ok && value >= minimum() && value <= maximum())
        return QValidator::Acceptable;
    // On the way to a number: "", "1e-".
    for (const QChar c : text)
        if (!c.isDigit() && !QStringLiteral(".,eE+- ").contains(c) && c != QLocale().decimalPoint())
            return QValidator::Invalid;
    return QValidator::Intermediate;
}

void LogSpinBox::stepBy(int steps) {
    double wanted = value();
    for (int i = 0; i < std::abs(steps); ++i)
        wanted = stepped(wanted, steps > 0);
    setValue(wanted);
    selectAll();
}

double LogSpinBox::stepped(double value, bool up) const {
    constexpr double slack = 1e-6; // values come from float
    const double decade = std::pow(10, std::floor(std::log10(value) + slack));
    const double mantissa = value / decade;
    if (m_steps == Steps::Tens)
        return up ? decade * 10 : (mantissa > 1 + slack ? decade : decade / 10);
    if (up) {
        for (const double next : {1.0, 2.0, 5.0})
            if (next > mantissa * (1 + slack))
                return decade * next;
        return decade * 10;
    }
    for (const double next : {5.0, 2.0, 1.0})
        if (next < mantissa * (1 - slack))
            return decade * next;
    return decade / 2;
}

} // namespace kernelscope
