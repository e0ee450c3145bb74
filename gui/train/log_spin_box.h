// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// A number whose ratio matters, not its difference.
#pragma once

#include <QDoubleSpinBox>

namespace kernelscope {

/// A spin box that steps 1, 2, 5, 10, 20, ... or by tens, and shows few digits: 0.001, 0.0005, 1e-07.
/// Reports a typed value when it is complete, not at each key.
class LogSpinBox : public QDoubleSpinBox {
    Q_OBJECT

public:
    enum class Steps { OneTwoFive, Tens };

    /// @param minimum above 0.
    LogSpinBox(double minimum, double maximum, Steps steps, QWidget* parent = nullptr);

    QString textFromValue(double value) const override;
    double valueFromText(const QString& text) const override;
    QValidator::State validate(QString& text, int& position) const override;
    void stepBy(int steps) override;

private:
    double stepped(double value, bool up) const;

    Steps m_steps;
};

} // namespace kernelscope
