// SPDX-License-Identifier: GPL-3.0-or-later
#include "training/training_run.h"

#include "training/stopping.h"

#include <algorithm>
#include <cstdint>
#include <exception>
#include <new>
#include <numeric>
#include <utility>

namespace kernelscope {
namespace {

constexpr double callSeconds = 0.002;     // work handed to a device at once: Stop and the desktop stay instant
constexpr double drainSeconds = 1.0 / 60; // how often an asynchronous device is asked for its metrics
constexpr std::size_t mostStepsPerCall = 64;

/// Test images in one call: some 20 ms of work on a common device of the kind, so that Stop is seen at once.
/// Never from measured speed: sums of losses are rounded by how they are grouped, and a run must repeat bit for bit.
std::size_t imagesPerEvaluation(const DeviceInfo& device, const Plan& plan) {
    const double flops = device.backend == "reference" ? 2e7 : 2e9;
    const double images = flops / static_cast<double>(std::max<std::int64_t>(plan.flops.forward, 1));
    return static_cast<std::size_t>(std::clamp(images, 1.0, 4096.0));
}

} // namespace

TrainingRun::TrainingRun(Executor& executor, const RunSetup& setup, RunControl& control, RunObserver& observer,
    RunRecord record, std::int64_t totalSteps)
    : m_executor(executor),
      m_setup(setup),
      m_control(control),
      m_observer(observer),
      m_record(std::move(record)),
      m_sampleCount(setup.spec.trainSamples ? setup.spec.trainSamples : setup.data->info().trainCount),
      m_stepsPerEpoch(static_cast<std::size_t>(totalSteps / setup.spec.epochs)),
      m_totalSteps(totalSteps),
      m_learningRate(setup.spec.optimizer.learningRate),
      m_snapshotSteps(snapshotSteps(
          totalSteps, (m_executor.arenaSize(Arena::Parameters) + m_executor.arenaSize(Arena::State)) * sizeof(float))),
      m_copies(m_executor.snapshotCopies()) {}

RunResult TrainingRun::go() {
    const int first = m_setup.resume ? resume() : 1;
    if (m_setup.files.any())
        m_keeper.emplace(m_setup.files);
    if (m_keeper && m_keeper->keepsCheckpoints())
        m_dataId = dataFingerprint(*m_setup.data); // also where the run goes on from a checkpoint that knew less
    m_observer.started(m_record);
    takeSnapshot();
    try {
        Outcome outcome = Outcome::GoOn;
        for (int epoch = first; epoch <= m_setup.spec.epochs && outcome == Outcome::GoOn; ++epoch) {
            outcome = trainEpoch(epoch);
            if (outcome == Outcome::GoOn)
                outcome = evaluateEpoch(epoch);
            if (outcome == Outcome::GoOn)
                outcome = judgeEpoch();
            // The last epoch's is written when all is over.
            if (outcome == Outcome::GoOn && epoch < m_setup.spec.epochs)
                outcome = keepIfDue(true);
        }
        keepLast();
        if (endedAsPlanned(m_record.stop))
            keepWeights();
    } catch (const std::bad_alloc&) {
        endFailed("There is not enough memory. A smaller batch or network needs less.");
    } catch (const std::exception& error) {
        endFailed(error.what());
    }
    return {std::move(m_record), m_lastFinite};
}

int TrainingRun::resume() {
    const Checkpoint& from = *m_setup.resume;
    m_learningRate = from.learningRate;
    m_stepsMade = from.step();
    m_stepsDrained = m_stepsMade;
    m_keptStep = m_stepsMade;
    m_drainedAt = m_record.phases.train;
    m_sums = from.sums;
    m_best = from.best;
    if (m_record.stop != StopReason::Running)
        return m_setup.spec.epochs + 1; // it had ended: nothing is left to do
    m_record.stop = StopReason::Completed;
    return static_cast<int>(m_record.epochs.size()) + 1;
}

TrainingRun::Outcome TrainingRun::trainEpoch(int epoch) {
    const std::vector<std::uint32_t> order = epochOrder(m_setup.spec.seed, epoch, m_sampleCount);
    m_epochBegin = m_record.phases.train;
    // A run that is resumed begins in the middle of an epoch, or behind its last step.
    const auto stepsBefore = static_cast<std::size_t>(epoch - 1) * m_stepsPerEpoch;
    const std::size_t done = static_cast<std::size_t>(m_stepsMade) - stepsBefore;
    for (std::size_t at = std::min(done * static_cast<std::size_t>(m_setup.spec.batchSize), order.size());
         at < order.size();) {
        std::optional<RunControl::Turn> turn = m_control.turnNow();
        if (!turn) {
            // Before the run waits, curves and views must show every step made.
            if (publish() == Outcome::Stop)
                return Outcome::Stop;
            waitWhilePaused();
            turn = m_control.waitForTurn();
        }
        m_record.phases.paused += turn->waited;
        // Even where the run ends here: it may go on from its checkpoint.
        if (turn->learningRate && *turn->learningRate != m_learningRate) {
            m_learningRate = *turn->learningRate;
            m_record.events.push_back({RunEvent::Kind::LearningRate, m_stepsMade + 1, m_learningRate});
            m_observer.eventHappened(m_record.events.back());
        }
        if (!turn->go)
            return stopCancelled();
        if (makeSteps(order, at, turn->single) == Outcome::Stop)
            return Outcome::Stop;
        if (isSnapshotDue() && snapshotNow() == Outcome::Stop)
            return Outcome::Stop;
        if (keepIfDue(false) == Outcome::Stop)
            return Outcome::Stop;
    }
    return publish();
}

TrainingRun::Outcome TrainingRun::makeSteps(std::span<const std::uint32_t> order, std::size_t& at, bool single) {
    const auto batch = static_cast<std::size_t>(m_setup.spec.batchSize);
    std::size_t steps = single ? 1 : m_stepsPerCall;
    if (m_nextSnapshot < m_snapshotSteps.size() && m_snapshotSteps[m_nextSnapshot] > m_stepsMade)
        steps = std::min(steps, static_cast<std::size_t>(m_snapshotSteps[m_nextSnapshot] - m_stepsMade));
    const auto samples = order.subspan(at, std::min(steps * batch, order.size() - at));
    steps = (samples.size() + batch - 1) / batch;
    std::vector<float> learningRates(steps);
    for (std::size_t i = 0; i < steps; ++i)
        learningRates[i] = learningRateAt(m_setup.spec.schedule, m_learningRate,
            m_stepsMade + 1 + static_cast<std::int64_t>(i), m_totalSteps, static_cast<std::int64_t>(m_stepsPerEpoch));

    Stopwatch watch;
    m_setup.data->require(Split::Train, samples);
    m_record.phases.data += watch.restart();
    m_executor.trainSteps({m_stepsMade + 1, samples, m_setup.spec.batchSize, learningRates});
    m_record.phases.train += watch.seconds();
    m_stepsMade += static_cast<std::int64_t>(steps);
    at += samples.size();
    if (single || m_stepsPerCall == 1 || m_sinceDrain.seconds() >= drainSeconds)
        return drain();
    return Outcome::GoOn;
}

TrainingRun::Outcome TrainingRun::drain() {
    m_sinceDrain.restart();
    std::optional<std::int64_t> nonFiniteStep;
    if (m_stepsDrained != m_stepsMade)
        nonFiniteStep = drainMetrics();
    if (publishCopies(nonFiniteStep) == Outcome::Stop)
        return Outcome::Stop;
    if (!nonFiniteStep)
        return Outcome::GoOn;
    return stopNonFinite("The loss was no longer a finite number at step " + std::to_string(*nonFiniteStep));
}

std::optional<std::int64_t> TrainingRun::drainMetrics() {
    Stopwatch watch;
    Metrics metrics = m_executor.drainMetrics();
    m_record.phases.train += watch.seconds();

    m_stepSeconds = (m_record.phases.train - m_drainedAt) / static_cast<double>(m_stepsMade - m_stepsDrained);
    m_drainedAt = m_record.phases.train;
    m_stepsDrained = m_stepsMade;
    const auto inTime = std::clamp<std::size_t>(
        static_cast<std::size_t>(callSeconds / std::max(m_stepSeconds, 1e-7)), 1, mostStepsPerCall);
    const auto together = static_cast<std::size_t>(m_executor.stepsPerCall());
    m_stepsPerCall = std::max<std::size_t>(inTime / together, 1) * together;

    const std::size_t firstNew = m_record.steps.size();
    for (const StepMetrics& step : metrics.steps) {
        if (metrics.nonFiniteStep && step.step >= *metrics.nonFiniteStep)
            break;
        m_record.steps.push_back({step.step, secondsOf(step.step), step.loss, step.correct, step.count});
        m_sums.loss += static_cast<double>(step.loss) * step.count;
        m_sums.correct += step.correct;
        m_sums.count += step.count;
    }
    if (m_record.steps.size() > firstNew)
        m_observer.stepsMade(std::span(m_record.steps).subspan(firstNew));
    return metrics.nonFiniteStep;
}

TrainingRun::Outcome TrainingRun::publish() {
    if (drain() == Outcome::Stop)
        return Outcome::Stop;
    if (m_lastFinite->step == m_stepsMade || takeSnapshot())
        return Outcome::GoOn;
    return stopSpoilt(m_stepsMade);
}

TrainingRun::Outcome TrainingRun::evaluateEpoch(int epoch) {
    const std::size_t total = m_setup.data->info().testCount;
    const std::size_t stretch = imagesPerEvaluation(m_record.device, m_executor.plan());
    std::vector<std::uint32_t> indices(total);
    std::iota(indices.begin(), indices.end(), 0u);
    auto predictions = std::make_shared<EpochPredictions>();
    predictions->epoch = epoch;
    predictions->step = m_stepsMade;
    predictions->images.resize(total);
    Evaluation sum;
    double testSeconds = 0;
    for (std::size_t at = 0; at < total;) {
        waitWhilePaused();
        if (m_control.isCancelled()) {
            m_record.phases.test += testSeconds;
            return stopCancelled();
        }
        const std::size_t count = std::min(stretch, total - at);
        Stopwatch watch;
        m_setup.data->require(Split::Test, std::span(indices).subspan(at, count));
        m_record.phases.data += watch.restart();
        const Evaluation part =
            m_executor.evaluate({Split::Test, at, count}, std::span(predictions->images).subspan(at, count));
        testSeconds += watch.seconds();
        sum.lossSum += part.lossSum;
        sum.correct += part.correct;
        sum.count += part.count;
        at += count;
        m_observer.evaluating(at, total);
        // A test may take longer than a checkpoint may be old.
        if (keepIfDue(false) == Outcome::Stop)
            return Outcome::Stop;
    }
    m_record.phases.test += testSeconds;
    const auto count = static_cast<double>(std::max<std::int64_t>(m_sums.count, 1));
    m_record.epochs.push_back({epoch, m_stepsMade, m_sums.loss / count, static_cast<double>(m_sums.correct) / count,
        sum.loss(), sum.accuracy(), m_sums.trainSeconds + m_record.phases.train - m_epochBegin, testSeconds,
        m_record.phases.train});
    m_sums = {};
    m_observer.epochDone(m_record.epochs.back());
    m_observer.predicted(predictions);
    return Outcome::GoOn;
}

TrainingRun::Outcome TrainingRun::judgeEpoch() {
    const StoppingSpec& rules = m_setup.spec.stopping;
    const std::vector<EpochResult>& epochs = m_record.epochs;
    if (rules.patience > 0 && bestEpoch(epochs) == epochs.back().epoch)
        m_best = m_lastFinite; // trainEpoch() left the weights that were tested
    const std::optional<StopReason> reason = stopsAfter(rules, epochs);
    // Where patience ends with the last epoch, nothing was cut short.
    if (!reason || (*reason == StopReason::NoImprovement && epochs.back().epoch >= m_setup.spec.epochs))
        return Outcome::GoOn;
    m_record.stop = *reason;
    return Outcome::Stop;
}

void TrainingRun::keepWeights() {
    // The epoch that reached the target is the one that was asked for, whatever its loss.
    if (m_best && m_record.stop != StopReason::TargetReached) {
        m_record.keptEpoch = bestEpoch(m_record.epochs);
        if (m_best != m_lastFinite) {
            m_lastFinite = m_best;
            m_observer.snapshotTaken(m_best);
        }
    }
    m_record.message = stopMessage(m_record.stop, m_setup.spec.stopping, m_record.epochs, m_record.keptEpoch);
}

TrainingRun::Outcome TrainingRun::stopCancelled() {
    if (publish() == Outcome::GoOn)
        m_record.stop = StopReason::Stopped;
    return Outcome::Stop;
}

/// An update can leave values that are not finite before any loss tells of it.
TrainingRun::Outcome TrainingRun::stopSpoilt(std::int64_t step) {
    return stopNonFinite("The weights were no longer finite numbers after step " + std::to_string(step));
}

TrainingRun::Outcome TrainingRun::stopNonFinite(const std::string& what) {
    const std::int64_t step = m_lastFinite->step;
    m_record.stop = StopReason::NonFinite;
    m_record.message = what + ". The weights are " +
                       (step == 0 ? "the first ones" : "those after step " + std::to_string(step)) +
                       ". A lower learning rate may help.";
    m_executor.write(Arena::Parameters, m_lastFinite->parameters);
    m_executor.write(Arena::State, m_lastFinite->state);
    m_observer.snapshotTaken(m_lastFinite);
    return Outcome::Stop;
}

void TrainingRun::endFailed(const std::string& why) {
    if (!m_lastFinite)
        throw; // nothing was learnt that could be kept
    // The device may have failed in the middle of an update: only what was copied from it before is sure.
    m_record.stop = StopReason::Failed;
    m_record.message = why;
}

double TrainingRun::secondsOf(std::int64_t step) const {
    return m_drainedAt - m_stepSeconds * static_cast<double>(m_stepsDrained - step);
}

} // namespace kernelscope
