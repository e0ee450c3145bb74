// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// Where runs are kept that nobody saved by hand.
#pragma once

#include "app/session.h"

#include <QString>

#include <optional>

namespace kernelscope {

/// Below XDG_DATA_HOME: ~/.local/share/kernelscope/runs.
QString runsFolder();

/// Saves a run's weights and record; an empty path leaves one out. @return a message where it failed.
std::optional<QString> saveRun(const RunResult& result, const QString& weightsPath, const QString& recordPath);

/// Where an archived run went, or why it could not be kept.
struct ArchivedRun {
    QString folder;
    std::optional<QString> failure;
};

/// Saves weights.safetensors and run.json into a new folder named by date, time and network. From any thread.
ArchivedRun archiveRun(const RunResult& result);

} // namespace kernelscope
