// SPDX-License-Identifier: GPL-3.0-or-later
#include "check/case_networks.h"

namespace kernelscope {

std::vector<LayerCase> sizeCases() {
    const Activation relu{ActivationKind::Relu};
    const Pool pool{PoolKind::Max, 4, 4};
    const Pool average{PoolKind::Average, 8, 8};
    const std::vector<Layer> small{Conv{6, 3, 1, 0}, relu, Pool{PoolKind::Max, 2, 2}};
    using layer_cases::network;

    std::vector<LayerCase> cases{
        {"image of 512x512", network({1, 512, 512}, {Conv{1, 5, 4, 2}, relu, pool, average}), 1, 1},
        {"image of 1x999", network({1, 1, 999}, {Conv{3, 1, 1, 0}, relu}), 2, 1},
        {"conv of 512 filters", network({3, 5, 6}, {Conv{512, 3, 1, 1}, relu}), 2, 1},
        {"conv of 512 channels", network({3, 5, 5}, {Conv{512, 1, 1, 0}, relu, Conv{7, 3, 1, 1}}), 2, 1},
        {"conv of 512 channels, ReLU, pool",
            network({2, 6, 6}, {Conv{512, 1, 1, 0}, relu, Conv{3, 3, 1, 1}, relu, Pool{PoolKind::Max, 2, 2}}), 2, 1},
        {"dense, 2,500 to 3", network({25, 10, 10}, {}, 3), 2, 1},
        {"batch of 48", network({1, 10, 10}, small), 48, 1},
        {"batch of 1,000", network({1, 6, 6}, small), 1000, 1},
        {"batch of 1,000, dense", {"case", {9, 1, 1}, {Dense{12}, relu, Dense{4}}}, 1000, 1},
    };
    for (std::size_t i = 0; i < cases.size(); ++i)
        cases[i].seed = 4000 + i;
    return cases;
}

} // namespace kernelscope
