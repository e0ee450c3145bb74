// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// The table of hand-authored forms behind formsOf().
#pragma once

#include "data/digits/skeleton.h"

#include <span>

namespace kernelscope::digits {

/// All rows, in the order of their digits.
std::span<const SkeletonRow> skeletonTable();

} // namespace kernelscope::digits
