// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// What becomes of a capture.
#pragma once

#include "cuda/emulation/capture.h"

namespace kernelscope::emulation {

cudaGraph_t makeGraph(GraphNodes nodes);

} // namespace kernelscope::emulation
