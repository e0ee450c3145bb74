// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// What the whole network takes.
#pragma once

#include "editor/network_editor.h"

#include <QWidget>

#include <vector>

class QGridLayout;
class QLabel;

namespace kernelscope {

/// Parameters, FLOPs and memory of the draft, as it is edited.
class TotalsCard : public QWidget {
    Q_OBJECT

public:
    TotalsCard(NetworkEditor& editor, const Session& session, QWidget* parent = nullptr);

private:
    QLabel* addRow(const QString& title, const char* objectName, const QString& toolTip, bool isPart = false);
    void refresh();

    NetworkEditor& m_editor;
    const Session& m_session;
    QGridLayout* m_grid;
    QLabel* m_parameters;
    QLabel* m_forward;
    QLabel* m_training;
    QLabel* m_memory;
    QLabel* m_memoryTitle;
    std::vector<QLabel*> m_parts; ///< Parameters, gradients, optimizer, activations.
};

} // namespace kernelscope
