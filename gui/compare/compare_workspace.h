// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "compare/recorded_runs.h"

#include <QWidget>

#include <functional>
#include <utility>

namespace kernelscope {

class CompareView;
class DeviceSweep;
class Session;

/// The Compare workspace: the runs of this session side by side.
class CompareWorkspace : public QWidget {
    Q_OBJECT

public:
    explicit CompareWorkspace(Session& session, QWidget* parent = nullptr);

    CompareView* view() const { return m_view; }

    /// Asked before devices are measured: whether what is set up can be trained. It shows what is in the way.
    void setReadinessCheck(std::function<bool()> isReady) { m_isReady = std::move(isReady); }

    /// Offers these records; at first those that come with the program.
    void offerRecorded(std::vector<RecordedRun> recorded);

private:
    void showRuns();
    void showSweep();
    void showStatus();

    Session& m_session;
    CompareView* m_view;
    DeviceSweep* m_sweep;
    std::function<bool()> m_isReady;
    std::vector<RecordedRun> m_recorded;
    QString m_progress; ///< What the sweep's button says while it goes on.
};

} // namespace kernelscope
