// SPDX-License-Identifier: GPL-3.0-or-later
#include "compare/compare_view.h"

#include "compare/accuracy_plot.h"
#include "compare/epoch_bars.h"
#include "compare/run_table_model.h"
#include "widgets/heading.h"
#include "widgets/sort_table.h"

#include <QCheckBox>
#include <QComboBox>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QPushButton>
#include <QScrollArea>
#include <QSortFilterProxyModel>
#include <QSplitter>
#include <QStackedWidget>
#include <QVBoxLayout>

namespace kernelscope {

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
    makeHeading(title, 1.4);
    auto* text = new QLabel(tr("Train once on “CPU, all cores”. Then choose “CPU, 1 thread” as the device\n"
                               "and press “Same weights again”: both runs will stand here side by side,\n"
                               "measured on this machine. Runs of earlier sessions are under File > Earlier runs.\n"
                               "Or let Kernelscope measure your devices:"),
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
    makeHeading(m_sentence, 1.3);

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
    m_table = new SortTable(panel);
    m_table->setObjectName(QStringLiteral("runTable"));
    m_table->setAccessibleName(tr("Runs of this session"));
    m_table->setToolTip(
        tr("A heading, or Space in its column, sorts. Delete removes, Ctrl+C copies the selected runs."));
    m_table->setModel(m_sorted);
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
    connect(&header, &QHeaderView::sortIndicatorChanged, this, &CompareView::fitColumns);
    connect(m_remove, &QPushButton::clicked, this, &CompareView::removeSelected);
    connect(m_copy, &QPushButton::clicked, this, &CompareView::copySelected);
    connect(save, &QPushButton::clicked, this, &CompareView::exportCsv);
    connect(m_table->selectionModel(), &QItemSelectionModel::selectionChanged, this, &CompareView::onSelectionChanged);
    connect(m_sorted, &QAbstractItemModel::modelReset, this, &CompareView::onSelectionChanged);
    onSelectionChanged();
    return panel;
}

} // namespace kernelscope
