// SPDX-License-Identifier: GPL-3.0-or-later
#include "mistakes/confusion_colors.h"

#include "train/plot_style.h"

#include <algorithm>
#include <cmath>

namespace kernelscope {

ConfusionColors::ConfusionColors(const ConfusionMatrix& matrix, bool logarithmic, const QPalette& palette)
    : m_matrix(matrix),
      m_logarithmic(logarithmic),
      m_greatest(matrix.greatestMistake()),
      m_ground(palette.color(QPalette::Base)),
      m_wrong(wrongColor(palette)),
      m_right(rightColor(palette)) {}

QColor ConfusionColors::cell(int truth, int predicted) const {
    const std::int64_t count = m_matrix.count(truth, predicted);
    if (truth != predicted)
        return mistakes(static_cast<double>(count));
    const auto all = static_cast<double>(std::max<std::int64_t>(m_matrix.images(truth), 1));
    return right(static_cast<double>(count) / all);
}

QColor ConfusionColors::mistakes(double count) const {
    if (count <= 0 || m_greatest <= 0)
        return m_ground;
    const auto greatest = static_cast<double>(m_greatest);
    const double part = m_logarithmic ? std::log1p(count) / std::log1p(greatest) : count / greatest;
    // One single mistake is seen beside none.
    return blend(m_ground, m_wrong, 0.12 + 0.88 * std::min(part, 1.0));
}

QColor ConfusionColors::right(double share) const {
    return blend(m_ground, m_right, 0.06 + 0.34 * std::clamp(share, 0.0, 1.0));
}

} // namespace kernelscope
