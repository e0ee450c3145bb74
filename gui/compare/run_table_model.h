// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "compare/comparison.h"

#include <QAbstractTableModel>

#include <set>

namespace kernelscope {

/// The session's runs as rows of figures. Values for sorting are under Qt::UserRole.
class RunTableModel : public QAbstractTableModel {
    Q_OBJECT

public:
    enum Column {
        Number,
        Ghost, ///< A box to tick: the run stands behind the curves in Train. No figure, so not in files.
        Device,
        Threads,
        NetworkName,
        Data,
        Batch,
        LearningRate,
        Seed,
        Epochs,
        SecondsPerEpoch,
        ImagesPerSecond,
        TestAccuracy,
        Load,
        Date,
        Stop,
        Optimizer,
        WeightDecay,
        Schedule,
        Augmentation,
        EarlyEnd,
        ColumnCount,
    };

    using QAbstractTableModel::QAbstractTableModel;

    /// The records must live until the next call.
    void setRuns(std::vector<NumberedRun> runs);
    /// Which runs have their box ticked.
    void setGhosts(const std::set<int>& numbers);
    /// Whether a column says something: those of the finer points of the set-up do not where all runs have the same,
    /// how a run ended does not where all were completed, threads do not beside the name of the device.
    bool isTelling(int column) const;
    /// Number of the run in a row.
    int runNumber(int row) const { return m_runs[static_cast<std::size_t>(row)].number; }

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    bool setData(const QModelIndex& index, const QVariant& value, int role) override;
    Qt::ItemFlags flags(const QModelIndex& index) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

    /// The rows as CSV (RFC 4180) with plain numbers and a header, whatever the locale.
    QString csv() const;

signals:
    void ghostChosen(int number, bool isGhost);

private:
    QVariant value(const RunRecord& record, int number, int column) const;
    QString text(const RunRecord& record, int number, int column) const;

    std::vector<NumberedRun> m_runs;
};

} // namespace kernelscope
