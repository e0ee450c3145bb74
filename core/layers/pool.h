// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// Max and average pooling.
#pragma once

#include "layers/layer_rules.h"

namespace kernelscope {

/// What a pooling window gives.
enum class PoolKind {
    Max, ///< The greatest value; in a tie the first in row order is the one that gets the gradient, on every backend.
    Average, ///< The mean.
};

/// A size x size window moved by stride over each channel. Positions at which the window would stand out are left out,
/// so trailing rows and columns may be read by nobody.
struct Pool {
    PoolKind kind = PoolKind::Max;
    int size = 2;
    int stride = 2;
    bool operator==(const Pool&) const = default;
};

/// channels x ((in - size) / stride + 1), rounded down. Throws LayerError when the window is larger than the input.
Shape outputShape(const Pool& layer, Shape in);

/// Nothing is learnt.
std::vector<ParameterShape> parameterShapes(const Pool& layer, Shape in);

/// None: comparisons or additions only, which the dense-equivalent count leaves out.
std::int64_t multiplyAdds(const Pool& layer, Shape in);

} // namespace kernelscope
