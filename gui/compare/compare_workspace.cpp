// SPDX-License-Identifier: GPL-3.0-or-later
#include "compare/compare_workspace.h"

#include "app/session.h"
#include "compare/compare_view.h"
#include "compare/device_sweep.h"
#include "compare/recorded_runs.h"
#include "widgets/device_text.h"
#include "widgets/number_text.h"
#include "widgets/scrolled_page.h"

namespace kernelscope {

CompareWorkspace::CompareWorkspace(Session& session, QWidget* parent)
    : QWidget(parent),
      m_session(session),
      m_view(new CompareView(this)),
      m_sweep(new DeviceSweep(session, this)) {
    setObjectName(QStringLiteral("compareWorkspace"));
    fillScrolled(*this, m_view, "compareScroll"); // in a small window everything can still be reached

    connect(&session, &Session::runsChanged, this, &CompareWorkspace::showRuns);
    connect(&session, &Session::ghostsChanged, this, [this] { m_view->setGhosts(m_session.ghosts()); });
    connect(m_view, &CompareView::ghostChosen, &session, &Session::setGhost);
    connect(&session, &Session::devicesChanged, this, &CompareWorkspace::showSweep);
    connect(&session, &Session::dataChanged, this, &CompareWorkspace::showSweep);
    connect(&session.run(), &RunSource::stateChanged, this, &CompareWorkspace::showSweep);
    connect(&session.run(), &RunSource::stateChanged, this, &CompareWorkspace::showStatus);
    connect(&session.run(), &RunSource::epochArrived, this, &CompareWorkspace::showStatus);
    connect(&session, &Session::currentRecordChanged, this, &CompareWorkspace::showStatus);
    connect(&session, &Session::viewsFrozenChanged, this, &CompareWorkspace::showStatus);
    connect(m_sweep, &DeviceSweep::runningChanged, this, [this] {
        m_progress.clear();
        showSweep();
    });
    connect(m_sweep, &DeviceSweep::progressed, this, [this](int index, int count) {
        m_progress = tr("Measuring device %1 of %2…").arg(index + 1).arg(count);
        showSweep();
    });
    connect(m_view, &CompareView::sweepWanted, this, [this] {
        if (!m_isReady || m_isReady())
            m_sweep->start();
    });
    connect(m_view, &CompareView::removeWanted, &session, &Session::removeRun);
    connect(m_view, &CompareView::failed, &session,
        [this](const QString& title, const QString& message) { emit m_session.failed(title, message); });
    connect(m_view, &CompareView::recordWanted, this, [this](const QString& file) {
        for (const RecordedRun& run : m_recorded)
            if (run.file == file)
                m_session.addRun(*run.record, run.file);
    });
    offerRecorded(recordedRuns());
    showRuns();
    showSweep();
    showStatus();
}

void CompareWorkspace::offerRecorded(std::vector<RecordedRun> recorded) {
    m_recorded = std::move(recorded);
    m_view->offerRecorded(m_recorded);
}

void CompareWorkspace::showRuns() {
    std::vector<NumberedRun> runs;
    for (const FinishedRun& run : m_session.runs())
        runs.push_back({run.number, &run.result->record, m_session.ghosts().contains(run.number), run.file});
    m_view->setRuns(std::move(runs));
}

void CompareWorkspace::showSweep() {
    m_view->setSweep(m_sweep->canStart(), m_progress);
}

void CompareWorkspace::showStatus() {
    const RunRecord* record = m_session.currentRecord();
    const RunSource::State state = m_session.run().state();
    QString status;
    if (m_session.isMeasuring()) {
        status = tr("All live views stand still until the measurement is over, so that each device has the computer to "
                    "itself.");
    } else if (state == RunSource::State::Loading) {
        status = tr("A run begins. It joins the others here when it is over.");
    } else if (m_session.run().isBusy() && record) {
        const auto done = static_cast<qlonglong>(record->epochs.size());
        status = tr("A run on %1 goes on, %2 of %3 epochs done. It joins the others here when it is over.")
                     .arg(deviceLabel(record->device), countText(done), countText(record->spec.epochs));
    }
    m_view->setStatus(status);
}

} // namespace kernelscope
