// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// The network that is being edited, with every edit undoable.
#pragma once

#include "app/session.h"
#include "editor/layer_catalogue.h"
#include "editor/network_fix.h"
#include "editor/network_outline.h"

#include <QObject>
#include <QTimer>
#include <QUndoStack>

#include <optional>

namespace kernelscope {

/// A draft of the session's network. Edits may leave a draft that does not fit together; the session then keeps the
/// last one that did, and gets the draft as soon as it compiles again. Networks that come from elsewhere (a preset, a
/// file dropped on the window) become the draft, as an edit that can be undone too. While a run goes on nothing is
/// edited.
class NetworkEditor : public QObject {
    Q_OBJECT

public:
    explicit NetworkEditor(Session& session, QObject* parent = nullptr);
    ~NetworkEditor() override;

    static constexpr int inputRow = -1; ///< selected() where it is the input and no layer.

    const Network& draft() const { return m_draft; }
    const NetworkOutline& outline() const { return m_outline; }
    /// The draft's plan, a step for each layer; null where it does not compile.
    const Plan* plan() const { return m_plan ? &*m_plan : nullptr; }
    bool canEdit() const { return m_session.canEdit(); }
    /// What the network must suit; nothing while no data is open.
    std::optional<DataMeasures> data() const;
    QUndoStack& undoStack() { return m_undo; }

    /// Index of the selected layer, or inputRow.
    int selected() const { return m_selected; }
    void select(int layer);
    /// The selected layer; null where it is the input.
    const Layer* selectedLayer() const;

    /// Adds a layer behind the selected one, or where it makes sense (see insertLayer()), and selects it.
    void add(const LayerKind& kind);
    void remove(int layer);
    void duplicate(int layer);
    void move(int from, int to);
    /// Changes a layer's value. Changes of the same field become one step until endGesture(). A value that the
    /// neighbours do not allow is refused, with the reason through refused().
    void setValue(int layer, const LayerField& field, double value);
    void setInput(const Shape& shape);
    void rename(const QString& name);
    void apply(const NetworkFix& fix);
    /// Another network altogether. @param what for the undo text: "open classic".
    void replace(const Network& network, const QString& what);
    /// Back to what the session holds, the last network that fitted together.
    void revert();
    /// A drag or a typed value is complete: the next change is an undo step of its own.
    void endGesture() { ++m_gesture; }

    /// Hands a draft that compiles to the session now; edits do so by themselves a moment later.
    /// @return false where the draft does not compile.
    bool commit();

    /// A network from a JSON file, whether it compiles or not. @return a message where the file holds none.
    std::optional<QString> open(const QString& path);
    /// The draft as the text of a JSON file.
    std::string text() const;

signals:
    void draftChanged();
    void selectionChanged();
    /// canEdit() changed.
    void editableChanged();
    /// The data's shape or classes, or the batch or optimizer changed.
    void setupChanged();
    void refused(const QString& message);

private:
    struct State {
        Network network;
        int selected = inputRow;
    };
    class Edit;

    void push(Network network, int selected, const QString& text, const QString& mergeKey = QString());
    void show(const State& state);
    void takeFromSession();
    void check();
    QString layerName(int layer) const;
    /// What values a field can have, and why not this one.
    QString refusal(std::size_t layer, const LayerField& field, double value) const;

    Session& m_session;
    QUndoStack m_undo;
    Network m_draft;
    NetworkOutline m_outline;
    std::optional<Plan> m_plan;
    int m_selected = 0;
    int m_gesture = 0;
    bool m_isCommitting = false;
    QTimer m_commitTimer;
};

/// A text of the catalogue in the window's language.
QString catalogueText(const std::string& english);

} // namespace kernelscope
