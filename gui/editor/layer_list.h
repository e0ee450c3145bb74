// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// The list of layers.
#pragma once

#include "editor/layer_model.h"

#include <QTreeView>

namespace kernelscope {

/// Shows a LayerModel with one row selected, the editor's. Rows are dragged by the mouse.
class LayerList : public QTreeView {
    Q_OBJECT

public:
    LayerList(NetworkEditor& editor, const Session& session, QWidget* parent = nullptr);

protected:
    void resizeEvent(QResizeEvent* event) override;
    void changeEvent(QEvent* event) override;

private:
    void showSelection();
    void fitColumns();

    NetworkEditor& m_editor;
    bool m_isShowing = false;
};

} // namespace kernelscope
