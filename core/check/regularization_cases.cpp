// SPDX-License-Identifier: GPL-3.0-or-later
#include "check/case_networks.h"

namespace kernelscope {

std::vector<LayerCase> regularizationCases() {
    const Activation relu{ActivationKind::Relu};
    const Activation tanh{ActivationKind::Tanh};
    const Activation leaky{ActivationKind::LeakyRelu, 0.1f};
    const Activation sigmoid{ActivationKind::Sigmoid};
    const BatchNorm norm;
    const Conv conv5{5, 3, 1, 0}; // not a whole vector of filters
    const auto dropout = [](float rate) { return Dropout{rate}; };
    const auto same = [](int filters) { return Conv{filters, 3, 1, Padding::same()}; };
    const auto pool = [](int size, int stride) { return Pool{PoolKind::Max, size, stride}; };
    const auto averagePool = [](int size, int stride) { return Pool{PoolKind::Average, size, stride}; };
    using layer_cases::network;

    std::vector<LayerCase> cases{
        {"leaky ReLU first", network({2, 5, 5}, {leaky, conv5})},
        {"sigmoid first", network({2, 5, 5}, {sigmoid, conv5})},
        {"conv, leaky ReLU", network({2, 6, 7}, {conv5, leaky})},
        {"conv, sigmoid", network({2, 6, 7}, {conv5, sigmoid})},
        {"conv, sigmoid, conv padded", network({2, 6, 7}, {conv5, sigmoid, same(9)})},
        {"conv, leaky ReLU, conv same", network({2, 6, 7}, {same(5), leaky, same(9), leaky})},
        {"conv, leaky ReLU, pool", network({2, 9, 11}, {conv5, leaky, pool(2, 2)})},
        {"conv, leaky ReLU of slope 0, pool",
            network({2, 9, 11}, {conv5, Activation{ActivationKind::LeakyRelu, 0.0f}, pool(2, 2)})},
        {"conv, leaky ReLU of slope 1, pool",
            network({2, 9, 11}, {conv5, Activation{ActivationKind::LeakyRelu, 1.0f}, pool(2, 2)})},
        {"conv, leaky ReLU, pool overlapping", network({2, 10, 10}, {Conv{33, 3, 1, 0}, leaky, pool(3, 2)})},
        {"conv, sigmoid, pool", network({2, 9, 11}, {conv5, sigmoid, pool(2, 2)})},
        {"conv, sigmoid, pool, conv", network({2, 12, 12}, {Conv{19, 3, 1, 0}, sigmoid, pool(2, 2), conv5})},
        {"conv, pool, leaky ReLU", network({2, 8, 8}, {conv5, pool(2, 2), leaky})},
        {"conv, average-pool, sigmoid", network({2, 8, 8}, {conv5, averagePool(2, 2), sigmoid})},
        {"conv, flatten, sigmoid, dense", {"case", {2, 6, 6}, {conv5, Flatten{}, sigmoid, Dense{5}}}},
        {"dense, leaky ReLU, dense", {"case", {20, 1, 1}, {Dense{33}, leaky, Dense{6}}}, 7},
        {"dense, sigmoid, dense", {"case", {20, 1, 1}, {Dense{33}, sigmoid, Dense{6}}}, 7},

        {"dropout first", network({2, 5, 5}, {dropout(0.3f), conv5})},
        {"dropout of an image with one channel", network({1, 7, 6}, {dropout(0.3f), conv5})},
        {"conv, dropout", network({2, 6, 7}, {conv5, dropout(0.5f)})},
        {"conv, dropout of nothing", network({2, 6, 7}, {conv5, dropout(0.0f)})},
        {"conv, dropout of almost all", network({2, 6, 7}, {conv5, dropout(0.9f)})},
        {"conv, dropout, ReLU", network({2, 6, 7}, {conv5, dropout(0.25f), relu})},
        {"conv, dropout, pool", network({2, 9, 8}, {conv5, dropout(0.25f), pool(2, 2)})},
        {"conv, dropout, dropout", network({2, 6, 7}, {conv5, dropout(0.25f), dropout(0.4f)})},
        {"conv, ReLU, pool, dropout, conv",
            network({2, 14, 12}, {Conv{18, 3, 1, 0}, relu, pool(2, 2), dropout(0.4f), conv5})},
        {"conv, dropout, conv padded, leftovers", network({2, 9, 9}, {conv5, dropout(0.4f), same(4), pool(2, 2)})},
        {"conv, flatten, dropout, dense", {"case", {2, 6, 6}, {conv5, Flatten{}, dropout(0.5f), Dense{5}}}},
        {"dense, ReLU, dropout, dense", {"case", {20, 1, 1}, {Dense{33}, relu, dropout(0.5f), Dense{6}}}, 7},
        {"dense, dropout at the end", {"case", {12, 1, 1}, {Dense{6}, dropout(0.3f)}}, 5},
        {"dropout, batch of 1", network({2, 6, 7}, {conv5, dropout(0.5f)}), 1},
        {"dropout, batch beyond what fits at once", network({1, 4, 4}, {conv5, tanh, dropout(0.5f)}), 300},
        {"dropout, partial batch", network({2, 6, 7}, {conv5, dropout(0.5f)}), 5, 1, 8},

        {"batch norm first", network({2, 5, 5}, {norm, conv5})},
        {"batch norm first and alone", network({3, 4, 5}, {norm}), 4},
        {"conv, batch norm", network({2, 6, 7}, {conv5, norm})},
        {"conv, batch norm, ReLU", network({2, 6, 7}, {conv5, norm, relu})},
        {"conv, batch norm, leaky ReLU", network({2, 6, 7}, {Conv{17, 3, 1, 0}, norm, leaky})},
        {"conv, batch norm, tanh", network({2, 6, 7}, {conv5, norm, tanh})},
        {"conv, batch norm, sigmoid, conv padded", network({2, 6, 7}, {conv5, norm, sigmoid, same(4)})},
        {"conv, ReLU, batch norm", network({2, 6, 7}, {conv5, relu, norm})},
        {"conv, tanh, pool, batch norm", network({2, 9, 9}, {conv5, tanh, pool(2, 2), norm})},
        {"conv, batch norm, pool, leftovers", network({2, 7, 9}, {conv5, norm, pool(2, 2)})},
        {"conv, batch norm, ReLU, pool, leftovers", network({2, 7, 9}, {conv5, norm, relu, pool(2, 2)})},
        {"conv, batch norm, average-pool", network({2, 8, 9}, {conv5, norm, averagePool(3, 2)})},
        {"conv, batch norm, conv stride 2", network({2, 9, 9}, {conv5, norm, relu, Conv{4, 3, 2, 1}})},
        {"conv, batch norm, batch norm", network({2, 6, 7}, {conv5, norm, norm})},
        {"conv, batch norm, dropout", network({2, 6, 7}, {conv5, norm, relu, dropout(0.3f)})},
        {"conv, dropout, batch norm", network({2, 6, 7}, {conv5, dropout(0.3f), norm})},
        {"conv, flatten, batch norm, dense", {"case", {2, 6, 6}, {conv5, Flatten{}, norm, Dense{5}}}, 9},
        {"dense, batch norm, dense", {"case", {20, 1, 1}, {Dense{33}, norm, Dense{6}}}, 9},
        {"dense, batch norm, ReLU, dense", {"case", {20, 1, 1}, {Dense{19}, norm, relu, Dense{6}}}, 9},
        {"dense, batch norm at the end", {"case", {12, 1, 1}, {Dense{6}, norm}}, 9},
        {"batch norm of other constants", network({2, 6, 7}, {conv5, BatchNorm{0.99f, 1e-3f}, relu})},
        {"batch norm, batch of 1", network({2, 6, 7}, {conv5, norm, relu}), 1},
        {"batch norm, batch of 17", network({2, 6, 7}, {conv5, norm, relu}), 17},
        {"batch norm, batch of 150", network({1, 5, 5}, {conv5, norm, tanh}), 150},
        {"batch norm, partial batch", network({2, 6, 7}, {conv5, norm, relu}), 5, 1, 16},
        {"batch norm, partial batch of 1", network({2, 6, 7}, {conv5, norm, tanh}), 1, 1, 16},
        {"a block of all",
            network({3, 10, 10},
                {same(7), norm, relu, same(7), norm, relu, pool(2, 2), dropout(0.2f), Flatten{}, Dense{9}, norm, leaky,
                    dropout(0.4f)},
                6),
            8},
    };
    for (std::size_t i = 0; i < cases.size(); ++i)
        cases[i].seed = 3000 + i;
    return cases;
}

} // namespace kernelscope
