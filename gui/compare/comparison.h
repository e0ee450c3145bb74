// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// Which runs can be compared, and what their epoch times say. No widgets: plain figures.
#pragma once

#include "training/run_record.h"

#include <QString>

#include <cstdint>
#include <optional>
#include <vector>

namespace kernelscope {

/// A run's record with its number in the session.
struct NumberedRun {
    int number = 0;
    const RunRecord* record = nullptr;
    bool isGhost = false;     ///< Stands behind the curves in Train.
    QString file = QString(); ///< Where the record was opened from; empty where the run was made here.
};

/// Seconds for one epoch's training steps, over the whole epochs of a run.
struct EpochTime {
    int epochs = 0; ///< Whole epochs that were measured.
    double median = 0;
    double least = 0;
    double greatest = 0;
    bool isEstimate = false; ///< No whole epoch: extrapolated from the steps that were made.
};

/// Of a record; nothing where not even an estimate is possible (fewer than 10 steps).
std::optional<EpochTime> epochTime(const RunRecord& record);

/// Training images in one epoch of a run.
std::int64_t imagesPerEpoch(const RunRecord& record);

/// Images a second: of the epoch time.
double imagesPerSecond(const RunRecord& record, const EpochTime& time);

/// Why the epoch times of a run say nothing beside those of another: "other network: tiny". Empty where they do.
QString incomparableReason(const RunRecord& run, const RunRecord& with);

/// One run among others.
struct ComparedRun {
    int number = 0;
    QString device;
    std::optional<EpochTime> time;
    double loadSeconds = 0;        ///< Compiling and allocating, before the first step.
    QString reason;                ///< Why it is not compared; empty where it is.
    std::optional<double> speedUp; ///< How many times faster than the baseline; only between measured, comparable runs.
    QString deviceId;              ///< Runs on the same one say nothing about devices.
    QString recorded;              ///< "recorded on ...", of a run that was opened; empty where it was made here.
    QString day;                   ///< When it was recorded, likewise: "2030-01-31".
};

/// Runs side by side.
struct Comparison {
    std::vector<ComparedRun> runs; ///< The comparable ones first, each group in the order of their numbers.
    std::optional<int> baseline;   ///< Number of the run that speed-ups are relative to.
    QString sentence;              ///< The result in words, empty where there is none yet.
};

/// @param baseline number of the run to compare with; without it the slowest of those that can be
/// compared with the newest run, or with the newest that can be compared with any.
Comparison compareRuns(const std::vector<NumberedRun>& runs, std::optional<int> baseline = {});

/// What two epoch times say of each other.
enum class Difference {
    None,    ///< Medians and spreads agree within 3 %.
    Unclear, ///< The ranges from the fastest to the slowest epoch overlap: chance could explain the difference.
    Clear,
};
Difference differenceOf(const EpochTime& one, const EpochTime& other);

/// A compared run's time beside the baseline's: "2.28 × faster", "same", "no clear difference", "compared with this".
/// Empty where it has no speed-up.
QString verdictText(const Comparison& comparison, const ComparedRun& run);

/// "2.3×", "12×", "0.45×".
QString factorText(double factor);

} // namespace kernelscope
