// SPDX-License-Identifier: GPL-3.0-or-later
#include "check/case_networks.h"

namespace kernelscope {

std::vector<LayerCase> poolingCases() {
    struct Row {
        Shape in;
        int size;
        int stride;
    };
    const std::vector<Row> rows{
        {{2, 5, 5}, 1, 1},
        {{2, 6, 5}, 1, 2},
        {{2, 7, 8}, 1, 3},
        {{1, 4, 4}, 2, 2},
        {{2, 6, 8}, 2, 2},
        {{3, 7, 9}, 2, 2},
        {{2, 5, 6}, 2, 1},
        {{2, 8, 9}, 2, 3},
        {{2, 9, 8}, 2, 4},
        {{2, 9, 9}, 3, 3},
        {{2, 10, 11}, 3, 3},
        {{2, 7, 8}, 3, 1},
        {{3, 9, 10}, 3, 2},
        {{2, 9, 10}, 3, 4},
        {{2, 8, 12}, 4, 4},
        {{2, 9, 11}, 4, 3},
        {{2, 9, 10}, 4, 2},
        {{2, 7, 7}, 4, 1},
        {{2, 11, 10}, 4, 5},
        {{3, 2, 2}, 2, 2},
        {{3, 3, 3}, 3, 1},
        {{3, 4, 4}, 4, 1},
        {{1, 2, 30}, 2, 2},
        {{1, 31, 3}, 3, 2},
        {{17, 6, 6}, 2, 2},
        {{33, 5, 5}, 3, 2},
    };
    std::vector<LayerCase> cases;
    for (const PoolKind kind : {PoolKind::Max, PoolKind::Average})
        for (const auto& [in, size, stride] : rows) {
            const std::string what = std::string(kind == PoolKind::Max ? "max" : "average") + "-pool " +
                                     std::to_string(size) + " stride " + std::to_string(stride) + " " +
                                     layer_cases::text(in);
            cases.push_back({what, layer_cases::afterLearning(in, {Pool{kind, size, stride}}), 3, 1000 + cases.size()});
        }
    return cases;
}

} // namespace kernelscope
