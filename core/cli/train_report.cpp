// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/train_report.h"

#include "cli/output.h"

#include <cmath>
#include <cstdio>
#include <sys/ioctl.h>
#include <unistd.h>

namespace kernelscope {
namespace {

/// Between two progress lines: ten a second for eyes, two a second for programs.
constexpr double terminalSeconds = 0.1;
constexpr double jsonSeconds = 0.5;

/// Columns of the terminal on stderr.
std::size_t terminalWidth() {
    winsize size{};
    if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col < 20)
        return 80;
    return size.ws_col;
}

double share(std::int64_t part, std::int64_t whole) {
    return whole == 0 ? 0 : static_cast<double>(part) / static_cast<double>(whole);
}

std::string short7(float value) {
    char text[32];
    std::snprintf(text, sizeof text, "%.7g", static_cast<double>(value));
    return text;
}

/// What of a run is not the plain case, as a line; empty where all is.
std::string extras(const TrainingSpec& spec) {
    std::string text;
    const auto add = [&text](const std::string& part) { text += (text.empty() ? "" : "; ") + part; };
    const ScheduleSpec& schedule = spec.schedule;
    if (schedule.kind != ScheduleKind::Constant)
        add("learning rate by " + std::string(name(schedule.kind)) +
            (schedule.kind == ScheduleKind::Steps
                    ? ", times " + short7(schedule.stepFactor) + " every " + counted(schedule.stepEpochs, "epoch")
                    : ""));
    if (schedule.warmupEpochs > 0)
        add("warm-up over " + short7(schedule.warmupEpochs) + (schedule.warmupEpochs == 1 ? " epoch" : " epochs"));
    if (spec.optimizer.weightDecay > 0)
        add("weight decay " + short7(spec.optimizer.weightDecay));
    if (spec.augmentation.shift > 0)
        add("images moved by up to " + counted(spec.augmentation.shift, "pixel"));
    if (spec.augmentation.flip)
        add("half of them mirrored");
    if (spec.stopping.targetAccuracy > 0)
        add("the target test accuracy " + percent(static_cast<double>(spec.stopping.targetAccuracy), 2));
    if (spec.stopping.patience > 0)
        add("patience of " + counted(spec.stopping.patience, "epoch"));
    return text.empty() ? text : "With " + text + ".\n";
}

/// Where a run that is taken up again stands, as a line; empty for a new one.
std::string resumption(const RunRecord& record) {
    if (record.steps.empty())
        return {};
    const std::string step = thousands(record.steps.back().step);
    const bool hasEnded =
        record.stop != StopReason::Completed || record.epochs.size() == static_cast<std::size_t>(record.spec.epochs);
    return hasEnded ? "It had ended after step " + step + ": nothing is left to train.\n"
                    : "Goes on after step " + step + ".\n";
}

} // namespace

TrainReport::TrainReport(const Trainer& trainer, bool json)
    : m_stepsPerEpoch(trainer.stepsPerEpoch()),
      m_totalSteps(trainer.totalSteps()),
      m_json(json),
      m_terminal(!json && isatty(STDERR_FILENO) != 0) {}

void TrainReport::started(const RunRecord& record) {
    m_epochs = record.spec.epochs;
    const DeviceInfo& device = record.device;
    const TrainingSpec& spec = record.spec;
    const std::size_t images = spec.trainSamples ? spec.trainSamples : record.data.trainCount;
    if (!record.epochs.empty()) {
        m_testSeconds = record.epochs.back().testSeconds;
        m_sums.beginSeconds = record.epochs.back().endSeconds;
    }
    // It goes on: in an epoch, or behind its last step.
    const std::int64_t before = record.epochs.empty() ? 0 : record.epochs.back().lastStep;
    for (const StepPoint& point : record.steps)
        if (point.step > before)
            add(point);
    if (!record.steps.empty())
        m_last = record.steps.back();
    if (m_json) {
        printJson({{"event", "started"}, {"date", record.date}, {"network", record.network.name},
            {"data", record.data.name}, {"trainImages", images}, {"testImages", record.data.testCount},
            {"device", {{"id", device.id}, {"name", device.name}, {"instructionSet", device.instructionSet}}},
            {"threads", device.threads}, {"optimizer", name(spec.optimizer.kind)},
            {"learningRate", static_cast<double>(spec.optimizer.learningRate)},
            {"weightDecay", static_cast<double>(spec.optimizer.weightDecay)}, {"schedule", name(spec.schedule.kind)},
            {"warmupEpochs", static_cast<double>(spec.schedule.warmupEpochs)}, {"shift", spec.augmentation.shift},
            {"flip", spec.augmentation.flip}, {"targetAccuracy", static_cast<double>(spec.stopping.targetAccuracy)},
            {"patience", spec.stopping.patience}, {"batchSize", spec.batchSize}, {"epochs", spec.epochs},
            {"seed", spec.seed}, {"steps", m_totalSteps}, {"step", m_last.step}});
        return;
    }
    print("Training " + record.network.name + " on " + counted(static_cast<std::int64_t>(images), "image") + " of " +
          record.data.name + ", " + counted(spec.epochs, "epoch") + ", batch " + std::to_string(spec.batchSize) + ", " +
          name(spec.optimizer.kind) + ", seed " + std::to_string(spec.seed) + ".\n" + extras(spec) +
          "Device: " + device.name + " (" + device.instructionSet + ", " + std::to_string(device.threads) +
          (device.threads == 1 ? " thread" : " threads") + ").\n" + resumption(record));
}

void TrainReport::stepsMade(std::span<const StepPoint> points) {
    for (const StepPoint& point : points)
        add(point);
    if (points.empty() || !isDue())
        return;
    const std::int64_t epoch = (m_last.step - 1) / m_stepsPerEpoch + 1;
    const double loss = m_sums.loss / static_cast<double>(m_sums.images);
    const double accuracy = share(m_sums.correct, m_sums.images);
    const double rate = m_sums.imagesPerSecond(m_last.seconds);
    if (m_json) {
        printJson({{"event", "progress"}, {"epoch", epoch}, {"step", m_last.step}, {"steps", m_totalSteps},
            {"loss", loss}, {"accuracy", accuracy}, {"imagesPerSecond", rate}, {"secondsLeft", secondsLeft()}});
        return;
    }
    drawLine("epoch " + std::to_string(epoch) + "/" + std::to_string(m_epochs) + "  step " +
             std::to_string((m_last.step - 1) % m_stepsPerEpoch + 1) + "/" + std::to_string(m_stepsPerEpoch) +
             "  loss " + fixed(loss, 4) + "  " + percent(accuracy, 2) + "  " + thousands(std::llround(rate)) +
             " images/s  left " + clock(secondsLeft()));
}

void TrainReport::add(const StepPoint& point) {
    m_sums.loss += static_cast<double>(point.loss) * point.count;
    m_sums.correct += point.correct;
    m_sums.images += point.count;
    m_last = point;
}

void TrainReport::evaluating(std::size_t done, std::size_t total) {
    if (m_terminal && isDue())
        drawLine("testing " + thousands(static_cast<std::int64_t>(done)) + "/" +
                 thousands(static_cast<std::int64_t>(total)) + " images  left " + clock(secondsLeft()));
}

void TrainReport::epochDone(const EpochResult& result) {
    const double rate = m_sums.imagesPerSecond(result.endSeconds);
    m_testSeconds = result.testSeconds;
    m_sums = {};
    m_sums.beginSeconds = result.endSeconds;
    if (m_json) {
        printJson({{"event", "epoch"}, {"epoch", result.epoch}, {"step", result.lastStep},
            {"trainLoss", result.trainLoss}, {"trainAccuracy", result.trainAccuracy}, {"testLoss", result.testLoss},
            {"testAccuracy", result.testAccuracy}, {"trainSeconds", result.trainSeconds},
            {"testSeconds", result.testSeconds}, {"imagesPerSecond", rate}});
        return;
    }
    clearLine();
    print("epoch " + std::to_string(result.epoch) + "/" + std::to_string(m_epochs) + "  loss " +
          fixed(result.trainLoss, 4) + "  accuracy " + percent(result.trainAccuracy, 2) + "  test loss " +
          fixed(result.testLoss, 4) + "  test accuracy " + percent(result.testAccuracy, 2) + "  " +
          fixed(result.trainSeconds, 2) + " s  " + thousands(std::llround(rate)) + " images/s\n");
}

void TrainReport::warned(const std::string& message) {
    clearLine();
    printWarning(message, m_json);
}

void TrainReport::clearLine() {
    if (m_lineLength == 0)
        return;
    std::fprintf(stderr, "\r%*s\r", static_cast<int>(m_lineLength), "");
    std::fflush(stderr);
    m_lineLength = 0;
}

bool TrainReport::isDue() {
    if (!m_json && !m_terminal)
        return false;
    if (m_drawn && m_sinceDrawn.seconds() < (m_json ? jsonSeconds : terminalSeconds))
        return false;
    m_drawn = true;
    m_sinceDrawn.restart();
    return true;
}

double TrainReport::secondsLeft() const {
    if (m_last.step == 0)
        return 0;
    const auto made = static_cast<double>(m_last.step);
    const double training = m_last.seconds / made * static_cast<double>(m_totalSteps - m_last.step);
    const auto testsLeft = static_cast<double>((m_totalSteps - m_last.step + m_stepsPerEpoch - 1) / m_stepsPerEpoch);
    return training + testsLeft * m_testSeconds;
}

/// Spaces cover what is left of a longer line: that works on every terminal.
void TrainReport::drawLine(std::string text) {
    text.resize(std::min(text.size(), terminalWidth() - 1));
    const std::size_t length = text.size();
    if (length < m_lineLength)
        text.resize(m_lineLength, ' ');
    std::fprintf(stderr, "\r%s", text.c_str());
    std::fflush(stderr);
    m_lineLength = length;
}

} // namespace kernelscope
