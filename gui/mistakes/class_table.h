// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// How well each class is told from the others, as a table.
#pragma once

#include "mistakes/evaluated.h"
#include "widgets/sort_table.h"

#include <QAbstractTableModel>

class QSortFilterProxyModel;

namespace kernelscope {

/// A row for each class: images, precision, recall, F1.
class ClassTableModel : public QAbstractTableModel {
    Q_OBJECT

public:
    enum Column { Name, Images, Precision, Recall, F1, columns };

    using QAbstractTableModel::QAbstractTableModel;
    void setEvaluated(EvaluatedPtr evaluated);

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    /// Qt::UserRole holds what a column is sorted by: what has no value comes before the least.
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    EvaluatedPtr m_evaluated;
    std::vector<ClassScores> m_scores;
};

/// Sorted by whatever heading is pressed; a class that is clicked, or Enter on it, is chosen.
class ClassTable : public SortTable {
    Q_OBJECT

public:
    explicit ClassTable(QWidget* parent = nullptr);
    /// Keeps order, selection and place.
    void setEvaluated(EvaluatedPtr evaluated);

signals:
    void classChosen(int ofClass);

protected:
    void keyPressEvent(QKeyEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;

private:
    void fitColumns();
    void choose(const QModelIndex& index);

    ClassTableModel* m_model;
    QSortFilterProxyModel* m_sorted;
};

} // namespace kernelscope
