// SPDX-License-Identifier: GPL-3.0-or-later
// The fields of the run form: what each is called, means and may hold.
#include "data/data_box.h"
#include "train/form_widgets.h"
#include "train/log_spin_box.h"
#include "train/run_form.h"
#include "widgets/setup_text.h"

#include <QCheckBox>
#include <QComboBox>
#include <QHBoxLayout>
#include <QLineEdit>
#include <QPushButton>
#include <QSpinBox>

namespace kernelscope {

QWidget* RunForm::buildDataGroup() {
    connect(m_data, &DataBox::sourceChosen, this, &RunForm::dataChosen);
    m_openData->setObjectName(QStringLiteral("openData"));
    m_openData->setToolTip(tr("A folder of pictures with a folder for each class, or the folder of MNIST's or CIFAR's "
                              "files. It can be dropped on the window as well."));
    m_openDataFile->setObjectName(QStringLiteral("openDataFile"));
    m_openDataFile->setToolTip(tr("A file that holds data: .npz, CIFAR's .tar.gz or .bin, or one of MNIST's four"));
    m_getData->setObjectName(QStringLiteral("getData"));
    m_getData->setToolTip(tr("MNIST, Fashion-MNIST or CIFAR-10 from the internet"));
    const auto choose = [this](const QString& path) { emit dataChosen(path); };
    connect(m_openData, &QPushButton::clicked, this, [this, choose] { chooseDataFolder(this, choose); });
    connect(m_openDataFile, &QPushButton::clicked, this, [this, choose] { chooseDataFile(this, choose); });
    connect(m_getData, &QPushButton::clicked, this, &RunForm::getDataRequested);
    auto* open = new QHBoxLayout;
    open->setSpacing(8);
    open->addWidget(m_openData, 1);
    open->addWidget(m_openDataFile, 1);

    m_trainSamples->setObjectName(QStringLiteral("trainSamples"));
    m_trainSamples->setAccessibleName(tr("Training images"));
    m_trainSamples->setToolTip(
        tr("How many of the training images to use. Fewer are faster, and show how more data helps. "
           "0 stands for all of them."));
    m_trainSamples->setSpecialValueText(tr("All"));
    m_trainSamples->setGroupSeparatorShown(true);
    m_trainSamples->setSingleStep(1000);
    m_trainSamples->setKeyboardTracking(false);
    connect(m_trainSamples, &QSpinBox::valueChanged, this,
        [this](int count) { edit([&](TrainingSpec& spec) { spec.trainSamples = static_cast<std::size_t>(count); }); });

    auto [group, form] = formGroup(tr("Data"), this);
    addRow(*form, tr("&Data:"), m_data);
    form->addRow(open);
    form->addRow(m_getData);
    addRow(*form, tr("Training images:"), m_trainSamples);
    form->addRow(m_dataInfo);
    form->addRow(m_dataError);
    form->addRow(m_dataWarning);
    return group;
}

QWidget* RunForm::buildNetworkGroup() {
    m_network->setObjectName(QStringLiteral("networkBox"));
    m_network->setAccessibleName(tr("Network"));
    m_network->setToolTip(
        tr("The layers, one after the other. \"classic\" is the article's network, LeNet-5 the one that "
           "read cheques in 1998, \"tiny\" learns in a blink."));
    for (const std::string& name : presetNames())
        m_network->addItem(QString::fromStdString(name), QString::fromStdString(name));
    connect(
        m_network, &QComboBox::activated, this, [this] { choose(m_network->currentData().toString().toStdString()); });
    m_openNetwork->setObjectName(QStringLiteral("openNetwork"));
    m_openNetwork->setToolTip(tr("A network described in a JSON file."));
    connect(m_openNetwork, &QPushButton::clicked, this, &RunForm::openNetworkFile);

    auto [group, form] = formGroup(tr("Network"), this);
    addRow(*form, tr("&Network:"), m_network);
    form->addRow(QString(), m_openNetwork);
    form->addRow(m_networkInfo);
    form->addRow(m_networkError);
    return group;
}

QWidget* RunForm::buildOptimizerGroup() {
    m_optimizer->setObjectName(QStringLiteral("optimizerBox"));
    m_optimizer->setAccessibleName(tr("Optimizer"));
    m_optimizer->setToolTip(
        tr("How weights follow their gradients. SGD goes straight down, momentum keeps rolling, Nesterov's momentum "
           "looks where it will roll to, Adam gives each weight its own pace, and AdamW lets weights decay apart from "
           "that pace."));
    for (const OptimizerKind kind : allOptimizers)
        m_optimizer->addItem(optimizerTitle(kind), static_cast<int>(kind));
    connect(m_optimizer, &QComboBox::activated, this, [this] {
        edit([&](TrainingSpec& spec) {
            const auto kind = static_cast<OptimizerKind>(m_optimizer->currentData().toInt());
            // AdamW without decay would be Adam, and AdamW's decay is far too much for the others.
            if (spec.optimizer.weightDecay == usualWeightDecay(spec.optimizer.kind))
                spec.optimizer.weightDecay = usualWeightDecay(kind);
            // A rate of one's own stays; the usual one follows the optimizer, as on the command line.
            if (spec.optimizer.learningRate == usualLearningRate(spec.optimizer.kind))
                spec.optimizer.learningRate = usualLearningRate(kind);
            spec.optimizer.kind = kind;
        });
    });

    m_learningRate->setObjectName(QStringLiteral("learningRate"));
    m_learningRate->setAccessibleName(tr("Learning rate"));
    m_learningRate->setToolTip(
        tr("How far each step moves the weights. Too small learns slowly, too large never settles. "
           "It can be changed while a run goes on; the plot marks where. With a schedule it is the rate that the "
           "schedule scales."));
    m_epsilon->setObjectName(QStringLiteral("epsilon"));
    m_epsilon->setAccessibleName(tr("Epsilon"));
    m_epsilon->setToolTip(tr("A small number that keeps Adam from dividing by zero. Keras's default is 1e-07."));
    m_momentum->setAccessibleName(tr("Momentum"));
    m_momentum->setToolTip(tr("How much of the last step goes on, 0 (none) to 0.9999. Usual: 0.9."));
    m_beta1->setAccessibleName(tr("Beta 1"));
    m_beta1->setToolTip(tr("How slowly Adam's mean of the gradients forgets, 0 to 0.9999. Usual: 0.9."));
    m_beta2->setAccessibleName(tr("Beta 2"));
    m_beta2->setToolTip(tr("How slowly Adam's mean of the squared gradients forgets, 0 to 0.9999. Usual: 0.999."));

    m_weightDecay->setAccessibleName(tr("Weight decay"));
    m_weightDecay->setToolTip(
        tr("How strongly weights are drawn to zero, which keeps the network from learning its images by heart: 0 (not "
           "at all) to 1. AdamW takes it off the weights apart from the gradient, usual: 0.01; the others add it to "
           "the gradient, usual: 0.0005. Biases and batch norm are left alone."));
    m_weightDecay->setDecimals(6);
    m_weightDecay->setRange(0, 1);
    m_weightDecay->setStepType(QAbstractSpinBox::AdaptiveDecimalStepType);
    m_weightDecay->setSpecialValueText(tr("None"));

    const auto bind = [this](QDoubleSpinBox* box, float OptimizerSpec::*field) {
        connect(box, &QDoubleSpinBox::valueChanged, this, [this, field](double value) {
            edit([&](TrainingSpec& spec) { spec.optimizer.*field = static_cast<float>(value); });
        });
    };
    bind(m_learningRate, &OptimizerSpec::learningRate);
    bind(m_momentum, &OptimizerSpec::momentum);
    bind(m_beta1, &OptimizerSpec::beta1);
    bind(m_beta2, &OptimizerSpec::beta2);
    bind(m_epsilon, &OptimizerSpec::epsilon);
    bind(m_weightDecay, &OptimizerSpec::weightDecay);

    auto [group, form] = formGroup(tr("Optimizer"), this);
    addRow(*form, tr("Optimi&zer:"), m_optimizer);
    addRow(*form, tr("&Learning rate:"), m_learningRate);
    addRow(*form, tr("&Momentum:"), m_momentum);
    addRow(*form, tr("Beta 1:"), m_beta1);
    addRow(*form, tr("Beta 2:"), m_beta2);
    addRow(*form, tr("E&psilon:"), m_epsilon);
    addRow(*form, tr("Weight deca&y:"), m_weightDecay);
    m_optimizerLayout = form;
    return group;
}

QWidget* RunForm::buildRunGroup() {
    m_batchSize->setObjectName(QStringLiteral("batchSize"));
    m_batchSize->setAccessibleName(tr("Batch size"));
    m_batchSize->setToolTip(
        tr("Images that each step looks at before it moves the weights, 1 to 65,536. Larger batches "
           "keep fast devices busy, but make fewer steps."));
    m_batchSize->setRange(1, 65536);
    m_batchSize->setSuffix(tr(" images"));
    m_batchSize->setStepType(QAbstractSpinBox::AdaptiveDecimalStepType);
    m_epochs->setObjectName(QStringLiteral("epochs"));
    m_epochs->setAccessibleName(tr("Epochs"));
    m_epochs->setToolTip(tr("How often the whole training set is gone through, 1 to 100,000."));
    m_epochs->setRange(1, 100000);
    for (QSpinBox* box : {m_batchSize, m_epochs}) {
        box->setGroupSeparatorShown(true);
        box->setKeyboardTracking(false);
    }
    connect(m_batchSize, &QSpinBox::valueChanged, this,
        [this](int size) { edit([&](TrainingSpec& spec) { spec.batchSize = size; }); });
    connect(m_epochs, &QSpinBox::valueChanged, this,
        [this](int epochs) { edit([&](TrainingSpec& spec) { spec.epochs = epochs; }); });

    m_seed->setObjectName(QStringLiteral("seed"));
    m_seed->setAccessibleName(tr("Seed"));
    m_seed->setToolTip(
        tr("A whole number that decides the first weights and the order of the images. The same seed gives "
           "the same run again."));
    m_seed->setMaxLength(20);
    connect(m_seed, &QLineEdit::editingFinished, this, &RunForm::commitSeed);
    m_newSeed->setObjectName(QStringLiteral("newSeed"));
    m_newSeed->setToolTip(tr("Every further run draws a new seed, and so other first weights. A seed that you type "
                             "holds for the next run."));
    connect(m_newSeed, &QCheckBox::clicked, this, [this](bool draws) { emit keepsSeedEdited(!draws); });

    auto [group, form] = formGroup(tr("Run"), this);
    addRow(*form, tr("&Batch size:"), m_batchSize);
    form->addRow(QString(), m_stepsInfo);
    addRow(*form, tr("&Epochs:"), m_epochs);
    addRow(*form, tr("&Seed:"), m_seed);
    form->addRow(m_seedError);
    form->addRow(QString(), m_newSeed);
    return group;
}

} // namespace kernelscope
