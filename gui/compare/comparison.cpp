// SPDX-License-Identifier: GPL-3.0-or-later
#include "compare/comparison.h"

#include "compare/recorded_runs.h"
#include "widgets/device_text.h"
#include "widgets/number_text.h"

#include <QCoreApplication>
#include <QLocale>

#include <algorithm>

namespace kernelscope {
namespace {

/// Fewer steps than this measure the start rather than the pace.
constexpr std::size_t leastStepsForEstimate = 10;

QString tr(const char* text) {
    return QCoreApplication::translate("kernelscope::Comparison", text);
}

double medianOf(std::vector<double> values) {
    std::sort(values.begin(), values.end());
    const std::size_t middle = values.size() / 2;
    return values.size() % 2 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
}

std::optional<EpochTime> estimate(const RunRecord& record) {
    if (record.steps.size() < leastStepsForEstimate)
        return {};
    std::int64_t images = 0;
    for (const StepPoint& step : record.steps)
        images += step.count;
    if (images == 0 || record.steps.back().seconds <= 0)
        return {};
    const double seconds =
        record.steps.back().seconds * static_cast<double>(imagesPerEpoch(record)) / static_cast<double>(images);
    return EpochTime{0, seconds, seconds, seconds, true};
}

const NumberedRun* findRun(const std::vector<NumberedRun>& runs, int number) {
    const auto it =
        std::find_if(runs.begin(), runs.end(), [number](const NumberedRun& r) { return r.number == number; });
    return it == runs.end() ? nullptr : &*it;
}

bool isMeasured(const NumberedRun& run) {
    const auto time = epochTime(*run.record);
    return time && !time->isEstimate;
}

/// The measured runs that can be compared with this one, itself among them.
std::vector<const NumberedRun*> groupOf(const std::vector<NumberedRun>& runs, const NumberedRun& with) {
    std::vector<const NumberedRun*> group;
    for (const NumberedRun& run : runs)
        if (isMeasured(run) && incomparableReason(*run.record, *with.record).isEmpty())
            group.push_back(&run);
    return group;
}

/// The slowest of the runs that are worth comparing: those like the newest, or, where that one stands alone, the newest
/// that have company.
const NumberedRun* slowest(const std::vector<NumberedRun>& runs) {
    std::vector<const NumberedRun*> group;
    for (auto run = runs.rbegin(); run != runs.rend() && group.size() < 2; ++run)
        if (isMeasured(*run))
            if (auto other = groupOf(runs, *run); other.size() > group.size())
                group = std::move(other);
    const auto it = std::max_element(group.begin(), group.end(), [](const NumberedRun* a, const NumberedRun* b) {
        return epochTime(*a->record)->median < epochTime(*b->record)->median;
    });
    return it == group.end() ? nullptr : *it;
}

/// How far the epochs of a run lie apart, as a part of their median.
double variation(const EpochTime& time) {
    return time.median > 0 ? (time.greatest - time.least) / time.median : 0;
}

bool isNearlyEqual(double factor) {
    return factor > 0.97 && factor < 1.03;
}

const ComparedRun* baselineOf(const Comparison& comparison) {
    const auto it = std::find_if(comparison.runs.begin(), comparison.runs.end(),
        [&](const ComparedRun& run) { return run.speedUp && run.number == comparison.baseline; });
    return it == comparison.runs.end() ? nullptr : &*it;
}

/// A device of another machine is another one, whatever it is called there.
bool isOtherDevice(const ComparedRun& run, const ComparedRun& than) {
    return run.deviceId != than.deviceId || run.recorded.isEmpty() != than.recorded.isEmpty();
}

/// The fastest run on another device than the baseline's, and what their times say. Runs of one device differ by chance
/// alone, so they make no sentence.
QString sentenceFor(const Comparison& comparison) {
    const ComparedRun* base = baselineOf(comparison);
    if (!base)
        return {};
    const ComparedRun* fastest = nullptr;
    for (const ComparedRun& run : comparison.runs)
        if (run.speedUp && isOtherDevice(run, *base) && (!fastest || *run.speedUp > *fastest->speedUp))
            fastest = &run;
    if (!fastest)
        return {};
    const auto named = [](const ComparedRun& run, const QString& text) {
        const QString name = text.arg(run.number).arg(run.device);
        return run.recorded.isEmpty() ? name : tr("%1, %2").arg(name, run.recorded);
    };
    const QString one = named(*fastest, tr("Run %1 on %2"));
    const QString other = named(*base, tr("run %1 on %2"));
    const double factor = *fastest->speedUp;
    switch (differenceOf(*fastest->time, *base->time)) {
    case Difference::None:
        return tr("%1 and %2 take the same time, within 3 %.").arg(one, other);
    case Difference::Unclear:
        return tr("%1 and %2: no clear difference. The epochs of one run vary by %3; is the machine busy?")
            .arg(one, other, percentText(std::max(variation(*fastest->time), variation(*base->time)), 0));
    case Difference::Clear:
        break;
    }
    return factor > 1 ? tr("%1: %2 faster than %3.").arg(one, factorText(factor), other)
                      : tr("%1: %2 slower than %3.").arg(one, factorText(1 / factor), other);
}

} // namespace

std::int64_t imagesPerEpoch(const RunRecord& record) {
    return static_cast<std::int64_t>(record.spec.trainSamples ? record.spec.trainSamples : record.data.trainCount);
}

std::optional<EpochTime> epochTime(const RunRecord& record) {
    std::vector<double> seconds;
    for (const EpochResult& epoch : record.epochs)
        seconds.push_back(epoch.trainSeconds);
    if (seconds.empty())
        return estimate(record);
    const auto [least, greatest] = std::minmax_element(seconds.begin(), seconds.end());
    return EpochTime{static_cast<int>(seconds.size()), medianOf(seconds), *least, *greatest, false};
}

double imagesPerSecond(const RunRecord& record, const EpochTime& time) {
    return time.median > 0 ? static_cast<double>(imagesPerEpoch(record)) / time.median : 0;
}

QString incomparableReason(const RunRecord& run, const RunRecord& with) {
    // Names may be kept while layers are edited: what counts is what is computed.
    if (run.network.input != with.network.input || run.network.layers != with.network.layers)
        return tr("other network: %1").arg(QString::fromStdString(run.network.name));
    if (run.spec.batchSize != with.spec.batchSize)
        return tr("other batch size: %1").arg(run.spec.batchSize);
    if (run.data.source != with.data.source)
        return tr("other data: %1").arg(QString::fromStdString(run.data.name));
    if (imagesPerEpoch(run) != imagesPerEpoch(with))
        return tr("other number of training images: %1").arg(countText(imagesPerEpoch(run)));
    return {};
}

Comparison compareRuns(const std::vector<NumberedRun>& runs, std::optional<int> baseline) {
    Comparison result;
    const NumberedRun* base = baseline ? findRun(runs, *baseline) : nullptr;
    if (base && !isMeasured(*base))
        base = nullptr;
    if (!base)
        base = slowest(runs);
    if (base)
        result.baseline = base->number;
    for (const NumberedRun& run : runs) {
        ComparedRun compared{run.number, deviceLabel(run.record->device), epochTime(*run.record),
            run.record->phases.load, {}, {}, QString::fromStdString(run.record->device.id),
            run.file.isEmpty() ? QString() : recordedText(*run.record),
            run.file.isEmpty() ? QString() : recordedDay(*run.record)};
        const RunRecord& with = base ? *base->record : *runs.back().record;
        compared.reason = incomparableReason(*run.record, with);
        if (base && compared.reason.isEmpty() && isMeasured(run) && compared.time->median > 0)
            compared.speedUp = epochTime(*base->record)->median / compared.time->median;
        result.runs.push_back(std::move(compared));
    }
    std::stable_partition(
        result.runs.begin(), result.runs.end(), [](const ComparedRun& run) { return run.reason.isEmpty(); });
    result.sentence = sentenceFor(result);
    return result;
}

Difference differenceOf(const EpochTime& one, const EpochTime& other) {
    const bool isSteady = variation(one) < 0.03 && variation(other) < 0.03;
    if (isSteady && other.median > 0 && isNearlyEqual(one.median / other.median))
        return Difference::None;
    const bool overlap = one.least <= other.greatest && other.least <= one.greatest;
    return overlap ? Difference::Unclear : Difference::Clear;
}

QString verdictText(const Comparison& comparison, const ComparedRun& run) {
    const ComparedRun* base = baselineOf(comparison);
    if (!base || !run.speedUp)
        return {};
    if (run.number == base->number)
        return tr("compared with this");
    switch (differenceOf(*run.time, *base->time)) {
    case Difference::None:
        return tr("same");
    case Difference::Unclear:
        return tr("no clear difference");
    case Difference::Clear:
        break;
    }
    return *run.speedUp >= 1 ? tr("%1 faster").arg(factorText(*run.speedUp))
                             : tr("%1 slower").arg(factorText(1 / *run.speedUp));
}

QString factorText(double factor) {
    return QLocale().toString(factor, 'f', factor >= 99.5 ? 0 : factor >= 9.95 ? 1 : 2) + QStringLiteral(" ×");
}

} // namespace kernelscope
