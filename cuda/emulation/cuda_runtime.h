// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// The emulated device under the name of CUDA's header. Sources that include <cuda_runtime.h> compile unchanged where
/// this folder comes first on the include path; see emulation.h for what the device does.
#pragma once

#include "cuda/emulation/device_atomics.h"
#include "cuda/emulation/device_math.h"
#include "cuda/emulation/device_words.h"
#include "cuda/emulation/launch.h"
#include "cuda/emulation/runtime_calls.h"
#include "cuda/emulation/shared_memory.h"
