// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// The window.
#pragma once

#include <QMainWindow>

#include <functional>
#include <optional>
#include <set>
#include <vector>

class QActionGroup;
class QStackedWidget;

namespace kernelscope {

class Banner;
class RunActions;
class Session;
class Settings;
class ShortcutOverlay;
class Theme;
class WorkspaceRail;
struct FinishedRun;

/// The run's bar on top, one workspace at a time beside the rail, the network strip below. It owns no state but which
/// workspace is shown: all else is the session's.
class MainWindow : public QMainWindow {
    Q_OBJECT

public:
    /// All three outlive the window.
    MainWindow(Session& session, Settings& settings, Theme& theme);

    /// "train", "look" and "compare", in the rail's order.
    QStringList workspaces() const;
    QString currentWorkspace() const;
    void showWorkspace(const QString& name);

    /// What was dropped on the window or named on the command line: a folder of data, a network's JSON file or a
    /// picture for the pad.
    void open(const QString& path);

protected:
    void closeEvent(QCloseEvent* event) override;
    void dragEnterEvent(QDragEnterEvent* event) override;
    void dropEvent(QDropEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;

private:
    /// A workspace is made when it is first shown: a window must open at once.
    struct Workspace {
        QString name;
        QAction* action = nullptr;
        std::function<QWidget*()> make;
        QWidget* widget = nullptr;
    };

    void addWorkspace(const char* name, const QString& title, std::function<QWidget*()> make);
    void addWorkspaces();
    void makeMenus();
    void makeFileMenu();
    void makeViewMenu();
    void makeHelpMenu();
    QAction* addAction(QMenu* menu, const char* name, const QString& text, const QKeySequence& key,
        const std::function<void()>& onTriggered);

    void chooseNetwork();
    void openNetworkFile(const QString& path);
    void chooseWeightsFile();
    void chooseRecordFile();
    void showShortcuts();
    void showAbout();
    void showFailure(const QString& title, const QString& message);
    /// The run that goes on as far as it went, else the last one.
    std::optional<FinishedRun> latestRun() const;
    /// Ends a run that goes on and archives every run that is not saved yet. @return why it could not, if so.
    std::optional<QString> keepRuns();

    Session& m_session;
    Settings& m_settings;
    Theme& m_theme;
    RunActions* m_runActions;
    Banner* m_banner;
    WorkspaceRail* m_rail;
    QStackedWidget* m_stack;
    QActionGroup* m_workspaceActions;
    ShortcutOverlay* m_shortcuts;
    std::set<int> m_keptRuns;           ///< Numbers of the runs that are archived.
    bool m_closesWithoutSaving = false; ///< The user was told that saving failed.
    std::vector<Workspace> m_workspaces;
    std::vector<QAction*> m_listedActions; ///< Of the shortcut overlay.
};

} // namespace kernelscope
