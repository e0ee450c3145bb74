// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// Whether a network and a data set belong together.
#pragma once

#include "data/data_set.h"
#include "network/plan.h"

namespace kernelscope {

/// Throws Error naming both sides unless the images have the shape of the network's input and there are as many classes
/// as the network has outputs. Backends trust shapes and labels once this has passed.
void requireFit(const Plan& plan, const DataInfo& data);

} // namespace kernelscope
