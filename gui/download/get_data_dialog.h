// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// The window in which data sets are fetched from the internet.
#pragma once

#include "app/background_job.h"
#include "download/download.h"

#include <QDialog>
#include <QElapsedTimer>
#include <QList>
#include <QTimer>

#include <deque>
#include <memory>
#include <vector>

class QPushButton;

namespace kernelscope {

class Notice;
class OfferRow;
class Session;

/// Says what can be had, from where, how large it is and whose it is; downloads one data set at a time when its button
/// is pressed, and opens it. Nothing is asked from the internet before. Beside the window: one can go on working.
class GetDataDialog : public QDialog {
    Q_OBJECT

public:
    /// @param offers,rules others than the application's for tests.
    explicit GetDataDialog(Session& session, QWidget* parent = nullptr,
        const QList<DataSetOffer>& offers = dataSetOffers(), const DownloadRules& rules = {});
    /// Gives up what is being downloaded; what has arrived is kept.
    ~GetDataDialog() override;

    /// Shows the one dialog of a window.
    static void open(Session& session, QWidget* window);

    bool isDownloading() const { return m_job.isRunning(); }

signals:
    /// The user has the files already, or another data set, and wants to choose them.
    void chooseRequested();

protected:
    void closeEvent(QCloseEvent* event) override;

private:
    void get(int number);
    void openSet(int number);
    void openOwn(const QString& path);
    void onDone();
    void onFailed(const QString& message);
    void showFailure(const QString& message);
    QString whyNoFolder() const;
    void refresh();
    void showRows();
    QString progressText(const DownloadProgress::State& state);
    double bytesPerSecond(qint64 done);

    Session& m_session;
    QList<DataSetOffer> m_offers;
    DownloadRules m_rules;
    std::vector<OfferRow*> m_rows;
    QPushButton* m_choose; ///< A folder that the user has.
    Notice* m_failure;
    bool m_opensOwn = false; ///< The session opens what was chosen with m_choose.
    int m_current = -1;      ///< The offer that is being downloaded.

    /// A moment and the bytes that were there then.
    struct Sample {
        qint64 milliseconds;
        qint64 bytes;
    };
    std::deque<Sample> m_samples; ///< Of the last seconds, for the rate.
    QElapsedTimer m_clock;
    QTimer m_timer;
    std::shared_ptr<DownloadProgress> m_progress;
    BackgroundJob m_job; // last, so that its thread ends first
};

} // namespace kernelscope
