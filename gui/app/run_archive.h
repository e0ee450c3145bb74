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

/// Where an archived run went, or why it could not be kept.
struct ArchivedRun {
    QString folder;
    std::optional<QString> failure;
};

/// Saves weights.safetensors and run.json into a new folder named by date, time and network.
ArchivedRun archiveRun(const Session& session, const FinishedRun& run);

} // namespace kernelscope
