// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// The window in other languages.
#pragma once

#include <QLocale>
#include <QString>
#include <QTranslator>

namespace kernelscope {

/// Loads `kernelscope_<locale>.qm` and Qt's own texts for a locale, while it lives. English needs no file; a language
/// comes with its file alone, without a change to the code.
class Translation {
public:
    /// @return whether the window has texts for this locale other than its own English ones.
    /// @param folder where the .qm files are: by default the program's own resources.
    bool install(const QLocale& locale, const QString& folder = QStringLiteral(":/translations"));

private:
    QTranslator m_window;
    QTranslator m_qt; ///< "Cancel" and the like in dialogs.
};

} // namespace kernelscope
