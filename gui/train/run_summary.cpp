// SPDX-License-Identifier: GPL-3.0-or-later
#include "train/run_page.h"

#include "widgets/device_text.h"
#include "widgets/number_text.h"

#include <QCoreApplication>
#include <QStringList>

namespace kernelscope {
namespace {

QString tr(const char* text) {
    return QCoreApplication::translate("kernelscope::RunSummary", text);
}

QString stepsText(std::int64_t steps) {
    return steps == 1 ? tr("1 step") : tr("%1 steps").arg(countText(steps));
}

/// Why the run ended where it did, and which weights it left; empty where it simply made all its epochs.
QString endText(const RunRecord& record) {
    const StoppingSpec& rules = record.spec.stopping;
    const int made = static_cast<int>(record.epochs.size());
    QStringList sentences;
    if (record.stop == StopReason::TargetReached)
        sentences += tr("It stopped there because the target of %1 was reached.")
                         .arg(percentText(static_cast<double>(rules.targetAccuracy)));
    if (record.stop == StopReason::NoImprovement)
        sentences += rules.patience == 1 ? tr("It stopped there because the test loss had not fallen again.")
                                         : tr("It stopped there because the test loss had not fallen for %1 epochs.")
                                               .arg(countText(rules.patience));
    if (record.keptEpoch > 0 && record.keptEpoch < made)
        sentences += tr("The weights that were kept are those of epoch %1, whose test loss was the lowest: %2 right.")
                         .arg(countText(record.keptEpoch),
                             percentText(record.epochs[static_cast<std::size_t>(record.keptEpoch) - 1].testAccuracy));
    return sentences.join(QLatin1Char(' '));
}

} // namespace

QString runSummary(const RunRecord& record) {
    const QString device = deviceLabel(record.device);
    if (record.epochs.empty())
        return tr("Stopped after %1 (%2) on %3, before the first test.")
            .arg(stepsText(record.steps.empty() ? 0 : record.steps.back().step),
                secondsText(record.steps.empty() ? 0 : record.steps.back().seconds), device);
    double seconds = 0;
    for (const EpochResult& epoch : record.epochs)
        seconds += epoch.trainSeconds;
    const auto done = static_cast<qint64>(record.epochs.size());
    const QString epochs = done == 1 ? tr("1 epoch") : tr("%1 epochs").arg(countText(done));
    const QString result =
        tr("%1 in %2 on %3: %4 of %5 test images right.")
            .arg(epochs, secondsText(seconds), device, percentText(record.epochs.back().testAccuracy),
                countText(static_cast<std::int64_t>(record.data.testCount)));
    if (endedAsPlanned(record.stop)) {
        const QString end = endText(record);
        return end.isEmpty() ? result : result + QLatin1Char(' ') + end;
    }
    return tr("Ended early: %1").arg(result);
}

} // namespace kernelscope
