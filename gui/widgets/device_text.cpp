// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/device_text.h"

#include <QCoreApplication>

namespace kernelscope {
namespace {

QString tr(const char* text) {
    return QCoreApplication::translate("kernelscope::DeviceText", text);
}

QString threadsText(int threads) {
    return threads == 1 ? tr("1 thread") : tr("%1 threads").arg(threads);
}

} // namespace

QString deviceLabel(const DeviceInfo& device) {
    const QString threads = threadsText(device.threads);
    if (device.backend == "reference")
        return tr("Reference, %1").arg(threads);
    if (device.backend == "cpu")
        return device.id == "cpu" ? tr("CPU, all cores (%1)").arg(threads) : tr("CPU, %1").arg(threads);
    const QString chip = QString::fromStdString(device.name);
    return device.precision == "tf32" ? tr("%1, TF32").arg(chip) : chip;
}

QString deviceLabel(const QString& deviceId) {
    if (deviceId == QLatin1String("cpu"))
        return tr("CPU, all cores");
    bool isNumber = false;
    const int threads = deviceId.section(QLatin1Char(':'), 1).toInt(&isNumber);
    return deviceId.startsWith(QLatin1String("cpu:")) && isNumber ? tr("CPU, %1").arg(threadsText(threads)) : deviceId;
}

QString shortDeviceName(const QString& deviceId) {
    if (deviceId.startsWith(QLatin1String("cuda")))
        return tr("GPU");
    if (deviceId == QLatin1String("reference"))
        return tr("reference");
    return tr("CPU");
}

} // namespace kernelscope
