// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// Edits of a network as values: each function gives the edited network and leaves the old one alone. The result may be
/// a draft that does not fit together; outlineOf() tells.
#pragma once

#include "editor/network_outline.h"

#include <cstddef>

namespace kernelscope {

/// A network with one layer more.
struct InsertedLayer {
    Network network;
    std::size_t index = 0;    ///< Where the new layer is.
    bool withFlatten = false; ///< A flatten layer was put before it.
    bool isElsewhere = false; ///< It is not where it was asked for, but at the nearest place where it makes sense.
};

/// Puts a layer before layer `at` (layers.size(): behind the last), and helps it to fit:
///  - nothing comes behind the dense layer that ends the network, as its outputs are the classes;
///  - conv and pool go before the flatten where the image is a vector already;
///  - dense goes behind the next flatten where the image is none yet; without any, to the end with a flatten before it;
///  - a conv gets a kernel that fits, and padding that keeps the image's size.
InsertedLayer insertLayer(const Network& network, std::size_t at, const Layer& layer);

/// Without one layer.
Network removeLayer(const Network& network, std::size_t index);

/// With a copy of a layer behind it.
Network duplicateLayer(const Network& network, std::size_t index);

/// With a layer moved so that its index becomes `to`.
Network moveLayer(const Network& network, std::size_t from, std::size_t to);

/// With one layer replaced.
Network replaceLayer(const Network& network, std::size_t index, const Layer& layer);

/// A preset's name is the preset's alone, so that runs, files and lists tell the two apart: any other network of that
/// name becomes "NAME (edited)", and the preset itself NAME again.
Network withOwnName(Network network);

/// The name without that mark: of the preset that the network was made from.
std::string originalName(const Network& network);

} // namespace kernelscope
