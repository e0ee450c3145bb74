// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/workspace_rail.h"

#include <QAction>
#include <QPainter>
#include <QToolButton>
#include <QVBoxLayout>

namespace kernelscope {

WorkspaceRail::WorkspaceRail(QWidget* parent) : QFrame(parent), m_layout(new QVBoxLayout(this)) {
    setObjectName("workspaceRail");
    m_layout->setContentsMargins(6, 8, 7, 8);
    m_layout->setSpacing(4);
    m_layout->addStretch();
}

void WorkspaceRail::add(QAction* action) {
    auto* button = new QToolButton(this);
    button->setObjectName(action->objectName() + QStringLiteral("Button"));
    button->setDefaultAction(action);
    button->setToolButtonStyle(Qt::ToolButtonTextUnderIcon);
    button->setAutoRaise(true);
    button->setFocusPolicy(Qt::StrongFocus);
    button->setAccessibleName(action->text());
    const int icon = fontMetrics().height() + 8;
    button->setIconSize(QSize(icon, icon));
    button->setMinimumSize(fontMetrics().horizontalAdvance("Compare") + 18, 3 * fontMetrics().height() + 10);
    button->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    m_layout->insertWidget(m_layout->count() - 1, button);
}

void WorkspaceRail::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.fillRect(QRect(width() - 1, 0, 1, height()), palette().color(QPalette::Mid));
}

} // namespace kernelscope
