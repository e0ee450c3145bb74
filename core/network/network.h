// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// A network as plain data, and the presets.
#pragma once

#include "layers/layer.h"

#include <string>
#include <vector>

namespace kernelscope {

/// An input shape and a list of layers. The last layer's output are the logits, one for each class; softmax
/// cross-entropy follows of itself. Nothing is checked here: compile() does that.
struct Network {
    std::string name; ///< For people: "classic".
    Shape input{1, 28, 28};
    std::vector<Layer> layers;

    bool operator==(const Network&) const = default;
};

/// Names of the built-in networks, the default first: "classic", "lenet-5", "tiny", "deep", "vgg-small".
const std::vector<std::string>& presetNames();

/// The built-in network of that name. Throws Error naming the presets that there are.
///  - classic: the article's (our reading of it): conv 3x3x32, ReLU, max-pool 2, conv 3x3x64, ReLU, max-pool 2,
///    flatten, dense 64, ReLU, dense 10.
///  - lenet-5: Y. LeCun et al., "Gradient-based learning applied to document recognition", 1998, with plain average
///    pooling, full connections and softmax in place of the 1998 output layer; 28x28 padded by 2.
///  - tiny: one convolution of 8 kernels, for lessons and quick looks.
///  - deep: for colour images of 32x32: twice (conv 3x3, batch norm, ReLU) x 2, max-pool, dropout, with 32 and 48
///    filters; then dense 64 with batch norm, ReLU and dropout, dense 10. Small enough for two cores.
///  - vgg-small: the same images in the manner of K. Simonyan and A. Zisserman, "Very deep convolutional networks",
///    2015: blocks of two 3x3 convolutions that keep the size, with ReLU, and a max-pool: 16, 32, 64 filters; dense
///    128, ReLU, dropout, dense 10.
Network preset(const std::string& name);

/// The layers' names in order: "conv1", "relu1", "pool1", "conv2", ... counted for each kind.
std::vector<std::string> layerNames(const Network& network);

} // namespace kernelscope
