// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/run_bar.h"

#include "app/check_dialog.h"
#include "app/device_box.h"
#include "app/pace_box.h"
#include "app/run_actions.h"
#include "app/session.h"
#include "app/svg_icon.h"
#include "widgets/brief_label.h"

#include <QAction>
#include <QEvent>
#include <QHBoxLayout>
#include <QLabel>
#include <QLocale>
#include <QPainter>
#include <QProgressBar>
#include <QPushButton>
#include <QVBoxLayout>

#include <algorithm>

namespace kernelscope {
namespace {

using State = RunSource::State;

std::int64_t totalSteps(const RunRecord& record) {
    return stepsPerEpoch(record.spec, record.data.trainCount) * record.spec.epochs;
}

std::int64_t stepsMade(const RunRecord& record) {
    return record.steps.empty() ? 0 : record.steps.back().step;
}

/// The epoch that the next step belongs to; that of the last one where the run is over.
int currentEpoch(const RunRecord& record, bool isOver) {
    const auto tested = static_cast<int>(record.epochs.size());
    const bool endsHere = isOver && tested > 0 && record.epochs.back().lastStep == stepsMade(record);
    return endsHere ? tested : std::min(tested + 1, record.spec.epochs);
}

} // namespace

RunBar::RunBar(Session& session, RunActions& actions, QWidget* parent)
    : QFrame(parent),
      m_session(session),
      m_actions(actions),
      m_train(makeButton(actions.train(), "trainButton", false)),
      m_state(new BriefLabel(this)),
      m_epoch(new BriefLabel(this)),
      m_progress(new QProgressBar(this)) {
    setObjectName("runBar");
    m_train->setProperty("primary", true);
    QFont strong = m_train->font();
    strong.setWeight(QFont::DemiBold);
    m_train->setFont(strong);

    m_state->setObjectName("runState");
    m_state->setFont(strong);
    m_epoch->setObjectName("runEpoch");
    m_progress->setObjectName("runProgress");
    m_progress->setAccessibleName(tr("Progress of the run"));
    m_progress->setTextVisible(false);
    m_progress->setFixedHeight(5);

    auto* device = new DeviceBox(session, this);
    auto* deviceLabel = new QLabel(tr("Run &on:"), this);
    deviceLabel->setBuddy(device);

    auto* check = new QPushButton(svgIcon("check"), QString(), this);
    check->setObjectName("checkDeviceButton");
    check->setAccessibleName(tr("Check this device"));
    check->setToolTip(tr("Check this device: compare what it computes with the reference"));
    check->setFlat(true);
    connect(check, &QPushButton::clicked, this, [this] { CheckDialog::open(m_session, window()); });

    auto* pace = new PaceBox(session, this);
    auto* paceLabel = new QLabel(tr("Pa&ce:"), this);
    paceLabel->setBuddy(pace);
    m_captions = {deviceLabel, paceLabel};
    m_device = device;

    auto* words = new QHBoxLayout;
    words->setSpacing(10);
    words->addWidget(m_state, 1);
    words->addWidget(m_epoch, 1);
    m_epoch->setAlignment(Qt::AlignRight | Qt::AlignVCenter);
    auto* progress = new QVBoxLayout;
    progress->setSpacing(5);
    progress->addStretch();
    progress->addLayout(words);
    progress->addWidget(m_progress);
    progress->addStretch();

    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(12, 9, 12, 9);
    layout->setSpacing(6);
    layout->addWidget(m_train);
    layout->addSpacing(4);
    for (const auto& [action, name] : {std::pair{actions.step(), "stepButton"}, {actions.stop(), "stopButton"},
             {actions.sameWeights(), "sameWeightsButton"}}) {
        QPushButton* button = makeButton(action, name, true);
        layout->addWidget(button);
        m_others.emplace_back(button, action);
    }
    layout->addSpacing(16);
    layout->addLayout(progress, 1);
    layout->addSpacing(16);
    layout->addWidget(deviceLabel);
    layout->addWidget(device);
    layout->addWidget(check);
    layout->addSpacing(8);
    layout->addWidget(paceLabel);
    layout->addWidget(pace);

    RunSource& run = session.run();
    connect(&run, &RunSource::stateChanged, this, &RunBar::refresh);
    connect(&run, &RunSource::stepsArrived, this, &RunBar::refresh);
    connect(&run, &RunSource::epochArrived, this, &RunBar::refresh);
    connect(&run, &RunSource::finished, this, &RunBar::refresh);
    connect(&run, &RunSource::evaluating, this, [this](std::size_t done, std::size_t total) {
        m_tested = {done, total};
        refresh();
    });
    connect(&session, &Session::currentRecordChanged, this, &RunBar::refresh);
    connect(&session, &Session::viewsFrozenChanged, this, &RunBar::refresh);
    for (const auto signal : {&Session::deviceIdChanged, &Session::devicesChanged})
        connect(&session, signal, this, &RunBar::keepTrainWidth);
    connect(actions.train(), &QAction::changed, this, &RunBar::keepTrainWidth);
    keepTrainWidth();
    refresh();
    fit();
}

QPushButton* RunBar::makeButton(QAction* action, const char* name, bool flat) {
    auto* button = new QPushButton(this);
    button->setObjectName(name);
    button->setFlat(flat);
    button->setFocusPolicy(Qt::StrongFocus);
    const auto mirror = [this, button, action, flat] {
        const QString keys = action->shortcut().toString(QKeySequence::NativeText);
        button->setText(flat && m_isNarrow ? QString() : action->text());
        button->setIcon(
            action == m_actions.train() ? svgIcon(m_actions.trainIcon(), QPalette::HighlightedText) : action->icon());
        setButtonEnabled(*button, action->isEnabled());
        button->setAccessibleName(action->text());
        button->setToolTip(tr("%1 (%2)").arg(action->toolTip(), keys));
    };
    connect(action, &QAction::changed, button, mirror);
    connect(button, &QPushButton::clicked, action, &QAction::trigger);
    mirror();
    return button;
}

void RunBar::setButtonEnabled(QPushButton& button, bool enabled) {
    const bool losesFocus = button.hasFocus() && !enabled;
    button.setEnabled(enabled);
    // Qt hands the focus on to whatever comes next, a box perhaps that the next key would change. It belongs to the
    // button that goes on with the run, as soon as that can have it.
    if (losesFocus && m_train->isEnabled()) {
        m_train->setFocus();
    } else if (losesFocus) {
        m_strayed = window()->focusWidget();
        m_wantsFocusBack = true;
    } else if (&button == m_train && enabled && m_wantsFocusBack) {
        m_wantsFocusBack = false;
        if (window()->focusWidget() == m_strayed) // unless somebody has gone elsewhere since
            m_train->setFocus();
    }
}

void RunBar::keepTrainWidth() {
    // The button under the pointer must not move when its text changes.
    const QFontMetrics metrics(m_train->font());
    int widest = 0;
    for (const QString& text : m_actions.trainTexts())
        widest = std::max(widest, metrics.horizontalAdvance(text));
    m_train->setMinimumWidth(widest + m_train->iconSize().width() + 4 * metrics.averageCharWidth() + 8);
    if (m_leastWidth > 0)
        fit();
}

void RunBar::setNarrow(bool isNarrow) {
    m_isNarrow = isNarrow;
    for (const auto& [button, action] : m_others)
        button->setText(isNarrow ? QString() : action->text());
    for (QLabel* caption : m_captions)
        caption->setVisible(!isNarrow);
    m_device->setMinimumWidth(isNarrow ? 0 : m_device->sizeHint().width()); // a long name may be cut where it must
    layout()->invalidate();
}

void RunBar::fit() {
    m_isFitting = true;
    setNarrow(true);
    m_leastWidth = layout()->totalMinimumSize().width();
    setNarrow(false);
    m_wholeWidth = layout()->totalMinimumSize().width();
    if (m_wholeWidth > width())
        setNarrow(true);
    m_isFitting = false;
    updateGeometry();
}

void RunBar::fitIfNeeded() {
    if (!m_isFitting && !m_isNarrow && layout()->totalMinimumSize().width() > width())
        fit();
}

QSize RunBar::minimumSizeHint() const {
    return {m_leastWidth, QFrame::minimumSizeHint().height()};
}

void RunBar::resizeEvent(QResizeEvent* event) {
    QFrame::resizeEvent(event);
    if (m_isNarrow ? width() >= m_wholeWidth : width() < m_wholeWidth)
        fit();
}

void RunBar::changeEvent(QEvent* event) {
    QFrame::changeEvent(event);
    if (event->type() == QEvent::FontChange) {
        keepTrainWidth();
        fit();
    }
}

void RunBar::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.fillRect(rect(), palette().color(QPalette::Base));
    painter.fillRect(QRect(0, height() - 1, width(), 1), palette().color(QPalette::Mid));
}

void RunBar::refresh() {
    const RunRecord* record = m_session.currentRecord();
    const QString state = stateText();
    m_state->setTexts(m_session.areViewsFrozen() && m_session.run().state() == State::Running
                          ? tr("%1, views stand still").arg(state)
                          : state,
        state);
    if (!record) {
        m_epoch->setTexts({}, {});
        m_progress->setRange(0, 1);
        m_progress->setValue(0);
        fitIfNeeded();
        return;
    }
    const QLocale locale;
    const auto number = [&locale](auto value) { return locale.toString(static_cast<qlonglong>(value)); };
    const std::int64_t total = totalSteps(*record);
    const std::int64_t made = stepsMade(*record);
    const QString epoch =
        tr("Epoch %1 of %2").arg(number(currentEpoch(*record, !m_session.run().isBusy())), number(record->spec.epochs));
    m_epoch->setTexts(tr("%1 · step %2 of %3").arg(epoch, number(made), number(total)), epoch);
    m_progress->setRange(0, 1000);
    m_progress->setValue(total > 0 ? static_cast<int>(1000 * made / total) : 0);
    fitIfNeeded();
}

QString RunBar::stateText() const {
    switch (m_session.run().state()) {
    case State::Idle:
        break;
    case State::Loading:
        return tr("Loading…");
    case State::Running:
        return tr("Training");
    case State::Testing:
        return m_tested.second ? tr("Testing, %1 %").arg(100 * m_tested.first / m_tested.second) : tr("Testing");
    case State::Paused:
        return tr("Paused");
    case State::Stopping:
        return tr("Stopping…");
    }
    const RunRecord* record = m_session.currentRecord();
    if (!record)
        return tr("Ready");
    return endedAsPlanned(record->stop) ? tr("Finished") : tr("Stopped");
}

} // namespace kernelscope
