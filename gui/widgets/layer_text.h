// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// What a layer is and does, in words and formulas, with the numbers of its plan.
#pragma once

#include "network/plan.h"

#include <QString>

namespace kernelscope {

/// Two or three words for a card: "3×3 convolution", "2×2 max-pool", "ReLU", "64 units".
QString layerCaption(const Layer& layer);

/// A layer's values in words, for a list: "32 filters of 3×3, padding 1"; the caption where it says all.
QString layerSummary(const Layer& layer);

/// One sentence for people who see such a layer for the first time:
/// "64 kernels of 3×3 over 32 channels; each makes one 11×11 feature map."
QString layerSentence(const Plan& plan, int layer);

/// "64 × 32 × 3 × 3 + 64 = 18,496", or "nothing to learn".
QString parameterFormula(const Plan& plan, int layer);

/// Everything that is known of a layer, as rich text: shapes, parameters, FLOPs and bytes.
QString layerToolTip(const Plan& plan, int layer);

} // namespace kernelscope
