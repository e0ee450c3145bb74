// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// Why a number field does not take what is typed.
#pragma once

class QAbstractSpinBox;

namespace kernelscope {

/// From now on the field tells its limits, in a tip under it, while what is typed is beyond them. Qt's fields only
/// swallow the key, or go back to the last value.
void tellLimits(QAbstractSpinBox& field);

} // namespace kernelscope
