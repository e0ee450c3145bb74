// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// What the GPU module exports and core/ loads at run time: one C function that returns a plain struct. Header-only,
/// because the module links no object of core/. It lies here rather than in cuda/ so that core/ never knows cuda/.
#pragma once

#include "training/backend.h"

namespace kernelscope {

/// One GPU as the module found it. The texts live as long as the module, which is for ever.
struct ModuleDevice {
    const char* name;           ///< The chip: "NVIDIA L4".
    const char* instructionSet; ///< "sm_89".
    const char* driver;         ///< The CUDA that the driver is for: "CUDA 13.0".
    bool hasTf32;               ///< Whether it multiplies in TF32 too.
    const char* reason;         ///< Why it cannot be used, as a sentence; empty where a small kernel ran on it. May
                                ///< change: a GPU can be lost.
};

/// The module's functions. buildStamp stays the first member in all versions, and nothing else is touched before it
/// was compared: everything behind it, and the classes that cross this border, may differ between builds.
struct ModuleInterface {
    const char* buildStamp; ///< KERNELSCOPE_BUILD_STAMP as the module was compiled with.
    /// Looks for GPUs. Where there are none, `reason` is set to why, as a sentence ("No NVIDIA driver is installed.").
    int (*deviceCount)(const char** reason);
    ModuleDevice (*device)(int index);
    /// Loads a plan on a usable device, as Backend::load() does; to be deleted by the caller. The module cannot compile
    /// networks, having no object of core/: the plan was made with Fusion::On, and fits the data. Throws Error.
    Executor* (*load)(int index, bool tf32, const Plan& plan, DataSetPtr data, const TrainingSpec& spec);
};

/// The type of the exported function, which must be extern "C".
using ModuleEntry = const ModuleInterface* (*)();

/// The exported function's name.
inline constexpr const char* moduleEntryName = "kernelscopeModule";

/// The module's file name.
inline constexpr const char* moduleFileName = "libkernelscope_cuda.so";

} // namespace kernelscope
