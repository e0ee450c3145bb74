// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// Checkpoints of runs as files in safetensors' form: the tensors "parameters", "state", "moments", "steps", "epochs"
/// and "events" (a row for each, see checkpoint_rows.h) and perhaps "best.parameters" and "best.state"; the rest as
/// JSON in the metadata.
#pragma once

#include "training/checkpoint.h"

#include <filesystem>

namespace kernelscope {

/// Saves atomically.
void saveCheckpoint(const std::filesystem::path& path, const Checkpoint& checkpoint);

/// Reads what saveCheckpoint() wrote. Everything is checked against the file's size and against the run that it
/// describes before it is allocated. Throws Error naming the file, the field or tensor, what was found and expected.
CheckpointPtr loadCheckpoint(const std::filesystem::path& path);

} // namespace kernelscope
