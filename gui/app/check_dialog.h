// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// "Check this device": whether the chosen device computes what the reference computes.
#pragma once

#include "app/background_job.h"
#include "check/device_check.h"

#include <QDialog>
#include <QTimer>

#include <memory>
#include <string>

class QLabel;
class QProgressBar;
class QPushButton;
class QTreeWidget;

namespace kernelscope {

class Session;

/// Runs the check in a thread of its own on the device that is chosen, shows how far it is and what it found, and can
/// be cancelled. Beside the window. While a run goes on it waits: both would want the same cores, and the run's time
/// would be no measurement any more.
class CheckDialog : public QDialog {
    Q_OBJECT

public:
    /// @param filter only cases whose group and name hold it, for tests.
    explicit CheckDialog(Session& session, QWidget* parent = nullptr, std::string filter = {});
    /// Waits for the case that is being computed.
    ~CheckDialog() override;

    /// Shows the one dialog of a window.
    static void open(Session& session, QWidget* window);

    bool isChecking() const { return m_job.isRunning(); }

public slots:
    void reject() override; ///< Also cancels.

private:
    struct Shared;

    void startOrCancel();
    void poll();
    void showRun();
    void finish(const QString& failure);
    void refresh();
    void addRow(const CheckResult& result);

    Session& m_session;
    std::string m_filter;
    QLabel* m_device;
    QLabel* m_verdict;
    QProgressBar* m_progress;
    QTreeWidget* m_cases;
    QPushButton* m_start; ///< Or cancels.
    QString m_checkedId;  ///< The device that the verdict is about.
    QString m_verdictText;
    bool m_yields = false; ///< A run began: the check ends for its sake.
    std::size_t m_rows = 0;
    std::shared_ptr<Shared> m_shared;
    QTimer m_timer;
    BackgroundJob m_job; // last, so that its thread ends first
};

} // namespace kernelscope
