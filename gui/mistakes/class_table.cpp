// SPDX-License-Identifier: GPL-3.0-or-later
#include "mistakes/class_table.h"

#include "widgets/number_text.h"

#include <QHeaderView>
#include <QKeyEvent>
#include <QSortFilterProxyModel>

#include <algorithm>
#include <array>
#include <numeric>
#include <utility>

namespace kernelscope {

void ClassTableModel::setEvaluated(EvaluatedPtr evaluated) {
    std::vector<ClassScores> scores;
    for (int k = 0; evaluated && k < evaluated->matrix.classes(); ++k)
        scores.push_back(scoresOf(evaluated->matrix, k));
    const bool same = m_evaluated && evaluated && m_evaluated->names == evaluated->names;
    if (!same)
        beginResetModel();
    m_evaluated = std::move(evaluated);
    m_scores = std::move(scores);
    if (!same)
        endResetModel();
    else
        emit dataChanged(index(0, 0), index(rowCount() - 1, columns - 1));
}

int ClassTableModel::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : static_cast<int>(m_scores.size());
}

int ClassTableModel::columnCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : columns;
}

QVariant ClassTableModel::data(const QModelIndex& index, int role) const {
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    const auto row = static_cast<std::size_t>(index.row());
    const ClassScores& scores = m_scores[row];
    if (role == Qt::TextAlignmentRole)
        return QVariant((index.column() == Name ? Qt::AlignLeft : Qt::AlignRight) | Qt::AlignVCenter);
    if (role != Qt::DisplayRole && role != Qt::UserRole)
        return {};
    const bool sorts = role == Qt::UserRole;
    const auto score = [sorts](const std::optional<double>& value) {
        return sorts ? QVariant(value.value_or(-1)) : QVariant(scoreText(value));
    };
    switch (index.column()) {
    case Name:
        return sorts ? QVariant(index.row()) : QVariant(m_evaluated->names[row]);
    case Images:
        return sorts ? QVariant(static_cast<qlonglong>(scores.images)) : QVariant(countText(scores.images));
    case Precision:
        return score(scores.precision);
    case Recall:
        return score(scores.recall);
    default:
        return score(scores.f1);
    }
}

QVariant ClassTableModel::headerData(int section, Qt::Orientation orientation, int role) const {
    if (orientation != Qt::Horizontal)
        return {};
    if (role == Qt::TextAlignmentRole)
        return QVariant((section == Name ? Qt::AlignLeft : Qt::AlignRight) | Qt::AlignVCenter);
    const bool tip = role == Qt::ToolTipRole;
    if (role != Qt::DisplayRole && !tip)
        return {};
    switch (section) {
    case Name:
        return tip ? tr("The true class, in the data's order") : tr("Class");
    case Images:
        return tip ? tr("Test images of this class") : tr("Images");
    case Precision:
        return tip ? tr("Of the images taken for this class, how many are of it: how far one may believe it")
                   : tr("Precision");
    case Recall:
        return tip ? tr("Of this class's images, how many were recognised") : tr("Recall");
    default:
        return tip ? tr("Both in one number: the harmonic mean of precision and recall") : tr("F1");
    }
}

ClassTable::ClassTable(QWidget* parent)
    : SortTable(parent),
      m_model(new ClassTableModel(this)),
      m_sorted(new QSortFilterProxyModel(this)) {
    setObjectName(QStringLiteral("classTable"));
    setAccessibleName(tr("Precision and recall of each class"));
    setToolTip(tr("A heading, or Space in its column, sorts. A click on a class, or Enter, shows its mistakes."));
    m_sorted->setSourceModel(m_model);
    m_sorted->setSortRole(Qt::UserRole);
    setModel(m_sorted);
    sortByColumn(ClassTableModel::Name, Qt::AscendingOrder);
    setSelectionBehavior(QAbstractItemView::SelectRows);
    setSelectionMode(QAbstractItemView::SingleSelection);
    setAlternatingRowColors(true);
    setShowGrid(false);
    setTabKeyNavigation(false);
    setWordWrap(false);
    verticalHeader()->hide();
    verticalHeader()->setDefaultSectionSize(fontMetrics().height() + 6);
    verticalHeader()->setMinimumSectionSize(fontMetrics().height() + 6);
    horizontalHeader()->setHighlightSections(false);
    horizontalHeader()->setSectionsClickable(true);
    connect(this, &QTableView::clicked, this, &ClassTable::choose);
}

void ClassTable::setEvaluated(EvaluatedPtr evaluated) {
    m_model->setEvaluated(std::move(evaluated));
    fitColumns();
}

void ClassTable::fitColumns() {
    // Names as long as they are, within reason: what else there is of them is in the tooltip.
    const int character = fontMetrics().averageCharWidth();
    std::array<int, ClassTableModel::columns> widths{
        std::max(horizontalHeader()->sectionSizeHint(ClassTableModel::Name),
            std::min(sizeHintForColumn(ClassTableModel::Name), character * 16))};
    for (int column = ClassTableModel::Images; column < ClassTableModel::columns; ++column)
        widths[static_cast<std::size_t>(column)] =
            std::max(sizeHintForColumn(column), horizontalHeader()->sectionSizeHint(column));
    // Some air between the figures, the rest to the names.
    const int room = std::max(0, viewport()->width() - std::accumulate(widths.begin(), widths.end(), 0));
    const int air = std::min(room / ClassTableModel::columns, character * 2);
    for (int column = ClassTableModel::Images; column < ClassTableModel::columns; ++column)
        setColumnWidth(column, widths[static_cast<std::size_t>(column)] + air);
    setColumnWidth(ClassTableModel::Name, widths[0] + room - (ClassTableModel::columns - 1) * air);
}

void ClassTable::resizeEvent(QResizeEvent* event) {
    SortTable::resizeEvent(event);
    fitColumns();
}

void ClassTable::choose(const QModelIndex& index) {
    if (index.isValid())
        emit classChosen(m_sorted->mapToSource(index).row());
}

void ClassTable::keyPressEvent(QKeyEvent* event) {
    if (event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter) {
        choose(currentIndex());
        return;
    }
    SortTable::keyPressEvent(event);
}

} // namespace kernelscope
