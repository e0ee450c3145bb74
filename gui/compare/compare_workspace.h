// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "compare/recorded_runs.h"

#include <QWidget>

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

    /// Offers these records; at first those that come with the program.
    void offerRecorded(std::vector<RecordedRun> recorded);

private:
    void showRuns();
    void showSweep();
    void showStatus();

    Session& m_session;
    CompareView* m_view;
    DeviceSweep* m_sweep;
    std::vector<RecordedRun> m_recorded;
    QString m_progress; ///< What the sweep's button says while it goes on.
};

} // namespace kernelscope
