// SPDX-License-Identifier: GPL-3.0-or-later
// The second part of the run form, folded until it is wanted: how the learning rate changes, what is done to the
// images, when the run ends.
#include "train/form_widgets.h"
#include "train/run_form.h"
#include "train/schedule_plot.h"
#include "widgets/setup_text.h"

#include <QCheckBox>
#include <QComboBox>
#include <QFormLayout>
#include <QGridLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QList>
#include <QSpinBox>
#include <QToolButton>
#include <QVBoxLayout>

namespace kernelscope {
namespace {

/// float's own digits: 0.1, not 0.10000000149011612.
double plain(float value) {
    return QString::number(static_cast<double>(value), 'g', 7).toDouble();
}

/// A whole number that is reported when it is complete.
QSpinBox* numberBox(const char* objectName, QWidget* parent) {
    auto* box = new QSpinBox(parent);
    box->setObjectName(QLatin1String(objectName));
    box->setKeyboardTracking(false);
    box->setGroupSeparatorShown(true);
    return box;
}

} // namespace

void RunForm::makeCourseFields() {
    m_courseButton = new QToolButton(this); // in the order in which Tab comes to them
    m_schedule = new QComboBox(this);
    m_stepEpochs = numberBox("stepEpochs", this);
    m_stepFactor = fractionBox("stepFactor", this);
    m_warmup = fractionBox("warmupEpochs", this);
    m_schedulePlot = new SchedulePlot(this);
    m_scheduleInfo = mutedText("scheduleInfo", this);
    m_shift = numberBox("shift", this);
    m_flip = new QCheckBox(tr("Mirror left and right"), this);
    m_augmentationInfo = mutedText("augmentationInfo", this);
    m_target = fractionBox("targetAccuracy", this);
    m_patience = numberBox("patience", this);
    m_stoppingInfo = mutedText("stoppingInfo", this);
}

void RunForm::buildCourse(QGridLayout& columns) {
    makeCourseFields();
    m_courseButton->setObjectName(QStringLiteral("courseDisclosure"));
    m_courseButton->setCheckable(true);
    m_courseButton->setAutoRaise(true);
    m_courseButton->setArrowType(Qt::RightArrow);
    m_courseButton->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    m_courseButton->setFocusPolicy(Qt::StrongFocus);
    m_courseButton->setToolTip(tr("How the learning rate changes over the run, what is done to the training images, "
                                  "and when the run ends early. Click to change it."));

    QWidget* schedule = buildScheduleGroup();
    const QList<QWidget*> groups{schedule, buildAugmentationGroup(), buildStoppingGroup()};
    columns.addWidget(m_courseButton, 1, 0, 1, 4, Qt::AlignLeft);
    columns.addWidget(schedule, 2, 0, 1, 2, Qt::AlignTop); // the fields, and what they make of the run
    columns.addWidget(groups[1], 2, 2, Qt::AlignTop);
    columns.addWidget(groups[2], 2, 3, Qt::AlignTop);
    for (QWidget* group : groups)
        group->hide();
    connect(m_courseButton, &QToolButton::toggled, this, [this, groups](bool open) {
        m_courseButton->setArrowType(open ? Qt::DownArrow : Qt::RightArrow);
        for (QWidget* group : groups)
            group->setVisible(open);
    });
}

QWidget* RunForm::buildScheduleGroup() {
    m_schedule->setObjectName(QStringLiteral("scheduleBox"));
    m_schedule->setAccessibleName(tr("Schedule"));
    m_schedule->setToolTip(
        tr("How the learning rate changes over the run. Large steps find the way, small ones find the spot: most "
           "networks end better when the rate falls. In steps: it drops every few epochs. Cosine: it falls smoothly to "
           "zero. One cycle: it rises to the learning rate and then falls to almost nothing, which often learns "
           "fastest. A learning rate that is changed while the run goes on scales what is left of the schedule."));
    for (const ScheduleKind kind : allSchedules)
        m_schedule->addItem(scheduleTitle(kind), static_cast<int>(kind));
    connect(m_schedule, &QComboBox::activated, this, [this] {
        edit([&](TrainingSpec& spec) {
            spec.schedule.kind = static_cast<ScheduleKind>(m_schedule->currentData().toInt());
        });
    });
    m_stepEpochs->setAccessibleName(tr("Epochs between drops"));
    m_stepEpochs->setToolTip(tr("After each so many epochs the learning rate drops, 1 to 100,000."));
    m_stepEpochs->setRange(1, 100000);
    connect(m_stepEpochs, &QSpinBox::valueChanged, this,
        [this](int epochs) { edit([&](TrainingSpec& spec) { spec.schedule.stepEpochs = epochs; }); });
    m_stepFactor->setAccessibleName(tr("Factor of a drop"));
    m_stepFactor->setToolTip(tr("What each drop multiplies the learning rate by, up to 1. Usual: 0.5 or 0.1."));
    m_stepFactor->setDecimals(4);
    m_stepFactor->setRange(0.0001, 1);
    m_stepFactor->setSingleStep(0.05);
    connect(m_stepFactor, &QDoubleSpinBox::valueChanged, this, [this](double factor) {
        edit([&](TrainingSpec& spec) { spec.schedule.stepFactor = static_cast<float>(factor); });
    });
    m_warmup->setAccessibleName(tr("Warm-up"));
    m_warmup->setToolTip(tr("Over so many epochs, or a part of one, the learning rate first rises in a line. The first "
                            "gradients are the wildest: a warm-up keeps them from doing harm at a high rate."));
    m_warmup->setDecimals(2);
    m_warmup->setRange(0, 100000);
    m_warmup->setSingleStep(0.25);
    m_warmup->setSpecialValueText(tr("None"));
    connect(m_warmup, &QDoubleSpinBox::valueChanged, this, [this](double epochs) {
        edit([&](TrainingSpec& spec) { spec.schedule.warmupEpochs = static_cast<float>(epochs); });
    });

    auto [group, form] = formGroup(tr("Schedule of the learning rate"), this);
    addRow(*form, tr("Schedule:"), m_schedule);
    addRow(*form, tr("Drop every:"), m_stepEpochs);
    addRow(*form, tr("Drop factor:"), m_stepFactor);
    addRow(*form, tr("Warm-up:"), m_warmup);
    m_scheduleLayout = form;
    auto* drawing = new QVBoxLayout;
    drawing->setSpacing(4);
    drawing->addWidget(m_schedulePlot);
    drawing->addWidget(m_scheduleInfo);
    drawing->addStretch();
    auto* both = new QHBoxLayout;
    both->setSpacing(24);
    auto* fields = qobject_cast<QVBoxLayout*>(group->layout());
    fields->removeItem(form);
    form->setParent(nullptr);
    auto* rows = new QVBoxLayout; // they stay together where the drawing is higher
    rows->addLayout(form);
    rows->addStretch();
    both->addLayout(rows, 1);
    both->addLayout(drawing, 1);
    fields->addLayout(both);
    return group;
}

QWidget* RunForm::buildAugmentationGroup() {
    m_shift->setAccessibleName(tr("Shift"));
    m_shift->setToolTip(tr("Each time a training image is seen, it is moved by up to so many pixels in either "
                           "direction, another way each time: the network learns the thing and not its place. What "
                           "comes in from beyond the border is black."));
    m_shift->setRange(0, greatestShift());
    m_shift->setSpecialValueText(tr("None"));
    connect(m_shift, &QSpinBox::valueChanged, this,
        [this](int shift) { edit([&](TrainingSpec& spec) { spec.augmentation.shift = shift; }); });
    m_flip->setObjectName(QStringLiteral("flip"));
    m_flip->setToolTip(tr("About half of the training images are mirrored, left for right. Good for things that face "
                          "either way, such as cats and cars; bad for digits and letters, which become others."));
    connect(m_flip, &QCheckBox::clicked, this,
        [this](bool flip) { edit([&](TrainingSpec& spec) { spec.augmentation.flip = flip; }); });

    auto [group, form] = formGroup(tr("Augmentation"), this);
    addRow(*form, tr("Shift:"), m_shift);
    form->addRow(QString(), m_flip);
    form->addRow(m_augmentationInfo);
    return group;
}

QWidget* RunForm::buildStoppingGroup() {
    m_target->setAccessibleName(tr("Target accuracy"));
    m_target->setToolTip(tr("The run ends after the first epoch whose test accuracy is as high. Then runs can be "
                            "compared by how soon they get there."));
    m_target->setDecimals(2);
    m_target->setRange(0, 100);
    m_target->setSingleStep(0.5);
    m_target->setSuffix(tr(" %"));
    m_target->setSpecialValueText(tr("None"));
    connect(m_target, &QDoubleSpinBox::valueChanged, this, [this](double percent) {
        edit([&](TrainingSpec& spec) { spec.stopping.targetAccuracy = static_cast<float>(percent / 100); });
    });
    m_patience->setAccessibleName(tr("Patience"));
    m_patience->setToolTip(
        tr("The run ends after so many epochs in a row without a lower test loss, and the weights of the epoch with "
           "the lowest are kept: beyond it the network learns its training images by heart."));
    m_patience->setRange(0, 100000);
    m_patience->setSpecialValueText(tr("None"));
    connect(m_patience, &QSpinBox::valueChanged, this,
        [this](int epochs) { edit([&](TrainingSpec& spec) { spec.stopping.patience = epochs; }); });

    auto [group, form] = formGroup(tr("End early"), this);
    addRow(*form, tr("&Target accuracy:"), m_target);
    addRow(*form, tr("P&atience:"), m_patience);
    form->addRow(m_stoppingInfo);
    return group;
}

void RunForm::showCourse() {
    const TrainingSpec& spec = m_state.spec;
    const ScheduleSpec& schedule = spec.schedule;
    m_schedule->setCurrentIndex(m_schedule->findData(static_cast<int>(schedule.kind)));
    m_stepEpochs->setValue(schedule.stepEpochs);
    m_stepEpochs->setSuffix(schedule.stepEpochs == 1 ? tr(" epoch") : tr(" epochs"));
    m_stepFactor->setValue(plain(schedule.stepFactor));
    m_warmup->setValue(plain(schedule.warmupEpochs));
    m_warmup->setSuffix(schedule.warmupEpochs == 1 ? tr(" epoch") : tr(" epochs"));
    for (QWidget* widget : std::initializer_list<QWidget*>{m_stepEpochs, m_stepFactor})
        m_scheduleLayout->setRowVisible(widget, schedule.kind == ScheduleKind::Steps);
    const std::int64_t perEpoch = m_state.hasData ? stepsPerEpoch() : 0;
    const ScheduleCourse course{schedule, spec.optimizer.learningRate, perEpoch * spec.epochs, perEpoch};
    m_schedulePlot->setCourse(course);
    m_scheduleInfo->setText(courseText(course));

    m_shift->setValue(spec.augmentation.shift);
    m_shift->setSuffix(spec.augmentation.shift == 1 ? tr(" pixel") : tr(" pixels"));
    m_flip->setChecked(spec.augmentation.flip);
    m_augmentationInfo->setText(isActive(spec.augmentation) ? tr("Training images only; tested ones stay as they are.")
                                                            : tr("Images are learnt as they are."));
    m_target->setValue(100 * plain(spec.stopping.targetAccuracy));
    m_patience->setValue(spec.stopping.patience);
    m_patience->setSuffix(spec.stopping.patience == 1 ? tr(" epoch") : tr(" epochs"));
    m_stoppingInfo->setText(spec.stopping.patience > 0         ? tr("The weights with the lowest test loss are kept.")
                            : spec.stopping.targetAccuracy > 0 ? tr("The weights that reach it are kept.")
                                                               : tr("All epochs are made, and the last weights kept."));

    const QString summary =
        QStringLiteral("%1 · %2 · %3")
            .arg(scheduleText(schedule), augmentationText(spec.augmentation), stoppingText(spec.stopping));
    m_courseButton->setText(tr("Course: %1").arg(summary));
    m_courseButton->setAccessibleName(tr("Course: %1").arg(summary));
}

std::int64_t RunForm::stepsPerEpoch() const {
    const std::size_t images = m_state.spec.trainSamples ? m_state.spec.trainSamples : m_state.data.trainCount;
    const auto batch = static_cast<std::size_t>(m_state.spec.batchSize);
    return static_cast<std::int64_t>((images + batch - 1) / batch);
}

} // namespace kernelscope
