// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// The training plot with the controls above it.
#pragma once

#include "train/plot_export.h"

#include <QString>
#include <QWidget>

#include <vector>

class QCheckBox;
class QComboBox;
class QLabel;
class QPushButton;
class QSlider;

namespace kernelscope {

class TrainingPlot;
class PassingNotice;

/// Axis, smoothing, scale of the loss, the way back to the whole run, and export.
class PlotsPanel : public QWidget {
    Q_OBJECT

public:
    /// @param record gives the run on show, for the export.
    explicit PlotsPanel(PlotExport::RecordGetter record, QWidget* parent = nullptr);

    TrainingPlot& plot() { return *m_plot; }

    /// A run that may stand behind the curves.
    struct EarlierRun {
        int number = 0;
        QString name;
        bool isGhost = false;
    };
    /// What the menu of earlier runs offers.
    void setEarlierRuns(const std::vector<EarlierRun>& runs);

signals:
    void ghostChosen(int number, bool isGhost);

private:
    void buildControls();

    TrainingPlot* m_plot;
    PlotExport* m_export;
    QComboBox* m_axis;
    QSlider* m_smoothing;
    QLabel* m_smoothingValue;
    QCheckBox* m_logarithmic;
    QPushButton* m_earlier;
    QPushButton* m_follow;
    QPushButton* m_exportButton;
    PassingNotice* m_notice;
};

} // namespace kernelscope
