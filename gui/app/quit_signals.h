// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// Being told to go.
#pragma once

#include <functional>

class QObject;

namespace kernelscope {

/// Calls a function in the GUI's thread when the process gets SIGINT, SIGTERM or SIGHUP, so that a window that is told
/// to go from outside saves as one that is closed. Once in a process. @param context ends it with its own end.
void onQuitSignal(QObject* context, std::function<void()> quit);

} // namespace kernelscope
