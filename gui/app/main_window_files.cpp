// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/main_window.h"

#include "app/banner.h"
#include "app/file_opener.h"
#include "app/recent_files.h"
#include "app/record_follower.h"
#include "app/session.h"
#include "app/settings.h"
#include "compare/compare_view.h"
#include "compare/compare_workspace.h"
#include "compare/recorded_runs.h"
#include "data/file_kind.h"
#include "draw/picture_source.h"
#include "train/train_workspace.h"

#include <QDir>
#include <QDragEnterEvent>
#include <QFileInfo>
#include <QMimeData>

#include <algorithm>
#include <filesystem>
#include <utility>

namespace kernelscope {
namespace {

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

/// Whether there are local files or folders, and nothing else.
bool holdsFiles(const QMimeData* mime) {
    const QList<QUrl> urls = mime->urls();
    return !urls.isEmpty() && std::all_of(urls.begin(), urls.end(), [](const QUrl& url) { return url.isLocalFile(); });
}

/// The one file or folder that is dragged, or the folder that all of them lie in; empty where there is none.
QString draggedPath(const QMimeData* mime) {
    const QList<QUrl> urls = mime->urls();
    if (urls.size() == 1)
        return urls.front().toLocalFile();
    const auto folder = [](const QUrl& url) { return QFileInfo(url.toLocalFile()).absolutePath(); };
    const bool isOne =
        std::all_of(urls.begin(), urls.end(), [&](const QUrl& url) { return folder(url) == folder(urls.front()); });
    return isOne && !urls.isEmpty() ? folder(urls.front()) : QString();
}

} // namespace

void MainWindow::open(const QString& path) {
    const QFileInfo file(path);
    const FileKind kind = file.isFile() ? fileKind(std::filesystem::path(path.toStdString())) : FileKind::Missing;
    const bool isUnknown = kind == FileKind::Missing || kind == FileKind::Empty || kind == FileKind::Unknown;
    if (isPicture(kind) || (isUnknown && !file.isDir() && PictureSource::isPictureName(path))) {
        showWorkspace(QStringLiteral("train")); // looked at, whatever is being trained
        m_train->openPicture(path);
        return;
    }
    if (!file.exists())
        showFailure(tr("Cannot open %1.").arg(file.fileName()),
            tr("There is nothing at %1.").arg(QDir::toNativeSeparators(path)), FailureSubject::Opening);
    else if (!file.isDir())
        m_opener->open(file.absoluteFilePath());
    else
        openData(file.absoluteFilePath()); // which is what can be opened again from anywhere
}

void MainWindow::openData(const QString& source) {
    if (!canOpen(source))
        return;
    m_showsOpenedData = true;
    m_session.openData(source);
}

bool MainWindow::canOpen(const QString& path) {
    if (m_session.canEdit())
        return true;
    showFailure(tr("A run goes on."), tr("Stop it before you open %1.").arg(QFileInfo(path).fileName()),
        FailureSubject::Opening);
    return false;
}

void MainWindow::connectOpener() {
    connect(m_opener, &FileOpener::networkOpened, this, [this](const QString& path, const Network& network) {
        if (!canOpen(path))
            return;
        m_session.setNetwork(network);
        if (m_session.network() != network)
            return; // it does not compile, which was told
        onOpened(path);
        showPage(QStringLiteral("network"));
    });
    connect(m_opener, &FileOpener::weightsOpened, this, [this](const QString& path, const WeightsFile& weights) {
        if (!canOpen(path))
            return;
        m_session.showWeights(weights, QFileInfo(path).fileName());
        onOpened(path);
        showWorkspace(QStringLiteral("look"));
    });
    connect(m_opener, &FileOpener::recordOpened, this, [this](const QString& path, const RunRecord& record) {
        const int number = m_session.addRun(record, path);
        m_follower->follow(path, record);
        onOpened(path);
        showWorkspace(QStringLiteral("compare"));
        if (auto* compare = findChild<CompareWorkspace*>())
            compare->view()->selectRun(number);
    });
    connect(
        m_opener, &FileOpener::checkpointOpened, this, [this](const QString& path, const CheckpointPtr& checkpoint) {
            if (!canOpen(path))
                return;
            onOpened(path);
            m_session.continueRun(checkpoint);
        });
    connect(m_opener, &FileOpener::otherFound, this, [this](const QString& path) { openData(path); });
    connect(m_opener, &FileOpener::failed, this, [this](const QString& path, const QString& message) {
        showFailure(tr("Cannot open %1.").arg(QFileInfo(path).fileName()), message, FailureSubject::Opening);
    });
    connect(m_recent, &RecentFiles::chosen, this, &MainWindow::open);
    connect(&m_session, &Session::dataChanged, this, [this] {
        onOpened(m_session.dataSource());
        // The form on Run shows it as well.
        if (std::exchange(m_showsOpenedData, false) &&
            !(currentWorkspace() == "train" && m_train->currentPage() == "run"))
            showPage(QStringLiteral("data"));
    });
    connect(&m_session, &Session::failed, this, [this] { m_showsOpenedData = false; });
    connect(&m_session, &Session::dataCancelled, this, [this] { m_showsOpenedData = false; });
}

void MainWindow::onOpened(const QString& path) {
    m_banner->withdraw(FailureSubject::Opening);
    if (QDir::isAbsolutePath(path)) // built-in data has none
        m_recent->add(path);
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

void MainWindow::dragEnterEvent(QDragEnterEvent* event) {
    if (holdsFiles(event->mimeData()))
        event->acceptProposedAction();
}

void MainWindow::dropEvent(QDropEvent* event) {
    if (!holdsFiles(event->mimeData()))
        return; // gone since it was dragged in
    event->acceptProposedAction();
    if (const QString path = draggedPath(event->mimeData()); !path.isEmpty())
        open(path);
    else
        showFailure(tr("One at a time."),
            tr("Drop one file or folder, or the files of a data set, which lie in one folder."),
            FailureSubject::Opening);
}

} // namespace kernelscope
