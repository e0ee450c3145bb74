// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// How a run is set up, in a few words.
#pragma once

#include "training/training_spec.h"

#include <QString>

namespace kernelscope {

/// An optimizer's name for people: "Adam", "SGD with momentum".
QString optimizerTitle(OptimizerKind kind);
/// A schedule's name: "Constant", "One cycle".
QString scheduleTitle(ScheduleKind kind);
/// "cosine rate, warm-up 1 epoch".
QString scheduleText(const ScheduleSpec& schedule);
/// "images moved by up to 2 px and mirrored", "images as they are".
QString augmentationText(const AugmentationSpec& augmentation);
/// "until 97 % right, patience 3 epochs", "all epochs".
QString stoppingText(const StoppingSpec& stopping);

} // namespace kernelscope
