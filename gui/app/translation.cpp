// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/translation.h"

#include <QCoreApplication>
#include <QLibraryInfo>

namespace kernelscope {

bool Translation::install(const QLocale& locale, const QString& folder) {
    if (!m_window.load(locale, QStringLiteral("kernelscope"), QStringLiteral("_"), folder))
        return false;
    QCoreApplication::installTranslator(&m_window);
    // Only together: a German "Abbrechen" below English sentences helps nobody.
    if (m_qt.load(
            locale, QStringLiteral("qtbase"), QStringLiteral("_"), QLibraryInfo::path(QLibraryInfo::TranslationsPath)))
        QCoreApplication::installTranslator(&m_qt);
    return true;
}

} // namespace kernelscope
