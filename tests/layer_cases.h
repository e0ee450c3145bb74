// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// The one table of networks that drives the gradient, parity and fusion tests of every backend, and what those tests
/// share: reproducible parameters and images that stand clear of ties and kinks. A new layer is tested everywhere by
/// adding rows here.
#pragma once

#include "base/philox.h"
#include "data/data_set.h"
#include "network/plan.h"
#include "reference/reference_model.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

namespace kernelscope {

/// One row of the table.
struct LayerCase {
    std::string name; ///< "conv 3x3 stride 2 padding 1, 5x7x9 to 4".
    Network network;
    int batch = 3; ///< Images in a training step.
    std::uint64_t seed = 1;
    int loadedFor = 0; ///< Batch size that a device is loaded for, where it is larger: the batch is a partial one.
};

namespace layer_cases {

inline std::string text(Shape s) {
    return toFullString(s);
}

/// The layers, then flatten and a dense layer with that many classes.
inline Network network(Shape input, std::vector<Layer> layers, int classes = 4) {
    layers.emplace_back(Flatten{});
    layers.emplace_back(Dense{classes});
    return {"case", input, std::move(layers)};
}

/// A convolution before which something learns, so that its data gradient is computed in training too.
inline Network afterLearning(Shape input, std::vector<Layer> layers, int classes = 4) {
    layers.insert(layers.begin(), Conv{input.channels, 1, 1, 0});
    return network(input, std::move(layers), classes);
}

/// Random words for the tests; streams that nothing in core/ draws from.
inline std::uint32_t word(std::uint64_t seed, std::uint32_t purpose, std::uint32_t where, std::uint64_t index) {
    const PhiloxBlock block = philox({static_cast<std::uint32_t>(index / 4), where, purpose, 0x7e57u},
        {static_cast<std::uint32_t>(seed), static_cast<std::uint32_t>(seed >> 32)});
    return block[index % 4];
}

} // namespace layer_cases

/// Convolutions of every kind: kernels 1 to 7, strides 1 to 3, paddings 0 to kernel - 1, square and not, channel and
/// filter counts on both sides of vector widths, outputs down to 1x1.
inline std::vector<LayerCase> convolutionCases() {
    struct Row {
        Shape in;
        Conv conv;
    };
    const std::vector<Row> rows{
        // Each kernel alone, at stride 1, without padding, with half and with the most.
        {{1, 5, 5}, {1, 1, 1, 0}},
        {{3, 6, 5}, {4, 1, 1, 0}},
        {{2, 6, 7}, {3, 2, 1, 0}},
        {{2, 6, 7}, {3, 2, 1, 1}},
        {{1, 8, 8}, {1, 3, 1, 0}},
        {{1, 8, 8}, {5, 3, 1, 1}},
        {{2, 7, 9}, {4, 3, 1, 2}},
        {{3, 9, 8}, {2, 4, 1, 0}},
        {{3, 9, 8}, {2, 4, 1, 2}},
        {{3, 9, 8}, {2, 4, 1, 3}},
        {{1, 10, 12}, {6, 5, 1, 0}},
        {{2, 10, 12}, {3, 5, 1, 2}},
        {{2, 6, 5}, {3, 5, 1, 4}},
        {{2, 9, 11}, {3, 6, 1, 0}},
        {{2, 9, 11}, {3, 6, 1, 3}},
        {{2, 4, 6}, {2, 6, 1, 5}},
        {{1, 11, 10}, {4, 7, 1, 0}},
        {{2, 11, 10}, {3, 7, 1, 3}},
        {{2, 3, 4}, {3, 7, 1, 6}},
        // Strides: that divide, that leave rows or columns over, that are larger than the kernel.
        {{2, 8, 8}, {3, 1, 2, 0}},
        {{2, 8, 7}, {3, 1, 3, 0}},
        {{2, 9, 9}, {3, 2, 2, 0}},
        {{2, 9, 8}, {3, 2, 3, 1}},
        {{1, 9, 9}, {4, 3, 2, 0}},
        {{2, 10, 9}, {4, 3, 2, 1}},
        {{2, 10, 9}, {4, 3, 2, 2}},
        {{2, 10, 11}, {3, 3, 3, 0}},
        {{2, 11, 10}, {3, 3, 3, 1}},
        {{2, 12, 9}, {3, 4, 2, 1}},
        {{2, 12, 9}, {3, 4, 3, 3}},
        {{1, 13, 12}, {5, 5, 2, 0}},
        {{3, 12, 13}, {2, 5, 2, 2}},
        {{2, 13, 13}, {2, 5, 3, 4}},
        {{2, 14, 13}, {2, 6, 2, 2}},
        {{1, 15, 14}, {3, 7, 2, 0}},
        {{2, 14, 15}, {2, 7, 3, 3}},
        {{2, 12, 12}, {2, 7, 2, 6}},
        // One output position.
        {{1, 1, 1}, {3, 1, 1, 0}},
        {{3, 3, 3}, {4, 3, 1, 0}},
        {{2, 5, 5}, {9, 5, 2, 0}},
        {{2, 1, 1}, {3, 3, 1, 1}},
        {{2, 4, 4}, {3, 3, 3, 0}},
        // "Same": even and odd sums of zeros, strides that divide and that do not, kernels larger than the image.
        {{2, 6, 7}, {3, 3, 1, Padding::same()}},
        {{2, 6, 7}, {3, 2, 1, Padding::same()}},
        {{3, 5, 8}, {4, 4, 1, Padding::same()}},
        {{1, 7, 7}, {5, 5, 1, Padding::same()}},
        {{2, 8, 7}, {3, 3, 2, Padding::same()}},
        {{2, 9, 10}, {3, 5, 2, Padding::same()}},
        {{2, 10, 9}, {3, 2, 3, Padding::same()}},
        {{2, 7, 7}, {3, 1, 2, Padding::same()}},
        {{2, 3, 2}, {3, 7, 1, Padding::same()}},
        {{3, 12, 5}, {17, 4, 3, Padding::same()}},
        // Rows and columns of very different length.
        {{1, 3, 40}, {3, 3, 1, 0}},
        {{1, 40, 3}, {3, 3, 1, 0}},
        {{2, 2, 33}, {3, 3, 1, 1}},
        {{2, 31, 1}, {3, 3, 1, 1}},
        // Channels and filters around the widths of vector registers.
        {{7, 5, 5}, {8, 3, 1, 0}},
        {{8, 5, 6}, {7, 3, 1, 1}},
        {{9, 6, 5}, {15, 3, 1, 0}},
        {{15, 5, 5}, {16, 3, 1, 1}},
        {{16, 6, 6}, {17, 3, 1, 0}},
        {{17, 5, 5}, {31, 1, 1, 0}},
        {{32, 5, 5}, {33, 3, 1, 0}},
        {{33, 4, 4}, {32, 2, 1, 0}},
        {{24, 6, 6}, {48, 3, 2, 1}},
        {{5, 7, 7}, {65, 3, 1, 0}},
        {{1, 19, 19}, {32, 3, 1, 0}},
        {{1, 17, 35}, {12, 5, 1, 2}},
        {{20, 6, 6}, {10, 5, 1, 0}},
    };
    std::vector<LayerCase> cases;
    for (const auto& [in, conv] : rows) {
        const std::string what = "conv " + std::to_string(conv.kernel) + " stride " + std::to_string(conv.stride) +
                                 " padding " + (conv.padding.isSame() ? "same" : std::to_string(conv.padding.zeros())) +
                                 " " + layer_cases::text(in) + " to " + std::to_string(conv.filters);
        cases.push_back({what, layer_cases::network(in, {conv}), 3, cases.size() + 1});
        // The same in the middle of a network, where the data gradient matters.
        cases.push_back({"learnt before: " + what, layer_cases::afterLearning(in, {conv}), 2, cases.size() + 1});
    }
    return cases;
}

/// Pooling of every kind: sizes 1 to 4, strides smaller than, equal to and larger than the window, with rows and
/// columns left over; behind a convolution, so that gradients flow through it.
inline std::vector<LayerCase> poolingCases() {
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

/// Dense layers, activations, fused stacks and whole networks.
inline std::vector<LayerCase> stackCases() {
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

/// Leaky ReLU, sigmoid, dropout and batch norm: alone, between others, in epilogues, at both ends.
inline std::vector<LayerCase> regularizationCases() {
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

/// The whole table.
inline std::vector<LayerCase> layerCases() {
    std::vector<LayerCase> cases = convolutionCases();
    for (auto* more : {&poolingCases, &stackCases, &regularizationCases}) {
        std::vector<LayerCase> added = more();
        cases.insert(cases.end(), added.begin(), added.end());
    }
    return cases;
}

/// Parameters for a case: Glorot uniform weights, and biases that are not zero, up to +-0.2; batch norm's weights
/// likewise about 1.
inline std::vector<float> caseParameters(const LayerCase& layerCase, const Plan& plan) {
    std::vector<float> values = initialParameters(plan, layerCase.seed);
    for (const ParameterInfo& parameter : plan.parameters)
        if (parameter.shape.initializer != Initializer::GlorotUniform)
            for (std::size_t i = parameter.slice.offset; i < parameter.slice.offset + parameter.slice.size; ++i)
                values[i] += 0.4f * unitFloat(layer_cases::word(layerCase.seed, 1, 0, i)) - 0.2f;
    return values;
}

/// Running statistics for a case: means up to +-0.5, variances of 0.5 to 1.5.
inline std::vector<float> caseState(const LayerCase& layerCase, const Plan& plan) {
    std::vector<float> values = initialState(plan);
    for (std::size_t i = 0; i < values.size(); ++i)
        values[i] += unitFloat(layer_cases::word(layerCase.seed, 2, 0, i)) - 0.5f;
    return values;
}

/// How near an image of the model's last forward pass came to a point at which the loss has no derivative: the least
/// distance of a ReLU's input from 0, and of a max-pool window's greatest value from its second.
/// A tie between values that ReLU or dropout made 0 is none: neither moves with the parameters.
/// With GradientReach::Learning, layers before the first that learns do not count: no gradient goes through them.
inline double distanceFromKinks(const ReferenceModel<double>& model, GradientReach reach, std::size_t image) {
    double least = std::numeric_limits<double>::infinity();
    const Plan& plan = model.plan();
    bool counts = reach == GradientReach::Input;
    for (std::size_t layer = 0; layer < plan.layers.size(); ++layer) {
        counts = counts || plan.layers[layer].parameters > 0;
        if (!counts)
            continue;
        const auto input = layer == 0 ? model.image(image) : model.output(layer - 1, image);
        const bool isDropped = layer > 0 && std::holds_alternative<Dropout>(plan.network.layers[layer - 1]);
        const Shape in = plan.layers[layer].in;
        const Shape out = plan.layers[layer].out;
        if (const auto* activation = std::get_if<Activation>(&plan.network.layers[layer])) {
            if (activation->kind == ActivationKind::Relu ||
                (activation->kind == ActivationKind::LeakyRelu && activation->slope != 1))
                for (const double value : input)
                    if (value != 0 || !isDropped)
                        least = std::min(least, std::abs(value));
        } else if (const auto* pool = std::get_if<Pool>(&plan.network.layers[layer])) {
            if (pool->kind != PoolKind::Max || pool->size == 1)
                continue;
            for (int channel = 0; channel < out.channels; ++channel)
                for (int y = 0; y < out.height; ++y)
                    for (int x = 0; x < out.width; ++x) {
                        double first = -std::numeric_limits<double>::infinity();
                        double second = first;
                        for (int i = 0; i < pool->size; ++i)
                            for (int j = 0; j < pool->size; ++j) {
                                const int at =
                                    (channel * in.height + y * pool->stride + i) * in.width + x * pool->stride + j;
                                const double value = input[static_cast<std::size_t>(at)];
                                second = std::max(second, std::min(first, value));
                                first = std::max(first, value);
                            }
                        if (first != 0 || second != 0)
                            least = std::min(least, first - second);
                    }
        }
    }
    return least;
}

/// Over all images of the last forward pass.
inline double distanceFromKinks(const ReferenceModel<double>& model, GradientReach reach) {
    double least = std::numeric_limits<double>::infinity();
    for (std::size_t image = 0; image < model.images(); ++image)
        least = std::min(least, distanceFromKinks(model, reach, image));
    return least;
}

/// Distance from kinks that the images of caseData() keep: far above float's rounding, so that every backend takes
/// the same branch, and small enough that images which keep it are found even for classic's 30,000 branches.
constexpr double caseDistance = 1e-5;

/// The training step that the images of caseData() are made for.
constexpr TrainingPass casePass{1, 1, 0};

/// Random images and labels for a case; deterministic. Images are drawn anew until, with caseParameters() and in a
/// training step of them all, they stay caseDistance away from ties and kinks: one by one, or all at once where batch
/// norm makes each depend on the others.
inline std::shared_ptr<const MemoryDataSet> caseData(
    const LayerCase& layerCase, std::size_t trainCount, std::size_t testCount = 1) {
    const Plan plan = compile(layerCase.network, Fusion::Off);
    const std::vector<float> floats = caseParameters(layerCase, plan);
    const std::vector<double> parameters(floats.begin(), floats.end());
    ReferenceModel<double> model(plan);
    const std::size_t size = layerCase.network.input.size();
    const auto classes = static_cast<std::uint32_t>(plan.classes);
    // Far fewer images than a whole network has branches keep the full distance.
    const double distance = plan.stateCount > 0 && plan.flops.forward > 10'000'000 ? 0.3 * caseDistance : caseDistance;
    const auto draw = [&](std::size_t count, std::uint32_t purpose) {
        MemoryDataSet::Part part;
        part.pixels.resize(count * size);
        std::vector<double> images(count * size);
        const std::size_t piece = plan.stateCount > 0 ? count : 1;
        for (std::size_t at = 0; at < count; at += piece)
            for (std::uint32_t attempt = 0;; ++attempt) {
                if (attempt == 1000)
                    throw std::runtime_error("no image without ties and kinks for " + layerCase.name);
                for (std::size_t i = at; i < at + piece; ++i)
                    for (std::size_t p = 0; p < size; ++p) {
                        const std::uint32_t word =
                            layer_cases::word(layerCase.seed, purpose + attempt, static_cast<std::uint32_t>(i), p);
                        part.pixels[i * size + p] = static_cast<std::uint8_t>(word >> 24);
                        images[i * size + p] = part.pixels[i * size + p] / 255.0;
                    }
                TrainingPass pass = casePass;
                pass.firstPosition = at;
                model.forward(parameters, std::span(images).subspan(at * size, piece * size), pass);
                if (distanceFromKinks(model, GradientReach::Learning) > distance)
                    break;
            }
        for (std::uint32_t i = 0; i < count; ++i)
            part.labels.push_back(
                static_cast<std::uint8_t>(layer_cases::word(layerCase.seed, purpose - 1, i, 0) % classes));
        return part;
    };
    DataInfo info;
    info.name = layerCase.name;
    info.source = "test";
    info.shape = layerCase.network.input;
    info.classes = plan.classes;
    for (int c = 0; c < plan.classes; ++c)
        info.classNames.push_back(std::to_string(c));
    MemoryDataSet::Part train = draw(trainCount, 10001);
    MemoryDataSet::Part test = draw(testCount, 20001);
    return std::make_shared<const MemoryDataSet>(std::move(info), std::move(train), std::move(test));
}

/// The greatest difference of two arrays, relative to the greatest magnitude of the expected one (at least `floor`,
/// so that arrays which are all but zero are compared absolutely). Infinite where any value is not finite.
template <class A, class B>
double scaledDifference(const A& expected, const B& found, double floor = 1e-3) {
    double greatest = floor;
    double difference = 0;
    for (std::size_t i = 0; i < expected.size(); ++i) {
        const double value = static_cast<double>(expected[i]);
        const double apart = std::abs(value - static_cast<double>(found[i]));
        if (!std::isfinite(apart))
            return std::numeric_limits<double>::infinity();
        greatest = std::max(greatest, std::abs(value));
        difference = std::max(difference, apart);
    }
    return difference / greatest;
}

} // namespace kernelscope
