// SPDX-License-Identifier: GPL-3.0-or-later
// What the page of mistakes is made of.
#include "mistakes/class_table.h"
#include "mistakes/confusion_legend.h"
#include "mistakes/confusion_view.h"
#include "mistakes/epoch_bar.h"
#include "mistakes/evaluate_bar.h"
#include "mistakes/gallery.h"
#include "mistakes/mistakes_export.h"
#include "mistakes/mistakes_page.h"
#include "mistakes/prediction_card.h"
#include "train/form_widgets.h"
#include "widgets/calm_wheel.h"
#include "widgets/heading.h"
#include "widgets/passing_notice.h"
#include "widgets/scrolled_page.h"

#include <QCheckBox>
#include <QComboBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QMenu>
#include <QPushButton>
#include <QScrollArea>
#include <QSplitter>
#include <QVBoxLayout>

namespace kernelscope {

QWidget* MistakesPage::buildEmpty() {
    auto* page = new QWidget(this);
    auto* title = new QLabel(tr("No test image has been judged yet"), page);
    makeHeading(title, 1.4);
    m_emptyText = new QLabel(page);
    m_emptyText->setObjectName(QStringLiteral("mistakesEmptyText"));
    m_emptyText->setAlignment(Qt::AlignHCenter);
    m_emptyText->setWordWrap(true);
    m_emptyText->setFixedWidth(fontMetrics().averageCharWidth() * 72);
    m_emptyEvaluate = new EvaluateBar(*m_evaluation, QStringLiteral("Empty"), page);
    auto* column = new QVBoxLayout(page);
    column->addStretch(2);
    column->addWidget(title, 0, Qt::AlignHCenter);
    column->addSpacing(6);
    auto* row = new QHBoxLayout; // else its height would not follow from its width
    row->addStretch();
    row->addWidget(m_emptyText);
    row->addStretch();
    column->addLayout(row);
    column->addSpacing(10);
    column->addWidget(m_emptyEvaluate, 0, Qt::AlignHCenter);
    column->addStretch(3);
    return page;
}

QBoxLayout* MistakesPage::buildHeader() {
    m_title = new QLabel(this);
    m_title->setObjectName(QStringLiteral("mistakesTitle"));
    makeHeading(m_title);
    m_title->setWordWrap(true);
    m_backToRun = new QPushButton(tr("&Back to the epochs"), this);
    m_backToRun->setObjectName(QStringLiteral("backToEpochs"));
    m_backToRun->setAccessibleName(tr("Back to the epochs"));
    m_backToRun->setToolTip(tr("Shows the mistakes of the run again, epoch by epoch"));
    m_evaluate = new EvaluateBar(*m_evaluation, QString(), this);
    auto* menu = new QMenu(this);
    m_export->addActions(*menu, *this);
    m_exportButton = new QPushButton(this);
    m_exportButton->setObjectName(QStringLiteral("mistakesExportButton"));
    m_exportButton->setText(tr("E&xport"));
    m_exportButton->setAccessibleName(tr("Export"));
    m_exportButton->setToolTip(tr("Saves the matrix, the scores of each class or the listed images as a table."));
    m_exportButton->setMenu(menu);
    auto* row = new QHBoxLayout;
    row->setSpacing(8);
    row->addWidget(m_title, 1);
    row->addWidget(m_backToRun);
    row->addWidget(m_evaluate);
    row->addWidget(m_exportButton);
    return row;
}

QWidget* MistakesPage::buildMatrix() {
    auto* panel = new QWidget(this);
    m_matrix = new ConfusionView(panel);
    m_legend = new ConfusionLegend(panel);
    m_logarithmic = new QCheckBox(tr("Lo&garithmic"), panel);
    m_logarithmic->setObjectName(QStringLiteral("logarithmicMatrix"));
    m_logarithmic->setToolTip(tr("Few mistakes are seen beside many."));
    m_readout = mutedText("matrixReadout", panel);
    m_readout->setAlignment(Qt::AlignLeft | Qt::AlignTop);
    m_readout->setMinimumHeight(m_readout->fontMetrics().lineSpacing() * 2); // so that nothing jumps under the pointer
    auto* below = new QHBoxLayout;
    below->addWidget(m_legend);
    below->addStretch();
    below->addWidget(m_logarithmic);
    auto* column = new QVBoxLayout(panel);
    column->setContentsMargins(0, 0, 8, 0);
    column->setSpacing(6);
    column->addWidget(m_matrix, 1);
    column->addLayout(below);
    column->addWidget(m_readout);
    return panel;
}

QWidget* MistakesPage::buildGallery() {
    auto* panel = new QWidget(this);
    m_listTitle = new QLabel(panel);
    m_listTitle->setObjectName(QStringLiteral("galleryTitle"));
    m_listTitle->setWordWrap(true);
    makeHeading(m_listTitle);
    m_showAll = new QPushButton(tr("&All mistakes"), panel);
    m_showAll->setObjectName(QStringLiteral("allMistakes"));
    m_showAll->setAccessibleName(tr("All mistakes"));
    m_showAll->setToolTip(tr("Chooses nothing in the matrix (Escape there)"));
    m_order = new QComboBox(panel);
    m_order->setObjectName(QStringLiteral("galleryOrder"));
    m_order->setAccessibleName(tr("Order of the images"));
    m_order->setToolTip(tr("How sure the network was of what it took the image for"));
    m_order->addItem(tr("Surest first"), QVariant::fromValue(MistakesModel::Order::MostConfident));
    m_order->addItem(tr("Least sure first"), QVariant::fromValue(MistakesModel::Order::LeastConfident));
    m_order->addItem(tr("By number"), QVariant::fromValue(MistakesModel::Order::Index));
    m_gallery = new Gallery(panel);
    m_gallery->setModel(m_model);
    auto* row = new QHBoxLayout;
    row->addWidget(m_order);
    row->addStretch();
    row->addWidget(m_showAll);
    auto* column = new QVBoxLayout(panel);
    column->setContentsMargins(8, 0, 8, 0);
    column->setSpacing(6);
    column->addWidget(m_listTitle);
    column->addLayout(row);
    column->addWidget(m_gallery, 1);
    panel->setMinimumWidth(fontMetrics().averageCharWidth() * 32);
    return panel;
}

QWidget* MistakesPage::buildSide() {
    auto* panel = new QWidget(this);
    m_card = new PredictionCard(panel);
    m_table = new ClassTable(panel);
    m_table->setMinimumHeight(fontMetrics().height() * 6);
    m_means = mutedText("classMeans", panel);
    auto* column = new QVBoxLayout(panel);
    column->setContentsMargins(8, 0, 0, 0);
    column->setSpacing(8);
    column->addWidget(m_card);
    column->addWidget(m_table, 1);
    column->addWidget(m_means);
    panel->setMinimumWidth(fontMetrics().averageCharWidth() * 53);
    return panel;
}

QWidget* MistakesPage::buildContent() {
    auto* page = new QWidget;
    m_epochs = new EpochBar(page);
    m_earlier = mutedText("earlierEpochs", page);
    m_earlier->hide();
    m_notice = new PassingNotice(page);
    m_notice->setObjectName(QStringLiteral("mistakesNotice"));
    auto* splitter = new QSplitter(Qt::Horizontal, page);
    splitter->setObjectName(QStringLiteral("mistakesSplitter"));
    splitter->setChildrenCollapsible(false);
    splitter->addWidget(buildMatrix());
    splitter->addWidget(buildGallery());
    splitter->addWidget(buildSide());
    splitter->setStretchFactor(0, 3);
    splitter->setStretchFactor(1, 2);
    splitter->setStretchFactor(2, 0);
    splitter->setSizes({490, 300, 370});
    auto* column = new LeastHeightLayout(page);
    column->setContentsMargins(16, 12, 16, 12);
    column->setSpacing(10);
    column->addLayout(buildHeader());
    column->addWidget(m_notice);
    column->addWidget(m_epochs);
    column->addWidget(m_earlier);
    column->addWidget(splitter, 1);

    calmWheels(*page);

    // At large type or in a small window everything can still be reached.
    auto* scroll = new QScrollArea(this);
    scroll->setObjectName(QStringLiteral("mistakesScroll"));
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setFocusPolicy(Qt::NoFocus);
    scroll->setWidgetResizable(true);
    scroll->setWidget(page);
    return scroll;
}

} // namespace kernelscope
