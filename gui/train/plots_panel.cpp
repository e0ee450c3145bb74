// SPDX-License-Identifier: GPL-3.0-or-later
#include "train/plots_panel.h"

#include "train/training_plot.h"
#include "widgets/passing_notice.h"
#include "widgets/scrolled_page.h"

#include <QCheckBox>
#include <QComboBox>
#include <QDir>
#include <QHBoxLayout>
#include <QLabel>
#include <QLocale>
#include <QMenu>
#include <QPushButton>
#include <QSlider>

#include <QVBoxLayout>

namespace kernelscope {
namespace {

constexpr int defaultSmoothing = 90; // hundredths: about the last ten steps

} // namespace

PlotsPanel::PlotsPanel(PlotExport::RecordGetter record, QWidget* parent)
    : QWidget(parent),
      m_plot(new TrainingPlot(this)),
      m_export(new PlotExport(*m_plot, std::move(record), this)),
      m_axis(new QComboBox(this)),
      m_smoothing(new QSlider(Qt::Horizontal, this)),
      m_smoothingValue(new QLabel(this)),
      m_logarithmic(new QCheckBox(tr("Logarithmic loss"), this)),
      m_earlier(new QPushButton(this)),
      m_follow(new QPushButton(this)),
      m_exportButton(new QPushButton(this)),
      m_notice(new PassingNotice(this)) {
    setObjectName(QStringLiteral("plotsPanel"));
    buildControls();

    auto* axisLabel = new QLabel(tr("Horizontal axis:"), this);
    axisLabel->setBuddy(m_axis);
    auto* smoothingLabel = new QLabel(tr("Smoothing:"), this);
    smoothingLabel->setBuddy(m_smoothing);
    auto* controls = new QHBoxLayout;
    controls->setSpacing(8);
    controls->addWidget(axisLabel);
    controls->addWidget(m_axis);
    controls->addSpacing(8);
    controls->addWidget(smoothingLabel);
    controls->addWidget(m_smoothing);
    controls->addWidget(m_smoothingValue);
    controls->addSpacing(8);
    controls->addWidget(m_logarithmic);
    controls->addStretch(1);
    controls->addWidget(m_earlier);
    controls->addWidget(m_follow);
    controls->addWidget(m_exportButton);

    auto* layout = new LeastHeightLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(8);
    layout->addLayout(controls);
    layout->addWidget(m_notice);
    layout->addWidget(m_plot, 1);
    m_plot->setMinimumHeight(fontMetrics().height() * 20); // of two plots, their titles and axes

    connect(m_axis, &QComboBox::currentIndexChanged, this,
        [this] { m_plot->setAxis(static_cast<CurveAxis>(m_axis->currentData().toInt())); });
    connect(m_smoothing, &QSlider::valueChanged, this, [this](int value) {
        m_smoothingValue->setText(QLocale().toString(value / 100.0, 'f', 2));
        m_plot->setSmoothing(value / 100.0);
    });
    connect(m_logarithmic, &QCheckBox::toggled, m_plot, &TrainingPlot::setLogarithmicLoss);
    connect(m_follow, &QPushButton::clicked, m_plot, &TrainingPlot::follow);
    connect(m_plot, &TrainingPlot::followingChanged, this, [this](bool follows) {
        if (follows && m_follow->hasFocus())
            m_plot->setFocus(); // where plus and minus zoom again
        m_follow->setDisabled(follows);
    });
    connect(m_export, &PlotExport::saved, this,
        [this](const QString& path) { m_notice->tell(tr("Saved %1.").arg(QDir::toNativeSeparators(path))); });
    connect(m_export, &PlotExport::failed, m_notice, &PassingNotice::insist);
    m_smoothing->setValue(defaultSmoothing);
}

void PlotsPanel::buildControls() {
    m_axis->setObjectName(QStringLiteral("axisBox"));
    m_axis->setAccessibleName(tr("Horizontal axis"));
    m_axis->setToolTip(
        tr("What the curves are drawn over. Steps show how the network learns, epochs compare batch sizes, "
           "seconds compare devices."));
    m_axis->addItem(tr("Steps"), static_cast<int>(CurveAxis::Steps));
    m_axis->addItem(tr("Epochs"), static_cast<int>(CurveAxis::Epochs));
    m_axis->addItem(tr("Seconds"), static_cast<int>(CurveAxis::Seconds));

    m_smoothing->setObjectName(QStringLiteral("smoothingSlider"));
    m_smoothing->setAccessibleName(tr("Smoothing"));
    m_smoothing->setToolTip(
        tr("How much of the past goes into the smoothed curve, 0 to 0.99. Each batch is different, so "
           "the raw values jump; they stay visible behind it."));
    m_smoothing->setRange(0, 99);
    m_smoothing->setPageStep(10);
    m_smoothing->setFixedWidth(fontMetrics().averageCharWidth() * 16);
    m_smoothingValue->setObjectName(QStringLiteral("smoothingValue"));
    m_smoothingValue->setFixedWidth(fontMetrics().horizontalAdvance(QLocale().toString(0.88, 'f', 2)) + 4);

    m_logarithmic->setObjectName(QStringLiteral("logarithmicLoss"));
    m_logarithmic->setToolTip(tr("Equal distances mean equal ratios, so that late progress shows as well as early."));

    m_earlier->setObjectName(QStringLiteral("earlierRunsButton"));
    m_earlier->setText(tr("Ghosts"));
    m_earlier->setAccessibleName(tr("Ghosts: earlier runs behind the curves"));
    m_earlier->setToolTip(
        tr("Which earlier runs stand faintly behind the curves. Runs whose record was opened count as "
           "well; Compare lists them all."));
    m_earlier->setMenu(new QMenu(m_earlier));
    m_earlier->menu()->setObjectName(QStringLiteral("earlierRunsMenu"));
    setEarlierRuns({});

    m_follow->setObjectName(QStringLiteral("followButton"));
    m_follow->setText(tr("Show all"));
    m_follow->setAccessibleName(tr("Show all"));
    m_follow->setToolTip(
        tr("Shows the whole run and follows it (Home, or a double click on the curves).\nZoom with the "
           "wheel, by dragging a rectangle, or with plus and minus."));
    m_follow->setEnabled(false);

    auto* menu = new QMenu(m_exportButton);
    m_export->addActions(*menu, *this);
    m_exportButton->setObjectName(QStringLiteral("exportButton"));
    m_exportButton->setText(tr("E&xport"));
    m_exportButton->setAccessibleName(tr("Export"));
    m_exportButton->setToolTip(tr("Saves the curves as a picture, a document or a table."));
    m_exportButton->setMenu(menu);

    m_notice->setObjectName(QStringLiteral("exportNotice"));
}

void PlotsPanel::setEarlierRuns(const std::vector<EarlierRun>& runs) {
    QMenu* menu = m_earlier->menu();
    menu->clear();
    for (const EarlierRun& run : runs) {
        QAction* action = menu->addAction(QString(run.name).replace(QLatin1Char('&'), QStringLiteral("&&")));
        action->setObjectName(QStringLiteral("ghost%1Action").arg(run.number));
        action->setCheckable(true);
        action->setChecked(run.isGhost);
        connect(action, &QAction::toggled, this,
            [this, number = run.number](bool checked) { emit ghostChosen(number, checked); });
    }
    m_earlier->setEnabled(!runs.empty());
}

} // namespace kernelscope
