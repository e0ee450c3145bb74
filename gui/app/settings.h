// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// What the application remembers from one start to the next.
#pragma once

#include "app/theme.h"

#include <QByteArray>
#include <QSettings>
#include <QString>
#include <QStringList>

namespace kernelscope {

class Session;

/// The settings file below XDG_CONFIG_HOME. Every value is checked when it is read: a file that was cut short or edited
/// by hand can cost a preference, never a start.
class Settings {
public:
    /// The user's own file.
    Settings();
    /// A given file, for tests.
    explicit Settings(const QString& path);

    Theme::Mode themeMode() const;
    void setThemeMode(Theme::Mode mode);

    QByteArray windowGeometry() const;
    void setWindowGeometry(const QByteArray& geometry);

    /// Name of the workspace shown last; empty where none is known.
    QString workspace() const;
    void setWorkspace(const QString& name);

    /// Paths that were opened, the newest first: absolute ones, each once, at most 10.
    QStringList recentFiles() const;
    void setRecentFiles(const QStringList& paths);

    /// Where something was saved while the window closed; read once.
    QString takeSavedOnClose();
    void setSavedOnClose(const QString& folder);

    /// Puts network, hyperparameters, device, data and sample back as they were; values that are not valid stay at
    /// their defaults.
    void restore(Session& session) const;
    void save(const Session& session);

    void sync() { m_settings.sync(); }

private:
    void restoreNetwork(Session& session) const;
    void restoreSpec(Session& session) const;

    QSettings m_settings;
};

} // namespace kernelscope
