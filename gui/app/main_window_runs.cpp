// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/main_window.h"

#include "app/banner.h"
#include "app/kept_runs.h"
#include "app/run_archive.h"
#include "app/session.h"
#include "app/settings.h"
#include "app/unfinished_runs.h"
#include "widgets/last_folder.h"
#include "widgets/number_text.h"

#include <QCloseEvent>
#include <QDir>
#include <QLocale>
#include <QSplitter>

#include <algorithm>
#include <chrono>
#include <memory>

namespace kernelscope {
namespace {

using namespace std::chrono_literals;

/// How long a closing window waits for the device: far more than a step of any sensible batch takes.
constexpr auto closingPatience = 5s;

} // namespace

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
        title =
            tr("Your last run was interrupted at epoch %1 of %2.").arg(countText(epoch), countText(record.spec.epochs));
        message = tr("Kernelscope ended unexpectedly. %1 can go on from step %2.").arg(network, step);
    } else {
        const QString day = run.when.date() == QDate::currentDate() ? tr("today")
                            : run.when.date().daysTo(QDate::currentDate()) == 1
                                ? tr("yesterday")
                                : QLocale().toString(run.when.date(), QLocale::ShortFormat);
        title = tr("The run of %1, %2, can go on.", "a day and a time of day")
                    .arg(day, QLocale().toString(run.when.time(), QLocale::ShortFormat));
        message = tr("%1 was at epoch %2 of %3, step %4.")
                      .arg(network, countText(epoch), countText(record.spec.epochs), step);
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
        {{"continueRunButton", tr("Continue"), whenIdle([this] { m_unfinished->continueLeft(); })},
            {"openRunButton", tr("Open"), whenIdle([this] { openLeftRun(); })},
            {"discardRunButton", tr("Discard"), [this] { discardLeftRun(); }}});
}

void MainWindow::discardLeftRun() {
    m_unfinished->discardLeft();
    m_banner->show(Banner::Kind::Information, tr("Your last run is thrown away."),
        tr("Its checkpoint goes with this window."),
        {{"takeBackRunButton", tr("Undo"), [this] {
              if (!m_unfinished->takeBack())
                  m_banner->show(
                      Banner::Kind::Information, tr("Your last run is kept."), tr("The next start offers it again."));
          }}});
}

void MainWindow::openLeftRun() {
    const std::optional<UnfinishedRun>& run = m_unfinished->left();
    if (!run)
        return;
    const Checkpoint& checkpoint = *run->checkpoint;
    RunRecord record = checkpoint.record;
    record.stop = StopReason::Stopped;
    record.message = tr("The program ended before the run did.").toStdString();
    auto weights = std::make_shared<Snapshot>();
    weights->step = checkpoint.step();
    weights->parameters = checkpoint.parameters;
    weights->state = checkpoint.state;
    m_session.addRun(record, run->folder, weights);
    m_session.showWeights(
        {checkpoint.record.network, checkpoint.parameters, checkpoint.state, {}}, tr("your last run"));
    showWorkspace(QStringLiteral("compare"));
}

bool MainWindow::isRunGoingOn() const {
    // While the device is being loaded, record and weights are still those of the run before.
    return m_session.run().isBusy() && m_session.run().state() != RunSource::State::Loading &&
           m_session.currentRecord() && m_session.latestWeights();
}

bool MainWindow::hasRun() const {
    return latestRun().has_value();
}

std::optional<FinishedRun> MainWindow::latestRun() const {
    if (isRunGoingOn()) {
        auto result = std::make_shared<RunResult>(RunResult{*m_session.currentRecord(), m_session.latestWeights()});
        result->record.stop = StopReason::Stopped;
        return FinishedRun{0, std::move(result)};
    }
    // One that was opened with its weights, as the run that a crash left, where none was made here.
    const std::vector<FinishedRun>& runs = m_session.runs();
    for (const bool isOpened : {false, true})
        for (auto run = runs.rbegin(); run != runs.rend(); ++run)
            if (run->isOpened() == isOpened && (!isOpened || run->result->weights))
                return *run;
    return std::nullopt;
}

std::optional<QString> MainWindow::keepRuns() {
    const bool wasBusy = m_session.run().isBusy();
    const std::optional<FinishedRun> soFar = latestRun();
    const std::size_t runsBefore = m_session.runs().size();
    const bool isOver = !wasBusy || m_session.finishRun(closingPatience);
    std::optional<QString> failure = m_kept->keepNow();
    if (m_session.runs().size() > runsBefore) { // the one that was still running
        if (const QString folder = m_kept->folderOf(m_session.runs().back().number); !folder.isEmpty())
            m_settings.setSavedOnClose(folder);
    } else if (!isOver && soFar && soFar->number == 0 && !soFar->result->record.steps.empty()) {
        const ArchivedRun archived = archiveRun(*soFar->result); // of a device that does not answer, what is known
        if (archived.failure)
            failure = archived.failure;
        else
            m_settings.setSavedOnClose(archived.folder);
    }
    return failure;
}

void MainWindow::closeEvent(QCloseEvent* event) {
    m_settings.setWindowGeometry(saveGeometry());
    m_settings.setWorkspace(currentWorkspace());
    for (const QSplitter* splitter : findChildren<QSplitter*>())
        if (!splitter->objectName().isEmpty())
            m_settings.setSplitter(splitter->objectName(), splitter->saveState());
    m_settings.setLastFolder(lastFolder());
    saveGhosts();
    m_settings.save(m_session);
    m_settings.write();
    m_unfinished->setClosing(true);
    setVisible(false); // gone at once for the user; the rest takes a training step
    const std::optional<QString> failure = keepRuns();
    if (!failure)
        m_unfinished->forgetDone();
    if (const std::optional<QString> unwritten = m_settings.write())
        qWarning("%s", qPrintable(*unwritten)); // nobody is left to be shown it
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

} // namespace kernelscope
