// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// The ink in a picture of a drawing: a photo of handwriting, a scan, a screenshot.
#pragma once

#include "data/picture.h"

namespace kernelscope {

/// Whether the picture's ground is lighter than what is drawn on it, seen along its edge: ink on paper is, chalk on a
/// blackboard is not. Any number of channels.
bool hasLightGround(const Picture& picture);

/// What stands out from a picture's ground, which may be unevenly lit: a plane through the brightness of the edge is
/// taken away, and whatever differs from it no more than the edge's own noise. Where there is noise, specks far smaller
/// than the largest stroke are left out as well; a clean picture, a digit of MNIST for instance, keeps every pixel.
/// @param isGroundLight darker things are the ink, else lighter ones.
/// @return one channel, 0 = ground, 255 = the strongest ink; all 0 where nothing stands out.
Picture inkOf(const Picture& picture, bool isGroundLight);

/// The largest middle part of the picture that has the frame's aspect, scaled to the frame: for networks that look at
/// whole pictures in colour.
Picture croppedPicture(const Picture& picture, int width, int height);

/// A picture as a network's input: pixel / 255, turned to grey for one channel and to red, green and blue for three.
/// Of any other number of channels each gets the grey picture. Scaled where its size is not the input's.
Tensor pictureTensor(const Picture& picture, const Shape& input);

} // namespace kernelscope
