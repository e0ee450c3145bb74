// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// What the window is about: the run that is set up, the run that goes on, the runs that were made, and what is looked
/// at. Views read it and change it; none knows another view.
#pragma once

#include "analysis/prediction_history.h"
#include "app/failure_subject.h"
#include "devices/devices.h"
#include "files/safetensors.h"
#include "probe/probe.h"
#include "run/run_source.h"

#include <QObject>
#include <QString>
#include <QStringList>

#include <chrono>
#include <memory>
#include <optional>
#include <set>
#include <vector>

namespace kernelscope {

using ProbeResultPtr = std::shared_ptr<const ProbeResult>;
class ProbeService;

/// A run that was made in this session, with its weights, or one whose record was opened.
struct FinishedRun {
    int number = 0;           ///< 1 for the session's first; shown as "Run 1".
    RunResultPtr result;      ///< Its weights are null where only the record is known.
    QString file = QString(); ///< Where it was opened from; empty where it was made here.
    bool isOpened() const { return !file.isEmpty(); }
};

/// What a run's network takes the test images for, epoch by epoch.
struct RunPredictions {
    int run = 0;              ///< As FinishedRun::number, which it will have; 0: there was no run yet.
    DataSetPtr data;          ///< Whose test images they are, which may no longer be the one on show.
    PredictionHistory epochs; ///< Bounded: evenly spaced ones where there are too many.
};

/// The one model behind all views, in the GUI's thread.
class Session : public QObject {
    Q_OBJECT

public:
    explicit Session(QObject* parent = nullptr);
    ~Session() override;

    // --- What will be trained. Setters are ignored while a run goes on (canEdit() is false), but for the learning
    // rate.
    bool canEdit() const;
    const Network& network() const;
    const Plan& plan() const; ///< Unfused: one step for each layer; always of network().
    const TrainingSpec& spec() const;
    const QString& deviceId() const;
    const QString& dataSource() const; ///< "digits", "digits-color" or a path.
    DataSetPtr data() const;
    /// Whether there is data whose images have the network's input shape and whose classes are its outputs.
    bool dataFits() const;
    /// Puts first weights of spec().seed on show. A network that does not compile is refused through failed().
    void setNetwork(const Network& network);
    /// Puts weights from a file on show, with their network. @param name of the file, for people.
    void showWeights(const WeightsFile& weights, const QString& name);
    /// While a run goes on only the optimizer's learning rate is taken over, and handed to the run.
    void setSpec(const TrainingSpec& spec);
    void setDeviceId(const QString& id);
    /// Opens the data in a background thread; dataChanged(), failed() or dataCancelled() follows, the old data staying
    /// until then. What is being opened already is given up.
    void openData(const QString& source);
    /// What is being opened; empty where nothing is.
    const QString& openingSource() const;
    /// How far the opening is, 0 to 1; 0 as long as nobody knows.
    double openingFraction() const;
    /// Paths of data sets that were opened, the latest first. Built-in ones are not among them.
    const QStringList& recentData() const;
    /// What recentData() was at an earlier time; later ones are put before it.
    void setRecentData(const QStringList& paths);
    /// Gives up what is being opened; the data stays what it is.
    void cancelOpening();
    /// Whether "new seed for every run" is off: the seed stays as it is.
    bool keepsSeed() const;
    void setKeepsSeed(bool keeps);
    /// Whether network, data and hyperparameters are the article's (our reading of it).
    bool isArticleSetup() const;

    // --- Devices, found in a background thread after start-up.
    const std::vector<DeviceEntry>& devices() const; ///< Empty until devicesChanged().

    // --- The run.
    RunSource& run();
    /// The seed holds for the next run even where every run draws one: somebody wrote it down for that. A new seed by
    /// setSpec() counts as chosen as well.
    void chooseSeed();
    /// Trains with first weights of spec().seed; from the second run on a new seed is drawn first, unless keepsSeed()
    /// or the seed was chosen since the last run.
    /// @param begin whether it goes on after its first step.
    void train(RunSource::Begin begin = RunSource::Begin::Running);
    /// Goes on with a run from a checkpoint: takes over its network, hyperparameters and device, opens its data if that
    /// is not open, and trains. failed() where that is impossible. Ignored while a run goes on.
    void continueRun(const CheckpointPtr& checkpoint);
    /// Where the runs that train() and continueRun() begin keep their checkpoint; empty: nowhere.
    void setCheckpointFile(const QString& path);
    /// Whether the run that goes on, or the last one, keeps one: a measurement does not.
    bool keepsCheckpoint() const;
    /// Whether that run went on from a checkpoint.
    bool continuesRun() const;
    /// Whether there is a run whose first weights can be used again (same network and data shape).
    bool canTrainSameWeights() const;
    /// Trains from the last run's first weights, with the same batches, on whatever device is chosen now.
    void trainSameWeights();
    /// Ends a run that goes on and waits for it, at most for so long; finished() has been emitted when it returns true.
    /// For a window that closes.
    /// @return false where the device still computes.
    bool finishRun(std::chrono::milliseconds patience);
    /// How a run and its views share the computer.
    enum class Pace {
        Watch,     ///< Views are live.
        FullSpeed, ///< Views stand still while a run goes on; figures and curves come twice a second.
    };
    Q_ENUM(Pace)
    Pace pace() const;
    void setPace(Pace pace);
    /// A comparison begins or is over: its runs, and the moments between them, have the computer to themselves.
    void setMeasuring(bool measuring);
    bool isMeasuring() const;
    /// Whether snapshot() and probeResult() stand still although a run goes on: for the pace or a comparison. The
    /// latest weights are shown when it ends.
    bool areViewsFrozen() const;
    /// Trains one epoch on a device, for a comparison: with first weights of spec().seed, and without any change to
    /// what is set up here.
    void measureEpoch(const QString& deviceId);
    /// The run's record as far as it is known: steps, epochs and events so far. Of the run that goes on, else of the
    /// last. Null before the first run.
    const RunRecord* currentRecord() const;

    /// Of the run that goes on, else of the last.
    const RunPredictions& predictions() const;

    // --- Runs that were made, oldest first.
    const std::vector<FinishedRun>& runs() const;
    void removeRun(int number);
    /// Adds a run that was read from a file, or replaces what was read from the same file before. @param weights null
    /// where they are not known. @return its number.
    int addRun(const RunRecord& record, const QString& file, SnapshotPtr weights = nullptr);
    /// Number of the run that currentRecord() is of; 0 while it goes on, or without one.
    int currentRun() const;
    /// Runs whose curves stand faintly behind those of currentRecord(): chosen by people, and the last ones made unless
    /// people chose otherwise.
    const std::set<int>& ghosts() const;
    void setGhost(int number, bool isGhost);

    // --- What is looked at.
    int selectedLayer() const; ///< Index in network().layers.
    void selectLayer(int layer);
    std::size_t sample() const; ///< Index in the test set.
    /// Also ends the look at a picture.
    void setSample(std::size_t index);
    /// Of the run that goes on or of the last one, even while views are frozen; without a run those on show.
    SnapshotPtr latestWeights() const;
    /// Looks at a picture instead of a test image, wherever the sample is shown, until the next setSample(). Ignored
    /// where it has not the network's input shape; forgotten when the network no longer takes it.
    /// @param picture pixels 0 to 1; @param title what it is called in a sentence: "your drawing"; @param label its
    /// class, -1 where nobody knows.
    void lookAt(const Tensor& picture, const QString& title, int label = -1);
    /// Whether a picture is looked at, and none of the test images.
    bool looksAtPicture() const;
    /// "your drawing", or "test image 124".
    QString sampleTitle() const;
    SnapshotPtr snapshot() const;         ///< Parameters on show: shipped, first, live, final or a file's. May be null.
    const QString& snapshotTitle() const; ///< "Shipped network", "First weights", "Step 1,234", ...
    ProbeResultPtr probeResult() const;   ///< Of snapshot() and the sample or picture; null until computed.

signals:
    void networkChanged(); ///< Also resets selectedLayer().
    void specChanged();
    void deviceIdChanged();
    void dataChanged();
    void dataLoading(const QString& source);
    void dataCancelled(); ///< The opening was given up, as somebody wished.
    void devicesChanged();
    void runsChanged();
    void paceChanged();
    void viewsFrozenChanged();
    void ghostsChanged();
    void currentRecordChanged(); ///< A new run began: curves start anew.
    void predictionsChanged();   ///< An epoch's were added, or a new run began.
    void selectedLayerChanged();
    void sampleChanged(); ///< Another test image or picture is looked at.
    void snapshotChanged();
    void probeChanged();
    void failed(const QString& title, const QString& message, FailureSubject subject = FailureSubject::Other);
    /// Something that is worth saying though nothing failed.
    void told(const QString& title, const QString& message);

private:
    struct Private;
    std::unique_ptr<Private> m;
};

} // namespace kernelscope
