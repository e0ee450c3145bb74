// SPDX-License-Identifier: GPL-3.0-or-later
#include "editor/layer_pane.h"

#include "editor/field_limits.h"
#include "editor/field_row.h"
#include "train/form_widgets.h"
#include "widgets/heading.h"
#include "widgets/layer_text.h"
#include "widgets/number_text.h"

#include <QGridLayout>
#include <QLabel>
#include <QSpinBox>
#include <QVBoxLayout>

namespace kernelscope {

LayerPane::LayerPane(NetworkEditor& editor, QWidget* parent)
    : QWidget(parent),
      m_editor(editor),
      m_title(new QLabel(this)),
      m_sentence(mutedText("layerSentence", this)),
      m_refusal(errorText("fieldRefusal", this)),
      m_note(mutedText("limitNote", this)),
      m_formula(mutedText("layerFormula", this)) {
    setObjectName(QStringLiteral("layerPane"));
    m_title->setObjectName(QStringLiteral("layerTitle"));
    makeHeading(m_title);
    m_title->setWordWrap(true);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(8);
    layout->addWidget(m_title);
    layout->addWidget(m_sentence);
    layout->addWidget(m_refusal); // the rows come before it
    layout->addWidget(m_note);
    layout->addWidget(m_formula);
    layout->addStretch();

    connect(&editor, &NetworkEditor::draftChanged, this, [this] {
        showMessage(m_refusal, QString());
        refresh();
    });
    connect(&editor, &NetworkEditor::selectionChanged, this, [this] {
        m_lastEdited = nullptr;
        showMessage(m_refusal, QString());
        refresh();
    });
    connect(&editor, &NetworkEditor::editableChanged, this, &LayerPane::refresh);
    connect(&editor, &NetworkEditor::refused, this, [this](const QString& why) { showMessage(m_refusal, why); });
    refresh();
}

void LayerPane::refresh() {
    const Layer* layer = m_editor.selectedLayer();
    const std::vector<const LayerField*> fields = layer ? fieldsOf(*layer) : std::vector<const LayerField*>();
    if (!m_rowsHost || m_showsInput == (layer != nullptr) || fields != m_shownFields) {
        m_shownFields = fields;
        m_showsInput = !layer;
        rebuild();
    }
    if (layer)
        showLayer(m_editor.selected());
    else
        showInput();
}

void LayerPane::rebuild() {
    // One of the old widgets may be what is telling of an edit right now.
    if (m_rowsHost) {
        m_rowsHost->hide();
        m_rowsHost->deleteLater();
    }
    const bool hadFocus = m_rowsHost && m_rowsHost->isAncestorOf(focusWidget());
    m_rows.clear();
    m_input = {};
    m_rowsHost = new QWidget(this);
    auto* grid = new QGridLayout(m_rowsHost);
    grid->setContentsMargins(0, 0, 0, 0);
    grid->setHorizontalSpacing(10);
    grid->setVerticalSpacing(8);
    grid->setColumnStretch(1, 1);
    if (m_showsInput) {
        const std::array<QString, 3> labels{tr("Channels"), tr("Height"), tr("Width")};
        const std::array<const char*, 3> names{"inputChannels", "inputHeight", "inputWidth"};
        for (std::size_t i = 0; i < labels.size(); ++i) {
            auto* box = new QSpinBox(m_rowsHost);
            box->setObjectName(QLatin1String(names[i]));
            box->setAccessibleName(labels[i]);
            box->setToolTip(tr("1 to 4,096; what the data has is what can be trained."));
            box->setRange(1, 4096);
            box->setKeyboardTracking(false);
            auto* label = new QLabel(labels[i], m_rowsHost);
            label->setBuddy(box);
            const int row = static_cast<int>(i);
            grid->addWidget(label, row, 0);
            grid->addWidget(box, row, 1);
            connect(box, &QSpinBox::valueChanged, this, [this] {
                if (!m_isShowing)
                    m_editor.setInput({m_input[0]->value(), m_input[1]->value(), m_input[2]->value()});
            });
            connect(box, &QAbstractSpinBox::editingFinished, this, [this] { m_editor.endGesture(); });
            m_input[i] = box;
        }
    }
    for (const LayerField* field : m_shownFields) {
        auto* row = new FieldRow(*field, *grid, static_cast<int>(m_rows.size()), m_rowsHost);
        connect(row, &FieldRow::edited, this, [this, field](double value) { onEdited(*field, value); });
        connect(row, &FieldRow::gestureEnded, this, [this] { m_editor.endGesture(); });
        m_rows.push_back(row);
    }
    static_cast<QVBoxLayout*>(layout())->insertWidget(2, m_rowsHost);
    m_rowsHost->show();
    if (hadFocus && m_rowsHost->nextInFocusChain())
        m_rowsHost->nextInFocusChain()->setFocus();
}

void LayerPane::showInput() {
    m_title->setText(tr("Input"));
    m_sentence->setText(
        tr("What the network reads: an image of so many channels, one for grey, three for colour. It must be as the "
           "data's images are."));
    m_formula->hide();
    m_note->hide();
    m_isShowing = true;
    const Shape& shape = m_editor.draft().input;
    const std::array<int, 3> values{shape.channels, shape.height, shape.width};
    for (std::size_t i = 0; i < values.size(); ++i) {
        m_input[i]->setValue(values[i]);
        m_input[i]->setEnabled(m_editor.canEdit());
    }
    m_isShowing = false;
}

void LayerPane::showLayer(int layer) {
    const auto index = static_cast<std::size_t>(layer);
    const Layer& held = m_editor.draft().layers[index];
    const LayerKind& kind = kindOf(held);
    m_title->setText(QStringLiteral("%1 · %2").arg(
        QString::fromStdString(layerNames(m_editor.draft())[index]), catalogueText(kind.label)));
    const Plan* plan = m_editor.plan();
    m_sentence->setText(plan ? layerSentence(*plan, layer) : catalogueText(kind.tip));
    for (FieldRow* row : m_rows) {
        row->show(row->field().value(held), limitsOf(m_editor.draft(), index, row->field()));
        row->setEnabled(m_editor.canEdit());
    }
    m_formula->setVisible(plan);
    if (plan)
        m_formula->setText(tr("Parameters: %1").arg(parameterFormula(*plan, layer)));
    const QString note = limitNote();
    m_note->setText(note);
    m_note->setVisible(!note.isEmpty());
}

void LayerPane::onEdited(const LayerField& field, double value) {
    m_lastEdited = &field;
    showMessage(m_refusal, QString());
    m_editor.setValue(m_editor.selected(), field, value);
}

QString LayerPane::limitNote() const {
    const Layer* layer = m_editor.selectedLayer();
    if (!layer || !m_lastEdited || !m_lastEdited->isWhole() || !m_lastEdited->applies(*layer))
        return {};
    const LayerField& field = *m_lastEdited;
    const auto index = static_cast<std::size_t>(m_editor.selected());
    const double value = field.value(*layer);
    const FieldLimits limits = limitsOf(m_editor.draft(), index, field);
    const bool isMost = value >= limits.most && limits.most < field.most;
    if (!isMost && !(value <= limits.least && limits.least > field.least))
        return {};
    const double beyond = value + (isMost ? 1 : -1);
    const std::string why = whyNot(m_editor.draft(), index, field, beyond);
    return why.empty() ? QString()
                       : tr("%1 is what is possible here. With %2: %3")
                             .arg(countText(static_cast<std::int64_t>(value)),
                                 countText(static_cast<std::int64_t>(beyond)), QString::fromStdString(why));
}

} // namespace kernelscope
