// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/main_window.h"

#include "app/background_job.h"
#include "app/banner.h"
#include "app/file_opener.h"
#include "app/kept_runs.h"
#include "app/recent_files.h"
#include "app/record_follower.h"
#include "app/run_actions.h"
#include "app/run_bar.h"
#include "app/session.h"
#include "app/session_keeper.h"
#include "app/settings.h"
#include "app/shortcut_overlay.h"
#include "app/svg_icon.h"
#include "app/theme.h"
#include "app/unfinished_runs.h"
#include "app/workspace_rail.h"
#include "compare/compare_workspace.h"
#include "data/opening_bar.h"
#include "look/look_workspace.h"
#include "strip/network_strip.h"
#include "train/train_workspace.h"
#include "widgets/last_folder.h"
#include "widgets/tab_order.h"

#include <QAction>
#include <QActionGroup>
#include <QDir>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QPushButton>
#include <QScreen>
#include <QSplitter>
#include <QStackedWidget>
#include <QStyle>
#include <QToolButton>
#include <QVBoxLayout>

#include <algorithm>
#include <chrono>
#include <functional>
#include <utility>

namespace kernelscope {
namespace {

/// What is set up is written when it has rested for so long.
constexpr std::chrono::milliseconds settingsRest(1000);

} // namespace

MainWindow::MainWindow(Session& session, Settings& settings, Theme& theme)
    : m_session(session),
      m_settings(settings),
      m_theme(theme),
      m_runActions(new RunActions(session, this)),
      m_opener(new FileOpener(this)),
      m_recent(new RecentFiles(settings, this)),
      m_ghostOpener(new FileOpener(this)),
      m_follower(new RecordFollower(session, this)),
      m_unfinished(new UnfinishedRuns(session, this)),
      m_saving(new BackgroundJob(this)),
      m_kept(new KeptRuns(session, this)),
      m_keeper(new SessionKeeper(session, settings, settingsRest, this)),
      m_banner(nullptr),
      m_rail(nullptr),
      m_stack(nullptr),
      m_train(nullptr),
      m_strip(nullptr),
      m_workspaceActions(new QActionGroup(this)),
      m_shortcuts(nullptr) {
    setObjectName("mainWindow");
    setWindowTitle(tr("Kernelscope"));
    setAcceptDrops(true);

    auto* centre = new QWidget(this);
    auto* bar = new RunBar(session, *m_runActions, centre);
    m_banner = new Banner(centre);
    m_rail = new WorkspaceRail(centre);
    m_stack = new QStackedWidget(centre);
    auto* middle = new QHBoxLayout;
    middle->setSpacing(0);
    middle->addWidget(m_rail);
    middle->addWidget(m_stack, 1);
    auto* layout = new QVBoxLayout(centre);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(bar);
    layout->addWidget(m_banner);
    layout->addWidget(new OpeningBar(session, centre));
    layout->addLayout(middle, 1);
    m_strip = new NetworkStrip(session, centre);
    layout->addWidget(m_strip);
    setCentralWidget(centre);
    m_shortcuts = new ShortcutOverlay(centre);

    addWorkspaces();
    connectOpener();
    makeMenus();
    connect(&session, &Session::failed, this, &MainWindow::showFailure);
    connect(&session, &Session::currentRecordChanged, this, [this] { m_banner->withdraw(FailureSubject::Run); });
    connect(m_keeper, &SessionKeeper::failed, this, [this](const QString& message) {
        showFailure(tr("What you set up could not be kept for the next start."), message, FailureSubject::Keeping);
    });
    connect(m_keeper, &SessionKeeper::written, this, [this] { m_banner->withdraw(FailureSubject::Keeping); });
    connect(&session, &Session::told, this, [this](const QString& title, const QString& message) {
        m_banner->show(Banner::Kind::Information, title, message);
    });

    // The desktop puts its frame around it, which nobody knows before: a title bar, in the end.
    const QSize frame(0, style()->pixelMetric(QStyle::PM_TitleBarHeight, nullptr, this));
    resize(QSize(1440, 900).boundedTo(screen()->availableSize() - frame));
    restoreGeometry(settings.windowGeometry());
    showWorkspace(settings.workspace());
    setLastFolder(settings.lastFolder());
    m_savedOnClose = settings.takeSavedOnClose();
    if (!m_savedOnClose.isEmpty())
        m_banner->show(Banner::Kind::Information, tr("Your last run is kept."),
            tr("It was going on when the window closed; its weights and record are in %1")
                .arg(QDir::toNativeSeparators(m_savedOnClose)));
    if (!settings.problem().isEmpty())
        showFailure(tr("Your settings could not be read; the usual ones hold."), settings.problem());
    connect(m_kept, &KeptRuns::kept, this, [this](int number) {
        if (number == m_session.currentRun()) // the one whose checkpoint is there
            m_unfinished->forgetDone();
    });
    connect(m_kept, &KeptRuns::failed, this, [this](const QString& message) {
        showFailure(tr("A run could not be kept. Save it, or make room: closing the window tries again."), message);
    });
    connect(m_unfinished, &UnfinishedRuns::found, this, &MainWindow::offer);
    connect(m_unfinished, &UnfinishedRuns::unreadable, this,
        [this](const QString& message) { showFailure(tr("Your last run cannot go on."), message); });
    connect(m_unfinished, &UnfinishedRuns::leftChanged, this, [this] {
        if (!m_unfinished->left())
            m_banner->withdrawChoices(); // it was taken up elsewhere
    });
    if (auto* train = findChild<QWidget*>("trainButton"))
        train->setFocus();
}

QStringList MainWindow::workspaces() const {
    QStringList names;
    for (const Workspace& workspace : m_workspaces)
        names << workspace.name;
    return names;
}

QString MainWindow::currentWorkspace() const {
    for (const Workspace& workspace : m_workspaces)
        if (workspace.widget && workspace.widget == m_stack->currentWidget())
            return workspace.name;
    return {};
}

void MainWindow::showWorkspace(const QString& name) {
    auto wanted =
        std::find_if(m_workspaces.begin(), m_workspaces.end(), [&](const Workspace& w) { return w.name == name; });
    if (wanted == m_workspaces.end())
        wanted = m_workspaces.begin();
    m_stack->setCurrentWidget(&made(*wanted));
    wanted->action->setChecked(true);
}

QWidget& MainWindow::made(Workspace& workspace) {
    if (!workspace.widget) {
        workspace.widget = workspace.make();
        m_stack->addWidget(workspace.widget);
        restoreSplitters(*workspace.widget);
    }
    return *workspace.widget;
}

bool MainWindow::isSetupReady() {
    made(m_workspaces.front()); // Train, which knows
    return m_train->commitSetup();
}

void MainWindow::showPage(const QString& page) {
    showWorkspace(QStringLiteral("train"));
    m_train->showPage(page);
}

bool MainWindow::focusNextPrevChild(bool next) {
    orderTabsAsRead(*centralWidget());
    return QMainWindow::focusNextPrevChild(next);
}

void MainWindow::restoreSplitters(QWidget& widget) {
    static constexpr const char* restored = "isRestored";
    for (QSplitter* splitter : widget.findChildren<QSplitter*>()) {
        if (splitter->objectName().isEmpty() || splitter->property(restored).isValid())
            continue;
        splitter->setProperty(restored, true);
        // A state also holds what only the view may decide.
        const Qt::Orientation orientation = splitter->orientation();
        const bool collapsible = splitter->childrenCollapsible();
        const int handle = splitter->handleWidth();
        splitter->restoreState(m_settings.splitter(splitter->objectName()));
        splitter->setOrientation(orientation);
        splitter->setChildrenCollapsible(collapsible);
        splitter->setHandleWidth(handle);
    }
}

void MainWindow::addWorkspace(const char* name, const QString& title, std::function<QWidget*()> make) {
    auto* action = new QAction(svgIcon(name), title, m_workspaceActions);
    action->setObjectName(QStringLiteral("%1Workspace").arg(QLatin1String(name)));
    action->setCheckable(true);
    const int number = static_cast<int>(m_workspaces.size()) + 1;
    action->setShortcut(QKeySequence(QStringLiteral("Ctrl+%1").arg(number)));
    connect(action, &QAction::triggered, this, [this, name] { showWorkspace(QString::fromLatin1(name)); });
    m_rail->add(action);
    m_workspaces.push_back({QString::fromLatin1(name), action, std::move(make), nullptr});
}

void MainWindow::addWorkspaces() {
    addWorkspace("train", tr("Train"), [this] {
        TrainWorkspace* train = m_train = new TrainWorkspace(m_session, m_stack);
        connect(train, &TrainWorkspace::compareRequested, this, [this] { showWorkspace(QStringLiteral("compare")); });
        train->showPage(m_settings.trainPage());
        connect(train, &TrainWorkspace::pageChanged, this, [this, train](const QString& page) {
            m_settings.setTrainPage(page);
            restoreSplitters(*train);
        });
        connect(train, &TrainWorkspace::networkFileOpened, this, &MainWindow::onOpened);
        connect(train, &TrainWorkspace::lookRequested, this, [this] { showWorkspace(QStringLiteral("look")); });
        connect(train, &TrainWorkspace::attentionRequested, this, [this] { showWorkspace(QStringLiteral("train")); });
        return train;
    });
    addWorkspace("look", tr("Look"), [this] {
        auto* look = new LookWorkspace(m_session, m_stack);
        connect(look, &LookWorkspace::pageRequested, this, &MainWindow::showPage);
        return look;
    });
    addWorkspace("compare", tr("Compare"), [this] {
        auto* compare = new CompareWorkspace(m_session, m_stack);
        compare->setReadinessCheck([this] { return isSetupReady(); });
        return compare;
    });
    m_runActions->setReadinessCheck([this] { return isSetupReady(); });
}

void MainWindow::showFailure(const QString& title, const QString& message, FailureSubject subject) {
    m_banner->showFailure(title, message, subject);
}

void MainWindow::pressFocusedButton() {
    // Outside dialogs Qt leaves it to Space alone, which not everybody knows.
    QWidget* focused = focusWidget();
    if (auto* button = qobject_cast<QPushButton*>(focused))
        button->click();
    else if (auto* tool = qobject_cast<QToolButton*>(focused))
        tool->click();
}

void MainWindow::keyPressEvent(QKeyEvent* event) {
    // Only keys that the focused widget had no use for arrive here, so that Space still presses the focused button and
    // letters still go into fields.
    const bool plain = event->modifiers() == Qt::NoModifier;
    if (plain && event->key() == Qt::Key_Space && !event->isAutoRepeat())
        m_runActions->train()->trigger();
    else if (plain && event->key() == Qt::Key_S && m_session.run().isBusy()) // a bare letter begins no run
        m_runActions->step()->trigger();
    else if (plain && (event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter))
        pressFocusedButton();
    else if (plain && event->key() == Qt::Key_Escape)
        m_banner->dismiss();
    else
        QMainWindow::keyPressEvent(event);
}

} // namespace kernelscope
