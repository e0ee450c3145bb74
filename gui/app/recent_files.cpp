// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/recent_files.h"

#include "app/settings.h"

#include <QAction>
#include <QDir>
#include <QFileInfo>
#include <QMenu>

namespace kernelscope {
namespace {

/// "run.json – /home/ada/runs": the name first, as that is what people look for. Ampersands are no shortcuts here.
QString entryText(const QString& path, const QFontMetrics& metrics) {
    const QFileInfo file(path);
    const QString folder = metrics.elidedText(
        QDir::toNativeSeparators(file.absolutePath()), Qt::ElideMiddle, metrics.averageCharWidth() * 48);
    return QStringLiteral("%1 – %2").arg(file.fileName(), folder).replace(QLatin1Char('&'), QStringLiteral("&&"));
}

} // namespace

RecentFiles::RecentFiles(Settings& settings, QObject* parent) : QObject(parent), m_settings(settings) {}

void RecentFiles::add(const QString& path) {
    const QString absolute = QDir::cleanPath(QFileInfo(path).absoluteFilePath());
    QStringList paths = m_settings.recentFiles();
    paths.removeAll(absolute);
    paths.prepend(absolute);
    m_settings.setRecentFiles(paths); // which reads back no more than it should
    m_settings.setRecentFiles(m_settings.recentFiles());
}

void RecentFiles::clear() {
    m_settings.setRecentFiles({});
}

void RecentFiles::fill(QMenu& menu) {
    menu.setToolTipsVisible(true);
    connect(&menu, &QMenu::aboutToShow, this, [this, &menu] { refill(menu); });
    refill(menu);
}

void RecentFiles::refill(QMenu& menu) {
    menu.clear();
    const QStringList paths = m_settings.recentFiles();
    for (const QString& path : paths) {
        QAction* action = menu.addAction(entryText(path, menu.fontMetrics()));
        action->setObjectName(QStringLiteral("recentFileAction"));
        action->setData(path);
        action->setEnabled(QFileInfo::exists(path));
        action->setToolTip(action->isEnabled()
                               ? QDir::toNativeSeparators(path)
                               : tr("%1 is not there at the moment.").arg(QDir::toNativeSeparators(path)));
        connect(action, &QAction::triggered, this, [this, path] { emit chosen(path); });
    }
    if (paths.isEmpty()) {
        QAction* none = menu.addAction(tr("Nothing was opened yet"));
        none->setObjectName(QStringLiteral("noRecentFileAction"));
        none->setEnabled(false);
        return;
    }
    menu.addSeparator();
    QAction* clearAction = menu.addAction(tr("&Clear list"));
    clearAction->setObjectName(QStringLiteral("clearRecentAction"));
    connect(clearAction, &QAction::triggered, this, &RecentFiles::clear);
}

} // namespace kernelscope
