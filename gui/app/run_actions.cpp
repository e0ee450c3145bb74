// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/run_actions.h"

#include "app/session.h"
#include "app/svg_icon.h"
#include "widgets/device_text.h"

#include <QAction>

namespace kernelscope {
namespace {

using State = RunSource::State;

QAction* makeAction(QObject* parent, const char* name, const QString& text, const char* icon, const QKeySequence& key) {
    auto* action = new QAction(svgIcon(icon), text, parent);
    action->setObjectName(name);
    action->setShortcut(key);
    return action;
}

QString trainOn(const Session& session) {
    return RunActions::tr("Train on %1").arg(shortDeviceName(session.deviceId()));
}

} // namespace

RunActions::RunActions(Session& session, QObject* parent)
    : QObject(parent),
      m_session(session),
      m_train(makeAction(this, "trainAction", trainOn(session), "play", QKeySequence(Qt::CTRL | Qt::Key_Return))),
      m_step(makeAction(this, "stepAction", tr("Step"), "step", QKeySequence(Qt::Key_F10))),
      m_stop(makeAction(this, "stopAction", tr("Stop"), "stop", QKeySequence(Qt::CTRL | Qt::Key_Period))),
      m_sameWeights(makeAction(
          this, "sameWeightsAction", tr("Same weights again"), "same-weights", QKeySequence(Qt::CTRL | Qt::Key_R))) {
    m_stop->setToolTip(tr("End the run and keep what was learnt"));
    m_sameWeights->setToolTip(
        tr("Train once more from the last run's first weights, with the same batches, on the device chosen now"));
    connect(m_train, &QAction::triggered, this, &RunActions::onTrain);
    connect(m_step, &QAction::triggered, this, &RunActions::onStep);
    connect(m_stop, &QAction::triggered, this, [this] { m_session.run().stop(); });
    connect(m_sameWeights, &QAction::triggered, this, [this] { m_session.trainSameWeights(); });

    connect(&session.run(), &RunSource::stateChanged, this, &RunActions::update);
    connect(&session.run(), &RunSource::finished, this, &RunActions::update);
    connect(&session.run(), &RunSource::failed, this, &RunActions::update);
    connect(&session, &Session::currentRecordChanged, this, &RunActions::update);
    connect(&session, &Session::deviceIdChanged, this, &RunActions::update);
    connect(&session, &Session::networkChanged, this, &RunActions::update);
    connect(&session, &Session::dataChanged, this, &RunActions::update);
    update();
}

QStringList RunActions::trainTexts() const {
    return {trainOn(m_session), tr("Pause"), tr("Resume"), tr("Stopping…")};
}

void RunActions::update() {
    const State state = m_session.run().state();
    const auto show = [this](const QString& text, const QString& toolTip, const char* icon) {
        m_train->setText(text);
        m_train->setToolTip(toolTip);
        m_trainIcon = icon;
        m_train->setIcon(svgIcon(icon));
    };
    switch (state) {
    case State::Idle:
        show(trainOn(m_session), tr("Train the network from new first weights"), "play");
        break;
    case State::Paused:
        show(tr("Resume"), tr("Go on training"), "play");
        break;
    case State::Stopping:
        show(tr("Stopping…"), tr("The run ends after the step that is being computed"), "stop");
        break;
    case State::Loading:
    case State::Running:
    case State::Testing:
        show(tr("Pause"), tr("Wait after the step that is being computed"), "pause");
        break;
    }
    const bool busy = m_session.run().isBusy();
    m_train->setEnabled(state != State::Stopping && m_session.data());
    m_step->setEnabled(state != State::Stopping && m_session.data());
    m_step->setToolTip(busy ? tr("One training step, then wait") : tr("Begin a new run with one step, then wait"));
    m_stop->setEnabled(busy && state != State::Stopping);
    m_sameWeights->setEnabled(m_session.canTrainSameWeights());
}

void RunActions::begin(RunSource::Begin how) {
    if (!m_isReady || m_isReady())
        m_session.train(how);
}

void RunActions::onTrain() {
    RunSource& run = m_session.run();
    if (!run.isBusy())
        begin(RunSource::Begin::Running);
    else if (run.state() == State::Paused)
        run.resume();
    else
        run.pause();
}

void RunActions::onStep() {
    if (m_session.run().isBusy())
        m_session.run().step();
    else
        begin(RunSource::Begin::OneStep);
}

} // namespace kernelscope
