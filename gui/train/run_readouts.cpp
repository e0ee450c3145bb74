// SPDX-License-Identifier: GPL-3.0-or-later
#include "train/run_readouts.h"

#include "train/form_widgets.h"
#include "train/tabular_label.h"
#include "widgets/number_text.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QLocale>
#include <QVBoxLayout>

namespace kernelscope {
namespace {

constexpr int refreshMilliseconds = 250;
constexpr double valueSize = 1.3; // of the window's font

const QString none = QStringLiteral("–");

/// "4 s", "1 min 05 s", "2 h 03 min": whole seconds, as they pass.
QString clockText(double seconds) {
    const auto whole = static_cast<qint64>(seconds + 0.5);
    if (whole < 60)
        return RunReadouts::tr("%1 s").arg(whole);
    if (whole < 3600)
        return RunReadouts::tr("%1 min %2 s").arg(whole / 60).arg(whole % 60, 2, 10, QLatin1Char('0'));
    return RunReadouts::tr("%1 h %2 min").arg(whole / 3600).arg(whole / 60 % 60, 2, 10, QLatin1Char('0'));
}

} // namespace

RunReadouts::RunReadouts(QWidget* parent) : QWidget(parent) {
    setObjectName(QStringLiteral("runReadouts"));
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(16);
    addTile(*row, TrainingLoss, "lossReadout", tr("Training loss"),
        tr("How wrong the network is on the batches of the last second, before it learns from them. 0 is perfect, 2.30 "
           "is "
           "guessing among ten classes."),
        QLocale().toString(0.8888, 'f', 4));
    addTile(*row, TestAccuracy, "accuracyReadout", tr("Test accuracy"),
        tr("Part of the test images, which are never trained on, that the network names right."),
        percentText(0.8888) + QStringLiteral("  "));
    addTile(*row, Speed, "speedReadout", tr("Images a second"),
        tr("Training images a second: the median over the steps of the last second."), countText(88888));
    addTile(*row, Compute, "computeReadout", tr("GFLOP/s, dense-equivalent"),
        tr("Thousand million floating-point operations a second, counted from the layers' shapes: forward and "
           "backward, two "
           "for each multiply-add. What the device really executes can differ."),
        QLocale().toString(888.8, 'f', 1));
    addTile(*row, Elapsed, "elapsedReadout", tr("Elapsed"), tr("Time of training and testing, without pauses."),
        clockText(8 * 60 + 48));
    addTile(*row, Left, "leftReadout", tr("Time left"),
        tr("At the pace of the last second, with the tests that are still to come."), clockText(8 * 60 + 48));

    m_timer.setInterval(refreshMilliseconds);
    connect(&m_timer, &QTimer::timeout, this, &RunReadouts::refresh);
    refresh();
}

void RunReadouts::addTile(QHBoxLayout& row, Tile tile, const char* objectName, const QString& caption,
    const QString& tip, const QString& longest) {
    m_captions[tile] = mutedText("", this);
    m_captions[tile]->setWordWrap(false);
    m_captions[tile]->setText(caption);
    auto* value = new TabularLabel(longest, this);
    m_values[tile] = value;
    value->setObjectName(QLatin1String(objectName));
    value->setAccessibleName(caption);
    QFont large = font();
    large.setPointSizeF(large.pointSizeF() * valueSize);
    value->setFont(large);
    auto* column = new QVBoxLayout;
    column->setSpacing(0);
    for (QWidget* widget : std::initializer_list<QWidget*>{m_captions[tile], value}) {
        widget->setToolTip(QStringLiteral("<p>%1</p>").arg(tip));
        column->addWidget(widget);
    }
    row.addLayout(column, 1);
}

void RunReadouts::begin(const RunRecord& record, std::int64_t trainingFlops) {
    m_progress.begin(record);
    m_trainingFlops = trainingFlops;
    m_elapsedBefore = record.phases.train + record.phases.test; // above 0 where a run goes on
    m_tested = 0;
    m_toTest = 0;
    m_sinceResumed.start();
    refresh();
}

void RunReadouts::addSteps(std::span<const StepPoint> points) {
    m_progress.addSteps(points);
}

void RunReadouts::addEpoch(const EpochResult& epoch) {
    m_progress.addEpoch(epoch);
    m_toTest = 0;
}

void RunReadouts::setEvaluating(std::size_t done, std::size_t total) {
    m_tested = done;
    m_toTest = done < total ? total : 0;
}

void RunReadouts::setState(RunSource::State state) {
    const auto counts = [](RunSource::State s) {
        return s == RunSource::State::Running || s == RunSource::State::Testing || s == RunSource::State::Stopping;
    };
    if (counts(m_state) && !counts(state) && m_sinceResumed.isValid())
        m_elapsedBefore = elapsedSeconds();
    else if (!counts(m_state) && counts(state))
        m_sinceResumed.start();
    m_state = state;
    if (state == RunSource::State::Idle)
        m_timer.stop();
    else
        m_timer.start();
    refresh();
}

double RunReadouts::elapsedSeconds() const {
    const bool counts = m_state == RunSource::State::Running || m_state == RunSource::State::Testing ||
                        m_state == RunSource::State::Stopping;
    return m_elapsedBefore +
           (counts && m_sinceResumed.isValid() ? static_cast<double>(m_sinceResumed.elapsed()) / 1e3 : 0);
}

QString RunReadouts::leftText() const {
    switch (m_state) {
    case RunSource::State::Idle:
        return none;
    case RunSource::State::Loading:
        return tr("loading");
    case RunSource::State::Paused:
        return tr("paused");
    case RunSource::State::Stopping:
        return tr("stopping");
    case RunSource::State::Testing:
    case RunSource::State::Running:
        break;
    }
    const std::optional<double> left = m_progress.secondsLeft();
    return left ? clockText(*left) : none;
}

void RunReadouts::refresh() {
    const auto set = [this](Tile tile, const QString& text) { m_values[tile]->setText(text); };
    const bool any = m_progress.totalSteps() > 0;
    const auto loss = m_progress.trainingLoss();
    set(TrainingLoss, loss ? QLocale().toString(*loss, 'f', *loss < 100 ? 4 : 1) : none);

    const auto best = m_progress.bestTestAccuracy();
    m_captions[TestAccuracy]->setText(
        m_toTest > 0
            ? tr("Testing, %1 done").arg(percentText(static_cast<double>(m_tested) / static_cast<double>(m_toTest), 0))
        : best ? tr("Test accuracy (best %1)").arg(percentText(*best))
               : tr("Test accuracy"));
    const auto last = m_progress.lastTestAccuracy();
    set(TestAccuracy, last ? percentText(*last) : none);

    const auto speed = m_progress.imagesPerSecond();
    set(Speed, speed ? countText(static_cast<std::int64_t>(*speed + 0.5)) : none);
    const double compute = speed.value_or(0) * static_cast<double>(m_trainingFlops) / 1e9;
    set(Compute, speed ? QLocale().toString(compute, 'f', compute < 1 ? 3 : 1) : none);
    set(Elapsed, any ? clockText(elapsedSeconds()) : none);
    set(Left, leftText());
}

} // namespace kernelscope
