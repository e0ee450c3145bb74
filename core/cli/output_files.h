// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// Files that a command is told to write, checked before it works for an hour.
#pragma once

#include <span>
#include <string>

namespace kernelscope {

/// A file that a command is to write. Without a path it is not wanted.
struct OutputFile {
    const char* what; ///< For messages: "the weights".
    std::string path;
};

/// What a command reads; empty where it does not.
struct InputFiles {
    std::string model;   ///< As --model has it: also the name of a preset.
    std::string weights; ///< As --weights has it.
    std::string resume;  ///< As --resume has it.
    std::string data;    ///< DataInfo::source: a file, a folder or the name of a built-in set.
};

/// Throws Error where a file cannot be written, where two are the same, or where one would replace what the command
/// reads; of a folder of data each file in it that holds some. "the checkpoint" may replace the one that the run goes
/// on from.
void checkOutputs(std::span<const OutputFile> outputs, const InputFiles& inputs);

} // namespace kernelscope
