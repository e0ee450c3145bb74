// SPDX-License-Identifier: GPL-3.0-or-later
#include "compare/compare_view.h"

#include "app/file_saver.h"
#include "compare/accuracy_plot.h"
#include "compare/epoch_bars.h"
#include "compare/recorded_runs.h"
#include "compare/run_table_model.h"
#include "widgets/device_text.h"
#include "widgets/save_dialog.h"

#include <QCheckBox>
#include <QClipboard>
#include <QComboBox>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QKeyEvent>
#include <QLabel>
#include <QMenu>
#include <QPushButton>
#include <QScrollArea>
#include <QSignalBlocker>
#include <QSortFilterProxyModel>
#include <QSplitter>
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

QPushButton* CompareView::makeSweepButton(const QString& objectName) {
    auto* button = new QPushButton(tr("Measure one epoch on each device"), this);
    button->setObjectName(objectName);
    button->setAccessibleName(button->text());
    button->setToolTip(tr("Trains one epoch on each usable device, one after the other, from the same first weights\n"
                          "with the same batches. The reference is left out: it takes minutes."));
    connect(button, &QPushButton::clicked, this, &CompareView::sweepWanted);
    m_sweepButtons.push_back(button);
    return button;
}

QPushButton* CompareView::makeRecordedButton(const QString& objectName) {
    auto* button = new QPushButton(tr("Recorded runs"), this);
    button->setObjectName(objectName);
    button->setAccessibleName(button->text());
    button->setToolTip(tr("Runs that were recorded on other machines, each labelled with its device and date"));
    button->hide();
    m_recordedButtons.push_back(button);
    return button;
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

QLabel* CompareView::makeStatus(const QString& objectName, QWidget* page) {
    auto* status = new QLabel(page);
    status->setObjectName(objectName);
    status->setWordWrap(true);
    m_statuses.push_back(status);
    return status;
}

QWidget* CompareView::makeEmptyPage() {
    auto* page = new QWidget(this);
    auto* title = new QLabel(tr("Nothing to compare yet"), page);
    QFont large = title->font();
    large.setPointSizeF(large.pointSizeF() * 1.4);
    large.setBold(true);
    title->setFont(large);
    auto* text = new QLabel(tr("Train once on “CPU, all cores”. Then choose “CPU, 1 thread” as the device\n"
                               "and press “Same weights again”: both runs will stand here side by side,\n"
                               "measured on this machine. Or let Kernelscope do both:"),
        page);
    text->setObjectName(QStringLiteral("compareEmptyText"));
    text->setAlignment(Qt::AlignHCenter);
    auto* column = new QVBoxLayout(page);
    column->addStretch(2);
    column->addWidget(title, 0, Qt::AlignHCenter);
    column->addSpacing(6);
    column->addWidget(text, 0, Qt::AlignHCenter);
    column->addSpacing(10);
    column->addWidget(makeSweepButton(QStringLiteral("measureDevicesEmpty")), 0, Qt::AlignHCenter);
    column->addWidget(makeRecordedButton(QStringLiteral("recordedRunsEmpty")), 0, Qt::AlignHCenter);
    column->addSpacing(6);
    auto* status = makeStatus(QStringLiteral("compareStatusEmpty"), page);
    status->setAlignment(Qt::AlignHCenter);
    column->addWidget(status);
    column->addStretch(3);
    return page;
}

QWidget* CompareView::makeRunsPage() {
    auto* page = new QWidget(this);
    m_sentence = new QLabel(page);
    m_sentence->setObjectName(QStringLiteral("compareSentence"));
    m_sentence->setWordWrap(true);
    m_sentence->setTextInteractionFlags(Qt::TextSelectableByMouse);
    QFont large = m_sentence->font();
    large.setPointSizeF(large.pointSizeF() * 1.3);
    large.setBold(true);
    m_sentence->setFont(large);

    m_bars = new EpochBars(page);
    m_bars->setToolTip(tr("Seconds an epoch. Bar: median of the whole epochs; whisker: fastest and slowest."));
    auto* scroll = new QScrollArea(page);
    scroll->setObjectName(QStringLiteral("epochBarsScroll"));
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setWidgetResizable(true);
    scroll->setFocusPolicy(Qt::NoFocus);
    scroll->setWidget(m_bars);

    m_baseline = new QComboBox(page);
    m_baseline->setObjectName(QStringLiteral("baselineBox"));
    m_baseline->setAccessibleName(tr("Compared with"));
    m_baseline->setToolTip(tr("Which run speed-ups are relative to"));
    m_logarithmic = new QCheckBox(tr("Logarithmic"), page);
    m_logarithmic->setObjectName(QStringLiteral("logarithmicBox"));
    m_logarithmic->setToolTip(tr("A logarithmic axis, for times that are factors apart"));
    auto* label = new QLabel(tr("Compared with"), page);
    label->setBuddy(m_baseline);
    auto* controls = new QHBoxLayout;
    controls->addWidget(label);
    controls->addWidget(m_baseline);
    controls->addSpacing(12);
    controls->addWidget(m_logarithmic);
    controls->addStretch();
    controls->addWidget(makeRecordedButton(QStringLiteral("recordedRuns")));
    controls->addWidget(makeSweepButton(QStringLiteral("measureDevices")));

    m_plot = new AccuracyPlot(page);
    auto* upper = new QSplitter(Qt::Horizontal, page);
    upper->setObjectName(QStringLiteral("compareUpper"));
    upper->setChildrenCollapsible(false);
    upper->addWidget(scroll);
    upper->addWidget(m_plot);
    upper->setStretchFactor(0, 3);
    upper->setStretchFactor(1, 2);
    upper->setSizes({600, 420});
    auto* splitter = new QSplitter(Qt::Vertical, page);
    splitter->setObjectName(QStringLiteral("compareSplitter"));
    splitter->setChildrenCollapsible(false);
    splitter->addWidget(upper);
    splitter->addWidget(makeTable());
    splitter->setStretchFactor(0, 3);
    splitter->setStretchFactor(1, 1);
    splitter->setSizes({400, 180});

    auto* column = new QVBoxLayout(page);
    column->setContentsMargins(14, 10, 14, 10);
    column->addWidget(m_sentence);
    column->addWidget(makeStatus(QStringLiteral("compareStatus"), page));
    column->addLayout(controls);
    column->addWidget(splitter, 1);

    connect(m_baseline, &QComboBox::currentIndexChanged, this, &CompareView::showComparison);
    connect(m_logarithmic, &QCheckBox::toggled, m_bars, &EpochBars::setLogarithmic);
    connect(m_bars, &EpochBars::chosen, this, &CompareView::selectRun);
    return page;
}

QWidget* CompareView::makeTable() {
    auto* panel = new QWidget(this);
    m_table = new QTableView(panel);
    m_table->setObjectName(QStringLiteral("runTable"));
    m_table->setAccessibleName(tr("Runs of this session"));
    m_table->setToolTip(tr("Click a heading to sort. Delete removes, Ctrl+C copies the selected runs."));
    m_table->setModel(m_sorted);
    m_table->setSortingEnabled(true);
    m_table->sortByColumn(RunTableModel::Number, Qt::AscendingOrder);
    m_table->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_table->setAlternatingRowColors(true);
    m_table->setShowGrid(false);
    m_table->setWordWrap(false);
    m_table->setTabKeyNavigation(false);
    m_table->verticalHeader()->hide();
    m_table->horizontalHeader()->setHighlightSections(false);
    m_table->setHorizontalScrollMode(QAbstractItemView::ScrollPerPixel);
    // How runs were set up stands together; in the CSV file newer columns follow the older ones.
    QHeaderView& header = *m_table->horizontalHeader();
    int place = header.visualIndex(RunTableModel::LearningRate);
    header.moveSection(header.visualIndex(RunTableModel::Optimizer), place++);
    for (const int column :
        {RunTableModel::WeightDecay, RunTableModel::Schedule, RunTableModel::Augmentation, RunTableModel::EarlyEnd})
        header.moveSection(header.visualIndex(column), ++place);

    const auto addButton = [&](const QString& objectName, const QString& text, const QString& toolTip) {
        auto* button = new QPushButton(text, panel);
        button->setObjectName(objectName);
        button->setAccessibleName(text);
        button->setToolTip(toolTip);
        return button;
    };
    m_remove = addButton(QStringLiteral("removeRuns"), tr("Remove"), tr("Takes the selected runs out of this session"));
    m_copy = addButton(QStringLiteral("copyRuns"), tr("Copy"), tr("Copies the selected runs as a table"));
    auto* save = addButton(QStringLiteral("exportRuns"), tr("Export CSV…"), tr("Saves all runs as a table of figures"));
    auto* buttons = new QHBoxLayout;
    buttons->addWidget(m_remove);
    buttons->addWidget(m_copy);
    buttons->addStretch();
    buttons->addWidget(save);
    auto* column = new QVBoxLayout(panel);
    column->setContentsMargins(0, 6, 0, 0);
    column->addWidget(m_table, 1);
    column->addLayout(buttons);

    connect(m_model, &RunTableModel::ghostChosen, this, &CompareView::ghostChosen);
    connect(m_table->horizontalHeader(), &QHeaderView::sectionResized, this,
        [this] { m_hasOwnWidths = m_hasOwnWidths || QGuiApplication::mouseButtons().testFlag(Qt::LeftButton); });
    connect(m_remove, &QPushButton::clicked, this, &CompareView::removeSelected);
    connect(m_copy, &QPushButton::clicked, this, &CompareView::copySelected);
    connect(save, &QPushButton::clicked, this, &CompareView::exportCsv);
    connect(m_table->selectionModel(), &QItemSelectionModel::selectionChanged, this, &CompareView::onSelectionChanged);
    connect(m_sorted, &QAbstractItemModel::modelReset, this, &CompareView::onSelectionChanged);
    onSelectionChanged();
    return panel;
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
    m_table->resizeColumnsToContents();
    // As much air between the columns as there is room for, but some in any case.
    const int columns = m_model->columnCount() - m_table->horizontalHeader()->hiddenSectionCount();
    const int character = fontMetrics().averageCharWidth();
    const int room = m_table->viewport()->width() - m_table->horizontalHeader()->length();
    const int air = std::clamp(room / std::max(columns, 1), character / 2, 3 * character);
    for (int column = 0; column < m_model->columnCount(); ++column)
        if (!m_table->isColumnHidden(column))
            m_table->setColumnWidth(column, m_table->columnWidth(column) + air);
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
        if (m_model->runNumber(m_sorted->mapToSource(m_sorted->index(row, 0)).row()) == number)
            m_table->selectRow(row);
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
            header += m_sorted->headerData(column, Qt::Horizontal).toString();
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
