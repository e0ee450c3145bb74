// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/number_text.h"

#include <QCoreApplication>
#include <QFontDatabase>
#include <QLocale>
#include <QRegularExpression>

#include <array>
#include <cmath>

namespace kernelscope {
namespace {

QString tr(const char* text) {
    return QCoreApplication::translate("kernelscope::NumberText", text);
}

/// Three significant digits and a unit out of `units`, each 1,000 times the one before.
template <std::size_t n>
QString scaledText(double value, const std::array<const char*, n>& units) {
    std::size_t unit = 0;
    while (std::abs(value) >= 999.5 && unit + 1 < units.size()) {
        value /= 1000;
        ++unit;
    }
    const int decimals = unit == 0 || std::abs(value) >= 99.95 ? 0 : std::abs(value) >= 9.995 ? 1 : 2;
    return QLocale().toString(value, 'f', decimals) + QChar(0xa0) + QString::fromLatin1(units[unit]);
}

} // namespace

QString countText(std::int64_t count) {
    return QLocale().toString(static_cast<qlonglong>(count));
}

QString valueText(double value, int digits) {
    if (!std::isfinite(value))
        return std::isnan(value) ? QStringLiteral("NaN")
                                 : (value > 0 ? QStringLiteral("∞") : QChar(0x2212) + QStringLiteral("∞"));
    if (value == 0)
        return QStringLiteral("0");
    const double magnitude = std::abs(value);
    if (magnitude < 1e-4 || magnitude >= 1e6)
        return QLocale().toString(value, 'e', digits - 1);
    const int decimals = std::max(0, digits - 1 - static_cast<int>(std::floor(std::log10(magnitude))));
    return QLocale().toString(value, 'f', decimals);
}

QString shapeText(const Shape& shape) {
    if (shape.isFlat())
        return countText(shape.channels);
    return QStringLiteral("%1 × %2 × %3").arg(shape.channels).arg(shape.height).arg(shape.width);
}

QString withShapes(QString message) {
    static const QRegularExpression cross(QStringLiteral("(?<=\\d)x(?=\\d)"));
    return message.replace(cross, QStringLiteral(" × "));
}

QString flopsText(std::int64_t flops) {
    static constexpr std::array units{"FLOP", "kFLOP", "MFLOP", "GFLOP", "TFLOP"};
    return scaledText(static_cast<double>(flops), units);
}

QString bytesText(std::int64_t bytes) {
    static constexpr std::array units{"B", "kB", "MB", "GB", "TB"};
    return scaledText(static_cast<double>(bytes), units);
}

QString secondsText(double seconds) {
    const QLocale locale;
    if (seconds < 0.1)
        return locale.toString(seconds * 1e3, 'f', seconds < 1e-2 ? 2 : 1) + QChar(0xa0) + tr("ms");
    if (seconds < 60)
        return locale.toString(seconds, 'f', seconds < 9.995 ? 2 : 1) + QChar(0xa0) + tr("s");
    const auto whole = static_cast<qint64>(std::llround(seconds));
    return tr("%1 min %2 s").arg(whole / 60).arg(whole % 60, 2, 10, QLatin1Char('0'));
}

QString percentText(double fraction, int decimals) {
    return QLocale().toString(fraction * 100, 'f', decimals) + QChar(0xa0) + QLatin1Char('%');
}

QFont numberFont(const QFont& base) {
    QFont font = QFontDatabase::systemFont(QFontDatabase::FixedFont);
    if (base.pixelSize() > 0)
        font.setPixelSize(base.pixelSize());
    else
        font.setPointSizeF(base.pointSizeF());
    return font;
}

} // namespace kernelscope
