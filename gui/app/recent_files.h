// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// The files and folders that were opened last.
#pragma once

#include <QObject>
#include <QString>

class QMenu;

namespace kernelscope {

class Settings;

/// File > Open recent: what was opened, the newest first, kept in the settings. What is no longer there is shown, but
/// cannot be chosen: a disk may come back.
class RecentFiles : public QObject {
    Q_OBJECT

public:
    /// @param settings must outlive it.
    explicit RecentFiles(Settings& settings, QObject* parent = nullptr);

    /// Puts a path on top; a relative one is made absolute.
    void add(const QString& path);
    void clear();

    /// Makes the menu show the list whenever it opens.
    void fill(QMenu& menu);

signals:
    void chosen(const QString& path);

private:
    void refill(QMenu& menu);

    Settings& m_settings;
};

} // namespace kernelscope
