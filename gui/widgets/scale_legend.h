// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/color_scale.h"

#include <QWidget>

namespace kernelscope {

/// A colour bar with the numbers at its ends, and at zero where zero lies between them.
class ScaleLegend : public QWidget {
    Q_OBJECT

public:
    explicit ScaleLegend(QWidget* parent = nullptr);

    void setScale(const ColorScale& scale);
    const ColorScale& scale() const { return m_scale; }
    /// A value to be marked on the bar, NaN for none: the one under the cursor.
    void setMarked(float value);

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    void describe();

    ColorScale m_scale;
    float m_marked;
};

} // namespace kernelscope
