// SPDX-License-Identifier: GPL-3.0-or-later
#include "editor/estimate_rows.h"

#include "train/form_widgets.h"
#include "widgets/heading.h"
#include "widgets/number_text.h"

#include <QGridLayout>
#include <QLabel>
#include <QPushButton>
#include <QVBoxLayout>

#include <cmath>

namespace kernelscope {
namespace {

/// "41.2 GFLOP/s".
QString rateText(double flopsPerSecond) {
    return flopsText(std::llround(flopsPerSecond)) + QStringLiteral("/s");
}

} // namespace

EstimateRows::EstimateRows(NetworkEditor& editor, Session& session, QWidget* parent)
    : QWidget(parent),
      m_editor(editor),
      m_session(session),
      m_rates(new RateBook(session, this)),
      m_heading(new QLabel(this)),
      m_note(mutedText("estimateNote", this)),
      m_grid(new QGridLayout) {
    setObjectName(QStringLiteral("estimateRows"));
    makeHeading(m_heading);
    m_heading->setWordWrap(true);
    m_grid->setContentsMargins(0, 0, 0, 0);
    m_grid->setHorizontalSpacing(8);
    m_grid->setVerticalSpacing(4);
    m_grid->setColumnStretch(0, 1);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(6);
    layout->addWidget(m_heading);
    layout->addLayout(m_grid);
    layout->addWidget(m_note);
    connect(&session, &Session::devicesChanged, this, &EstimateRows::rebuild);
    connect(m_rates, &RateBook::changed, this, &EstimateRows::refresh);
    connect(&editor, &NetworkEditor::draftChanged, this, &EstimateRows::refresh);
    connect(&editor, &NetworkEditor::setupChanged, this, &EstimateRows::refresh);
    rebuild();
}

void EstimateRows::rebuild() {
    for (const Row& row : m_rows)
        for (QWidget* widget : std::initializer_list<QWidget*>{row.name, row.time, row.basis, row.measure})
            delete widget;
    m_rows.clear();
    for (const DeviceEntry& device : m_session.devices()) {
        if (!device.usable())
            continue;
        const QString id = QString::fromStdString(device.info.id);
        const QString label = QString::fromStdString(device.label);
        const int at = static_cast<int>(m_rows.size()) * 3;
        Row row{id, new QLabel(label, this), new QLabel(this), mutedText("estimateBasis", this),
            new QPushButton(tr("Measure"), this)};
        row.name->setToolTip(QString::fromStdString(device.info.name));
        row.name->setWordWrap(true);
        row.time->setObjectName(QStringLiteral("estimate-%1").arg(id));
        row.time->setWordWrap(true);
        row.measure->setObjectName(QStringLiteral("measure-%1").arg(id));
        row.measure->setAccessibleName(tr("Measure on %1").arg(label));
        m_grid->addWidget(row.name, at, 0);
        m_grid->addWidget(row.time, at + 1, 0);
        m_grid->addWidget(row.measure, at, 1, 2, 1, Qt::AlignVCenter);
        m_grid->addWidget(row.basis, at + 2, 0, 1, 2);
        connect(row.measure, &QPushButton::clicked, this, [this, id] {
            if (m_rates->measuring() == id)
                m_rates->cancel();
            else
                m_rates->measure(id, m_editor.draft());
        });
        m_rows.push_back(row);
    }
    refresh();
}

QString EstimateRows::obstacle() const {
    const std::optional<DataMeasures> wanted = m_editor.data();
    if (!wanted)
        return tr("Measuring needs data.");
    if (!m_editor.plan())
        return tr("A network whose layers do not fit cannot be measured.");
    if (m_editor.draft().input != wanted->shape || m_editor.plan()->classes != wanted->classes)
        return tr("A network that does not fit the data cannot be measured.");
    if (m_session.run().isBusy())
        return tr("While a run goes on nothing else is measured: each would slow the other down.");
    if (!m_rates->measuring().isEmpty())
        return tr("One device is measured at a time.");
    return {};
}

QString EstimateRows::basisText(const EpochEstimate& estimate) const {
    const MeasuredRate& rate = estimate.rate;
    const QString source = rate.run > 0 ? tr("run %1").arg(rate.run) : tr("a short measurement");
    const QString images = tr("%1 images/s").arg(countText(std::llround(rate.imagesPerSecond)));
    switch (estimate.basis) {
    case EpochEstimate::Basis::SameTraining:
        return tr("From %1 with this network and batch: %2").arg(source, images);
    case EpochEstimate::Basis::OtherBatch:
        return tr("From %1 with this network at batch %2: %3").arg(source, countText(rate.batchSize), images);
    case EpochEstimate::Basis::OtherNetwork:
        break;
    }
    return tr("Roughly, from %1 of “%2”: %3")
        .arg(source, QString::fromStdString(rate.network.name), rateText(rate.flopsPerSecond()));
}

void EstimateRows::refresh() {
    std::size_t images = m_session.spec().trainSamples;
    if (images == 0 && m_session.data())
        images = m_session.data()->info().trainCount;
    m_heading->setText(tr("An epoch, estimated"));
    const std::vector<MeasuredRate> rates = m_rates->rates();
    for (const Row& row : m_rows)
        show(row, rates);
    m_note->setText(m_rows.empty() ? tr("Looking for devices …")
                                   : tr("Training on %1 images, without the test, told from what was measured on this "
                                        "machine.")
                                         .arg(countText(static_cast<std::int64_t>(images))));
}

void EstimateRows::show(const Row& row, const std::vector<MeasuredRate>& rates) {
    const bool isMeasuring = m_rates->measuring() == row.deviceId;
    const QString why = obstacle();
    row.measure->setText(isMeasuring ? tr("Cancel") : tr("Measure"));
    row.measure->setEnabled(isMeasuring || why.isEmpty());
    row.measure->setToolTip(isMeasuring || why.isEmpty()
                                ? tr("Trains this network for about a second on this device, with weights that are "
                                     "thrown away")
                                : why);
    std::optional<EpochEstimate> estimate;
    std::size_t images = m_session.spec().trainSamples;
    if (images == 0 && m_session.data())
        images = m_session.data()->info().trainCount;
    if (const Plan* plan = m_editor.plan(); plan && images > 0)
        estimate = estimateEpoch(rates, row.deviceId.toStdString(), m_editor.draft(), plan->flops.training(),
            m_session.spec().batchSize, images);
    const QString failure = m_rates->failureOf(row.deviceId);
    QString basis;
    if (isMeasuring)
        row.time->setText(tr("Measuring …"));
    else if (estimate)
        row.time->setText(QStringLiteral("≈ ") + secondsText(estimate->seconds));
    else
        row.time->setText(m_editor.plan() ? tr("Not measured yet") : tr("Known when all layers fit"));
    if (!failure.isEmpty())
        basis = failure;
    else if (estimate)
        basis = basisText(*estimate);
    row.basis->setText(basis);
    row.basis->setVisible(!basis.isEmpty());
    QFont font = row.name->font();
    font.setBold(estimate && !isMeasuring);
    row.time->setFont(font);
    row.time->setEnabled(isMeasuring || estimate);
    row.time->setAccessibleName(tr("%1: %2. %3").arg(row.name->text(), row.time->text(), basis));
}

} // namespace kernelscope
