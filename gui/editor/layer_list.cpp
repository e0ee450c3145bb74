// SPDX-License-Identifier: GPL-3.0-or-later
#include "editor/layer_list.h"

#include <QEvent>
#include <QHeaderView>
#include <QStyledItemDelegate>

#include <algorithm>

namespace kernelscope {
namespace {

/// Rows with room to breathe and to grab.
class RowDelegate : public QStyledItemDelegate {
public:
    using QStyledItemDelegate::QStyledItemDelegate;

    QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const override {
        const QSize size = QStyledItemDelegate::sizeHint(option, index);
        return {size.width(), option.fontMetrics.height() + option.fontMetrics.height() / 2};
    }

protected:
    void initStyleOption(QStyleOptionViewItem* option, const QModelIndex& index) const override {
        QStyledItemDelegate::initStyleOption(option, index);
        if (!option->state.testFlag(QStyle::State_Selected))
            return;
        if (const QVariant icon = index.data(LayerModel::SelectedIconRole); icon.isValid())
            option->icon = icon.value<QIcon>();
    }
};

} // namespace

LayerList::LayerList(NetworkEditor& editor, const Session& session, QWidget* parent)
    : QTreeView(parent),
      m_editor(editor) {
    setObjectName(QStringLiteral("layerList"));
    setAccessibleName(tr("Layers of the network"));
    setModel(new LayerModel(editor, session, this));
    setItemDelegate(new RowDelegate(this));
    setRootIsDecorated(false);
    setItemsExpandable(false);
    setUniformRowHeights(true);
    setAllColumnsShowFocus(true);
    setAlternatingRowColors(false);
    setSelectionMode(QAbstractItemView::SingleSelection);
    setSelectionBehavior(QAbstractItemView::SelectRows);
    setDragEnabled(true);
    setAcceptDrops(true);
    setDropIndicatorShown(true);
    setDragDropMode(QAbstractItemView::DragDrop);
    setDefaultDropAction(Qt::MoveAction);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAsNeeded);
    header()->setSectionsMovable(false);
    header()->setStretchLastSection(false);
    header()->setMinimumSectionSize(fontMetrics().averageCharWidth() * 5);
    for (int column = 0; column < LayerModel::ColumnCount; ++column)
        header()->setSectionResizeMode(column, QHeaderView::Fixed);
    setMinimumHeight(fontMetrics().height() * 9);
    connect(&editor, &NetworkEditor::draftChanged, this, [this] {
        fitColumns();
        showSelection();
    });
    connect(&editor, &NetworkEditor::setupChanged, this, &LayerList::fitColumns);
    connect(&editor, &NetworkEditor::selectionChanged, this, &LayerList::showSelection);
    connect(selectionModel(), &QItemSelectionModel::currentRowChanged, this, [this](const QModelIndex& current) {
        if (!m_isShowing && current.isValid())
            m_editor.select(current.row() - 1);
    });
    showSelection();
}

void LayerList::showSelection() {
    m_isShowing = true;
    setCurrentIndex(model()->index(m_editor.selected() + 1, 0));
    m_isShowing = false;
}

void LayerList::fitColumns() {
    int rest = viewport()->width();
    for (int column = 0; column < LayerModel::ColumnCount; ++column) {
        const int wanted = std::max(sizeHintForColumn(column), header()->sectionSizeHint(column)) +
                           fontMetrics().averageCharWidth() * 2;
        header()->resizeSection(column, wanted);
        if (column != LayerModel::What)
            rest -= wanted;
    }
    // What is left over goes to the words, which are elided rather than the figures scrolled out of sight.
    header()->resizeSection(LayerModel::What, std::max(rest, fontMetrics().averageCharWidth() * 16));
}

void LayerList::resizeEvent(QResizeEvent* event) {
    QTreeView::resizeEvent(event);
    fitColumns();
}

void LayerList::changeEvent(QEvent* event) {
    QTreeView::changeEvent(event);
    if (event->type() == QEvent::FontChange || event->type() == QEvent::StyleChange)
        fitColumns();
}

} // namespace kernelscope
