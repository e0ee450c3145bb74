// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// Moved to core/check/.
#pragma once

#include "layer_cases.h"
#include "check/parity.h"
