// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// Runs that were recorded on other machines and come with the program: for those who have no GPU to compare with.
#pragma once

#include "training/run_record.h"

#include <QString>

#include <memory>
#include <vector>

namespace kernelscope {

/// A record that comes with the program.
struct RecordedRun {
    QString file; ///< Of Qt's resources, which makes it known as such: see isShippedRecord().
    std::shared_ptr<const RunRecord> record;
};

/// The records of a folder, by name: of resources/runs, which may hold none. What cannot be read is left out with a
/// warning on the terminal: it is a mistake of who built the program.
std::vector<RecordedRun> recordedRuns(const QString& folder = QStringLiteral(":/runs"));

/// Whether a run's file is one that comes with the program.
bool isShippedRecord(const QString& file);

/// "2030-01-31": the day alone, as it stands in the record.
QString recordedDay(const RunRecord& record);

/// "recorded on NVIDIA H100, 2030-01-31": whatever stands beside a run that was not made here and now says so.
QString recordedText(const RunRecord& record);

/// What distinguishes a record from the others of a list: "NVIDIA H100 (sm_90, fp32): classic, batch 128, 2030-01-31".
QString recordTitle(const RunRecord& record);

} // namespace kernelscope
