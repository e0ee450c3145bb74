// SPDX-License-Identifier: GPL-3.0-or-later
#include "train/run_page.h"

#include "base/error.h"
#include "data/data_fit_notice.h"
#include "download/get_data_dialog.h"
#include "probe/probe.h"
#include "train/plots_panel.h"
#include "train/run_form.h"
#include "train/run_readouts.h"
#include "train/sample_card.h"
#include "train/setup_line.h"
#include "train/training_plot.h"
#include "widgets/calm_wheel.h"
#include "widgets/device_text.h"
#include "widgets/rich_label.h"
#include "widgets/scrolled_page.h"

#include <QFileInfo>
#include <QHBoxLayout>
#include <QLabel>
#include <QVBoxLayout>

namespace kernelscope {

RunPage::RunPage(Session& session, QWidget* parent)
    : QWidget(parent),
      m_session(session),
      m_setupLine(new SetupLine(this)),
      m_form(new RunForm(this)),
      m_readouts(new RunReadouts(this)),
      m_summary(new RichLabel(this)),
      m_plots(new PlotsPanel([&session] { return session.currentRecord(); }, this)),
      m_sample(new SampleCard(this)) {
    setObjectName(QStringLiteral("runPage"));
    build();
    connectSession();
    connectRun();
    connectViews();
    showData();
    showSetup();
    showAnswer();
    if (session.currentRecord())
        onRunBegan();
    showGhosts();
    setState(session.run().state());
}

void RunPage::build() {
    m_form->hide();
    m_summary->setObjectName(QStringLiteral("runSummary"));
    m_summary->setWordWrap(true);
    m_summary->setTextInteractionFlags(Qt::TextBrowserInteraction); // its link by keyboard too
    m_sample->setFixedWidth(fontMetrics().averageCharWidth() * 44);
    m_plots->plot().setEmptyText(tr(
        "<p><b>Nothing has been trained yet.</b></p><p>Press <b>Train</b> above. The loss, how wrong the network is, "
        "then falls here step by step, and the accuracy rises. After each epoch a marker shows how well it does on "
        "test "
        "images that it has never seen.</p>"));

    auto* lower = new QHBoxLayout;
    lower->setSpacing(24);
    lower->addWidget(m_plots, 1);
    lower->addWidget(m_sample);

    auto* page = new QWidget;
    auto* layout = new LeastHeightLayout(page);
    layout->setContentsMargins(16, 12, 16, 12);
    layout->setSpacing(12);
    layout->addWidget(m_setupLine);
    layout->addWidget(m_form);
    m_fit = new DataFitNotice(m_session, page);
    connect(m_fit, &DataFitNotice::networkEditRequested, this, &RunPage::networkEditRequested);
    layout->addWidget(m_fit);
    layout->addWidget(m_readouts);
    layout->addWidget(m_summary);
    layout->addLayout(lower, 1);

    calmWheels(*m_plots);
    calmWheels(*m_sample);

    fillScrolled(*this, page, "runScroll");
}

void RunPage::connectSession() {
    connect(&m_session, &Session::specChanged, this, &RunPage::showSetup);
    connect(&m_session, &Session::networkChanged, this, &RunPage::showSetup);
    connect(&m_session, &Session::dataLoading, this, [this](const QString& source) {
        m_loading = source;
        showSetup();
    });
    connect(&m_session, &Session::dataChanged, this, [this] {
        m_loading.clear();
        showData();
        showSetup();
    });
    connect(&m_session, &Session::dataCancelled, this, [this] {
        m_loading.clear();
        showSetup();
    });
    connect(&m_session, &Session::failed, this, [this](const QString&, const QString& message) {
        if (m_loading.isEmpty())
            return; // the window tells
        m_loading.clear();
        showSetup();
        m_form->showDataError(message);
    });
    connect(&m_session, &Session::currentRecordChanged, this, &RunPage::onRunBegan);
    connect(&m_session, &Session::ghostsChanged, this, &RunPage::showGhosts);
    connect(&m_session, &Session::runsChanged, this, &RunPage::showGhosts);
    connect(m_plots, &PlotsPanel::ghostChosen, &m_session, &Session::setGhost);
    connect(&m_session, &Session::sampleChanged, this, &RunPage::showSample);
    connect(&m_session, &Session::probeChanged, this, &RunPage::showAnswer);
}

void RunPage::connectRun() {
    RunSource& run = m_session.run();
    connect(&run, &RunSource::stateChanged, this, &RunPage::setState);
    connect(&run, &RunSource::stepsArrived, this, [this](const std::vector<StepPoint>& points) {
        m_plots->plot().addSteps(points);
        m_readouts->addSteps(points);
    });
    connect(&run, &RunSource::epochArrived, this, [this](const EpochResult& epoch) {
        m_plots->plot().addEpoch(epoch);
        m_readouts->addEpoch(epoch);
    });
    connect(&run, &RunSource::eventArrived, this, [this](const RunEvent& event) { m_plots->plot().addEvent(event); });
    connect(&run, &RunSource::evaluating, m_readouts, &RunReadouts::setEvaluating);
    connect(&run, &RunSource::finished, this, &RunPage::onFinished);
}

void RunPage::connectViews() {
    connect(&m_labels, &LabelCheck::changed, this, &RunPage::showSetup);
    connect(m_setupLine, &SetupLine::openChanged, m_form, &QWidget::setVisible);
    connect(m_setupLine, &SetupLine::articleRequested, this, &RunPage::useArticleSetup);
    connect(m_form, &RunForm::specEdited, &m_session, &Session::setSpec);
    connect(m_form, &RunForm::networkChosen, &m_session, &Session::setNetwork);
    connect(m_form, &RunForm::dataChosen, &m_session, &Session::openData);
    connect(m_form, &RunForm::getDataRequested, this, [this] { GetDataDialog::open(m_session, window()); });
    connect(m_form, &RunForm::seedTyped, &m_session, &Session::chooseSeed);
    connect(m_form, &RunForm::keepsSeedEdited, &m_session, &Session::setKeepsSeed);
    connect(m_sample, &SampleCard::sampleChosen, &m_session, &Session::setSample);
    connect(m_summary, &QLabel::linkActivated, this, &RunPage::compareRequested);
}

QString RunPage::problem() const {
    if (!m_session.data())
        return {};
    try {
        const Trainer check(
            {m_session.network(), m_session.spec(), m_session.deviceId().toStdString(), m_session.data()});
        Q_UNUSED(check)
    } catch (const Error& error) {
        return QString::fromStdString(error.what());
    }
    return {};
}

RunFormState RunPage::formState() const {
    RunFormState state;
    state.network = m_session.network();
    for (const LayerInfo& layer : m_session.plan().layers)
        state.parameters += layer.parameters;
    state.trainingFlops = m_session.plan().flops.training();
    state.spec = m_session.spec();
    if (const DataSetPtr set = m_session.data()) {
        state.data = set->info();
        state.hasData = true;
    }
    state.loading = m_loading;
    state.recentData = m_session.recentData();
    state.problem = problem();
    state.warnings = m_labels.warnings();
    state.keepsSeed = m_session.keepsSeed();
    state.canEdit = m_session.canEdit();
    return state;
}

void RunPage::showSetup() {
    m_labels.ask(m_session.data(), m_session.spec());
    const RunFormState state = formState();
    m_form->showState(state);
    m_setupLine->setSummary(RunForm::summary(state));
    m_setupLine->setArticle(m_session.isArticleSetup());
    m_setupLine->setEditable(state.canEdit);
    showSummary();
}

bool RunPage::commitSetup() {
    const bool isCommitted = m_form->commit();
    if (isCommitted && problem().isEmpty())
        return true;
    emit attentionRequested();
    if (isCommitted && !m_fit->isHidden()) {
        m_fit->demandAttention();
        return false;
    }
    m_setupLine->setOpen(true);
    if (!isCommitted)
        m_form->focusWrongField();
    return false;
}

void RunPage::showData() {
    if (const DataSetPtr set = m_session.data())
        m_sample->setData(set->info());
    showSample();
}

void RunPage::showSample() {
    m_sample->setSample(m_session.sample());
    m_sample->setPicture(m_session.looksAtPicture(), m_session.sampleTitle());
    showAnswer(); // where nothing answers, the image changes all the same
}

void RunPage::showAnswer() {
    const DataSetPtr set = m_session.data();
    const std::size_t sample = m_session.sample();
    if (!m_session.probeResult() && !m_session.looksAtPicture() && !m_session.dataFits() && set &&
        sample < set->info().testCount)
        m_sample->setUnanswered(imageTensor(*set, Split::Test, sample), set->label(Split::Test, sample));
    else
        m_sample->setAnswer(m_session.probeResult(), m_session.snapshotTitle());
}

void RunPage::showGhosts() {
    std::vector<CurvePane::Ghost> ghosts;
    std::vector<PlotsPanel::EarlierRun> earlier;
    for (const FinishedRun& run : m_session.runs()) {
        if (run.number == m_session.currentRun())
            continue; // it is what the ghosts stand behind
        const RunRecord& record = run.result->record;
        const bool isGhost = m_session.ghosts().contains(run.number);
        const QString name = tr("Run %1").arg(run.number);
        earlier.push_back({run.number,
            tr("%1: %2 on %3%4")
                .arg(name, QString::fromStdString(record.network.name), QString::fromStdString(record.device.id),
                    run.isOpened() ? tr(", from %1").arg(QFileInfo(run.file).fileName()) : QString()),
            isGhost});
        if (!isGhost)
            continue;
        ghosts.push_back({name, {}});
        ghosts.back().curves.begin(record);
    }
    m_plots->plot().setGhosts(std::move(ghosts));
    m_plots->setEarlierRuns(earlier);
}

void RunPage::onRunBegan() {
    const RunRecord* record = m_session.currentRecord();
    if (!record)
        return;
    m_plots->plot().begin(*record);
    m_readouts->begin(*record, m_session.plan().flops.training());
    showSummary();
}

void RunPage::onFinished(const RunResultPtr&) {
    m_readouts->refresh();
    showSummary();
}

void RunPage::showSummary() {
    const RunRecord* record = m_session.currentRecord();
    if (!record) {
        m_summary->setText(tr("No run yet."));
        return;
    }
    RunFormState of;
    of.network = record->network;
    of.spec = record->spec;
    of.data = record->data;
    of.hasData = true;
    const QString setup = RunForm::summary(of);
    if (m_session.run().isBusy()) {
        m_summary->setText(tr("Curves of %1, on %2.").arg(setup, deviceLabel(record->device)).toHtmlEscaped());
        return;
    }
    TrainingSpec now = m_session.spec();
    now.seed = record->spec.seed; // may be a new one for every run
    const DataSetPtr images = m_session.data();
    const bool isOther = record->network != m_session.network() || record->spec != now ||
                         (images && record->data.source != images->info().source);
    const QString title = isOther ? tr("Curves of another set-up, %1. ").arg(setup).toHtmlEscaped() : QString();
    m_summary->setText(
        title + tr("%1 <a href=\"compare\">Compare</a> it with others.").arg(runSummary(*record).toHtmlEscaped()));
}

void RunPage::setState(RunSource::State state) {
    m_readouts->setState(state);
    m_plots->plot().setRunning(state != RunSource::State::Idle);
    showSetup();
}

void RunPage::useArticleSetup() {
    m_session.setNetwork(preset("classic"));
    TrainingSpec spec;
    spec.seed = m_session.spec().seed;
    m_session.setSpec(spec);
    if (!m_session.isArticleSetup())
        m_session.openData(QStringLiteral("digits"));
}

} // namespace kernelscope
