// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// What the GPU module exports and core/ loads at run time: one C function that returns a plain struct. Header-only,
/// because the module links no object of core/. It lies here rather than in cuda/ so that core/ never knows cuda/.
#pragma once

namespace kernelscope {

class Backend;

/// One GPU as the module found it. The texts live as long as the module, which is for ever.
struct ModuleDevice {
    const char* name;           ///< The chip: "NVIDIA L4".
    const char* instructionSet; ///< "sm_89".
    const char* reason;         ///< Why it cannot be used, as a sentence; empty where a small kernel ran on it.
};

/// The module's functions. buildStamp stays the first member in all versions, and nothing else is touched before it
/// was compared: everything behind it, and the classes that cross this border, may differ between builds.
struct ModuleInterface {
    const char* buildStamp; ///< KERNELSCOPE_BUILD_STAMP as the module was compiled with.
    /// Looks for GPUs. Where there are none, `reason` is set to why, as a sentence ("No NVIDIA driver is installed.").
    int (*deviceCount)(const char** reason);
    ModuleDevice (*device)(int index);
    /// A backend for a usable device, to be deleted by the caller. Throws Error.
    Backend* (*openBackend)(int index);
};

/// The type of the exported function, which must be extern "C".
using ModuleEntry = const ModuleInterface* (*)();

/// The exported function's name.
inline constexpr const char* moduleEntryName = "kernelscopeModule";

/// The module's file name.
inline constexpr const char* moduleFileName = "libkernelscope_cuda.so";

} // namespace kernelscope
