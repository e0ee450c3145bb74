// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "data/augmentation.h"

#include <QImage>
#include <QWidget>

#include <cstdint>
#include <span>
#include <vector>

namespace kernelscope {

/// One image under eight augmentations, in rows.
class AugmentationStrip : public QWidget {
public:
    static constexpr int count = 8;

    explicit AugmentationStrip(QWidget* parent = nullptr);

    /// @param pixels of the original, CHW; empty: nothing is shown. @param step whose draws are shown.
    void show(std::span<const std::uint8_t> pixels, const Shape& shape, const AugmentationSpec& spec,
        std::uint64_t seed, std::int64_t step);
    std::span<const std::uint8_t> pixels(int number) const;

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override { return sizeHint(); }

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    static constexpr int columns = 4;

    struct Drawn {
        Augmentation how;
        std::vector<std::uint8_t> pixels;
        QImage image;
    };

    Shape m_shape;
    std::vector<Drawn> m_drawn;
};

} // namespace kernelscope
