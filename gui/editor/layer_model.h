// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// The layers of a draft as the rows of a table.
#pragma once

#include "editor/network_editor.h"

#include <QAbstractTableModel>

namespace kernelscope {

/// The input in the first row, a layer in each further one, with what it gives and needs. The first layer that does not
/// fit is marked, and what comes behind it is unknown. Layers can be dragged to another place.
class LayerModel : public QAbstractTableModel {
    Q_OBJECT

public:
    enum Column { Name, What, Output, Parameters, Flops, Memory, ColumnCount };
    /// The icon on the ground of a selected row.
    static constexpr int SelectedIconRole = Qt::UserRole;

    /// @param batch gives the images of a batch, which memory is counted for, and the floats kept for each parameter.
    explicit LayerModel(NetworkEditor& editor, const Session& session, QObject* parent = nullptr);

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;
    Qt::ItemFlags flags(const QModelIndex& index) const override;
    Qt::DropActions supportedDropActions() const override { return Qt::MoveAction; }
    QStringList mimeTypes() const override;
    QMimeData* mimeData(const QModelIndexList& indexes) const override;
    bool canDropMimeData(
        const QMimeData* data, Qt::DropAction action, int row, int column, const QModelIndex& parent) const override;
    bool dropMimeData(
        const QMimeData* data, Qt::DropAction action, int row, int column, const QModelIndex& parent) override;

private:
    void refresh();
    QString text(int layer, int column) const;
    QString inputText(int column) const;
    QString toolTip(int layer) const;
    QString iconName(int layer) const;
    bool isWrong(int layer) const;

    NetworkEditor& m_editor;
    const Session& m_session;
    std::vector<std::string> m_names;
    int m_rows = 0;
};

} // namespace kernelscope
