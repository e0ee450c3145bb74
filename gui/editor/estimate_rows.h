// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// How long an epoch would take on each device.
#pragma once

#include "editor/network_editor.h"
#include "editor/rate_book.h"

#include <QWidget>

#include <vector>

class QGridLayout;
class QLabel;
class QPushButton;

namespace kernelscope {

/// A row for each usable device: the time, what it is told from, and a button that measures. A device that was never
/// measured has no time.
class EstimateRows : public QWidget {
    Q_OBJECT

public:
    EstimateRows(NetworkEditor& editor, Session& session, QWidget* parent = nullptr);

private:
    struct Row {
        QString deviceId;
        QLabel* name;
        QLabel* time;
        QLabel* basis;
        QPushButton* measure;
    };

    void rebuild();
    void refresh();
    void show(const Row& row, const std::vector<MeasuredRate>& rates);
    QString basisText(const EpochEstimate& estimate) const;
    /// Why nothing can be measured now; empty where it can.
    QString obstacle() const;

    NetworkEditor& m_editor;
    Session& m_session;
    RateBook* m_rates;
    QLabel* m_heading;
    QLabel* m_note;
    QGridLayout* m_grid;
    std::vector<Row> m_rows;
};

} // namespace kernelscope
