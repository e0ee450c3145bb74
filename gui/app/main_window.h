// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// The window.
#pragma once

#include "app/failure_subject.h"

#include <QMainWindow>
#include <QStringList>

#include <functional>
#include <optional>
#include <set>
#include <vector>

class QActionGroup;
class QStackedWidget;

namespace kernelscope {

class BackgroundJob;
class Banner;
class NetworkStrip;
class FileOpener;
class KeptRuns;
class RecentFiles;
class RecordFollower;
class RunActions;
class Session;
class SessionKeeper;
class Settings;
class ShortcutOverlay;
class Theme;
class TrainWorkspace;
class UnfinishedRuns;
class WorkspaceRail;
struct FinishedRun;
struct UnfinishedRun;

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
    /// A page of the workspace "train", which is shown as well.
    void showPage(const QString& page);

    /// What was dropped on the window, chosen, or named on the command line: a network, weights, a run's record or
    /// checkpoint, or a picture for the pad, known by their content; anything else is data.
    void open(const QString& path);

    /// Offers a run that an earlier window left unfinished, and reads the records that stood as ghosts. Once, after the
    /// start.
    void takeUpEarlierWork();

protected:
    void closeEvent(QCloseEvent* event) override;
    void dragEnterEvent(QDragEnterEvent* event) override;
    void dropEvent(QDropEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    /// What Tab goes through is put in order when it is pressed: whatever was made, shown or moved since then.
    bool focusNextPrevChild(bool next) override;

private:
    /// A workspace is made when it is first shown: a window must open at once.
    struct Workspace {
        QString name;
        QAction* action = nullptr;
        std::function<QWidget*()> make;
        QWidget* widget = nullptr;
    };

    /// The workspace's widget, made now if it never was.
    QWidget& made(Workspace& workspace);
    /// Whether a run can begin with what is set up; shows what is in the way where it cannot.
    bool isSetupReady();
    void addWorkspace(const char* name, const QString& title, std::function<QWidget*()> make);
    void addWorkspaces();
    void makeMenus();
    void makeFileMenu();
    void makeViewMenu();
    void makeHelpMenu();
    QAction* addAction(QMenu* menu, const char* name, const QString& text, const QKeySequence& key,
        const std::function<void()>& onTriggered);

    void chooseFile();
    void connectOpener();
    /// Something was opened: it is listed as recent, and what was said of an earlier attempt is over.
    void onOpened(const QString& path);
    /// Offers to go on with a run that an earlier window left.
    void offer(const UnfinishedRun& run);
    void discardLeftRun();
    void openLeftRun();
    /// Sizes of the splitters below a widget as they were left; each once.
    void restoreSplitters(QWidget& widget);
    /// Remembers which records stand as ghosts, and reads them again.
    void saveGhosts();
    void restoreGhosts();
    /// Opens data and shows it; the page of Run may stay.
    void openData(const QString& source);
    /// Whether nothing goes on that forbids to open a file; says so otherwise.
    bool canOpen(const QString& path);
    void chooseWeightsFile();
    void chooseRecordFile();
    /// Writes a file in the background: a disk may be slow. One at a time. @param write throws Error.
    void save(const QString& path, std::function<void(const std::string& file)> write);
    void showSaved(const QString& path);
    void showShortcuts();
    void showAbout();
    /// What Return does on a button.
    void pressFocusedButton();
    void showFailure(const QString& title, const QString& message, FailureSubject subject = FailureSubject::Other);
    /// The run that goes on as far as it went, else the last one.
    std::optional<FinishedRun> latestRun() const;
    /// Whether there is such a run.
    bool hasRun() const;
    bool isRunGoingOn() const;
    /// Ends a run that goes on and archives every run that is not saved yet. @return why it could not, if so.
    std::optional<QString> keepRuns();

    Session& m_session;
    Settings& m_settings;
    Theme& m_theme;
    RunActions* m_runActions;
    FileOpener* m_opener;
    RecentFiles* m_recent;
    FileOpener* m_ghostOpener; ///< Of records that stood as ghosts when the window last closed.
    QStringList m_ghostsToOpen;
    RecordFollower* m_follower;
    UnfinishedRuns* m_unfinished;
    BackgroundJob* m_saving;
    KeptRuns* m_kept;
    SessionKeeper* m_keeper;
    QString m_savingPath; ///< What is being written, or was last.
    Banner* m_banner;
    WorkspaceRail* m_rail;
    QStackedWidget* m_stack;
    TrainWorkspace* m_train; ///< Null until the workspace is made.
    NetworkStrip* m_strip;
    QActionGroup* m_workspaceActions;
    ShortcutOverlay* m_shortcuts;
    QString m_savedOnClose;             ///< Folder of the run that an earlier window saved when it closed.
    bool m_showsOpenedData = false;     ///< The page Data comes when what is being opened is there.
    bool m_closesWithoutSaving = false; ///< The user was told that saving failed.
    std::vector<Workspace> m_workspaces;
    std::vector<QAction*> m_listedActions; ///< Of the shortcut overlay.
};

} // namespace kernelscope
