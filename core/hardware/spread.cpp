// SPDX-License-Identifier: GPL-3.0-or-later
#include "hardware/spread.h"

#include <algorithm>
#include <cstddef>

namespace kernelscope {

Spread spreadOf(std::vector<double> values) {
    std::sort(values.begin(), values.end());
    const std::size_t middle = values.size() / 2;
    const double median = values.size() % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
    return {median, values.front(), values.back()};
}

} // namespace kernelscope
