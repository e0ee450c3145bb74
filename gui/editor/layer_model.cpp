// SPDX-License-Identifier: GPL-3.0-or-later
#include "editor/layer_model.h"

#include "app/svg_icon.h"
#include "editor/memory_needs.h"
#include "train/plot_style.h"
#include "widgets/layer_text.h"
#include "widgets/number_text.h"

#include <QGuiApplication>
#include <QMimeData>

#include <algorithm>

namespace kernelscope {
namespace {

const char* const layerMime = "application/x-kernelscope-layer";

/// The layer that is dragged; -1 where it is none.
int draggedLayer(const QMimeData* data) {
    bool ok = false;
    const int layer = data->data(QLatin1String(layerMime)).toInt(&ok);
    return ok ? layer : -1;
}

} // namespace

LayerModel::LayerModel(NetworkEditor& editor, const Session& session, QObject* parent)
    : QAbstractTableModel(parent),
      m_editor(editor),
      m_session(session) {
    connect(&editor, &NetworkEditor::draftChanged, this, &LayerModel::refresh);
    connect(&editor, &NetworkEditor::setupChanged, this, &LayerModel::refresh);
    connect(&editor, &NetworkEditor::editableChanged, this, &LayerModel::refresh);
    refresh();
}

void LayerModel::refresh() {
    // Rows at the end come and go: what is selected is the editor's to say, so nothing is lost by that.
    const int rows = 1 + static_cast<int>(m_editor.draft().layers.size());
    m_names = layerNames(m_editor.draft());
    if (rows > m_rows) {
        beginInsertRows({}, m_rows, rows - 1);
        m_rows = rows;
        endInsertRows();
    } else if (rows < m_rows) {
        beginRemoveRows({}, rows, m_rows - 1);
        m_rows = rows;
        endRemoveRows();
    }
    emit dataChanged(index(0, 0), index(rows - 1, ColumnCount - 1));
}

int LayerModel::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : m_rows;
}

int LayerModel::columnCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : ColumnCount;
}

bool LayerModel::isWrong(int layer) const {
    const auto& problem = m_editor.outline().problem;
    return problem && problem->layer && static_cast<int>(*problem->layer) == layer;
}

QString LayerModel::inputText(int column) const {
    const Network& network = m_editor.draft();
    switch (column) {
    case Name:
        return tr("input");
    case What:
        return network.input.channels == 1   ? tr("grey image")
               : network.input.channels == 3 ? tr("colour image")
                                             : tr("image of %1 channels").arg(network.input.channels);
    case Output:
        return QStringLiteral("%1 × %2 × %3")
            .arg(network.input.channels)
            .arg(network.input.height)
            .arg(network.input.width);
    case Memory:
        return bytesText(4 * static_cast<std::int64_t>(network.input.size()) * m_session.spec().batchSize);
    default:
        return {};
    }
}

QString LayerModel::text(int layer, int column) const {
    const auto i = static_cast<std::size_t>(layer);
    if (column == Name)
        return QString::fromStdString(m_names[i]);
    if (column == What)
        return layerSummary(m_editor.draft().layers[i]);
    if (i >= m_editor.outline().layers.size())
        return column == Output ? (isWrong(layer) ? tr("does not fit") : QStringLiteral("?")) : QString();
    const LayerInfo& info = m_editor.outline().layers[i];
    switch (column) {
    case Output:
        return shapeText(info.out);
    case Parameters:
        return info.parameters ? countText(info.parameters) : QStringLiteral("–");
    case Flops:
        return info.flops.forward ? flopsText(info.flops.forward) : QStringLiteral("–");
    case Memory:
        return bytesText(memoryNeeds({0, 0, 0}, {info}, m_session.spec()).total());
    default:
        return {};
    }
}

QString LayerModel::toolTip(int layer) const {
    if (isWrong(layer))
        return QStringLiteral("<p>%1</p>")
            .arg(QString::fromStdString(m_editor.outline().problem->message).toHtmlEscaped());
    if (const Plan* plan = m_editor.plan())
        return layerToolTip(*plan, layer);
    return QStringLiteral("<p>%1</p>")
        .arg(catalogueText(kindOf(m_editor.draft().layers[static_cast<std::size_t>(layer)]).tip).toHtmlEscaped());
}

QString LayerModel::iconName(int layer) const {
    return QStringLiteral("layer-%1")
        .arg(layer < 0 ? QStringLiteral("input")
                       : QString::fromLatin1(kindName(m_editor.draft().layers[static_cast<std::size_t>(layer)])));
}

QVariant LayerModel::data(const QModelIndex& index, int role) const {
    if (!index.isValid() || index.row() >= m_rows)
        return {};
    const int layer = index.row() - 1;
    const bool isNumber = index.column() >= Output;
    switch (role) {
    case Qt::DisplayRole:
        if (layer < 0)
            return inputText(index.column());
        return index.column() == Name && isWrong(layer) ? QStringLiteral("⚠ ") + text(layer, Name)
                                                        : text(layer, index.column());
    case Qt::DecorationRole:
        if (index.column() != Name)
            return {};
        return svgIcon(iconName(layer));
    case SelectedIconRole:
        return index.column() == Name ? QVariant(svgIcon(iconName(layer), QPalette::HighlightedText)) : QVariant();
    case Qt::TextAlignmentRole:
        return QVariant::fromValue(isNumber ? Qt::AlignRight | Qt::AlignVCenter : Qt::AlignLeft | Qt::AlignVCenter);
    case Qt::FontRole: {
        if (index.column() != Name)
            return isNumber ? QVariant(numberFont(QGuiApplication::font())) : QVariant();
        QFont bold = QGuiApplication::font();
        bold.setBold(true);
        return bold;
    }
    case Qt::ForegroundRole:
        return layer >= 0 && isWrong(layer) ? QVariant(wrongColor(QGuiApplication::palette())) : QVariant();
    case Qt::ToolTipRole:
        return layer < 0 ? QVariant(tr("What the network reads: channels × height × width")) : toolTip(layer);
    case Qt::AccessibleTextRole: {
        // A row is one thing to whoever hears it.
        if (index.column() != Name)
            return data(index, Qt::DisplayRole);
        if (layer < 0)
            return tr("input, %1, %2").arg(inputText(What), inputText(Output));
        return isWrong(layer) ? tr("%1, %2, does not fit").arg(text(layer, Name), text(layer, What))
                              : tr("%1, %2, output %3").arg(text(layer, Name), text(layer, What), text(layer, Output));
    }
    default:
        return {};
    }
}

QVariant LayerModel::headerData(int section, Qt::Orientation orientation, int role) const {
    if (orientation != Qt::Horizontal)
        return {};
    if (role == Qt::TextAlignmentRole)
        return QVariant::fromValue(
            section >= Output ? Qt::AlignRight | Qt::AlignVCenter : Qt::AlignLeft | Qt::AlignVCenter);
    const int batch = m_session.spec().batchSize;
    if (role == Qt::ToolTipRole && section == Flops)
        return tr("Floating-point operations on the way forward, for one image, counted from the shapes");
    if (role == Qt::ToolTipRole && section == Memory)
        return tr("Parameters, their gradients and the optimizer's memory, and the output of a batch of %1")
            .arg(countText(batch));
    if (role != Qt::DisplayRole)
        return {};
    switch (section) {
    case Name:
        return tr("Layer");
    case What:
        return tr("What it is");
    case Output:
        return tr("Output");
    case Parameters:
        return tr("Parameters");
    case Flops:
        return tr("Forward");
    case Memory:
        return tr("Memory");
    default:
        return {};
    }
}

Qt::ItemFlags LayerModel::flags(const QModelIndex& index) const {
    if (!index.isValid())
        return m_editor.canEdit() ? Qt::ItemIsDropEnabled : Qt::NoItemFlags; // between the rows
    Qt::ItemFlags flags = Qt::ItemIsSelectable | Qt::ItemIsEnabled | Qt::ItemNeverHasChildren;
    if (index.row() > 0 && m_editor.canEdit())
        flags |= Qt::ItemIsDragEnabled;
    return flags;
}

QStringList LayerModel::mimeTypes() const {
    return {QLatin1String(layerMime)};
}

QMimeData* LayerModel::mimeData(const QModelIndexList& indexes) const {
    if (indexes.isEmpty())
        return nullptr;
    auto* mime = new QMimeData;
    mime->setData(QLatin1String(layerMime), QByteArray::number(indexes.front().row() - 1));
    return mime;
}

bool LayerModel::canDropMimeData(
    const QMimeData* data, Qt::DropAction action, int row, int, const QModelIndex& parent) const {
    return action == Qt::MoveAction && !parent.isValid() && row != 0 && m_editor.canEdit() && draggedLayer(data) >= 0;
}

bool LayerModel::dropMimeData(
    const QMimeData* data, Qt::DropAction action, int row, int column, const QModelIndex& parent) {
    if (!canDropMimeData(data, action, row, column, parent))
        return false;
    const int from = draggedLayer(data);
    const int gap = row < 0 ? m_rows - 1 : row - 1; // the layer that it is dropped before
    m_editor.move(from, gap > from ? gap - 1 : gap);
    return false; // it is moved already: the view has no row to remove
}

} // namespace kernelscope
