// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// Moved to core/check/.
#pragma once

#include "check/case_data.h"
#include "check/layer_cases.h"
#include "check/scaled_difference.h"
