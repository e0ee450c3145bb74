// SPDX-License-Identifier: GPL-3.0-or-later
#include "training/fit.h"

#include "base/error.h"

#include <string>

namespace kernelscope {

void requireFit(const Plan& plan, const DataInfo& data) {
    if (data.shape != plan.network.input)
        throw Error({"Cannot use the data set", data.name, "images of " + toFullString(data.shape),
            "the network's input of " + toFullString(plan.network.input),
            "Choose a network that is made for these images, or other data."});
    if (data.classes != plan.classes)
        throw Error({"Cannot use the data set", data.name, std::to_string(data.classes) + " classes",
            std::to_string(plan.classes) + ", as many as the network's last layer has outputs",
            "Give the last dense layer " + std::to_string(data.classes) + " units."});
}

} // namespace kernelscope
