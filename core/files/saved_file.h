// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// Opening whatever this program saves, known by its content.
#pragma once

#include "files/safetensors.h"
#include "network/network.h"
#include "training/checkpoint.h"

#include <filesystem>
#include <optional>
#include <variant>

namespace kernelscope {

/// What a file turned out to hold.
using SavedFile = std::variant<Network, WeightsFile, RunRecord, CheckpointPtr>;

/// Opens a network, weights, a run record or a checkpoint, by content and not by name. Nothing where the file is none
/// of them: data, or a picture, perhaps. Throws Error where it is one, but damaged.
std::optional<SavedFile> openSavedFile(const std::filesystem::path& path);

} // namespace kernelscope
