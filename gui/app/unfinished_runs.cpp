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
#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>
#include <utility>

namespace kernelscope {
namespace {

constexpr const char* checkpointName = "checkpoint.safetensors";
/// The checkpoint of the run before, until the next has begun: that one may fail.
constexpr const char* previousName = "previous.safetensors";
constexpr const char* stateName = "state";
// What a run's state file says.
constexpr const char* running = "running"; ///< Left like this, or unreadable, it crashed.
constexpr const char* closed = "closed";   ///< The window was closed while it went on.
constexpr const char* stopped = "stopped"; ///< By its user, who may think again.
constexpr const char* discarded = "discarded";

constexpr int mostKept = 5;
constexpr int mostDays = 30;

QString stateOf(const QString& folder) {
    try {
        return QString::fromStdString(readWholeFile((folder + QLatin1Char('/') + stateName).toStdString(), 100));
    } catch (const Error&) {
        return {};
    }
}

void writeState(const QString& folder, const char* state) {
    // The window does not wait for the disk: what a power cut leaves empty is a crash all the same.
    try {
        writeFileAtomically(
            (folder + QLatin1Char('/') + stateName).toStdString(), std::string_view(state), Outlasts::Process);
    } catch (const Error&) {
        // A disk that is full is told of by the checkpoint, which needs it more.
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
    connect(&session.run(), &RunSource::stateChanged, this, [this](RunSource::State state) {
        if (state == RunSource::State::Loading)
            onLoading();
    });
    connect(&session.run(), &RunSource::started, this, &UnfinishedRuns::onStarted);
    connect(&session.run(), &RunSource::finished, this, &UnfinishedRuns::onFinished);
    connect(&session.run(), &RunSource::failed, this, &UnfinishedRuns::onFailed);
    const auto giveUp = [this] {
        if (m_session.openingSource().isEmpty() && m_session.canEdit())
            m_isContinuing = false; // its data did not come
    };
    connect(&session, &Session::failed, this, giveUp);
    connect(&session, &Session::dataCancelled, this, giveUp);
    connect(&session, &Session::dataLoading, this, [this](const QString& source) {
        if (m_left && m_left->checkpoint && source != QString::fromStdString(m_left->checkpoint->record.data.source))
            m_isContinuing = false; // other data is wanted
    });
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
        // What this window's next run takes the place of is nobody's concern.
        const bool isWanted = m_left && (m_left->folder != m_folder || !m_session.run().isBusy());
        m_left.reset();
        m_leftLock.reset();
        if (isWanted)
            emit unreadable(message);
    });
}

UnfinishedRuns::~UnfinishedRuns() {
    removeDiscarded();
}

QString UnfinishedRuns::checkpointFile() const {
    return m_folder + QLatin1Char('/') + checkpointName;
}

bool UnfinishedRuns::claimFolder() {
    if (!m_lock && QDir().mkpath(m_folder))
        m_lock = Lock::take(m_folder);
    return m_lock != nullptr;
}

void UnfinishedRuns::setState(const char* state) {
    writeState(m_folder, state);
}

void UnfinishedRuns::onLoading() {
    if (!m_session.keepsCheckpoint())
        return;
    m_isContinuing = m_isContinuing && m_session.continuesRun();
    if (!claimFolder())
        return;
    forgetDone();
    if (!m_isContinuing) {
        QDir folder(m_folder);
        folder.remove(QLatin1String(previousName));
        folder.rename(QLatin1String(checkpointName), QLatin1String(previousName));
    }
    setState(m_isClosing ? closed : running);
}

void UnfinishedRuns::onStarted() {
    if (!m_session.keepsCheckpoint())
        return;
    QDir(m_folder).remove(QLatin1String(previousName));
    const bool isTakenUp = std::exchange(m_isContinuing, false);
    if (!m_left || (!isTakenUp && m_left->folder != m_folder))
        return;
    m_left.reset();
    m_leftLock.reset();
    emit leftChanged();
}

void UnfinishedRuns::forgetDone() {
    if (std::exchange(m_isDone, false))
        QDir(m_folder).remove(QLatin1String(checkpointName));
}

void UnfinishedRuns::putBack() {
    // Fails, as it should, where there is none or the new run has one.
    QDir(m_folder).rename(QLatin1String(previousName), QLatin1String(checkpointName));
}

void UnfinishedRuns::offerOwn() {
    if (!m_left && !m_isDone && QFileInfo::exists(checkpointFile()))
        load({m_folder, false, true, QDateTime::currentDateTime(), nullptr});
}

void UnfinishedRuns::onFinished() {
    if (!m_lock || !m_session.keepsCheckpoint())
        return;
    m_isContinuing = false;
    putBack(); // one that was stopped before it had begun
    const RunRecord* record = m_session.currentRecord();
    if (!record || endedAsPlanned(record->stop) || record->stop == StopReason::NonFinite) {
        m_isDone = true; // or nothing to go on with
        setState(closed);
        return;
    }
    // A device that failed can be another, or the same tomorrow.
    setState(m_isClosing || record->stop != StopReason::Stopped ? closed : stopped);
    if (!m_isClosing)
        offerOwn();
}

void UnfinishedRuns::onFailed() {
    if (!m_lock || !m_session.keepsCheckpoint())
        return;
    m_isContinuing = false;
    putBack();
    setState(m_left && m_left->folder == m_folder && m_left->stopped ? stopped : closed);
    offerOwn();
}

void UnfinishedRuns::load(UnfinishedRun run) {
    if (m_job.isRunning())
        return;
    m_left = std::move(run);
    m_read = std::make_shared<CheckpointPtr>();
    const std::string path = (m_left->folder + QLatin1Char('/') + checkpointName).toStdString();
    m_job.start([place = m_read, path] { *place = loadCheckpoint(path); });
}

bool UnfinishedRuns::takeBack() {
    if (!m_discarded)
        return false;
    const UnfinishedRun run = *std::exchange(m_discarded, std::nullopt);
    writeState(run.folder, run.crashed ? running : run.stopped ? stopped : closed);
    std::unique_ptr<Lock> lock = std::move(m_discardedLock);
    if (m_left)
        return false; // the next start offers it
    m_left = run;
    m_leftLock = std::move(lock);
    emit leftChanged();
    emit found(*m_left);
    return true;
}

void UnfinishedRuns::removeDiscarded() {
    if (m_discarded)
        QDir(m_discarded->folder).removeRecursively();
    m_discarded.reset();
    m_discardedLock.reset();
}

void UnfinishedRuns::setClosing(bool isClosing) {
    m_isClosing = isClosing;
    if (m_session.run().isBusy()) {
        if (m_session.keepsCheckpoint() && claimFolder())
            setState(isClosing ? closed : running);
    } else if (!isClosing && m_lock) { // the window stays: its run ended as if somebody had stopped it
        offerOwn();
    }
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
        // Its window was killed before the next run had begun.
        QDir(folder).rename(QLatin1String(previousName), QLatin1String(checkpointName));
        const QFileInfo file(folder + QLatin1Char('/') + checkpointName);
        const bool isOld = file.lastModified().daysTo(QDateTime::currentDateTime()) > mostDays;
        const QString state = stateOf(folder);
        if (!file.exists() || isOld || state == QLatin1String(discarded) || ++kept > mostKept) {
            QDir(folder).removeRecursively();
            continue;
        }
        if (m_left)
            continue;
        m_leftLock = std::move(lock);
        const bool isStopped = state == QLatin1String(stopped);
        const bool isCrashed = !isStopped && state != QLatin1String(closed);
        load({folder, isCrashed, isStopped, file.lastModified(), nullptr});
    }
}

void UnfinishedRuns::continueLeft() {
    if (!m_left || !m_left->checkpoint || !m_session.canEdit())
        return;
    forgetDone(); // whose file this run's would be taken for
    if (m_left->folder != m_folder && claimFolder()) {
        setState(closed); // should it not begin after all
        const std::string from = (m_left->folder + QLatin1Char('/') + checkpointName).toStdString();
        if (std::rename(from.c_str(), checkpointFile().toStdString().c_str()) == 0) {
            QDir(m_left->folder).removeRecursively();
            m_left->folder = m_folder;
            m_leftLock.reset();
        }
    }
    m_isContinuing = true; // it stays on offer until it has begun
    const CheckpointPtr checkpoint = m_left->checkpoint;
    m_session.continueRun(checkpoint);
}

void UnfinishedRuns::discardLeft() {
    if (!m_left || m_left->folder == m_folder)
        return;
    removeDiscarded();
    m_discarded = std::exchange(m_left, std::nullopt);
    m_discardedLock = std::move(m_leftLock);
    writeState(m_discarded->folder, discarded);
    emit leftChanged();
}

} // namespace kernelscope
