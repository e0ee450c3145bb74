// SPDX-License-Identifier: GPL-3.0-or-later
#include "compare/compare_view.h"

#include "app/file_saver.h"
#include "compare/accuracy_plot.h"
#include "compare/epoch_bars.h"
#include "compare/recorded_runs.h"
#include "compare/run_table_model.h"
#include "widgets/device_text.h"
#include "widgets/save_dialog.h"

#include <QClipboard>
#include <QComboBox>
#include <QGuiApplication>
#include <QHeaderView>
#include <QKeyEvent>
#include <QLabel>
#include <QMenu>
#include <QPushButton>
#include <QSignalBlocker>
#include <QSortFilterProxyModel>
#include <QStackedWidget>
#include <QTableView>
#include <QVBoxLayout>

#include <algorithm>

namespace kernelscope {

CompareView::CompareView(QWidget* parent)
    : QWidget(parent),
      m_pages(new QStackedWidget(this)),
      m_model(new RunTableModel(this)),
      m_sorted(new QSortFilterProxyModel(this)),
      m_saver(new FileSaver(this)) {
    setObjectName(QStringLiteral("compareView"));
    m_sorted->setSourceModel(m_model);
    m_sorted->setSortRole(Qt::UserRole);
    m_pages->addWidget(makeEmptyPage());
    m_pages->addWidget(makeRunsPage());
    setStatus(QString());
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->addWidget(m_pages);
}

void CompareView::offerRecorded(const std::vector<RecordedRun>& recorded) {
    for (QPushButton* button : m_recordedButtons) {
        auto* menu = new QMenu(button);
        for (const RecordedRun& run : recorded) {
            QAction* action = menu->addAction(recordTitle(*run.record));
            connect(action, &QAction::triggered, this, [this, file = run.file] { emit recordWanted(file); });
        }
        delete button->menu();
        button->setMenu(menu);
        button->setVisible(!recorded.empty());
    }
}

void CompareView::setRuns(std::vector<NumberedRun> runs) {
    const std::vector<int> selected = selectedRuns();
    m_runs = std::move(runs);
    m_model->setRuns(m_runs);
    selectRuns(selected);
    for (int column = 0; column < m_model->columnCount(); ++column)
        m_table->setColumnHidden(column, !m_model->isTelling(column));
    fitColumns();
    fillBaselines();
    showComparison();
    m_pages->setCurrentIndex(m_runs.empty() ? 0 : 1);
}

void CompareView::setGhosts(const std::set<int>& numbers) {
    m_model->setGhosts(numbers);
}

void CompareView::fitColumns() {
    if (m_hasOwnWidths)
        return;
    const QAbstractItemView& view = *m_table;
    const QHeaderView& header = *m_table->horizontalHeader();
    const QFontMetrics metrics = header.fontMetrics();
    const int margin = metrics.averageCharWidth();
    int total = 0;
    std::vector<int> widths(static_cast<std::size_t>(m_model->columnCount()), 0);
    for (int column = 0; column < m_model->columnCount(); ++column) {
        if (m_table->isColumnHidden(column))
            continue;
        // A heading asks for room for the arrow of the order, which only one of them has.
        const QString heading = m_model->headerData(column, Qt::Horizontal, Qt::DisplayRole).toString();
        const bool hasArrow = column == header.sortIndicatorSection();
        const int headingWidth =
            hasArrow ? header.sectionSizeHint(column) : metrics.horizontalAdvance(heading) + margin;
        int& width = widths[static_cast<std::size_t>(column)];
        width = std::max(view.sizeHintForColumn(column), headingWidth);
        total += width;
    }
    // As much air between the columns as there is room for, but some in any case.
    const int columns = m_model->columnCount() - header.hiddenSectionCount();
    const int air = std::clamp((m_table->viewport()->width() - total) / std::max(columns, 1), margin / 2, 3 * margin);
    for (int column = 0; column < m_model->columnCount(); ++column)
        if (!m_table->isColumnHidden(column))
            m_table->setColumnWidth(column, widths[static_cast<std::size_t>(column)] + air);
}

void CompareView::resizeEvent(QResizeEvent* event) {
    QWidget::resizeEvent(event);
    fitColumns();
}

void CompareView::setSweep(bool possible, const QString& progress) {
    for (QPushButton* button : m_sweepButtons) {
        button->setEnabled(possible);
        button->setText(progress.isEmpty() ? tr("Measure one epoch on each device") : progress);
    }
}

void CompareView::setStatus(const QString& text) {
    for (QLabel* status : m_statuses)
        status->setText(text.isEmpty() ? tr("Runs are made one after the other, never two at a time.") : text);
}

void CompareView::fillBaselines() {
    const QSignalBlocker blocker(m_baseline);
    const QVariant chosen = m_baseline->currentData();
    m_baseline->clear();
    m_baseline->addItem(tr("the slowest"), 0);
    for (const NumberedRun& run : m_runs)
        if (const auto time = epochTime(*run.record); time && !time->isEstimate)
            m_baseline->addItem(tr("run %1, %2").arg(run.number).arg(deviceLabel(run.record->device)), run.number);
    m_baseline->setCurrentIndex(std::max(0, m_baseline->findData(chosen)));
}

void CompareView::showComparison() {
    const int chosen = m_baseline->currentData().toInt();
    const Comparison comparison = compareRuns(m_runs, chosen ? std::optional(chosen) : std::nullopt);
    m_bars->setComparison(comparison);
    std::vector<NumberedRun> comparable;
    for (const NumberedRun& run : m_runs)
        for (const ComparedRun& compared : comparison.runs)
            if (compared.number == run.number && compared.reason.isEmpty())
                comparable.push_back(run);
    m_plot->setRuns(comparable);
    m_sentence->setText(!comparison.sentence.isEmpty()
                            ? comparison.sentence
                            : tr("Make one more run on another device, with the same weights, to compare them."));
}

std::vector<int> CompareView::selectedRuns() const {
    std::vector<int> numbers;
    for (const QModelIndex& index : m_table->selectionModel()->selectedRows())
        numbers.push_back(m_model->runNumber(m_sorted->mapToSource(index).row()));
    return numbers;
}

QString CompareView::csv() const {
    return m_model->csv();
}

void CompareView::onSelectionChanged() {
    const std::vector<int> selected = selectedRuns();
    if (selected.empty() && (m_remove->hasFocus() || m_copy->hasFocus()))
        m_table->setFocus(); // the next row is chosen there
    m_remove->setEnabled(!selected.empty());
    m_copy->setEnabled(!selected.empty());
    m_bars->setCurrent(selected.size() == 1 ? selected.front() : -1);
}

void CompareView::selectRun(int number) {
    for (int row = 0; row < m_sorted->rowCount(); ++row)
        if (m_model->runNumber(m_sorted->mapToSource(m_sorted->index(row, 0)).row()) == number) {
            m_table->selectRow(row);
            m_table->scrollTo(m_sorted->index(row, m_table->horizontalHeader()->logicalIndexAt(0)));
        }
}

void CompareView::selectRuns(const std::vector<int>& numbers) {
    for (int row = 0; row < m_sorted->rowCount(); ++row) {
        const QModelIndex index = m_sorted->index(row, 0);
        const int number = m_model->runNumber(m_sorted->mapToSource(index).row());
        if (std::find(numbers.begin(), numbers.end(), number) != numbers.end())
            m_table->selectionModel()->select(index, QItemSelectionModel::Select | QItemSelectionModel::Rows);
    }
}

void CompareView::removeSelected() {
    for (int number : selectedRuns())
        emit removeWanted(number);
}

void CompareView::copySelected() {
    QModelIndexList rows = m_table->selectionModel()->selectedRows();
    std::sort(rows.begin(), rows.end(), [](const auto& a, const auto& b) { return a.row() < b.row(); });
    QStringList lines;
    QStringList header;
    for (int column = 0; column < m_sorted->columnCount(); ++column)
        if (column != RunTableModel::Ghost)
            header += m_sorted->headerData(column, Qt::Horizontal, Qt::DisplayRole).toString();
    lines += header.join(QLatin1Char('\t'));
    for (const QModelIndex& index : rows) {
        QStringList fields;
        for (int column = 0; column < m_sorted->columnCount(); ++column)
            if (column != RunTableModel::Ghost)
                fields += index.siblingAtColumn(column).data().toString();
        lines += fields.join(QLatin1Char('\t'));
    }
    QGuiApplication::clipboard()->setText(lines.join(QLatin1Char('\n')));
}

void CompareView::exportCsv() {
    askWhereToSave(this,
        {tr("Export the runs"), QStringLiteral("kernelscope-runs.csv"), tr("Tables (*.csv)"), QStringLiteral("csv"),
            QStringLiteral("exportRunsDialog")},
        [this](const QString& path) {
            m_saver->save(path, csv().toStdString(), [this](const std::optional<QString>& failure) {
                if (failure)
                    emit failed(tr("The table was not saved"), *failure);
            });
        });
}

void CompareView::keyPressEvent(QKeyEvent* event) {
    if (event->matches(QKeySequence::Copy))
        copySelected();
    else if (event->matches(QKeySequence::Delete))
        removeSelected();
    else
        QWidget::keyPressEvent(event);
}

} // namespace kernelscope
