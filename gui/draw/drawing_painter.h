// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// A drawing as pixels: for the eye in the screen's resolution, for the network in a multiple of its own.
#pragma once

#include "draw/drawing.h"

#include <QImage>

namespace kernelscope {

/// Light ink on black; a stroke that goes on is added piece by piece, so that long ones cost no more than short ones.
class DrawingPainter {
public:
    /// How a picture on the pad is seen.
    enum class PictureLook {
        Ink,    ///< Its ink, the whole picture in the frame.
        Colour, ///< As it is, filling the frame.
    };

    /// @param size in pixels, at least 1 x 1.
    void paint(const Drawing& drawing, const QSize& size, PictureLook look);
    /// Adds what the last point of the stroke that goes on has brought.
    void extend(const Stroke& stroke);
    /// Ends the stroke that goes on, at its last point.
    void end(const Stroke& stroke);

    const QImage& image() const { return m_image; }

private:
    void paint(const DrawnPicture& picture, PictureLook look);

    QImage m_image; ///< Format_RGB32.
};

/// A picture of one or three channels as QImage.
QImage pictureAsImage(const Picture& picture);

/// And back: the red channel of a grey image, or all three.
Picture imageAsPicture(const QImage& image, int channels);

} // namespace kernelscope
