// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// A program that was started without its standard streams.
#pragma once

namespace kernelscope {

/// Puts the null device in the place of standard input, output and error where they are closed. Else the next file that
/// is opened takes their number, and what is printed goes into it. To be called first in main().
void ensureStandardStreams();

} // namespace kernelscope
