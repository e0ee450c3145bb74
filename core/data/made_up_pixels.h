// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// Images without any meaning, where only their shape matters: to measure how fast a network trains that no data at
/// hand fits.
#pragma once

#include "data/data_set.h"

#include <cstddef>

namespace kernelscope {

/// Training images alone, the same at every call, with labels in turn. Each is a random rectangle of noise, which
/// covers about half of the image, on blank ground: so ReLU and max-pooling find zeros and ties as they do in pictures.
/// @param shape of an image; @param classes 1 to 256; @param count at least 1.
DataSetPtr madeUpPixels(Shape shape, int classes, std::size_t count);

} // namespace kernelscope
