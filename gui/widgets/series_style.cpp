// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/series_style.h"

#include <array>

namespace kernelscope {

QColor seriesColor(int index, bool onDark) {
    // Blue, vermillion, bluish green, orange, sky blue, reddish purple, grey; yellow is left out, as it vanishes on
    // white.
    static constexpr std::array<QRgb, 7> onLightColors{
        0xff0072b2, 0xffd55e00, 0xff009e73, 0xffe69f00, 0xff56b4e9, 0xffcc79a7, 0xff7f7f7f};
    static constexpr std::array<QRgb, 7> onDarkColors{
        0xff4da6e0, 0xfff0803c, 0xff2fc79b, 0xfff2b632, 0xff8fd0f7, 0xffe09cc3, 0xffb0b0b0};
    const auto i = static_cast<std::size_t>(index) % onLightColors.size();
    return QColor(onDark ? onDarkColors[i] : onLightColors[i]);
}

bool isDark(const QColor& background) {
    return background.lightness() < 128;
}

} // namespace kernelscope
