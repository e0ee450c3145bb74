// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// What the colours of a confusion matrix mean.
#pragma once

#include "mistakes/evaluated.h"

#include <QWidget>

namespace kernelscope {

/// A bar of colours from no mistake to the greatest count, and the green of what is right.
class ConfusionLegend : public QWidget {
    Q_OBJECT

public:
    explicit ConfusionLegend(QWidget* parent = nullptr);

    void setEvaluated(EvaluatedPtr evaluated);
    void setLogarithmic(bool logarithmic);

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override { return sizeHint(); }

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    QString greatestText() const;

    EvaluatedPtr m_evaluated;
    bool m_logarithmic = false;
};

} // namespace kernelscope
