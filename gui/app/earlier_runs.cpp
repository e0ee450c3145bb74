// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/earlier_runs.h"

#include "app/run_archive.h"

#include <QDateTime>
#include <QDesktopServices>
#include <QDir>
#include <QLocale>
#include <QMenu>
#include <QUrl>

namespace kernelscope {
namespace {

constexpr int mostListed = 20;

/// "11/27/26 7:12 AM, classic" of "2026-11-27-071230-classic"; the name itself where it is another.
QString entryText(const QString& folder) {
    const QString format = QStringLiteral("yyyy-MM-dd-HHmmss");
    const QDateTime made = QDateTime::fromString(folder.left(format.size()), format);
    if (!made.isValid() || folder.size() <= format.size())
        return folder;
    return QStringLiteral("%1, %2").arg(QLocale().toString(made, QLocale::ShortFormat),
        folder.mid(format.size() + 1).replace('&', QLatin1String("&&")));
}

} // namespace

void EarlierRuns::fill(QMenu& menu) {
    menu.setToolTipsVisible(true);
    connect(&menu, &QMenu::aboutToShow, this, [this, &menu] { refill(menu); });
    refill(menu);
}

void EarlierRuns::refill(QMenu& menu) {
    menu.clear();
    const QDir runs(runsFolder());
    for (const QString& folder : runs.entryList(QDir::Dirs | QDir::NoDotAndDotDot, QDir::Name | QDir::Reversed)) {
        const QString record = runs.filePath(folder + QStringLiteral("/run.json"));
        if (!QFileInfo::exists(record))
            continue;
        QAction* action = menu.addAction(entryText(folder));
        action->setObjectName(QStringLiteral("earlierRunAction"));
        action->setToolTip(QDir::toNativeSeparators(record));
        connect(action, &QAction::triggered, this, [this, record] { emit chosen(record); });
        if (menu.actions().size() == mostListed)
            break;
    }
    if (menu.isEmpty()) {
        QAction* none = menu.addAction(tr("No run was kept yet"));
        none->setObjectName(QStringLiteral("noEarlierRunAction"));
        none->setEnabled(false);
        return;
    }
    menu.addSeparator();
    QAction* open = menu.addAction(tr("Open their &folder"));
    open->setObjectName(QStringLiteral("earlierRunsFolderAction"));
    open->setToolTip(tr("%1: their weights are there as well").arg(QDir::toNativeSeparators(runs.path())));
    connect(open, &QAction::triggered, this,
        [path = runs.path()] { QDesktopServices::openUrl(QUrl::fromLocalFile(path)); });
}

} // namespace kernelscope
