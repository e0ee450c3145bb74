// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// The values of the selected layer.
#pragma once

#include "editor/network_editor.h"

#include <QWidget>

#include <array>
#include <vector>

class QGridLayout;
class QLabel;
class QSpinBox;

namespace kernelscope {

class FieldRow;

/// What the selected layer is and does, and a row for each of its values; the input's measures where that is selected.
/// A value that is not possible is refused here with the reason, and a slider that has come to its end says what stops
/// it.
class LayerPane : public QWidget {
    Q_OBJECT

public:
    explicit LayerPane(NetworkEditor& editor, QWidget* parent = nullptr);

private:
    void refresh();
    void rebuild();
    void showInput();
    void showLayer(int layer);
    void onEdited(const LayerField& field, double value);
    QString limitNote() const;

    NetworkEditor& m_editor;
    QLabel* m_title;
    QLabel* m_sentence;
    QWidget* m_rowsHost = nullptr; ///< Holds the rows; made anew for other fields.
    QLabel* m_refusal;
    QLabel* m_note;
    QLabel* m_formula;
    std::vector<FieldRow*> m_rows;
    std::array<QSpinBox*, 3> m_input{}; ///< Channels, height, width.
    std::vector<const LayerField*> m_shownFields;
    bool m_showsInput = false;
    const LayerField* m_lastEdited = nullptr;
    bool m_isShowing = false;
};

} // namespace kernelscope
