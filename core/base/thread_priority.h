// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// Threads that step back behind others.
#pragma once

namespace kernelscope {

/// Whom a thread lets go first; the value is its niceness.
enum class Behind { Window = 5, Training = 10 };

/// Gives the calling thread a niceness (Linux keeps one for each thread; elsewhere this does nothing). On a free core
/// that costs nothing; on a shared one the thread gets a third of what those before it get, so that a window stays
/// fluid and nobody starves. It cannot be taken back without privileges: it is for threads that were started to
/// compute, never for a caller's own.
void stepBehind(Behind others);

} // namespace kernelscope
