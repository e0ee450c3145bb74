// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/main_window.h"

#include "app/background_job.h"
#include "app/banner.h"
#include "app/file_opener.h"
#include "app/recent_files.h"
#include "app/record_follower.h"
#include "app/run_actions.h"
#include "app/run_archive.h"
#include "app/run_bar.h"
#include "app/session.h"
#include "app/settings.h"
#include "app/shortcut_overlay.h"
#include "app/svg_icon.h"
#include "app/theme.h"
#include "app/unfinished_runs.h"
#include "app/workspace_rail.h"
#include "compare/compare_workspace.h"
#include "compare/recorded_runs.h"
#include "data/file_kind.h"
#include "data/opening_bar.h"
#include "draw/picture_source.h"
#include "look/look_workspace.h"
#include "strip/network_strip.h"
#include "train/train_workspace.h"
#include "widgets/tab_order.h"

#include <QAction>
#include <QActionGroup>
#include <QCloseEvent>
#include <QDir>
#include <QDragEnterEvent>
#include <QFileInfo>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLocale>
#include <QMimeData>
#include <QScreen>
#include <QSplitter>
#include <QStackedWidget>
#include <QVBoxLayout>

#include <algorithm>
#include <chrono>
#include <filesystem>

namespace kernelscope {
namespace {

using namespace std::chrono_literals;

/// How long a closing window waits for the device: far more than a step of any sensible batch takes.
constexpr auto closingPatience = 5s;

/// Whether the pad can be asked to take it; what it cannot read it says itself.
bool isPicture(FileKind kind) {
    switch (kind) {
    case FileKind::Png:
    case FileKind::Jpeg:
    case FileKind::Gif:
    case FileKind::Bmp:
    case FileKind::WebP:
    case FileKind::Tiff:
    case FileKind::Svg:
    case FileKind::Heif:
    case FileKind::Avif:
        return true;
    default:
        return false;
    }
}

/// The one local file or folder that is being dragged; empty where it is anything else.
QString draggedPath(const QMimeData* mime) {
    const QList<QUrl> urls = mime->urls();
    return urls.size() == 1 && urls.front().isLocalFile() ? urls.front().toLocalFile() : QString();
}

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
      m_banner(nullptr),
      m_rail(nullptr),
      m_stack(nullptr),
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
    connect(&session, &Session::told, this, [this](const QString& title, const QString& message) {
        m_banner->show(Banner::Kind::Information, title, message);
    });

    resize(QSize(1440, 900).boundedTo(screen()->availableSize()));
    restoreGeometry(settings.windowGeometry());
    showWorkspace(settings.workspace());
    m_savedOnClose = settings.takeSavedOnClose();
    if (!m_savedOnClose.isEmpty())
        m_banner->show(Banner::Kind::Information, tr("Your last run is kept."),
            tr("It was going on when the window closed; its weights and record are in %1")
                .arg(QDir::toNativeSeparators(m_savedOnClose)));
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
    if (!wanted->widget) {
        wanted->widget = wanted->make();
        m_stack->addWidget(wanted->widget);
        restoreSplitters(*wanted->widget);
    }
    m_stack->setCurrentWidget(wanted->widget);
    wanted->action->setChecked(true);
}

void MainWindow::showPage(const QString& page) {
    showWorkspace(QStringLiteral("train"));
    if (auto* train = findChild<TrainWorkspace*>(QStringLiteral("trainWorkspace")))
        train->showPage(page);
}

bool MainWindow::focusNextPrevChild(bool next) {
    orderTabsAsRead(*centralWidget());
    return QMainWindow::focusNextPrevChild(next);
}

void MainWindow::open(const QString& path) {
    const QFileInfo file(path);
    const FileKind kind = file.isFile() ? fileKind(std::filesystem::path(path.toStdString())) : FileKind::Missing;
    const bool isUnknown = kind == FileKind::Missing || kind == FileKind::Empty || kind == FileKind::Unknown;
    if (isPicture(kind) || (isUnknown && !file.isDir() && PictureSource::isPictureName(path))) {
        showWorkspace(QStringLiteral("train")); // looked at, whatever is being trained
        if (auto* train = findChild<TrainWorkspace*>(QStringLiteral("trainWorkspace")))
            train->openPicture(path);
        return;
    }
    if (!file.exists())
        showFailure(tr("Cannot open %1.").arg(file.fileName()),
            tr("There is nothing at %1.").arg(QDir::toNativeSeparators(path)));
    else if (!file.isDir())
        m_opener->open(file.absoluteFilePath());
    else if (canOpen(path))
        m_session.openData(file.absoluteFilePath()); // which is what can be opened again from anywhere
}

bool MainWindow::canOpen(const QString& path) {
    if (m_session.canEdit())
        return true;
    showFailure(tr("A run goes on."), tr("Stop it before you open %1.").arg(QFileInfo(path).fileName()));
    return false;
}

void MainWindow::connectOpener() {
    connect(m_opener, &FileOpener::networkOpened, this, [this](const QString& path, const Network& network) {
        if (!canOpen(path))
            return;
        m_session.setNetwork(network);
        if (m_session.network() != network)
            return; // it does not compile, which was told
        m_recent->add(path);
        showPage(QStringLiteral("network"));
    });
    connect(m_opener, &FileOpener::weightsOpened, this, [this](const QString& path, const WeightsFile& weights) {
        if (!canOpen(path))
            return;
        m_session.showWeights(weights, QFileInfo(path).fileName());
        m_recent->add(path);
        showWorkspace(QStringLiteral("look"));
    });
    connect(m_opener, &FileOpener::recordOpened, this, [this](const QString& path, const RunRecord& record) {
        m_session.addRun(record, path);
        m_follower->follow(path, record);
        m_recent->add(path);
        showWorkspace(QStringLiteral("compare"));
    });
    connect(
        m_opener, &FileOpener::checkpointOpened, this, [this](const QString& path, const CheckpointPtr& checkpoint) {
            if (!canOpen(path))
                return;
            m_recent->add(path);
            m_session.continueRun(checkpoint);
        });
    connect(m_opener, &FileOpener::otherFound, this, [this](const QString& path) {
        if (canOpen(path))
            m_session.openData(path);
    });
    connect(m_opener, &FileOpener::failed, this, [this](const QString& path, const QString& message) {
        showFailure(tr("Cannot open %1.").arg(QFileInfo(path).fileName()), message);
    });
    connect(m_recent, &RecentFiles::chosen, this, &MainWindow::open);
    connect(&m_session, &Session::dataChanged, this, [this] {
        if (QDir::isAbsolutePath(m_session.dataSource()))
            m_recent->add(m_session.dataSource());
    });
}

void MainWindow::takeUpEarlierWork() {
    m_unfinished->look();
    restoreGhosts();
}

void MainWindow::offer(const UnfinishedRun& run) {
    const RunRecord& record = run.checkpoint->record;
    const int epoch = std::min(static_cast<int>(record.epochs.size()) + 1, record.spec.epochs);
    const QString step = QLocale().toString(static_cast<qlonglong>(run.checkpoint->step()));
    const QString network = QString::fromStdString(record.network.name);
    QString title;
    QString message;
    if (run.crashed) {
        title = tr("Your last run was interrupted at epoch %1 of %2.").arg(epoch).arg(record.spec.epochs);
        message = tr("Kernelscope ended unexpectedly. %1 can go on from step %2.").arg(network, step);
    } else {
        const QString day = run.when.date() == QDate::currentDate() ? tr("today")
                            : run.when.date().daysTo(QDate::currentDate()) == 1
                                ? tr("yesterday")
                                : QLocale().toString(run.when.date(), QLocale::ShortFormat);
        title = tr("The run of %1, %2, can go on.", "a day and a time of day")
                    .arg(day, QLocale().toString(run.when.time(), QLocale::ShortFormat));
        message = tr("%1 was at epoch %2 of %3, step %4.").arg(network).arg(epoch).arg(record.spec.epochs).arg(step);
    }
    if (!m_savedOnClose.isEmpty())
        message +=
            QLatin1Char(' ') + tr("Its weights and record are in %1").arg(QDir::toNativeSeparators(m_savedOnClose));
    // A run that goes on forbids it, and leaves the offer below the message that says so.
    const auto whenIdle = [this](const std::function<void()>& act) {
        return [this, act] {
            if (!m_session.canEdit() && m_unfinished->left())
                offer(*m_unfinished->left());
            if (canOpen(tr("your last run")))
                act();
        };
    };
    m_banner->show(Banner::Kind::Information, title, message,
        {{"continueRunButton", tr("Contin&ue"), whenIdle([this] { m_unfinished->continueLeft(); })},
            {"openRunButton", tr("Ope&n"), whenIdle([this] { openLeftRun(); })},
            {"discardRunButton", tr("D&iscard"), [this] { m_unfinished->discardLeft(); }}});
}

void MainWindow::openLeftRun() {
    const std::optional<UnfinishedRun>& run = m_unfinished->left();
    if (!run)
        return;
    const Checkpoint& checkpoint = *run->checkpoint;
    auto weights = std::make_shared<Snapshot>();
    weights->step = checkpoint.step();
    weights->parameters = checkpoint.parameters;
    weights->state = checkpoint.state;
    m_session.addRun(checkpoint.record, run->folder, weights);
    m_session.showWeights(
        {checkpoint.record.network, checkpoint.parameters, checkpoint.state, {}}, tr("your last run"));
    showWorkspace(QStringLiteral("compare"));
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

void MainWindow::saveGhosts() {
    QStringList files;
    for (const FinishedRun& run : m_session.runs())
        if (run.isOpened() && !isShippedRecord(run.file) && m_session.ghosts().contains(run.number))
            files += run.file;
    m_settings.setGhostFiles(files);
}

void MainWindow::restoreGhosts() {
    // One after the other, in silence: what is no longer there is no ghost any more.
    const auto next = [this] {
        if (!m_ghostsToOpen.isEmpty())
            m_ghostOpener->open(m_ghostsToOpen.takeFirst());
    };
    connect(m_ghostOpener, &FileOpener::recordOpened, this, [this, next](const QString& path, const RunRecord& record) {
        m_session.addRun(record, path);
        m_follower->follow(path, record);
        next();
    });
    connect(m_ghostOpener, &FileOpener::failed, this, next);
    connect(m_ghostOpener, &FileOpener::networkOpened, this, next);
    connect(m_ghostOpener, &FileOpener::weightsOpened, this, next);
    connect(m_ghostOpener, &FileOpener::checkpointOpened, this, next);
    connect(m_ghostOpener, &FileOpener::otherFound, this, next);
    m_ghostsToOpen = m_settings.ghostFiles();
    next();
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
        auto* train = new TrainWorkspace(m_session, m_stack);
        connect(train, &TrainWorkspace::compareRequested, this, [this] { showWorkspace(QStringLiteral("compare")); });
        train->showPage(m_settings.trainPage());
        connect(train, &TrainWorkspace::pageChanged, this, [this, train](const QString& page) {
            m_settings.setTrainPage(page);
            restoreSplitters(*train);
        });
        connect(train, &TrainWorkspace::lookRequested, this, [this] { showWorkspace(QStringLiteral("look")); });
        connect(train, &TrainWorkspace::attentionRequested, this, [this] { showWorkspace(QStringLiteral("train")); });
        m_runActions->setReadinessCheck([train] { return train->commitSetup(); });
        return train;
    });
    addWorkspace("look", tr("Look"), [this] {
        auto* look = new LookWorkspace(m_session, m_stack);
        connect(look, &LookWorkspace::pageRequested, this, &MainWindow::showPage);
        return look;
    });
    addWorkspace("compare", tr("Compare"), [this] { return new CompareWorkspace(m_session, m_stack); });
}

void MainWindow::showFailure(const QString& title, const QString& message) {
    m_banner->show(Banner::Kind::Failure, title, message);
}

bool MainWindow::isRunGoingOn() const {
    // While the device is being loaded, record and weights are still those of the run before.
    return m_session.run().isBusy() && m_session.run().state() != RunSource::State::Loading &&
           m_session.currentRecord() && m_session.latestWeights();
}

bool MainWindow::hasRun() const {
    const std::vector<FinishedRun>& runs = m_session.runs();
    return isRunGoingOn() ||
           std::any_of(runs.begin(), runs.end(), [](const FinishedRun& run) { return !run.isOpened(); });
}

std::optional<FinishedRun> MainWindow::latestRun() const {
    if (isRunGoingOn()) {
        auto result = std::make_shared<RunResult>(RunResult{*m_session.currentRecord(), m_session.latestWeights()});
        result->record.stop = StopReason::Stopped;
        return FinishedRun{0, std::move(result)};
    }
    for (auto run = m_session.runs().rbegin(); run != m_session.runs().rend(); ++run)
        if (!run->isOpened())
            return *run;
    return std::nullopt;
}

std::optional<QString> MainWindow::keepRuns() {
    const bool wasBusy = m_session.run().isBusy();
    const std::optional<FinishedRun> soFar = latestRun();
    const std::size_t runsBefore = m_session.runs().size();
    const bool isOver = !wasBusy || m_session.finishRun(closingPatience);
    std::vector<FinishedRun> runs = m_session.runs();
    if (!isOver && soFar && soFar->number == 0 && !soFar->result->record.steps.empty())
        runs.push_back(*soFar); // a device that does not answer: at least what is known of it
    std::optional<QString> failure;
    for (std::size_t i = 0; i < runs.size(); ++i) {
        if (m_keptRuns.contains(runs[i].number) || runs[i].isOpened())
            continue;
        const ArchivedRun kept = archiveRun(m_session, runs[i]);
        if (kept.failure) {
            failure = kept.failure;
            continue;
        }
        m_keptRuns.insert(runs[i].number);
        if (i >= runsBefore) // the one that was still running
            m_settings.setSavedOnClose(kept.folder);
    }
    return failure;
}

void MainWindow::closeEvent(QCloseEvent* event) {
    m_settings.setWindowGeometry(saveGeometry());
    m_settings.setWorkspace(currentWorkspace());
    for (const QSplitter* splitter : findChildren<QSplitter*>())
        if (!splitter->objectName().isEmpty())
            m_settings.setSplitter(splitter->objectName(), splitter->saveState());
    saveGhosts();
    m_settings.save(m_session);
    m_settings.sync();
    m_unfinished->setClosing(true);
    setVisible(false); // gone at once for the user; the rest takes a training step
    const std::optional<QString> failure = keepRuns();
    m_settings.sync();
    if (failure && !m_closesWithoutSaving) {
        m_closesWithoutSaving = true;
        m_unfinished->setClosing(false);
        setVisible(true);
        showFailure(tr("Your runs could not be saved. Close the window again to leave without them."), *failure);
        event->ignore();
        return;
    }
    event->accept();
}

void MainWindow::dragEnterEvent(QDragEnterEvent* event) {
    if (!draggedPath(event->mimeData()).isEmpty())
        event->acceptProposedAction();
}

void MainWindow::dropEvent(QDropEvent* event) {
    event->acceptProposedAction();
    open(draggedPath(event->mimeData()));
}

void MainWindow::keyPressEvent(QKeyEvent* event) {
    // Only keys that the focused widget had no use for arrive here, so that Space still presses the focused button and
    // letters still go into fields.
    const bool plain = event->modifiers() == Qt::NoModifier;
    if (plain && event->key() == Qt::Key_Space && !event->isAutoRepeat())
        m_runActions->train()->trigger();
    else if (plain && event->key() == Qt::Key_S && m_session.run().isBusy()) // a bare letter begins no run
        m_runActions->step()->trigger();
    else if (plain && event->key() == Qt::Key_Escape)
        m_banner->dismiss();
    else
        QMainWindow::keyPressEvent(event);
}

} // namespace kernelscope
