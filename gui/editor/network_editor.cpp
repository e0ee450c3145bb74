// SPDX-License-Identifier: GPL-3.0-or-later
#include "editor/network_editor.h"

#include "base/error.h"
#include "editor/field_limits.h"
#include "editor/network_edit.h"
#include "editor/network_outline.h"
#include "files/atomic_file.h"
#include "network/network_json.h"
#include "widgets/number_text.h"

#include <QCoreApplication>
#include <QFileInfo>
#include <QUndoCommand>

#include <nlohmann/json.hpp>

#include <algorithm>
#include <chrono>
#include <utility>

namespace kernelscope {
namespace {

using namespace std::chrono_literals;

/// Edits reach the session, and with it strip and views, this long after the last of them: a slider that is dragged
/// would else draw first weights for every value that it passes.
constexpr auto commitDelay = 120ms;
constexpr std::size_t largestFile = 16u << 20;
constexpr int mergeable = 1;

} // namespace

QString catalogueText(const std::string& english) {
    return QCoreApplication::translate("kernelscope::LayerCatalogue", english.c_str());
}

/// The draft before and after: whatever was done, undoing gives exactly what was there.
class NetworkEditor::Edit : public QUndoCommand {
public:
    Edit(NetworkEditor& editor, State before, State after, const QString& text, QString mergeKey)
        : QUndoCommand(text),
          m_editor(editor),
          m_before(std::move(before)),
          m_after(std::move(after)),
          m_mergeKey(std::move(mergeKey)) {}

    void undo() override { m_editor.show(m_before); }
    void redo() override { m_editor.show(m_after); }
    int id() const override { return m_mergeKey.isEmpty() ? -1 : mergeable; }

    bool mergeWith(const QUndoCommand* other) override {
        const auto& next = static_cast<const Edit&>(*other);
        if (next.m_mergeKey != m_mergeKey)
            return false;
        m_after = next.m_after;
        setObsolete(m_after.network == m_before.network);
        return true;
    }

private:
    NetworkEditor& m_editor;
    State m_before;
    State m_after;
    QString m_mergeKey;
};

NetworkEditor::NetworkEditor(Session& session, QObject* parent)
    : QObject(parent),
      m_session(session),
      m_draft(session.network()),
      m_selected(session.selectedLayer()) {
    check();
    m_commitTimer.setSingleShot(true);
    m_commitTimer.setInterval(commitDelay);
    connect(&m_commitTimer, &QTimer::timeout, this, &NetworkEditor::commit);
    connect(&session, &Session::networkChanged, this, &NetworkEditor::takeFromSession);
    connect(&session, &Session::selectedLayerChanged, this, [this] {
        if (!m_isCommitting && m_draft == m_session.network())
            select(m_session.selectedLayer());
    });
    connect(&session, &Session::dataChanged, this, &NetworkEditor::setupChanged);
    connect(&session, &Session::specChanged, this, &NetworkEditor::setupChanged);
    connect(&session.run(), &RunSource::stateChanged, this, &NetworkEditor::editableChanged);
    connect(&session.run(), &RunSource::finished, this, &NetworkEditor::editableChanged);
    connect(&session.run(), &RunSource::failed, this, &NetworkEditor::editableChanged);
}

NetworkEditor::~NetworkEditor() {
    m_undo.blockSignals(true); // a stack tells of being emptied even while it goes
}

std::optional<DataMeasures> NetworkEditor::data() const {
    const DataSetPtr set = m_session.data();
    return set ? std::optional(DataMeasures{set->info().shape, set->info().classes}) : std::nullopt;
}

void NetworkEditor::select(int layer) {
    layer = std::clamp(layer, inputRow, static_cast<int>(m_draft.layers.size()) - 1);
    if (layer == m_selected)
        return;
    m_selected = layer;
    endGesture();
    if (layer != inputRow && m_draft == m_session.network())
        m_session.selectLayer(layer);
    emit selectionChanged();
}

const Layer* NetworkEditor::selectedLayer() const {
    return m_selected == inputRow ? nullptr : &m_draft.layers[static_cast<std::size_t>(m_selected)];
}

QString NetworkEditor::layerName(int layer) const {
    return QString::fromStdString(layerNames(m_draft)[static_cast<std::size_t>(layer)]);
}

void NetworkEditor::add(const LayerKind& kind) {
    const InsertedLayer inserted = insertLayer(m_draft, static_cast<std::size_t>(m_selected + 1), kind.fresh);
    const QString name = QString::fromStdString(layerNames(inserted.network)[inserted.index]);
    push(inserted.network, static_cast<int>(inserted.index), tr("add %1").arg(name));
}

void NetworkEditor::remove(int layer) {
    if (layer == inputRow)
        return;
    Network without = removeLayer(m_draft, static_cast<std::size_t>(layer));
    const int left = static_cast<int>(without.layers.size());
    push(std::move(without), std::min(layer, left - 1), tr("remove %1").arg(layerName(layer)));
}

void NetworkEditor::duplicate(int layer) {
    if (layer != inputRow)
        push(duplicateLayer(m_draft, static_cast<std::size_t>(layer)), layer + 1,
            tr("duplicate %1").arg(layerName(layer)));
}

void NetworkEditor::move(int from, int to) {
    const int count = static_cast<int>(m_draft.layers.size());
    if (from != to && from >= 0 && to >= 0 && from < count && to < count)
        push(moveLayer(m_draft, static_cast<std::size_t>(from), static_cast<std::size_t>(to)), to,
            tr("move %1").arg(layerName(from)));
}

void NetworkEditor::setValue(int layer, const LayerField& field, double value) {
    const auto index = static_cast<std::size_t>(layer);
    if (!whyNot(m_draft, index, field, value).empty()) {
        emit refused(refusal(index, field, value));
        return;
    }
    const QString name = QString::fromStdString(field.name);
    push(replaceLayer(m_draft, index, withValue(m_draft.layers[index], field, value)), layer,
        tr("%1 of %2", "a value of a layer, as in: undo kernel size of conv1")
            .arg(catalogueText(field.label).toLower(), layerName(layer)),
        QStringLiteral("%1/%2/%3").arg(layer).arg(name).arg(m_gesture));
}

QString NetworkEditor::refusal(std::size_t layer, const LayerField& field, double value) const {
    const FieldLimits limits = limitsOf(m_draft, layer, field);
    const QString label = catalogueText(field.label);
    const auto number = [](double of) { return QLocale().toString(of, 'g', 9); };
    const QString range = limits.least == limits.most
                              ? tr("%1 can only be %2 here, not %3").arg(label, number(limits.least), number(value))
                              : tr("%1 can be %2 to %3 here, not %4")
                                    .arg(label, number(limits.least), number(limits.most), number(value));
    if (!field.isWhole() || value < field.least || value > field.most)
        return range + QLatin1Char('.'); // whatever stands around it
    Network changed = m_draft;
    changed.layers[layer] = withValue(m_draft.layers[layer], field, value);
    const std::size_t wrong = fittingLayers(changed);
    if (wrong < changed.layers.size() && wrong != layer)
        return tr("%1: %2 would no longer fit.", "%1 a range, %2 a layer's name")
            .arg(range, layerName(static_cast<int>(wrong)));
    const std::vector<Shape> shapes = shapesOf(m_draft);
    if (field.scale == FieldScale::WholeRatio)
        return tr("%1: the network would be too large to be computed.").arg(range);
    return layer < shapes.size()
               ? tr("%1, where the layer reads %2.", "%1 a range, %2 a shape").arg(range, shapeText(shapes[layer]))
               : range + QLatin1Char('.');
}

void NetworkEditor::setInput(const Shape& shape) {
    Network network = m_draft;
    network.input = shape;
    push(std::move(network), m_selected, tr("input shape"), QStringLiteral("input/%1").arg(m_gesture));
}

void NetworkEditor::rename(const QString& name) {
    Network network = m_draft;
    network.name = name.trimmed().toStdString();
    if (!network.name.empty())
        push(std::move(network), m_selected, tr("rename"));
}

void NetworkEditor::apply(const NetworkFix& fix) {
    const auto text = [&] {
        switch (fix.kind) {
        case NetworkFix::Kind::InsertFlatten:
            return tr("insert flatten");
        case NetworkFix::Kind::AddOutput:
            return tr("add an output");
        case NetworkFix::Kind::RemoveLayer:
            return tr("remove %1").arg(layerName(static_cast<int>(fix.layer)));
        case NetworkFix::Kind::UseDataShape:
            return tr("use the data's shape");
        case NetworkFix::Kind::UseClasses:
            return tr("use the data's classes");
        case NetworkFix::Kind::ChangeField:
            break;
        }
        return tr("mend %1").arg(layerName(static_cast<int>(fix.layer)));
    };
    const int last = static_cast<int>(fix.network.layers.size()) - 1;
    const bool keepsSelection = fix.kind == NetworkFix::Kind::UseDataShape;
    push(fix.network, keepsSelection ? m_selected : std::min(static_cast<int>(fix.layer), last), text());
}

void NetworkEditor::replace(const Network& network, const QString& what) {
    push(network, network.layers.empty() ? inputRow : 0, what);
}

void NetworkEditor::revert() {
    replace(m_session.network(), tr("go back to what fits"));
}

void NetworkEditor::push(Network network, int selected, const QString& text, const QString& mergeKey) {
    network = withOwnName(std::move(network));
    if (!canEdit() || network == m_draft)
        return;
    if (mergeKey.isEmpty())
        endGesture();
    m_undo.push(new Edit(*this, {m_draft, m_selected}, {std::move(network), selected}, text, mergeKey));
}

void NetworkEditor::show(const State& state) {
    const bool otherSelection = state.selected != m_selected;
    m_draft = state.network;
    m_selected = state.selected;
    check();
    if (m_outline.compiles() && !(m_draft == m_session.network()))
        m_commitTimer.start();
    else
        m_commitTimer.stop();
    emit draftChanged();
    if (otherSelection)
        emit selectionChanged();
}

void NetworkEditor::check() {
    m_outline = outlineOf(m_draft);
    m_plan = m_outline.compiles() ? std::optional(compile(m_draft, Fusion::Off)) : std::nullopt;
}

bool NetworkEditor::commit() {
    m_commitTimer.stop();
    if (!m_outline.compiles())
        return false;
    if (canEdit() && !(m_draft == m_session.network())) {
        m_isCommitting = true;
        m_session.setNetwork(m_draft);
        if (m_selected != inputRow)
            m_session.selectLayer(m_selected);
        m_isCommitting = false;
    }
    return true;
}

void NetworkEditor::takeFromSession() {
    if (m_isCommitting || m_draft == m_session.network())
        return;
    const QString name = QString::fromStdString(m_session.network().name);
    replace(m_session.network(), tr("open %1").arg(name));
}

std::optional<QString> NetworkEditor::open(const QString& path) {
    try {
        const Network network = parseNetwork(readWholeFile(path.toStdString(), largestFile), path.toStdString());
        replace(network, tr("open %1").arg(QFileInfo(path).fileName()));
    } catch (const Error& error) {
        return QString::fromStdString(error.what());
    }
    return std::nullopt;
}

std::string NetworkEditor::text() const {
    return toJson(m_draft).dump(2) + "\n";
}

} // namespace kernelscope
