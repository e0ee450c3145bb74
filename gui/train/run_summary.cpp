// SPDX-License-Identifier: GPL-3.0-or-later
#include "train/run_page.h"

#include "widgets/device_text.h"
#include "widgets/number_text.h"

#include <QCoreApplication>

namespace kernelscope {
namespace {

QString tr(const char* text) {
    return QCoreApplication::translate("kernelscope::RunSummary", text);
}

QString stepsText(std::int64_t steps) {
    return steps == 1 ? tr("1 step") : tr("%1 steps").arg(countText(steps));
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
    if (record.stop == StopReason::Completed)
        return result;
    return tr("Ended early: %1").arg(result);
}

} // namespace kernelscope
