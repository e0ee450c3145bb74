// SPDX-License-Identifier: GPL-3.0-or-later
#include "check/case_networks.h"

namespace kernelscope {

std::vector<LayerCase> stackCases() {
    const Activation relu{ActivationKind::Relu};
    const Activation tanh{ActivationKind::Tanh};
    const auto pool = [](int size, int stride) { return Pool{PoolKind::Max, size, stride}; };
    const auto averagePool = [](int size, int stride) { return Pool{PoolKind::Average, size, stride}; };
    using layer_cases::network;

    std::vector<LayerCase> cases{
        // Dense, alone and in chains.
        {"dense 1 to 2", {"case", {1, 1, 1}, {Dense{2}}}, 4, 1},
        {"dense 7 to 3", {"case", {7, 1, 1}, {Dense{3}}}, 5, 1},
        {"dense 64 to 10", {"case", {64, 1, 1}, {Dense{10}}}, 8, 1},
        {"dense 131 to 17", {"case", {131, 1, 1}, {Dense{17}}}, 3, 1},
        {"dense on an image", network({2, 5, 6}, {}, 10), 3, 1},
        {"dense, dense", {"case", {13, 1, 1}, {Dense{9}, Dense{5}}}, 4, 1},
        {"dense, ReLU, dense", {"case", {20, 1, 1}, {Dense{33}, relu, Dense{6}}}, 7, 1},
        {"dense, tanh, dense", {"case", {20, 1, 1}, {Dense{33}, tanh, Dense{6}}}, 7, 1},
        {"dense chain", {"case", {30, 1, 1}, {Dense{40}, relu, Dense{24}, tanh, Dense{15}, relu, Dense{3}}}, 6, 1},
        {"dense, tanh at the end", {"case", {12, 1, 1}, {Dense{8}, relu, Dense{5}, tanh}}, 3, 1},
        {"many classes", {"case", {10, 1, 1}, {Dense{100}}}, 3, 1},

        // Activations that stand alone: first, after pooling, after another, after a flatten.
        {"ReLU first", network({2, 5, 5}, {relu, Conv{3, 3, 1, 0}}), 3, 1},
        {"tanh first", network({2, 5, 5}, {tanh, Conv{3, 3, 1, 0}}), 3, 1},
        {"conv, average-pool, ReLU", network({2, 8, 8}, {Conv{3, 3, 1, 0}, averagePool(2, 2), relu}), 3, 1},
        {"conv, average-pool, tanh", network({2, 8, 8}, {Conv{3, 3, 1, 0}, averagePool(2, 2), tanh}), 3, 1},
        {"conv, pool, ReLU", network({2, 8, 8}, {Conv{3, 3, 1, 0}, pool(2, 2), relu}), 3, 1},
        {"conv, pool, tanh", network({2, 8, 8}, {Conv{3, 3, 1, 0}, pool(2, 2), tanh}), 3, 1},
        {"conv, ReLU, tanh", network({2, 6, 6}, {Conv{3, 3, 1, 0}, relu, tanh}), 3, 1},
        {"conv, flatten, ReLU, dense", {"case", {2, 6, 6}, {Conv{3, 3, 1, 0}, Flatten{}, relu, Dense{5}}}, 3, 1},
        {"conv, flatten, flatten", network({2, 6, 6}, {Conv{3, 3, 1, 0}, Flatten{}}), 3, 1},
        {"pool first", network({2, 8, 8}, {pool(2, 2), Conv{3, 3, 1, 0}}), 3, 1},
        {"average-pool first", network({2, 8, 8}, {averagePool(2, 2), Conv{3, 3, 1, 0}}), 3, 1},

        // Epilogues: activation, pooling, both; overlapping and with rows and columns left over.
        {"conv, ReLU", network({1, 9, 9}, {Conv{5, 3, 1, 0}, relu}), 3, 1},
        {"conv, tanh", network({1, 9, 9}, {Conv{5, 3, 1, 0}, tanh}), 3, 1},
        {"conv padded, ReLU", network({3, 7, 8}, {Conv{18, 3, 1, 1}, relu}), 3, 1},
        {"conv, ReLU, pool", network({1, 10, 10}, {Conv{6, 3, 1, 0}, relu, pool(2, 2)}), 3, 1},
        {"conv, ReLU, pool, leftovers", network({2, 9, 11}, {Conv{7, 3, 1, 0}, relu, pool(2, 2)}), 3, 1},
        {"conv, ReLU, pool 3 stride 2", network({2, 11, 11}, {Conv{4, 3, 1, 0}, relu, pool(3, 2)}), 3, 1},
        {"conv, ReLU, pool 2 stride 3", network({2, 12, 11}, {Conv{4, 3, 1, 0}, relu, pool(2, 3)}), 3, 1},
        {"conv, ReLU, pool 4", network({2, 14, 13}, {Conv{4, 3, 1, 1}, relu, pool(4, 4)}), 3, 1},
        {"conv, ReLU, pool 1", network({2, 6, 6}, {Conv{4, 3, 1, 0}, relu, pool(1, 1)}), 3, 1},
        {"conv, pool", network({2, 10, 9}, {Conv{5, 3, 1, 0}, pool(2, 2)}), 3, 1},
        {"conv, pool 3 stride 1", network({2, 9, 9}, {Conv{5, 3, 1, 0}, pool(3, 1)}), 3, 1},
        {"conv, tanh, pool overlapping", network({2, 10, 10}, {Conv{5, 3, 1, 0}, tanh, pool(3, 2)}), 3, 1},
        {"conv, tanh, pool", network({2, 10, 10}, {Conv{16, 5, 1, 2}, tanh, pool(2, 2)}), 3, 1},
        {"conv stride 2, ReLU, pool", network({1, 17, 15}, {Conv{9, 5, 2, 2}, relu, pool(2, 2)}), 3, 1},
        {"conv, ReLU, average-pool", network({2, 9, 9}, {Conv{5, 3, 1, 0}, relu, averagePool(2, 2)}), 3, 1},
        {"conv, tanh, average-pool", network({2, 9, 10}, {Conv{5, 3, 1, 0}, tanh, averagePool(3, 2)}), 3, 1},
        {"conv, ReLU, pool, pool", network({2, 14, 14}, {Conv{5, 3, 1, 0}, relu, pool(2, 2), pool(2, 1)}), 3, 1},
        {"conv, ReLU, pool to one value", network({2, 6, 6}, {Conv{40, 3, 1, 0}, relu, pool(4, 4)}), 3, 1},
        {"conv of many channels, ReLU, pool, leftovers", network({16, 9, 11}, {Conv{17, 3, 1, 0}, relu, pool(2, 2)}), 3,
            1},
        {"conv of many channels, tanh, pool", network({16, 8, 8}, {Conv{16, 3, 1, 1}, tanh, pool(2, 2)}), 3, 1},
        {"conv of many channels, pool", network({24, 7, 7}, {Conv{1, 3, 1, 1}, pool(2, 2)}), 3, 1},
        {"conv of many channels, tanh", network({16, 6, 7}, {Conv{33, 3, 1, 1}, tanh}), 3, 1},

        // Deep chains.
        {"conv, conv", network({2, 8, 8}, {Conv{5, 3, 1, 0}, Conv{4, 3, 1, 0}}), 3, 1},
        {"conv, conv, conv padded",
            network({2, 6, 7}, {Conv{5, 3, 1, 1}, relu, Conv{6, 3, 1, 1}, relu, Conv{4, 3, 1, 1}, tanh}), 3, 1},
        {"two fused stacks",
            network({1, 14, 14}, {Conv{8, 3, 1, 0}, relu, pool(2, 2), Conv{17, 3, 1, 0}, relu, pool(2, 2)}, 10), 3, 1},
        {"three stacks of different kinds",
            network({3, 20, 18},
                {Conv{6, 5, 1, 2}, relu, pool(2, 2), Conv{9, 3, 1, 1}, tanh, averagePool(3, 2), Conv{12, 2, 1, 0},
                    pool(2, 1), tanh},
                5),
            3, 1},
        {"all convolution, no dense", {"case", {1, 8, 8}, {Conv{6, 3, 2, 0}, relu, Conv{5, 3, 1, 0}, Flatten{}}}, 4, 1},
        {"deep and narrow",
            network({1, 16, 16}, {Conv{2, 3, 1, 1}, tanh, Conv{3, 3, 1, 1}, relu, Conv{2, 3, 2, 1}, tanh,
                                     Conv{4, 3, 1, 0}, relu, pool(2, 2), Flatten{}, Dense{7}, tanh}),
            3, 1},

        // A vector is an image of 1x1 to layers of images.
        {"dense, ReLU, conv padded", network({20, 1, 1}, {Dense{9}, relu, Conv{5, 3, 1, 1}}), 3, 1},
        {"dense, sigmoid, conv padded",
            network({20, 1, 1}, {Dense{9}, Activation{ActivationKind::Sigmoid}, Conv{5, 5, 1, 2}, relu}), 3, 1},
        {"dense, conv same", network({7, 3, 3}, {Conv{4, 3, 1, 0}, tanh, Dense{6}, Conv{5, 3, 1, Padding::same()}}), 3,
            1},
        {"dense, batch norm, conv same", network({20, 1, 1}, {Dense{9}, BatchNorm{}, Conv{5, 3, 1, Padding::same()}}),
            7, 1},
        {"pool, flatten, batch norm", {"case", {2, 6, 6}, {pool(2, 2), Flatten{}, BatchNorm{}, Dense{5}}}, 7, 1},
        {"dropout, flatten, batch norm", {"case", {2, 4, 4}, {Dropout{0.3f}, Flatten{}, BatchNorm{}, Dense{5}}}, 9, 1},
        {"tanh, flatten, conv 1x1", network({2, 4, 4}, {tanh, Flatten{}, Conv{5, 1, 1, 0}}), 3, 1},
        {"conv, flatten, conv padded", network({2, 4, 4}, {Conv{3, 3, 1, 0}, relu, Flatten{}, Conv{5, 3, 1, 1}}), 3, 1},

        // Windows that overlap many times: each output may be the maximum of many.
        {"conv, conv, ReLU, pool 9 stride 1",
            network({2, 16, 15}, {Conv{3, 3, 1, 0}, relu, Conv{6, 3, 1, 1}, relu, pool(9, 1)}), 3, 1},

        // Batches: one image, more than there are vector lanes or threads, an odd number.
        {"batch of 1", network({1, 10, 10}, {Conv{6, 3, 1, 0}, relu, pool(2, 2)}), 1, 1},
        {"batch of 17", network({1, 10, 10}, {Conv{6, 3, 1, 0}, relu, pool(2, 2)}), 17, 1},
        {"batch of 67", network({1, 8, 8}, {Conv{4, 3, 1, 0}, tanh, pool(2, 2), Flatten{}, Dense{9}, relu}), 67, 1},
    };
    for (const std::string& name : presetNames())
        cases.push_back({"preset " + name, preset(name), 3, 1});
    for (std::size_t i = 0; i < cases.size(); ++i)
        cases[i].seed = 2000 + i;
    return cases;
}

} // namespace kernelscope
