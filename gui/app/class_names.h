// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// What the classes are called on screen.
#pragma once

#include <QStringList>

namespace kernelscope {

class Session;

/// A name for each class of the session's network: the data's, where it fits the network, else numbers from 0.
QStringList classNames(const Session& session);

} // namespace kernelscope
