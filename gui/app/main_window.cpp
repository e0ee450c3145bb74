// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/main_window.h"

#include "app/banner.h"
#include "app/run_actions.h"
#include "app/run_archive.h"
#include "app/run_bar.h"
#include "app/session.h"
#include "app/settings.h"
#include "app/shortcut_overlay.h"
#include "app/svg_icon.h"
#include "app/theme.h"
#include "app/workspace_rail.h"
#include "base/error.h"
#include "compare/compare_workspace.h"
#include "data/file_kind.h"
#include "data/opening_bar.h"
#include "draw/picture_source.h"
#include "look/look_workspace.h"
#include "network/network_json.h"
#include "strip/network_strip.h"
#include "train/train_workspace.h"

#include <QAction>
#include <QActionGroup>
#include <QCloseEvent>
#include <QDir>
#include <QDragEnterEvent>
#include <QFileInfo>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QMimeData>
#include <QScreen>
#include <QStackedWidget>
#include <QVBoxLayout>

#include <algorithm>
#include <chrono>

namespace kernelscope {
namespace {

using namespace std::chrono_literals;

/// How long a closing window waits for the device: far more than a step of any sensible batch takes.
constexpr auto closingPatience = 5s;

/// The one local file or folder that is being dragged; empty where it is anything else.
QString draggedPath(const QMimeData* mime) {
    const QList<QUrl> urls = mime->urls();
    return urls.size() == 1 && urls.front().isLocalFile() ? urls.front().toLocalFile() : QString();
}

/// Whether a file holds a data set, or claims to: what opens it says what is wrong with it.
bool isDataFile(const QString& path) {
    for (const char* end : {".npz", ".npy", ".tar", ".tgz", ".bin", ".idx", "-ubyte", ".gz"})
        if (path.endsWith(QLatin1String(end), Qt::CaseInsensitive))
            return true;
    const FileKind kind = fileKind(path.toStdString());
    return kind == FileKind::IdxImages || kind == FileKind::IdxLabels || kind == FileKind::Tar || kind == FileKind::Zip;
}

} // namespace

MainWindow::MainWindow(Session& session, Settings& settings, Theme& theme)
    : m_session(session),
      m_settings(settings),
      m_theme(theme),
      m_runActions(new RunActions(session, this)),
      m_banner(nullptr),
      m_rail(nullptr),
      m_stack(nullptr),
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
    layout->addWidget(new NetworkStrip(session, centre));
    setCentralWidget(centre);
    m_shortcuts = new ShortcutOverlay(centre);

    addWorkspaces();
    makeMenus();
    connect(&session, &Session::failed, this, &MainWindow::showFailure);

    resize(QSize(1440, 900).boundedTo(screen()->availableSize()));
    restoreGeometry(settings.windowGeometry());
    showWorkspace(settings.workspace());
    if (const QString folder = settings.takeSavedOnClose(); !folder.isEmpty())
        m_banner->show(Banner::Kind::Information, tr("Your last run is kept."),
            tr("It was going on when the window closed; its weights and record are in %1")
                .arg(QDir::toNativeSeparators(folder)));
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
    }
    m_stack->setCurrentWidget(wanted->widget);
    wanted->action->setChecked(true);
}

void MainWindow::open(const QString& path) {
    const QFileInfo file(path);
    if (PictureSource::isPictureName(path) && !file.isDir()) { // looked at, whatever is being trained
        showWorkspace(QStringLiteral("train"));
        if (auto* train = findChild<TrainWorkspace*>(QStringLiteral("trainWorkspace")))
            train->openPicture(path);
        return;
    }
    if (!m_session.canEdit()) {
        showFailure(tr("A run goes on."), tr("Stop it before you open %1.").arg(file.fileName()));
        return;
    }
    if (file.isDir() || isDataFile(path))
        m_session.openData(path);
    else if (file.suffix().compare(QLatin1String("json"), Qt::CaseInsensitive) == 0)
        openNetworkFile(path);
    else
        showFailure(tr("Cannot open %1.").arg(file.fileName()),
            tr("Expected a folder of pictures or of MNIST's or CIFAR's files, a file of data as .npz, .tar.gz, .bin or "
               "IDX, or a network as .json."));
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
        connect(train, &TrainWorkspace::lookRequested, this, [this] { showWorkspace(QStringLiteral("look")); });
        connect(train, &TrainWorkspace::attentionRequested, this, [this] { showWorkspace(QStringLiteral("train")); });
        m_runActions->setReadinessCheck([train] { return train->commitSetup(); });
        return train;
    });
    addWorkspace("look", tr("Look"), [this] { return new LookWorkspace(m_session, m_stack); });
    addWorkspace("compare", tr("Compare"), [this] { return new CompareWorkspace(m_session, m_stack); });
}

void MainWindow::openNetworkFile(const QString& path) {
    try {
        m_session.setNetwork(openNetwork(path.toStdString()));
    } catch (const Error& error) {
        showFailure(tr("Cannot open the network"), QString::fromStdString(error.what()));
    }
}

void MainWindow::showFailure(const QString& title, const QString& message) {
    m_banner->show(Banner::Kind::Failure, title, message);
}

std::optional<FinishedRun> MainWindow::latestRun() const {
    const RunRecord* record = m_session.currentRecord();
    // While the device is being loaded, record and weights are still those of the run before.
    if (m_session.run().isBusy() && m_session.run().state() != RunSource::State::Loading && record &&
        m_session.snapshot()) {
        auto result = std::make_shared<RunResult>(RunResult{*record, m_session.snapshot()});
        result->record.stop = StopReason::Stopped;
        return FinishedRun{0, std::move(result)};
    }
    if (m_session.runs().empty())
        return std::nullopt;
    return m_session.runs().back();
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
        if (m_keptRuns.contains(runs[i].number))
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
    m_settings.save(m_session);
    m_settings.sync();
    setVisible(false); // gone at once for the user; the rest takes a training step
    const std::optional<QString> failure = keepRuns();
    m_settings.sync();
    if (failure && !m_closesWithoutSaving) {
        m_closesWithoutSaving = true;
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
