// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// The workspaces, one below the other at the window's left.
#pragma once

#include <QFrame>

class QAction;
class QButtonGroup;
class QVBoxLayout;

namespace kernelscope {

/// Large buttons of icon over word, one of them on.
class WorkspaceRail : public QFrame {
    Q_OBJECT

public:
    explicit WorkspaceRail(QWidget* parent = nullptr);

    /// A button for a checkable action of an exclusive group.
    void add(QAction* action);

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    QVBoxLayout* m_layout;
};

} // namespace kernelscope
