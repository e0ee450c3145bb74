// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/unfinished_runs.h"

#include "app/session.h"
#include "base/error.h"
#include "files/atomic_file.h"
#include "files/checkpoint_file.h"

#include <QCoreApplication>
#include <QDir>
#include <QFileInfo>
#include <QStandardPaths>

#include <algorithm>
#include <cstdio>
#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>
#include <utility>

namespace kernelscope {
namespace {

constexpr const char* checkpointName = "checkpoint.safetensors";
constexpr const char* stateName = "state";
// What a run's state file says.
constexpr const char* running = "running"; ///< Left like this, it crashed.
constexpr const char* closed = "closed";   ///< The window was closed while it went on.
constexpr const char* stopped = "stopped"; ///< By its user, who may think again.

constexpr int mostKept = 5;
constexpr int mostDays = 30;

QString stateOf(const QString& folder) {
    try {
        return QString::fromStdString(readWholeFile((folder + QLatin1Char('/') + stateName).toStdString(), 100));
    } catch (const Error&) {
        return {};
    }
}

} // namespace

/// Holds a folder's lock while it lives. The system gives it back when the process ends, however it ends.
class UnfinishedRuns::Lock {
public:
    /// Null where another process holds it, or it cannot be made.
    static std::unique_ptr<Lock> take(const QString& folder) {
        const std::string path = (folder + QStringLiteral("/lock")).toStdString();
        const int file = open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666);
        if (file < 0)
            return nullptr;
        if (flock(file, LOCK_EX | LOCK_NB) != 0) {
            close(file);
            return nullptr;
        }
        return std::unique_ptr<Lock>(new Lock(file));
    }
    Lock(const Lock&) = delete;
    Lock& operator=(const Lock&) = delete;
    ~Lock() { close(m_file); }

private:
    explicit Lock(int file) : m_file(file) {}

    int m_file;
};

QString unfinishedFolder() {
    return QStandardPaths::writableLocation(QStandardPaths::GenericDataLocation) +
           QStringLiteral("/kernelscope/unfinished");
}

UnfinishedRuns::UnfinishedRuns(Session& session, QObject* parent)
    : QObject(parent),
      m_session(session),
      m_folder(
          QStringLiteral("%1/%2-%3")
              .arg(unfinishedFolder(), QDateTime::currentDateTime().toString(QStringLiteral("yyyy-MM-dd-HHmmss-zzz")))
              .arg(QCoreApplication::applicationPid())) {
    session.setCheckpointFile(checkpointFile());
    connect(&session.run(), &RunSource::stateChanged, this, &UnfinishedRuns::onStateChanged);
    connect(&session.run(), &RunSource::finished, this, &UnfinishedRuns::onFinished);
    connect(&m_job, &BackgroundJob::done, this, [this] {
        const std::shared_ptr<CheckpointPtr> read = std::exchange(m_read, nullptr);
        if (!m_left)
            return; // another run began
        m_left->checkpoint = std::move(*read);
        emit leftChanged();
        if (!m_left->stopped)
            emit found(*m_left);
    });
    connect(&m_job, &BackgroundJob::failed, this, [this](const QString& message) {
        const bool isWanted = m_left.has_value();
        m_left.reset();
        m_leftLock.reset();
        if (isWanted)
            emit unreadable(message);
    });
}

UnfinishedRuns::~UnfinishedRuns() = default;

QString UnfinishedRuns::checkpointFile() const {
    return m_folder + QLatin1Char('/') + checkpointName;
}

bool UnfinishedRuns::claimFolder() {
    if (!m_lock && QDir().mkpath(m_folder))
        m_lock = Lock::take(m_folder);
    return m_lock != nullptr;
}

void UnfinishedRuns::setState(const char* state) {
    try {
        writeFileAtomically((m_folder + QLatin1Char('/') + stateName).toStdString(), std::string_view(state));
    } catch (const Error&) {
        // A disk that is full is told of by the checkpoint, which needs it more.
    }
}

void UnfinishedRuns::onStateChanged() {
    if (m_session.run().state() != RunSource::State::Loading || !m_session.keepsCheckpoint())
        return;
    if (m_left && m_left->folder == m_folder) { // the new run takes its place
        m_left.reset();
        emit leftChanged();
    }
    if (!claimFolder())
        return;
    if (!m_session.continuesRun())
        QDir(m_folder).remove(QLatin1String(checkpointName)); // of the run before
    setState(m_isClosing ? closed : running);
}

void UnfinishedRuns::onFinished() {
    if (!m_lock || !m_session.keepsCheckpoint())
        return;
    const RunRecord* record = m_session.currentRecord();
    if (!record || record->stop != StopReason::Stopped) {
        QDir(m_folder).remove(QLatin1String(checkpointName)); // done, or nothing to go on with
        return;
    }
    setState(m_isClosing ? closed : stopped);
    if (!m_isClosing && !m_left && QFileInfo::exists(checkpointFile()))
        load({m_folder, false, true, QDateTime::currentDateTime(), nullptr});
}

void UnfinishedRuns::load(UnfinishedRun run) {
    if (m_job.isRunning())
        return;
    m_left = std::move(run);
    m_read = std::make_shared<CheckpointPtr>();
    const std::string path = (m_left->folder + QLatin1Char('/') + checkpointName).toStdString();
    m_job.start([place = m_read, path] { *place = loadCheckpoint(path); });
}

void UnfinishedRuns::setClosing(bool isClosing) {
    m_isClosing = isClosing;
    if (!isClosing || !m_session.run().isBusy())
        return;
    if (claimFolder())
        setState(closed);
}

void UnfinishedRuns::look() {
    if (m_left || m_job.isRunning())
        return;
    // Names begin with the time.
    const QStringList names = QDir(unfinishedFolder()).entryList(QDir::Dirs | QDir::NoDotAndDotDot, QDir::Name);
    int kept = 0;
    for (auto name = names.rbegin(); name != names.rend(); ++name) {
        const QString folder = unfinishedFolder() + QLatin1Char('/') + *name;
        if (folder == m_folder)
            continue;
        std::unique_ptr<Lock> lock = Lock::take(folder);
        if (!lock)
            continue; // its window lives
        const QFileInfo file(folder + QLatin1Char('/') + checkpointName);
        const bool isOld = file.lastModified().daysTo(QDateTime::currentDateTime()) > mostDays;
        if (!file.exists() || isOld || ++kept > mostKept) {
            QDir(folder).removeRecursively();
            continue;
        }
        if (m_left)
            continue;
        m_leftLock = std::move(lock);
        const QString state = stateOf(folder);
        load({folder, state == QLatin1String(running), state == QLatin1String(stopped), file.lastModified(), nullptr});
    }
}

void UnfinishedRuns::continueLeft() {
    if (!m_left || !m_left->checkpoint || !m_session.canEdit())
        return;
    const UnfinishedRun run = *std::exchange(m_left, std::nullopt);
    if (run.folder != m_folder && claimFolder()) {
        setState(closed); // should it not begin after all
        const std::string from = (run.folder + QLatin1Char('/') + checkpointName).toStdString();
        if (std::rename(from.c_str(), checkpointFile().toStdString().c_str()) == 0)
            QDir(run.folder).removeRecursively();
    }
    m_leftLock.reset();
    emit leftChanged();
    m_session.continueRun(run.checkpoint);
}

void UnfinishedRuns::discardLeft() {
    if (!m_left || m_left->folder == m_folder)
        return;
    QDir(std::exchange(m_left, std::nullopt)->folder).removeRecursively();
    m_leftLock.reset();
    emit leftChanged();
}

} // namespace kernelscope
