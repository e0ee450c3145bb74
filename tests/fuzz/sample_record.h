// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// A run's record in small, for seeds.
#pragma once

#include "training/run_record.h"

namespace kernelscope::fuzz {

/// Four steps and an epoch of the preset "tiny".
inline RunRecord sampleRecord() {
    RunRecord record;
    record.network = preset("tiny");
    record.build = buildInfo();
    record.date = "2030-01-31T12:00:00Z";
    record.device.id = "cpu";
    record.device.name = "a processor";
    record.device.threads = 2;
    record.data.name = "digits";
    record.data.source = "digits";
    record.data.shape = {1, 28, 28};
    record.data.classes = 2;
    record.data.classNames = {"0", "1"};
    record.data.trainCount = 64;
    record.data.testCount = 8;
    record.spec.batchSize = 16;
    for (int step = 1; step <= 4; ++step) {
        StepPoint point;
        point.step = step;
        point.seconds = 0.5 * step;
        point.loss = 1.0f / static_cast<float>(step);
        point.correct = step;
        point.count = 16;
        record.steps.push_back(point);
    }
    EpochResult epoch;
    epoch.epoch = 1;
    epoch.lastStep = 4;
    epoch.testAccuracy = 0.5;
    record.epochs.push_back(epoch);
    RunEvent event;
    event.step = 2;
    event.value = 0.01f;
    record.events.push_back(event);
    return record;
}

} // namespace kernelscope::fuzz
