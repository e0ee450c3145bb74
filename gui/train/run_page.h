// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// The page of the Train workspace on which a run is set up and watched.
#pragma once

#include "app/session.h"
#include "train/label_check.h"

#include <QWidget>

class QLabel;

namespace kernelscope {

class DataFitNotice;
class PlotsPanel;
class RunForm;
class RunReadouts;
class SampleCard;
class SetupLine;
struct RunFormState;

/// What will be trained, the figures and curves of the run, and one test image's answer. Wires views that know only
/// plain data to the session.
class RunPage : public QWidget {
    Q_OBJECT

public:
    explicit RunPage(Session& session, QWidget* parent = nullptr);

    /// Takes over what is typed in the form but not yet committed.
    /// @return false where a field holds no legal value; it is shown and has the focus then.
    bool commitSetup();

signals:
    /// The user wants to change the network by hand.
    void networkEditRequested();
    /// A field in here needs the user; whoever hides this workspace shows it now.
    void attentionRequested();
    /// The user wants to see runs side by side.
    void compareRequested();

private:
    void build();
    void connectSession();
    void connectRun();
    void connectViews();
    RunFormState formState() const;
    /// Why the setup cannot be trained, empty where it can.
    QString problem() const;
    void showSetup();
    void showData();
    void showSample();
    void showAnswer();
    /// Of which run the curves are, and how it ended: a line that is always there, so that nothing jumps.
    void showSummary();
    void showGhosts();
    void onRunBegan();
    void onFinished(const RunResultPtr& result);
    void setState(RunSource::State state);
    void useArticleSetup();

    Session& m_session;
    SetupLine* m_setupLine;
    RunForm* m_form;
    DataFitNotice* m_fit = nullptr;
    RunReadouts* m_readouts;
    QLabel* m_summary;
    PlotsPanel* m_plots;
    SampleCard* m_sample;
    QString m_loading; ///< Data that is being opened.
    LabelCheck m_labels;
};

/// "5 epochs in 41.2 s on CPU, all cores (2 threads): 98.70 % of 10,000 test images right." Of a run that ended early:
/// what was done until then.
QString runSummary(const RunRecord& record);

} // namespace kernelscope
