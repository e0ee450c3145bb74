// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// Run records as JSON.
#pragma once

#include "training/run_record.h"

#include <nlohmann/json_fwd.hpp>

#include <filesystem>

namespace kernelscope {

/// The record as JSON: {"format": "kernelscope-run", "version": 1, "date", "build", "device", "threads", "network",
/// "hyperparameters", "data", "stop", "message", "phases", "epochs": [{"epoch", "testAccuracy", ...}], "events",
/// "steps": {"step": [...], "seconds": [...], "loss": [...], "correct": [...], "count": [...]}}.
nlohmann::ordered_json toJson(const RunRecord& record);

/// A record from JSON. Throws Error naming the field. @param source names the file in messages.
RunRecord runRecordFromJson(const nlohmann::ordered_json& json, const std::string& source);

/// Saves atomically.
void saveRunRecord(const std::filesystem::path& path, const RunRecord& record);

/// Reads a record of at most 256 MB. Throws Error.
RunRecord loadRunRecord(const std::filesystem::path& path);

} // namespace kernelscope
