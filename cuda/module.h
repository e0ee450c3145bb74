// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// The module's one exported function.
#pragma once

#include "devices/module_interface.h"

/// What core/ looks up by moduleEntryName; see devices/module_interface.h. Looks for nothing before it is asked to.
extern "C" [[gnu::visibility("default")]] const kernelscope::ModuleInterface* kernelscopeModule();
