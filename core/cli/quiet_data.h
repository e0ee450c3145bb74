// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// Data for measurements.
#pragma once

#include "data/data_set.h"

#include <string>

namespace kernelscope {

/// As openDataSet(), which says what is thrown; but nothing goes on in the background. The built-in digits make themselves
/// in threads of their own while they are used, for seconds; here each is made when it is required, which a measurement
/// does before its clock starts.
DataSetPtr openQuietly(const std::string& source);

} // namespace kernelscope
