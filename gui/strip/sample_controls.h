// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

class QToolButton;

namespace kernelscope {

/// Small buttons for the image that the network looks at: previous, next, any other; and whether images flow by of
/// themselves.
class SampleControls : public QWidget {
    Q_OBJECT

public:
    explicit SampleControls(QWidget* parent = nullptr);

    /// Shows whether images flow; hidden while training, when it would do nothing.
    void setFlow(bool playing, bool available);

signals:
    void previousWanted();
    void nextWanted();
    void randomWanted();
    void flowToggled(bool playing);

protected:
    void changeEvent(QEvent* event) override;

private:
    QToolButton* addButton(const QString& objectName, const QString& name, const QString& toolTip);
    void drawIcons();

    QToolButton* m_previous;
    QToolButton* m_next;
    QToolButton* m_random;
    QToolButton* m_flow;
};

} // namespace kernelscope
