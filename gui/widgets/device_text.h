// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// How devices are called, everywhere.
#pragma once

#include "training/backend.h"

#include <QString>

namespace kernelscope {

/// "CPU, all cores (2 threads)", "CPU, 1 thread", "CPU, 4 threads", "Reference, 1 thread", or the chip's name,
/// with "TF32" behind it where products are rounded to that.
QString deviceLabel(const DeviceInfo& device);

/// Of a device of which only the identifier is known: "CPU, all cores", "CPU, 3 threads", else the identifier itself.
QString deviceLabel(const QString& deviceId);

/// "CPU", "GPU" or "reference": what a button can say of a device.
QString shortDeviceName(const QString& deviceId);

} // namespace kernelscope
