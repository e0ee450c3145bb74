// SPDX-License-Identifier: GPL-3.0-or-later
#include "run/training_controller.h"

#include "run/training_worker.h"

#include <QDeadlineTimer>

#include <chrono>
#include <utility>

namespace kernelscope {

using namespace std::chrono_literals;

namespace {

constexpr auto liveInterval = 34ms; // below 30 Hz
constexpr auto frozenInterval = 500ms;

} // namespace

TrainingController::TrainingController(QObject* parent) : RunSource(parent) {
    m_timer.setInterval(liveInterval);
    connect(&m_timer, &QTimer::timeout, this, &TrainingController::poll);
}

TrainingController::~TrainingController() {
    if (m_worker)
        m_worker->control().cancel();
    endThread();
}

void TrainingController::start(const RunSetup& setup, Begin begin) {
    if (m_state != State::Idle)
        return;
    m_worker = std::make_unique<TrainingWorker>(setup);
    m_worker->mailbox().setWantsSnapshots(!m_viewsFrozen);
    if (begin == Begin::OneStep)
        m_worker->control().step(); // before the thread is there, so that it is the first step
    m_thread = std::make_unique<QThread>();
    m_thread->setObjectName("training");
    m_worker->moveToThread(m_thread.get());
    connect(m_thread.get(), &QThread::started, m_worker.get(), &TrainingWorker::run);
    m_phase = RunMailbox::Phase::Loading;
    m_thread->start();
    m_timer.start();
    setState(State::Loading);
}

void TrainingController::pause() {
    if (!m_worker || m_state == State::Stopping)
        return;
    m_worker->control().pause();
    setState(stateOf(m_phase));
}

void TrainingController::resume() {
    if (!m_worker || m_state == State::Stopping)
        return;
    m_worker->control().resume();
    setState(stateOf(m_phase));
}

void TrainingController::step() {
    if (!m_worker || m_state == State::Stopping)
        return;
    m_worker->control().step();
    setState(stateOf(m_phase));
}

void TrainingController::stop() {
    if (!m_worker)
        return;
    m_worker->control().cancel();
    setState(State::Stopping);
}

void TrainingController::setLearningRate(float learningRate) {
    if (m_worker)
        m_worker->control().setLearningRate(learningRate);
}

void TrainingController::setViewsFrozen(bool frozen) {
    m_viewsFrozen = frozen;
    if (m_worker)
        m_worker->mailbox().setWantsSnapshots(!frozen);
    setPollInterval();
}

void TrainingController::setPollInterval() {
    // The ends of a run are heard of at once, however slow the news in between.
    const bool slow = m_viewsFrozen && (m_state == State::Running || m_state == State::Testing);
    if (const auto interval = slow ? frozenInterval : liveInterval; interval != m_timer.intervalAsDuration())
        m_timer.setInterval(interval);
}

bool TrainingController::stopAndWait(std::chrono::milliseconds patience) {
    if (!m_worker)
        return true;
    stop();
    if (!m_thread->wait(QDeadlineTimer(patience)))
        return false;
    poll();
    return true;
}

void TrainingController::poll() {
    if (!m_worker)
        return;
    const bool threadIsGone = m_thread->isFinished(); // asked before the last news is taken
    const RunMailbox::News news = m_worker->mailbox().take();
    m_phase = news.phase;
    if (news.result)
        m_result = news.result;
    if (news.failure)
        m_failure = news.failure;

    // News first, so that whoever hears of a state has seen what led to it.
    if (news.started)
        emit started(*news.started);
    if (!news.steps.empty())
        emit stepsArrived(news.steps);
    for (const RunEvent& event : news.events)
        emit eventArrived(event);
    for (const std::string& warning : news.warnings)
        emit warned(QString::fromStdString(warning));
    for (const EpochResult& epoch : news.epochs)
        emit epochArrived(epoch);
    for (const EpochPredictionsPtr& predictions : news.predictions)
        emit predictionsArrived(predictions);
    if (news.snapshot)
        emit snapshotArrived(news.snapshot);
    if (news.evaluating)
        emit evaluating(news.evaluating->first, news.evaluating->second);

    if (!m_worker)
        return; // a listener called stopAndWait()
    // A thread that is about to end is not waited for: on a busy machine that would hold the window up.
    if (threadIsGone)
        endRun();
    else
        setState(stateOf(news.phase));
}

void TrainingController::endRun() {
    endThread();
    const RunResultPtr result = std::exchange(m_result, nullptr);
    const std::optional<std::string> failure = std::exchange(m_failure, std::nullopt);
    setState(State::Idle);
    if (result)
        emit finished(result);
    if (failure)
        emit failed(QString::fromStdString(*failure));
}

void TrainingController::endThread() {
    m_timer.stop();
    if (!m_thread)
        return;
    m_thread->quit();
    m_thread->wait();
    // Our own mutex orders all that the thread did before what follows: a tool cannot see into Qt's.
    m_worker->mailbox().take();
    m_worker.reset();
    m_thread.reset();
}

void TrainingController::setState(State state) {
    if (state == m_state)
        return;
    m_state = state;
    setPollInterval();
    emit stateChanged(state);
}

RunSource::State TrainingController::stateOf(RunMailbox::Phase phase) const {
    const RunControl::State control = m_worker->control().state();
    if (control == RunControl::State::Cancelled || phase == RunMailbox::Phase::Over)
        return State::Stopping;
    if (phase == RunMailbox::Phase::Loading)
        return State::Loading;
    // A step begins and ends before anyone could read another word.
    if (control == RunControl::State::Paused || control == RunControl::State::Stepping)
        return State::Paused;
    return phase == RunMailbox::Phase::Testing ? State::Testing : State::Running;
}

} // namespace kernelscope
