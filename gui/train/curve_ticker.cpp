// SPDX-License-Identifier: GPL-3.0-or-later
#include "train/curve_ticker.h"

#include <algorithm>
#include <cmath>

namespace kernelscope {
namespace {

/// The shortest text, in the window's locale (the plot's own leaves thousands unmarked).
QString plainText(double value) {
    if (value == 0)
        return QLocale().toString(0);
    const double magnitude = std::abs(value);
    return magnitude >= 1e-5 && magnitude < 1e7 ? QLocale().toString(value, 'f', QLocale::FloatingPointShortest)
                                                : QLocale().toString(value, 'g', 3);
}

/// Ticks are multiples computed in floating point: 0.30000000000000004 is 0.3.
double rounded(double value, double digits) {
    return std::round(value * digits) / digits;
}

} // namespace

double CurveTicker::getTickStep(const QCPRange& range) {
    const double step = QCPAxisTicker::getTickStep(range);
    return m_unit == Unit::Whole ? std::max(1.0, std::round(step)) : step;
}

QString CurveTicker::getTickLabel(double tick, const QLocale&, QChar, int) {
    switch (m_unit) {
    case Unit::Whole:
        return QLocale().toString(static_cast<qlonglong>(std::llround(tick)));
    case Unit::Percent:
        return QCoreApplication::translate("CurveTicker", "%1 %").arg(plainText(rounded(tick * 100, 1e4)));
    case Unit::Plain:
        break;
    }
    return plainText(rounded(tick, 1e7));
}

QString LogCurveTicker::getTickLabel(double tick, const QLocale&, QChar, int) {
    return plainText(tick);
}

} // namespace kernelscope
