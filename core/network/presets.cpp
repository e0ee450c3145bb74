// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/error.h"
#include "network/network.h"

#include <map>

namespace kernelscope {
namespace {

Network classic() {
    return {"classic", {1, 28, 28},
        {Conv{32, 3, 1, 0}, Activation{ActivationKind::Relu}, Pool{PoolKind::Max, 2, 2}, Conv{64, 3, 1, 0},
            Activation{ActivationKind::Relu}, Pool{PoolKind::Max, 2, 2}, Flatten{}, Dense{64},
            Activation{ActivationKind::Relu}, Dense{10}}};
}

Network leNet5() {
    return {"lenet-5", {1, 28, 28},
        {Conv{6, 5, 1, 2}, Activation{ActivationKind::Tanh}, Pool{PoolKind::Average, 2, 2}, Conv{16, 5, 1, 0},
            Activation{ActivationKind::Tanh}, Pool{PoolKind::Average, 2, 2}, Flatten{}, Dense{120},
            Activation{ActivationKind::Tanh}, Dense{84}, Activation{ActivationKind::Tanh}, Dense{10}}};
}

Network tiny() {
    return {"tiny", {1, 28, 28},
        {Conv{8, 5, 2, 0}, Activation{ActivationKind::Relu}, Pool{PoolKind::Max, 2, 2}, Flatten{}, Dense{10}}};
}

/// Two 3x3 convolutions that keep the size, each with batch norm and ReLU, then half the size and some dropout.
void addBlock(std::vector<Layer>& layers, int filters, float rate) {
    for (int i = 0; i < 2; ++i) {
        layers.emplace_back(Conv{filters, 3, 1, Padding::same()});
        layers.emplace_back(BatchNorm{});
        layers.emplace_back(Activation{ActivationKind::Relu});
    }
    layers.emplace_back(Pool{PoolKind::Max, 2, 2});
    layers.emplace_back(Dropout{rate});
}

Network deep() {
    Network network{"deep", {3, 32, 32}, {}};
    addBlock(network.layers, 32, 0.2f);
    addBlock(network.layers, 48, 0.3f);
    network.layers.emplace_back(Flatten{});
    network.layers.emplace_back(Dense{64});
    network.layers.emplace_back(BatchNorm{});
    network.layers.emplace_back(Activation{ActivationKind::Relu});
    network.layers.emplace_back(Dropout{0.5f});
    network.layers.emplace_back(Dense{10});
    return network;
}

Network vggSmall() {
    Network network{"vgg-small", {3, 32, 32}, {}};
    const Activation relu{ActivationKind::Relu};
    for (const int filters : {16, 32, 64}) {
        for (int i = 0; i < 2; ++i) {
            network.layers.emplace_back(Conv{filters, 3, 1, Padding::same()});
            network.layers.emplace_back(relu);
        }
        network.layers.emplace_back(Pool{PoolKind::Max, 2, 2});
    }
    network.layers.emplace_back(Flatten{});
    network.layers.emplace_back(Dense{128});
    network.layers.emplace_back(relu);
    network.layers.emplace_back(Dropout{0.5f});
    network.layers.emplace_back(Dense{10});
    return network;
}

} // namespace

const std::vector<std::string>& presetNames() {
    static const std::vector<std::string> names{"classic", "lenet-5", "tiny", "deep", "vgg-small"};
    return names;
}

Network preset(const std::string& name) {
    if (name == "classic")
        return classic();
    if (name == "lenet-5")
        return leNet5();
    if (name == "tiny")
        return tiny();
    if (name == "deep")
        return deep();
    if (name == "vgg-small")
        return vggSmall();
    std::string all;
    for (const std::string& known : presetNames())
        all += (all.empty() ? "" : ", ") + known;
    throw Error({"Cannot find the built-in network", name, "no network of that name", "one of " + all, ""});
}

std::vector<std::string> layerNames(const Network& network) {
    std::map<std::string, int> counts;
    std::vector<std::string> names;
    for (const Layer& layer : network.layers) {
        const std::string stem = nameStem(layer);
        names.push_back(stem + std::to_string(++counts[stem]));
    }
    return names;
}

} // namespace kernelscope
