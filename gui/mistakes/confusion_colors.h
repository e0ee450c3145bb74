// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// The colours of a confusion matrix.
#pragma once

#include "analysis/confusion_matrix.h"

#include <QColor>
#include <QPalette>

namespace kernelscope {

/// Mistakes from the ground to vermilion, over the count of the greatest mistake, linearly or by logarithm; the
/// diagonal in green by the share of its class, so that its many hundreds hide no mistake.
class ConfusionColors {
public:
    ConfusionColors(const ConfusionMatrix& matrix, bool logarithmic, const QPalette& palette);

    QColor cell(int truth, int predicted) const;
    /// Of so many mistakes; 0 to greatest().
    QColor mistakes(double count) const;
    /// Of a diagonal cell with such a share of its class's images, 0 to 1.
    QColor right(double share) const;
    /// Count that the strongest colour stands for; 0 where there is no mistake.
    std::int64_t greatest() const { return m_greatest; }

private:
    const ConfusionMatrix& m_matrix;
    bool m_logarithmic;
    std::int64_t m_greatest;
    QColor m_ground;
    QColor m_wrong;
    QColor m_right;
};

} // namespace kernelscope
