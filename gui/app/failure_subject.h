// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// What a message about a failure is about.
#pragma once

namespace kernelscope {

/// A failure's message is taken away when the same thing succeeds: it would contradict what is on the screen.
enum class FailureSubject {
    Other,   ///< Stays until it is dismissed or replaced.
    Run,     ///< A training that could not begin or did not end well.
    Opening, ///< Data or a file that could not be opened.
    Keeping, ///< What is set up could not be written for the next start.
};

} // namespace kernelscope
