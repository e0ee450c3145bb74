// SPDX-License-Identifier: GPL-3.0-or-later
// The window's menus and what they do; the rest of MainWindow is in main_window.cpp.
#include "app/about_dialog.h"
#include "app/background_job.h"
#include "app/banner.h"
#include "app/check_dialog.h"
#include "app/earlier_runs.h"
#include "app/main_window.h"
#include "app/recent_files.h"
#include "app/run_actions.h"
#include "app/session.h"
#include "app/settings.h"
#include "app/shortcut_overlay.h"
#include "app/theme.h"
#include "app/unfinished_runs.h"
#include "data/data_box.h"
#include "download/get_data_dialog.h"
#include "files/run_record_json.h"
#include "files/safetensors.h"
#include "widgets/open_dialog.h"
#include "widgets/save_dialog.h"

#include <QAction>
#include <QActionGroup>
#include <QDir>
#include <QFileInfo>
#include <QMenu>
#include <QMenuBar>
#include <QMetaEnum>

#include <utility>

namespace kernelscope {

void MainWindow::makeMenus() {
    makeFileMenu();
    QMenu* run = menuBar()->addMenu(tr("&Run"));
    run->setObjectName("runMenu");
    for (QAction* action :
        {m_runActions->train(), m_runActions->step(), m_runActions->stop(), m_runActions->sameWeights()}) {
        run->addAction(action);
        m_listedActions.push_back(action);
    }
    QAction* goOn =
        addAction(run, "continueAction", tr("Continue the &last run"), QKeySequence("Ctrl+Shift+R"), [this] {
            m_banner->withdrawChoices();
            m_unfinished->continueLeft();
        });
    goOn->setToolTip(tr("Goes on with the run that an earlier window left unfinished"));
    const auto enable = [goOn, this] {
        const auto& left = m_unfinished->left();
        goOn->setEnabled(m_session.canEdit() && left && left->checkpoint);
    };
    connect(m_unfinished, &UnfinishedRuns::leftChanged, this, enable);
    connect(&m_session.run(), &RunSource::stateChanged, this, enable);
    enable();
    run->addSeparator();
    QAction* check = addAction(
        run, "checkDeviceAction", tr("Check this &device…"), {}, [this] { CheckDialog::open(m_session, this); });
    check->setToolTip(tr("Compare what the chosen device computes with the reference"));
    makeViewMenu();
    makeHelpMenu();
}

QAction* MainWindow::addAction(QMenu* menu, const char* name, const QString& text, const QKeySequence& key,
    const std::function<void()>& onTriggered) {
    QAction* action = menu->addAction(text);
    action->setObjectName(name);
    action->setShortcut(key);
    connect(action, &QAction::triggered, this, onTriggered);
    m_listedActions.push_back(action);
    return action;
}

void MainWindow::makeFileMenu() {
    QMenu* file = menuBar()->addMenu(tr("&File"));
    file->setObjectName("fileMenu");
    const auto openChosen = [this](const QString& path) { open(path); };
    addAction(file, "openAction", tr("&Open…"), QKeySequence::Open, [this] { chooseFile(); });
    QAction* openFolder = addAction(file, "openDataAction", tr("Open data &folder…"), QKeySequence("Ctrl+Shift+O"),
        [this, openChosen] { chooseDataFolder(this, openChosen); });
    QMenu* recent = file->addMenu(tr("Open &recent"));
    recent->setObjectName("recentMenu");
    m_recent->fill(*recent);
    auto* earlier = new EarlierRuns(this);
    QMenu* earlierRuns = file->addMenu(tr("&Earlier runs"));
    earlierRuns->setObjectName("keptRunsMenu");
    earlier->fill(*earlierRuns);
    connect(earlier, &EarlierRuns::chosen, this, &MainWindow::open);
    addAction(file, "getDataAction", tr("&Get MNIST, Fashion-MNIST or CIFAR-10…"), {},
        [this] { GetDataDialog::open(m_session, this); });
    QAction* digits = addAction(
        file, "useDigitsAction", tr("Use the built-in &digits"), {}, [this] { openData(QStringLiteral("digits")); });
    file->addSeparator();
    QAction* weights =
        addAction(file, "saveWeightsAction", tr("&Save weights…"), QKeySequence::Save, [this] { chooseWeightsFile(); });
    QAction* record = addAction(file, "saveRecordAction", tr("Save run re&cord…"), QKeySequence("Ctrl+Shift+S"),
        [this] { chooseRecordFile(); });
    file->addSeparator();
    addAction(file, "quitAction", tr("&Quit"), QKeySequence("Ctrl+Q"), [this] { close(); });

    const auto enable = [=, this] {
        const bool canEdit = m_session.canEdit();
        for (QAction* action : {openFolder, digits})
            action->setEnabled(canEdit);
        const bool canSave = hasRun() && !m_saving->isRunning();
        weights->setEnabled(canSave);
        record->setEnabled(canSave);
    };
    connect(&m_session.run(), &RunSource::stateChanged, this, enable);
    connect(&m_session, &Session::currentRecordChanged, this, enable);
    connect(&m_session, &Session::runsChanged, this, enable);
    connect(m_saving, &BackgroundJob::done, this, [this, enable] {
        enable();
        showSaved(m_savingPath);
    });
    connect(m_saving, &BackgroundJob::failed, this, [this, enable](const QString& message) {
        enable();
        showFailure(tr("%1 could not be saved.").arg(QFileInfo(m_savingPath).fileName()), message);
    });
    enable();
}

void MainWindow::makeViewMenu() {
    QMenu* view = menuBar()->addMenu(tr("&View"));
    view->setObjectName("viewMenu");
    for (const Workspace& workspace : m_workspaces) {
        view->addAction(workspace.action);
        m_listedActions.push_back(workspace.action);
    }
    view->addSeparator();

    QMenu* themes = view->addMenu(tr("&Colours"));
    auto* group = new QActionGroup(this);
    const auto addTheme = [&](Theme::Mode mode, const QString& text) {
        QAction* action = themes->addAction(text);
        action->setObjectName(
            QStringLiteral("theme%1Action")
                .arg(QLatin1String(QMetaEnum::fromType<Theme::Mode>().valueToKey(static_cast<int>(mode)))));
        action->setCheckable(true);
        action->setChecked(m_theme.mode() == mode);
        group->addAction(action);
        connect(action, &QAction::triggered, this, [this, mode] {
            m_theme.setMode(mode);
            m_settings.setThemeMode(mode);
        });
    };
    addTheme(Theme::Mode::System, tr("As the &desktop"));
    addTheme(Theme::Mode::Light, tr("&Light"));
    addTheme(Theme::Mode::Dark, tr("D&ark"));
    addAction(view, "fullScreenAction", tr("&Full screen"), QKeySequence(Qt::Key_F11),
        [this] { setWindowState(windowState() ^ Qt::WindowFullScreen); });
}

void MainWindow::makeHelpMenu() {
    QMenu* help = menuBar()->addMenu(tr("&Help"));
    help->setObjectName("helpMenu");
    addAction(
        help, "shortcutsAction", tr("Keyboard &shortcuts"), QKeySequence(Qt::Key_F1), [this] { showShortcuts(); });
    addAction(help, "aboutAction", tr("&About Kernelscope"), {}, [this] { showAbout(); });
}

void MainWindow::chooseFile() {
    askWhatToOpen(this,
        {tr("Open"), tr("All files (*);;Networks and run records (*.json);;Weights and checkpoints (*.safetensors)"),
            QStringLiteral("openDialog")},
        [this](const QString& path) { open(path); });
}

void MainWindow::chooseWeightsFile() {
    const std::optional<FinishedRun> run = latestRun();
    if (!run)
        return;
    askWhereToSave(this,
        {tr("Save the weights"), QStringLiteral("weights.safetensors"), tr("Weights (*.safetensors)"),
            QStringLiteral("safetensors"), QStringLiteral("saveWeightsDialog")},
        [this, result = run->result](
            const QString& path) { save(path, [result](const std::string& file) { saveWeights(file, *result); }); });
}

void MainWindow::save(const QString& path, std::function<void(const std::string& file)> write) {
    if (m_saving->isRunning()) {
        showFailure(tr("%1 could not be saved.").arg(QFileInfo(path).fileName()),
            tr("%1 is still being written. Try again when it is.").arg(QFileInfo(m_savingPath).fileName()));
        return;
    }
    m_savingPath = path;
    m_saving->start([file = path.toStdString(), write = std::move(write)] { write(file); });
}

void MainWindow::showSaved(const QString& path) {
    m_banner->show(Banner::Kind::Information, tr("Saved."), QDir::toNativeSeparators(path));
}

void MainWindow::chooseRecordFile() {
    const std::optional<FinishedRun> run = latestRun();
    if (!run)
        return;
    askWhereToSave(this,
        {tr("Save the run's record"), QStringLiteral("run.json"), tr("Run records (*.json)"), QStringLiteral("json"),
            QStringLiteral("saveRecordDialog")},
        [this, result = run->result](const QString& path) {
            save(path, [result](const std::string& file) { saveRunRecord(file, result->record); });
        });
}

void MainWindow::showShortcuts() {
    m_shortcuts->open(m_listedActions,
        {{tr("Space"), tr("Train, pause or resume, where Space does nothing else")}, {tr("S"), tr("One training step")},
            {tr("Alt+1 … Alt+5"), tr("Train: Run, Network, Data, Draw, Mistakes")},
            {tr("Ctrl+Z, Ctrl+Shift+Z"), tr("Network, Draw: undo, redo")},
            {tr("Alt+Up, Alt+Down"), tr("Network: move the selected layer")},
            {tr("Ctrl+D, Del"), tr("Network: duplicate, remove the selected layer")},
            {tr("Arrows, Page Up, Page Down"), tr("Data: choose another image; Enter looks at it")},
            {tr("Ctrl++, Ctrl+-"), tr("Data: larger or smaller images")},
            {tr("Arrows, Space"), tr("Draw: move the pen, put it down or lift it")},
            {tr("Ctrl+V, Del"), tr("Draw: paste a picture, clear the pad")},
            {tr("Arrows, Esc"), tr("Mistakes: choose a cell of the matrix, or none")},
            {tr("Return"), tr("Mistakes: look at the image, show the mistakes of the class")},
            {tr("Space"), tr("Mistakes, Compare: sort the table by the column; as a ghost or not")},
            {tr("Ctrl+C, Del"), tr("Compare: copy, remove the selected runs")},
            {tr("+, -, Home, arrows"), tr("Curves: zoom in and out, show all, move")},
            {tr("Arrows"), tr("Network strip: choose another layer")}, {tr("Esc"), tr("Dismiss a message")},
            {tr("Tab"), tr("Go to the next control")}});
}

void MainWindow::showAbout() {
    auto* about = new AboutDialog(this);
    about->setAttribute(Qt::WA_DeleteOnClose);
    about->show();
}

} // namespace kernelscope
