// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// Every key that does something, at a glance.
#pragma once

#include <QPointer>
#include <QWidget>

#include <vector>

class QAction;

namespace kernelscope {

/// Lies over its parent until a key is pressed or the mouse clicked. Its lines are read from the actions, so that it
/// cannot be wrong.
class ShortcutOverlay : public QWidget {
    Q_OBJECT

public:
    /// A line for a key that no action stands for.
    struct Line {
        QString keys;
        QString text;
    };

    explicit ShortcutOverlay(QWidget* parent);

    void open(const std::vector<QAction*>& actions, const std::vector<Line>& more);
    std::vector<Line> lines() const { return m_lines; }

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void paintEvent(QPaintEvent* event) override;

private:
    void dismiss();

    std::vector<Line> m_lines;
    QPointer<QWidget> m_previousFocus;
};

} // namespace kernelscope
