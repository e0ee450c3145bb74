// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// One value of a layer: its name, a slider and a box.
#pragma once

#include "editor/field_limits.h"

#include <QObject>

#include <vector>

class QComboBox;
class QDoubleSpinBox;
class QGridLayout;
class QLabel;
class QSlider;
class QWidget;

namespace kernelscope {

/// The widgets of a field, as a row of a grid: a list for a choice, else a slider that stops only at what is possible
/// and a box into which anything of the field's own range can be typed. Asks for a value by edited(); what holds is
/// what show() says.
class FieldRow : public QObject {
    Q_OBJECT

public:
    /// @param field lives as long as the program, as those of the catalogue do.
    FieldRow(const LayerField& field, QGridLayout& grid, int row, QWidget* parent);

    const LayerField& field() const { return m_field; }
    /// @param why what stops the value at its ends, for the tool tip.
    void show(double value, const FieldLimits& limits);
    void setEnabled(bool enabled);

signals:
    void edited(double value);
    /// The slider was let go, or the box left.
    void gestureEnded();

private:
    void buildChoice(QGridLayout& grid, int row, QWidget* parent);
    void buildNumber(QGridLayout& grid, int row, QWidget* parent);
    void showSlider();

    const LayerField& m_field;
    QLabel* m_label;
    QComboBox* m_choice = nullptr;
    QSlider* m_slider = nullptr;
    QDoubleSpinBox* m_box = nullptr;
    std::vector<double> m_stops;
    FieldLimits m_limits;
    double m_value = 0;
    bool m_isShowing = false;
};

} // namespace kernelscope
