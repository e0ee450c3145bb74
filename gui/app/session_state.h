// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// What a session holds, for the files that make it up: session.cpp (what is set up), session_data.cpp (opening data),
/// session_training.cpp (runs that begin, go on and end), session_runs.cpp (runs that are over, and ghosts),
/// session_weights.cpp (what is on show).
#pragma once

#include "app/background_job.h"
#include "app/session.h"
#include "probe/probe_service.h"
#include "run/training_controller.h"

namespace kernelscope {

/// Where the parameters on show come from.
enum class Origin { Shipped, First, Live, Final, File };

struct Session::Private {
    explicit Private(Session* owner) : session(owner) {}

    void showSnapshot(SnapshotPtr newSnapshot, Origin newOrigin);
    void showWhenThawed(SnapshotPtr newSnapshot, Origin newOrigin);
    void updateFrozen();
    void showFirstWeights();
    /// Everything that a new network takes with it, but no weights. False, told through failed(), where it does not
    /// compile.
    bool takeNetwork(const Network& wanted);
    void onWeightsDrawn();
    QString titleOf(const Snapshot& of, Origin from) const;
    void look();
    void take(DataSetPtr opened);
    void takeBuiltIn(const QString& source);
    void onOpened();
    void onNotOpened(const QString& message);
    void openNext();
    void requestData(const QString& source);
    void onStarted(const RunRecord& begun);
    void onFinished(const RunResultPtr& result);
    void chooseGhosts();
    /// Lets the oldest go where there are too many. @param kept stays.
    void limitGhosts(int kept);
    void continueNow();
    RunSetup setup() const;
    void begin(RunSource::Begin how);
    /// A run has the data that is here when it begins: what is still being opened would only come when it is over.
    void leaveOpening();
    void connectRun();
    void findDevices();
    /// Looks again: a device may have been lost.
    void findDevicesAgain();
    /// A GPU that an earlier start used and that is not there any more.
    void leaveMissingDevice();

    Session* session;
    std::shared_ptr<const Network> network;
    Plan plan;
    TrainingSpec spec;
    QString deviceId = QStringLiteral("cpu");
    QString dataSource = QString::fromLatin1(kDigitsSource);
    DataSetPtr data;
    bool keepsSeed = false;
    bool seedIsChosen = false; ///< Since the last run began.
    std::vector<DeviceEntry> devices;

    std::optional<RunRecord> record;
    RunPredictions predictions;
    std::vector<FinishedRun> runs;
    int nextNumber = 1;
    int ownNumber = 0; ///< Kept for the run that goes on, or for the next where that made no step.
    int currentRun = 0;
    std::set<int> ghosts;
    std::set<int> chosenGhosts; ///< Runs about which people decided, either way.
    QString checkpointFile;
    bool keepsCheckpoint = false;
    bool continues = false;
    CheckpointPtr continued; ///< Begins when its data is open.
    QString fileName;        ///< Of the weights on show, if they are a file's.

    int selectedLayer = 0;
    std::size_t sample = 0;
    std::shared_ptr<const Tensor> picture; ///< Looked at instead of the sample, if not null.
    QString pictureTitle;
    int pictureLabel = -1;
    SnapshotPtr snapshot;
    Origin origin = Origin::First;
    QString snapshotTitle;
    ProbeResultPtr probeResult;

    Pace pace = Pace::Watch;
    bool isMeasuring = false;
    bool viewsFrozen = false;
    SnapshotPtr waiting; ///< Arrived while views were frozen.
    Origin waitingOrigin = Origin::Live;

    /// Counts what was put on show, or asked to be: first weights are not shown when something else came since.
    std::uint64_t shown = 0;
    std::uint64_t askedFor = 0; ///< `shown` when first weights were last asked for.
    std::uint64_t drawnFor = 0; ///< `askedFor` when the drawing began.
    std::shared_ptr<SnapshotPtr> drawn;

    QString openingSource; ///< What the job opens.
    QString nextSource;    ///< What was asked for meanwhile.
    std::shared_ptr<DataSetPtr> opened;
    std::shared_ptr<OpenProgress> progress; ///< Of what the job opens.
    QStringList recentData;
    std::shared_ptr<std::vector<DeviceEntry>> foundDevices;

    // Last, so that their threads end before anything else goes.
    ProbeService probe;
    BackgroundJob dataJob;
    BackgroundJob deviceJob;
    BackgroundJob weightsJob;
    TrainingController controller;
};

} // namespace kernelscope
