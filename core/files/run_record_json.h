// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// Run records as JSON.
#pragma once

#include "files/json_parse.h"
#include "training/run_record.h"

#include <filesystem>

namespace kernelscope {

/// The record as JSON: {"format": "kernelscope-run", "version": 1, "date", "build", "device", "threads", "network",
/// "hyperparameters", "data", "stop", "message", "phases", "epochs": [{"epoch", "testAccuracy", ...}], "events",
/// "steps": {"step": [...], "seconds": [...], "loss": [...], "correct": [...], "count": [...]}}.
nlohmann::ordered_json toJson(const RunRecord& record);

/// Parses the text of a record; steps, epochs and events stay in the text, which must outlive the document. Throws
/// Error naming source, line and column. @param reading what is being done, for messages.
JsonDocument parseRunRecord(std::string_view text, const std::string& reading, const std::string& source);

/// A record from what parseRunRecord() made. Throws Error naming the field. @param source names the file in messages.
RunRecord runRecordFromJson(const JsonDocument& document, const std::string& source);

/// Throws Error where parseRunRecord() would refuse the text of a record, for the names of its layers and classes take
/// more room than a reader grants them. @param saving as in ErrorParts.
void requireReadable(std::string_view text, const std::string& saving, const std::string& source);

/// Saves atomically. Throws Error, also where it could not be read again.
void saveRunRecord(const std::filesystem::path& path, const RunRecord& record);

/// Reads a record of at most 256 MB. Throws Error.
RunRecord loadRunRecord(const std::filesystem::path& path);

} // namespace kernelscope
