// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/setup_text.h"

#include <QCoreApplication>
#include <QLocale>
#include <QStringList>

namespace kernelscope {
namespace {

QString tr(const char* text) {
    return QCoreApplication::translate("kernelscope::SetupText", text);
}

QString numberText(float value) {
    return QLocale().toString(static_cast<double>(value), 'g', 6);
}

QString epochsText(float epochs) {
    return epochs == 1 ? tr("1 epoch") : tr("%1 epochs").arg(numberText(epochs));
}

QString lowered(QString title) {
    title.front() = title.front().toLower();
    return title;
}

} // namespace

QString optimizerTitle(OptimizerKind kind) {
    switch (kind) {
    case OptimizerKind::Sgd:
        return tr("SGD");
    case OptimizerKind::Momentum:
        return tr("SGD with momentum");
    case OptimizerKind::Nesterov:
        return tr("SGD, Nesterov momentum");
    case OptimizerKind::AdamW:
        return tr("AdamW");
    case OptimizerKind::Adam:
        break;
    }
    return tr("Adam");
}

QString scheduleTitle(ScheduleKind kind) {
    switch (kind) {
    case ScheduleKind::Steps:
        return tr("In steps");
    case ScheduleKind::Cosine:
        return tr("Cosine");
    case ScheduleKind::OneCycle:
        return tr("One cycle");
    case ScheduleKind::Constant:
        break;
    }
    return tr("Constant");
}

QString scheduleText(const ScheduleSpec& schedule) {
    QString text = tr("%1 rate").arg(scheduleTitle(schedule.kind));
    if (schedule.kind == ScheduleKind::Steps)
        text = tr("Rate × %1 every %2")
                   .arg(numberText(schedule.stepFactor), epochsText(static_cast<float>(schedule.stepEpochs)));
    if (schedule.warmupEpochs > 0)
        text = tr("%1, warm-up %2").arg(text, epochsText(schedule.warmupEpochs));
    return lowered(text);
}

QString augmentationText(const AugmentationSpec& augmentation) {
    QStringList parts;
    if (augmentation.shift > 0)
        parts += tr("moved by up to %1 px").arg(augmentation.shift);
    if (augmentation.flip)
        parts += tr("mirrored");
    return parts.isEmpty() ? tr("images as they are") : tr("images %1").arg(parts.join(tr(" and ")));
}

QString stoppingText(const StoppingSpec& stopping) {
    QStringList parts;
    if (stopping.targetAccuracy > 0)
        parts += tr("until %1 % right").arg(numberText(100 * stopping.targetAccuracy));
    if (stopping.patience > 0)
        parts += tr("patience %1").arg(epochsText(static_cast<float>(stopping.patience)));
    return parts.isEmpty() ? tr("all epochs") : parts.join(QStringLiteral(", "));
}

} // namespace kernelscope
