// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

namespace kernelscope {

/// The arrow between two cards, along which a pulse may travel. Its own small widget, so that an animation frame
/// repaints these few pixels only.
class FlowConnector : public QWidget {
    Q_OBJECT

public:
    explicit FlowConnector(QWidget* parent = nullptr);

    /// @param position 0 to 1 along the arrow; anything else: no pulse.
    void setPulse(double position);

    QSize sizeHint() const override;

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    double m_pulse = -1;
};

} // namespace kernelscope
