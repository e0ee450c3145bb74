// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

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

private:
    void showRuns();
    void showSweep();
    void showStatus();

    Session& m_session;
    CompareView* m_view;
    DeviceSweep* m_sweep;
    QString m_progress; ///< What the sweep's button says while it goes on.
};

} // namespace kernelscope
