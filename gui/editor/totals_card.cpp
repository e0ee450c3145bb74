// SPDX-License-Identifier: GPL-3.0-or-later
#include "editor/totals_card.h"

#include "editor/memory_needs.h"
#include "train/form_widgets.h"
#include "widgets/heading.h"
#include "widgets/number_text.h"

#include <QGridLayout>
#include <QLabel>
#include <QVBoxLayout>

namespace kernelscope {

TotalsCard::TotalsCard(NetworkEditor& editor, const Session& session, QWidget* parent)
    : QWidget(parent),
      m_editor(editor),
      m_session(session),
      m_grid(new QGridLayout) {
    setObjectName(QStringLiteral("totalsCard"));
    m_grid->setContentsMargins(0, 0, 0, 0);
    m_grid->setHorizontalSpacing(12);
    m_grid->setVerticalSpacing(4);
    m_grid->setColumnStretch(0, 1);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(6);
    layout->addWidget(heading(tr("The whole network"), this));
    layout->addLayout(m_grid);

    m_parameters = addRow(tr("Parameters"), "totalParameters", tr("Values that are learnt"));
    m_forward = addRow(tr("Forward, an image"), "totalForward",
        tr("Floating-point operations for an answer, counted from the shapes: multiplications and additions of "
           "convolutions and dense layers"));
    m_training = addRow(tr("Training, an image"), "totalTraining", tr("Forward and backward together"));
    m_memory = addRow(tr("Memory"), "totalMemory",
        tr("All values in float32, with every layer's output kept until the way back. A device that fuses layers needs "
           "less."));
    m_memoryTitle = qobject_cast<QLabel*>(m_grid->itemAtPosition(m_grid->rowCount() - 1, 0)->widget());
    m_parts = {addRow(tr("parameters"), "memoryParameters", tr("The parameters themselves"), true),
        addRow(tr("gradients"), "memoryGradients", tr("A gradient for each parameter"), true),
        addRow(tr("optimizer"), "memoryOptimizer", tr("Adam keeps two values for each parameter, momentum one"), true),
        addRow(
            tr("activations"), "memoryActivations", tr("The input and every layer's output, for a whole batch"), true)};
    connect(&editor, &NetworkEditor::draftChanged, this, &TotalsCard::refresh);
    connect(&editor, &NetworkEditor::setupChanged, this, &TotalsCard::refresh);
    refresh();
}

QLabel* TotalsCard::addRow(const QString& title, const char* objectName, const QString& toolTip, bool isPart) {
    QLabel* name = isPart ? mutedText("totalPart", this) : new QLabel(this);
    name->setText(title);
    name->setWordWrap(false);
    name->setToolTip(toolTip);
    if (isPart)
        name->setIndent(fontMetrics().averageCharWidth() * 2);
    QLabel* value = isPart ? mutedText(objectName, this) : new QLabel(this);
    value->setObjectName(QLatin1String(objectName));
    value->setWordWrap(false);
    value->setFont(numberFont(value->font()));
    value->setAlignment(Qt::AlignRight | Qt::AlignVCenter);
    value->setToolTip(toolTip);
    const int row = m_grid->rowCount();
    m_grid->addWidget(name, row, 0);
    m_grid->addWidget(value, row, 1);
    return value;
}

void TotalsCard::refresh() {
    m_memoryTitle->setText(tr("Memory, batch of %1").arg(countText(m_session.spec().batchSize)));
    const Plan* plan = m_editor.plan();
    if (!plan) {
        for (QLabel* label : {m_parameters, m_forward, m_training, m_memory})
            label->setText(QStringLiteral("?"));
        for (QLabel* label : m_parts)
            label->setText(QStringLiteral("?"));
        return;
    }
    const MemoryNeeds needs = memoryNeeds(plan->network.input, plan->layers, m_session.spec());
    m_parameters->setText(countText(static_cast<std::int64_t>(plan->parameterCount)));
    m_forward->setText(flopsText(plan->flops.forward));
    m_training->setText(flopsText(plan->flops.training()));
    m_memory->setText(bytesText(needs.total()));
    const std::int64_t parts[]{needs.parameters, needs.gradients, needs.optimizer, needs.activations};
    for (std::size_t i = 0; i < m_parts.size(); ++i)
        m_parts[i]->setText(bytesText(parts[i]));
}

} // namespace kernelscope
