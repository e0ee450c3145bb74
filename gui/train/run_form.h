// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// Data, network and hyperparameters of the next run.
#pragma once

#include "data/data_set.h"
#include "network/plan.h"
#include "training/training_spec.h"

#include <QString>
#include <QStringList>
#include <QWidget>

#include <optional>

class QCheckBox;
class QComboBox;
class QDoubleSpinBox;
class QFormLayout;
class QGridLayout;
class QLabel;
class QLineEdit;
class QPushButton;
class QSpinBox;
class QToolButton;

namespace kernelscope {

class DataBox;
class LogSpinBox;
class SchedulePlot;

/// All that the form shows.
struct RunFormState {
    Network network;
    std::int64_t parameters = 0;    ///< Learnt values of the network.
    std::int64_t trainingFlops = 0; ///< For one image, dense-equivalent.
    TrainingSpec spec;
    DataInfo data;
    QStringList recentData; ///< Paths of data that was used lately.
    QString loading;        ///< Data that is being opened, empty where none is.
    QString problem;        ///< Why this setup cannot be trained, empty where it can.
    QStringList warnings;   ///< What is odd about the labels, a sentence each.
    bool hasData = false;
    bool keepsSeed = false;
    bool canEdit = true; ///< False while a run goes on: then only the learning rate can be changed.
};

/// The form. Shows a state, and asks for changes by signals; whoever owns the setup answers with a new state.
class RunForm : public QWidget {
    Q_OBJECT

public:
    explicit RunForm(QWidget* parent = nullptr);
    ~RunForm() override;

    void showState(const RunFormState& state);
    /// Under the data: why opening it failed.
    void showDataError(const QString& message);
    /// Asks for what is typed but not yet taken over. To be called before a run begins.
    /// @return false where a field holds no legal value, which is then explained under it.
    bool commit();
    void focusWrongField();

    /// "classic, Built-in digits, Adam 0.001, batch 32, 5 epochs", and what else is not the plain case.
    static QString summary(const RunFormState& state);

signals:
    void specEdited(const kernelscope::TrainingSpec& spec);
    void networkChosen(const kernelscope::Network& network);
    void dataChosen(const QString& source);
    void getDataRequested(); ///< From the internet.
    void keepsSeedEdited(bool keeps);
    void seedTyped(); ///< After specEdited(), where the seed is another one.

private:
    QWidget* buildDataGroup();
    QWidget* buildNetworkGroup();
    QWidget* buildOptimizerGroup();
    QWidget* buildRunGroup();
    /// The folded second part, below the first one's columns.
    void buildCourse(QGridLayout& columns);
    void makeCourseFields();
    QWidget* buildScheduleGroup();
    QWidget* buildAugmentationGroup();
    QWidget* buildStoppingGroup();
    void showCourse();
    std::int64_t stepsPerEpoch() const;
    void showData();
    void showNetwork();
    void showSpec();
    void openNetworkFile();
    /// Takes a network that a person chose, or says why it cannot be.
    void choose(const std::string& presetOrPath);
    /// @return false where the text is no seed.
    bool commitSeed();
    /// Asks for the state's specification with one change.
    template <class Change>
    void edit(Change change) {
        if (m_showing)
            return;
        TrainingSpec spec = m_state.spec;
        change(spec);
        if (spec != m_state.spec)
            emit specEdited(spec);
    }

    RunFormState m_state;
    bool m_showing = false; ///< Widgets are being set by the program.

    DataBox* m_data;
    QPushButton* m_openData;
    QPushButton* m_openDataFile;
    QPushButton* m_getData;
    QLabel* m_dataInfo;
    QLabel* m_dataError;
    QLabel* m_dataWarning;
    QSpinBox* m_trainSamples;
    QComboBox* m_network;
    QPushButton* m_openNetwork;
    QLabel* m_networkInfo;
    QLabel* m_networkError;
    QFormLayout* m_optimizerLayout = nullptr;
    QComboBox* m_optimizer;
    LogSpinBox* m_learningRate;
    QDoubleSpinBox* m_momentum;
    QDoubleSpinBox* m_beta1;
    QDoubleSpinBox* m_beta2;
    LogSpinBox* m_epsilon;
    QDoubleSpinBox* m_weightDecay;
    QSpinBox* m_batchSize;
    QLabel* m_stepsInfo;
    QSpinBox* m_epochs;
    QLineEdit* m_seed;
    QLabel* m_seedError;
    QCheckBox* m_newSeed;
    QLabel* m_note;

    QToolButton* m_courseButton = nullptr;
    QFormLayout* m_scheduleLayout = nullptr;
    QComboBox* m_schedule = nullptr;
    QSpinBox* m_stepEpochs = nullptr;
    QDoubleSpinBox* m_stepFactor = nullptr;
    QDoubleSpinBox* m_warmup = nullptr;
    SchedulePlot* m_schedulePlot = nullptr;
    QLabel* m_scheduleInfo = nullptr;
    QSpinBox* m_shift = nullptr;
    QCheckBox* m_flip = nullptr;
    QLabel* m_augmentationInfo = nullptr;
    QDoubleSpinBox* m_target = nullptr;
    QSpinBox* m_patience = nullptr;
    QLabel* m_stoppingInfo = nullptr;
};

} // namespace kernelscope
