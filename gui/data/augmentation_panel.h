// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// What augmentation makes of one image.
#pragma once

#include "app/session.h"

#include <QWidget>

#include <cstdint>
#include <span>
#include <vector>

class QCheckBox;
class QLabel;
class QPushButton;
class QSpinBox;

namespace kernelscope {

class AugmentationStrip;

/// The chosen image as training might see it, some draws side by side, and the two settings that decide about it,
/// which are the session's.
class AugmentationPanel : public QWidget {
    Q_OBJECT

public:
    explicit AugmentationPanel(Session& session, QWidget* parent = nullptr);

    /// @param pixels CHW; empty: no image.
    void setImage(std::span<const std::uint8_t> pixels, const Shape& shape);

    /// Pixels of one of the drawn images, for tests. Empty while there is none.
    std::span<const std::uint8_t> drawn(int number) const;

private:
    void refresh();
    void setAugmentation(const AugmentationSpec& spec);

    Session& m_session;
    QSpinBox* m_shift;
    QCheckBox* m_flip;
    QPushButton* m_others;
    QLabel* m_off;
    QPushButton* m_try;
    QLabel* m_mirrored;
    AugmentationStrip* m_strip;
    std::vector<std::uint8_t> m_pixels;
    Shape m_shape;
    std::int64_t m_draw = 1; ///< The training step whose draws are shown.
};

} // namespace kernelscope
