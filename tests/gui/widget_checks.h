// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// What can be said of any window without knowing it: who has no name, what is cut off, what lies over another. Each
/// function gives the mistakes that it found, in words; none is good.
#pragma once

#include <QStringList>

class QWidget;

namespace kernelscope::testing {

/// Visible widgets that take the focus and have nothing to say to a screen reader.
QStringList unnamedWidgets(const QWidget& window);

/// Letters behind Alt that two visible controls, or two entries of one menu, want for themselves.
QStringList duplicateMnemonics(const QWidget& window);

/// Keys of two enabled actions or shortcuts of the window.
QStringList duplicateShortcuts(const QWidget& window);

/// Actions that neither a menu nor a key nor a button leads to.
QStringList unreachableActions(const QWidget& window);

/// Controls that Tab does not arrive at, and steps of Tab backwards against the direction of reading. Presses Tab.
QStringList tabOrderMistakes(QWidget& window);

/// Labels, buttons, boxes and fields that are smaller than what they hold, and words wider than their label.
QStringList clippedTexts(const QWidget& window);

/// Children outside their parent (where nothing scrolls) and neighbours in a layout that overlap.
QStringList misplacedWidgets(const QWidget& window);

} // namespace kernelscope::testing
