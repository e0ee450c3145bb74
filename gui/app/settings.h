// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// What the application remembers from one start to the next.
#pragma once

#include "app/settings_file.h"
#include "app/theme.h"

#include <QByteArray>
#include <QString>
#include <QStringList>

#include <functional>
#include <optional>
#include <utility>

namespace kernelscope {

class Session;

/// The settings file, kernelscope/kernelscope.json below XDG_CONFIG_HOME. Every value is checked when it is read: one
/// that was edited by hand costs a preference, and a file that makes no sense all of them, but never a start.
class Settings {
public:
    /// The user's own file.
    Settings();
    /// A given file, for tests.
    explicit Settings(const QString& path);
    /// Writes what has changed, if it can.
    ~Settings();
    Settings(const Settings&) = delete;
    Settings& operator=(const Settings&) = delete;

    /// Why the file could not be read; empty where it could.
    const QString& problem() const { return m_file.problem(); }

    Theme::Mode themeMode() const;
    void setThemeMode(Theme::Mode mode);

    QByteArray windowGeometry() const;
    void setWindowGeometry(const QByteArray& geometry);

    /// Name of the workspace shown last; empty where none is known.
    QString workspace() const;
    void setWorkspace(const QString& name);

    /// Name of the page of Train shown last; empty where none is known.
    QString trainPage() const;
    void setTrainPage(const QString& name);

    /// What QSplitter::saveState() gave for a splitter of this name; empty where nothing sensible is known.
    QByteArray splitter(const QString& name) const;
    void setSplitter(const QString& name, const QByteArray& state);

    /// Records that stood as ghosts behind the curves: absolute paths, each once, at most 10.
    QStringList ghostFiles() const;
    void setGhostFiles(const QStringList& files);

    /// Paths that were opened, the newest first: absolute ones, each once, at most 10.
    QStringList recentFiles() const;
    void setRecentFiles(const QStringList& files);

    /// Where a file was last opened or saved: an absolute path, or empty.
    QString lastFolder() const;
    void setLastFolder(const QString& folder);

    /// Where something was saved while the window closed; read once.
    QString takeSavedOnClose();
    void setSavedOnClose(const QString& folder);

    /// Puts network, hyperparameters, device, data and sample back as they were; values that are not valid stay at
    /// their defaults.
    void restore(Session& session) const;
    /// What is being opened is not known to be readable: until it is, the data that was written last stays.
    void save(const Session& session);

    /// Writes what has changed. @return a message where it failed, with the old file whole.
    std::optional<QString> write() { return m_file.write(); }
    /// Called after each change, for whoever writes soon.
    void onChange(std::function<void()> tell) { m_file.onChange(std::move(tell)); }

private:
    void restoreNetwork(Session& session) const;
    void restoreSpec(Session& session) const;

    SettingsFile m_file;
};

} // namespace kernelscope
