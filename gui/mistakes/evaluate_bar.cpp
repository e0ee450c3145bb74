// SPDX-License-Identifier: GPL-3.0-or-later
#include "mistakes/evaluate_bar.h"

#include <QHBoxLayout>
#include <QProgressBar>
#include <QPushButton>

#include <algorithm>

namespace kernelscope {

EvaluateBar::EvaluateBar(SnapshotEvaluation& evaluation, const QString& suffix, QWidget* parent)
    : QWidget(parent),
      m_evaluation(evaluation),
      m_button(new QPushButton(tr("Evaluate &now"), this)),
      m_progress(new QProgressBar(this)),
      m_cancel(new QPushButton(tr("Cancel"), this)) {
    m_button->setObjectName(QStringLiteral("evaluateNow") + suffix);
    m_button->setAccessibleName(tr("Evaluate now"));
    m_progress->setObjectName(QStringLiteral("evaluateProgress") + suffix);
    m_progress->setAccessibleName(tr("Test images done"));
    m_progress->setFixedWidth(fontMetrics().averageCharWidth() * 24);
    m_cancel->setObjectName(QStringLiteral("evaluateCancel") + suffix);
    m_cancel->setAccessibleName(tr("Cancel the evaluation"));
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(m_button);
    layout->addWidget(m_progress);
    layout->addWidget(m_cancel);
    connect(m_button, &QPushButton::clicked, this, &EvaluateBar::requested);
    connect(m_cancel, &QPushButton::clicked, &evaluation, &SnapshotEvaluation::cancel);
    connect(&evaluation, &SnapshotEvaluation::runningChanged, this, &EvaluateBar::refresh);
    connect(&evaluation, &SnapshotEvaluation::progressed, this, &EvaluateBar::refresh);
    refresh();
}

void EvaluateBar::setPossible(bool possible, const QString& toolTip) {
    m_button->setEnabled(possible);
    m_button->setToolTip(toolTip);
}

void EvaluateBar::refresh() {
    const bool running = m_evaluation.isRunning();
    const bool hadFocus = m_button->hasFocus() || m_cancel->hasFocus();
    m_button->setVisible(!running);
    m_progress->setVisible(running);
    m_cancel->setVisible(running);
    if (hadFocus)
        (running ? m_cancel : m_button)->setFocus();
    const auto [done, total] = m_evaluation.progress();
    m_progress->setRange(0, static_cast<int>(std::max<std::size_t>(total, 1)));
    m_progress->setValue(static_cast<int>(done));
}

} // namespace kernelscope
