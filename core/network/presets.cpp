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

} // namespace

const std::vector<std::string>& presetNames() {
    static const std::vector<std::string> names{"classic", "lenet-5", "tiny"};
    return names;
}

Network preset(const std::string& name) {
    if (name == "classic")
        return classic();
    if (name == "lenet-5")
        return leNet5();
    if (name == "tiny")
        return tiny();
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
