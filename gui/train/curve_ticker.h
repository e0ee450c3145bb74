// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// Tick labels of the training plots.
#pragma once

#include <qcustomplot.h>

namespace kernelscope {

/// Ticks at round values, labelled as people write them in their locale: "12,000" steps, "2.5" epochs, "80 %".
class CurveTicker : public QCPAxisTicker {
public:
    enum class Unit { Whole, Plain, Percent };

    explicit CurveTicker(Unit unit) : m_unit(unit) { setTickCount(6); }

protected:
    double getTickStep(const QCPRange& range) override;
    QString getTickLabel(double tick, const QLocale& locale, QChar formatChar, int precision) override;

private:
    Unit m_unit;
};

/// Powers of ten and their labels "0.01", "0.1", "1".
class LogCurveTicker : public QCPAxisTickerLog {
protected:
    QString getTickLabel(double tick, const QLocale& locale, QChar formatChar, int precision) override;
};

} // namespace kernelscope
