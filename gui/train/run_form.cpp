// SPDX-License-Identifier: GPL-3.0-or-later
#include "train/run_form.h"

#include "base/error.h"
#include "data/data_box.h"
#include "network/network_json.h"
#include "train/form_widgets.h"
#include "train/log_spin_box.h"
#include "train/setup_line.h"
#include "widgets/limits_hint.h"
#include "widgets/calm_wheel.h"
#include "widgets/number_text.h"
#include "widgets/open_dialog.h"
#include "widgets/setup_text.h"

#include <QCheckBox>
#include <QComboBox>
#include <QDir>
#include <QFormLayout>
#include <QGridLayout>
#include <QLineEdit>
#include <QPushButton>
#include <QSpinBox>
#include <QVBoxLayout>

#include <limits>

namespace kernelscope {
namespace {

QString epochsText(int epochs) {
    return epochs == 1 ? RunForm::tr("1 epoch") : RunForm::tr("%1 epochs").arg(countText(epochs));
}

/// float's own digits: 0.001, not 0.0010000000474974513.
double plain(float value) {
    return QString::number(static_cast<double>(value), 'g', 7).toDouble();
}

} // namespace

RunForm::RunForm(QWidget* parent)
    : QWidget(parent),
      m_data(new DataBox(this)),
      m_openData(new QPushButton(tr("Open folder…"), this)),
      m_openDataFile(new QPushButton(tr("Open file…"), this)),
      m_getData(new QPushButton(tr("&Get MNIST or others…"), this)),
      m_dataInfo(mutedText("dataInfo", this)),
      m_dataError(errorText("dataError", this)),
      m_dataWarning(errorText("dataWarning", this)),
      m_trainSamples(new QSpinBox(this)),
      m_network(new QComboBox(this)),
      m_openNetwork(new QPushButton(tr("Open &JSON…"), this)),
      m_networkInfo(mutedText("networkInfo", this)),
      m_networkError(errorText("networkError", this)),
      m_optimizer(new QComboBox(this)),
      m_learningRate(new LogSpinBox(1e-8, 100, LogSpinBox::Steps::OneTwoFive, this)),
      m_momentum(fractionBox("momentum", this)),
      m_beta1(fractionBox("beta1", this)),
      m_beta2(fractionBox("beta2", this)),
      m_epsilon(new LogSpinBox(1e-12, 1, LogSpinBox::Steps::Tens, this)),
      m_weightDecay(fractionBox("weightDecay", this)),
      m_batchSize(new QSpinBox(this)),
      m_stepsInfo(mutedText("stepsInfo", this)),
      m_epochs(new QSpinBox(this)),
      m_seed(new QLineEdit(this)),
      m_seedError(errorText("seedError", this)),
      m_newSeed(new QCheckBox(tr("Ne&w seed for every run"), this)),
      m_note(mutedText("formNote", this)) {
    setObjectName(QStringLiteral("runForm"));
    // One grid for both parts, so that their columns stand below each other.
    auto* columns = new QGridLayout;
    columns->setHorizontalSpacing(24);
    columns->setVerticalSpacing(8);
    int column = 0;
    for (QWidget* group : {buildDataGroup(), buildNetworkGroup(), buildOptimizerGroup(), buildRunGroup()}) {
        columns->setColumnStretch(column, 1);
        columns->addWidget(group, 0, column++, Qt::AlignTop);
    }
    buildCourse(*columns);
    for (QAbstractSpinBox* field : findChildren<QAbstractSpinBox*>())
        tellLimits(*field);
    calmWheels(*this);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(8);
    layout->addLayout(columns);
    layout->addWidget(m_note);
}

RunForm::~RunForm() {
    // A field that has the focus loses it on its way out, and would tell what is half gone.
    for (QObject* field : findChildren<QObject*>())
        field->disconnect(this);
}

void RunForm::showState(const RunFormState& state) {
    const bool sameNetwork = state.network == m_state.network;
    m_state = state;
    m_showing = true;
    showData();
    if (!sameNetwork || state.problem.isEmpty() != m_networkError->text().isEmpty())
        showMessage(m_networkError, state.problem);
    showNetwork();
    showMessage(m_dataWarning, state.warnings.join(QLatin1Char(' ')));
    showSpec();
    showCourse();
    for (QWidget* widget :
        std::initializer_list<QWidget*>{m_data, m_openData, m_openDataFile, m_trainSamples, m_network, m_openNetwork,
            m_optimizer, m_momentum, m_beta1, m_beta2, m_epsilon, m_weightDecay, m_batchSize, m_epochs, m_seed,
            m_newSeed, m_schedule, m_stepEpochs, m_stepFactor, m_warmup, m_shift, m_flip, m_target, m_patience})
        widget->setEnabled(state.canEdit);
    m_note->setText(state.canEdit ? SetupLine::articleExplanation()
                                  : tr("While a run goes on, only the learning rate can be changed."));
    m_showing = false;
}

void RunForm::showData() {
    m_data->showData(m_state.hasData ? &m_state.data : nullptr, m_state.recentData);
    if (!m_state.loading.isEmpty()) {
        showMessage(m_dataError, QString());
        m_dataInfo->setText(tr("Opening %1 …").arg(QDir::toNativeSeparators(m_state.loading)));
    } else if (m_state.hasData)
        m_dataInfo->setText(tr("%1 images to train, %2 to test, %3 pixels, %4 classes")
                                .arg(countText(static_cast<std::int64_t>(m_state.data.trainCount)),
                                    countText(static_cast<std::int64_t>(m_state.data.testCount)),
                                    QString(shapeText(m_state.data.shape)).replace(QLatin1Char(' '), QChar(0xa0)),
                                    countText(m_state.data.classes)));
    else
        m_dataInfo->clear();
    const auto most = std::min<std::size_t>(m_state.data.trainCount, std::numeric_limits<int>::max());
    m_trainSamples->setRange(0, static_cast<int>(most));
}

void RunForm::showDataError(const QString& message) {
    showMessage(m_dataError, message);
}

void RunForm::showNetwork() {
    const QString name = QString::fromStdString(m_state.network.name);
    const auto& names = presetNames();
    const bool isPreset = std::find(names.begin(), names.end(), m_state.network.name) != names.end() &&
                          preset(m_state.network.name) == m_state.network;
    const int own = static_cast<int>(names.size()); // the item of a network of the user's own
    if (!isPreset) {
        if (m_network->count() == own)
            m_network->addItem(QString());
        m_network->setItemText(own, name.isEmpty() ? tr("From a file") : name);
    }
    m_network->setCurrentIndex(isPreset ? m_network->findData(name) : own);
    m_networkInfo->setText(tr("%1 parameters, %2 to train on one image")
                               .arg(countText(m_state.parameters), flopsText(m_state.trainingFlops)));
}

void RunForm::showSpec() {
    const OptimizerSpec& optimizer = m_state.spec.optimizer;
    m_optimizer->setCurrentIndex(m_optimizer->findData(static_cast<int>(optimizer.kind)));
    m_learningRate->setValue(plain(optimizer.learningRate));
    m_momentum->setValue(plain(optimizer.momentum));
    m_beta1->setValue(plain(optimizer.beta1));
    m_beta2->setValue(plain(optimizer.beta2));
    m_epsilon->setValue(plain(optimizer.epsilon));
    m_weightDecay->setValue(plain(optimizer.weightDecay));
    m_optimizerLayout->setRowVisible(m_momentum, hasMomentum(optimizer.kind));
    for (QWidget* widget : std::initializer_list<QWidget*>{m_beta1, m_beta2, m_epsilon})
        m_optimizerLayout->setRowVisible(widget, isAdaptive(optimizer.kind));

    m_trainSamples->setValue(
        static_cast<int>(std::min<std::size_t>(m_state.spec.trainSamples, m_state.data.trainCount)));
    m_batchSize->setValue(m_state.spec.batchSize);
    m_epochs->setValue(m_state.spec.epochs);
    const std::int64_t steps = stepsPerEpoch();
    m_stepsInfo->setText(!m_state.hasData ? QString()
                         : steps <= 1     ? tr("1 step an epoch")
                                          : tr("%1 steps an epoch").arg(countText(steps)));
    if (!m_seed->isModified() || !m_state.canEdit) { // a run shows its own seed, whatever was half typed
        m_seed->setText(QString::number(m_state.spec.seed));
        showMessage(m_seedError, QString());
    }
    m_newSeed->setChecked(!m_state.keepsSeed);
}

bool RunForm::commit() {
    for (QAbstractSpinBox* box : findChildren<QAbstractSpinBox*>())
        box->interpretText();
    if (!m_state.canEdit || commitSeed())
        return true;
    if (m_state.keepsSeed)
        return false;
    m_seed->setModified(false); // the next run draws a seed: nobody needs what was typed
    showSpec();
    return true;
}

void RunForm::focusWrongField() {
    m_seed->setFocus(); // the only field that takes any text
    m_seed->selectAll();
}

bool RunForm::commitSeed() {
    if (!m_seed->isModified())
        return true;
    bool ok = false;
    const quint64 seed = m_seed->text().trimmed().toULongLong(&ok);
    showMessage(m_seedError,
        ok ? QString() : tr("A seed is a whole number from 0 to %1.").arg(std::numeric_limits<quint64>::max()));
    if (!ok)
        return false;
    m_seed->setModified(false);
    edit([&](TrainingSpec& spec) { spec.seed = seed; });
    emit seedTyped();
    return true;
}

void RunForm::choose(const std::string& presetOrPath) {
    if (presetOrPath.empty())
        return; // the user's own network, which is chosen already
    try {
        const Network network = openNetwork(presetOrPath);
        compile(network);
        showMessage(m_networkError, QString());
        emit networkChosen(network);
    } catch (const Error& error) {
        m_showing = true;
        showNetwork(); // the one that still holds
        m_showing = false;
        showMessage(m_networkError, QString::fromStdString(error.what()));
    }
}

void RunForm::openNetworkFile() {
    askWhatToOpen(this, {tr("Open a network"), tr("Networks (*.json);;All files (*)"), QStringLiteral("networkDialog")},
        [this](const QString& path) { choose(path.toStdString()); });
}

QString RunForm::summary(const RunFormState& state) {
    QString text = tr("%1, %2, %3 %4, batch %5, %6")
                       .arg(QString::fromStdString(state.network.name),
                           state.hasData ? QString::fromStdString(state.data.name) : tr("no data"),
                           optimizerTitle(state.spec.optimizer.kind),
                           QLocale().toString(static_cast<double>(state.spec.optimizer.learningRate), 'g', 6),
                           countText(state.spec.batchSize), epochsText(state.spec.epochs));
    // One word for each: the line must fit beside the badge.
    const TrainingSpec& spec = state.spec;
    if (spec.schedule.kind != ScheduleKind::Constant)
        text +=
            tr(", %1").arg(scheduleText({spec.schedule.kind, spec.schedule.stepEpochs, spec.schedule.stepFactor, 0}));
    if (spec.schedule.warmupEpochs > 0)
        text += tr(", warm-up");
    if (isActive(spec.augmentation))
        text += tr(", augmented");
    if (spec.stopping != StoppingSpec())
        text += tr(", may end early");
    return text;
}

} // namespace kernelscope
