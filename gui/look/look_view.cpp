// SPDX-License-Identifier: GPL-3.0-or-later
#include "look/look_view.h"

#include "look/layer_tiles.h"
#include "look/tile_panel.h"
#include "widgets/heading.h"
#include "widgets/layer_text.h"
#include "widgets/number_text.h"
#include "widgets/tile_detail.h"

#include <QCheckBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QSplitter>
#include <QVBoxLayout>

#include <tuple>
#include <utility>

namespace kernelscope {
namespace {

/// A shape that stays on one line of a sentence.
QString unbroken(const Shape& shape) {
    return shapeText(shape).replace(QLatin1Char(' '), QChar::Nbsp);
}

} // namespace

LookView::LookView(QWidget* parent)
    : QWidget(parent),
      m_title(new QLabel(this)),
      m_sampleTitle(new QLabel(this)),
      m_snapshotTitle(new QLabel(this)),
      m_sentence(new QLabel(this)),
      m_left(new TilePanel(QStringLiteral("weights"), this)),
      m_right(new TilePanel(QStringLiteral("maps"), this)),
      m_allFilters(new QCheckBox(tr("All filters"), this)),
      m_ownScale(new QCheckBox(tr("Own scale for each"), this)),
      m_upper(new TileDetail(this)),
      m_lower(new TileDetail(this)) {
    setObjectName(QStringLiteral("lookView"));
    makeHeading(m_title, 1.4);
    m_title->setObjectName(QStringLiteral("layerTitle"));
    m_sampleTitle->setObjectName(QStringLiteral("sampleTitle"));
    m_sampleTitle->setTextFormat(Qt::PlainText);
    m_sampleTitle->setToolTip(tr("Which image is on show"));
    m_snapshotTitle->setObjectName(QStringLiteral("snapshotTitle"));
    m_snapshotTitle->setToolTip(tr("Which weights are on show"));
    m_sentence->setObjectName(QStringLiteral("layerSentence"));
    m_sentence->setWordWrap(true);
    m_allFilters->setObjectName(QStringLiteral("allFilters"));
    m_allFilters->setToolTip(tr("Every kernel of the layer: a row for each filter, a column for each input channel"));
    m_ownScale->setObjectName(QStringLiteral("ownScale"));
    m_ownScale->setToolTip(tr("Spreads the colours over each map's own values: faint maps become visible,\n"
                              "but colours of different maps can no longer be compared"));
    m_left->addControl(m_allFilters);
    m_right->addControl(m_ownScale);
    m_upper->setObjectName(QStringLiteral("upperDetail"));
    m_lower->setObjectName(QStringLiteral("lowerDetail"));

    auto* head = new QHBoxLayout;
    head->addWidget(m_title);
    head->addStretch();
    head->addWidget(m_sampleTitle);
    head->addSpacing(16);
    head->addWidget(m_snapshotTitle);
    auto* details = new QWidget(this);
    auto* detailColumn = new QVBoxLayout(details);
    detailColumn->setContentsMargins(8, 0, 0, 0);
    detailColumn->setSpacing(10);
    detailColumn->addWidget(m_upper, 1);
    detailColumn->addWidget(m_lower, 1);
    auto* splitter = new QSplitter(Qt::Horizontal, this);
    splitter->setObjectName(QStringLiteral("lookSplitter"));
    splitter->setChildrenCollapsible(false);
    splitter->setHandleWidth(13);
    splitter->addWidget(m_left);
    splitter->addWidget(m_right);
    splitter->addWidget(details);
    splitter->setStretchFactor(0, 4);
    splitter->setStretchFactor(1, 4);
    splitter->setStretchFactor(2, 3);
    splitter->setSizes({420, 420, 280});
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(14, 10, 14, 10);
    column->addLayout(head);
    column->addWidget(m_sentence);
    column->addSpacing(6);
    column->addWidget(splitter, 1);

    connect(m_allFilters, &QCheckBox::toggled, this, &LookView::refresh);
    connect(m_ownScale, &QCheckBox::toggled, this, &LookView::refresh);
    connect(m_left, &TilePanel::chosen, this, &LookView::onLeftChosen);
    connect(m_right, &TilePanel::chosen, this, &LookView::onRightChosen);
    connect(m_left, &TilePanel::hovered, this, &LookView::onLeftHovered);
    connect(m_right, &TilePanel::hovered, this, &LookView::onRightHovered);
    connect(m_upper, &TileDetail::valueHovered, m_left, &TilePanel::markValue);
    connect(m_lower, &TileDetail::valueHovered, m_right, &TilePanel::markValue);
}

void LookView::setLayer(const Plan& plan, int layer) {
    if (m_layer == layer && m_plan.network == plan.network)
        return;
    m_plan = plan;
    m_layer = layer;
    m_unit = 0;
    m_channel = 0;
    m_hoveredLeft = {};
    m_hoveredRight = {};
    m_title->setText(QStringLiteral("%1 · %2").arg(QString::fromStdString(info().name), layerCaption(this->layer())));
    m_sentence->setText(
        tr("%1 %2 in, %3 out.").arg(layerSentence(plan, layer), unbroken(info().in), unbroken(info().out)));
    refresh();
}

void LookView::setSnapshotTitle(const QString& title) {
    m_snapshotTitle->setText(title.isEmpty() ? QString() : tr("Weights: %1").arg(title));
}

void LookView::setSampleTitle(const QString& title) {
    m_sampleTitle->setText(title.isEmpty() ? QString() : tr("Image: %1").arg(title));
}

void LookView::setValues(SnapshotPtr snapshot, std::shared_ptr<const ProbeResult> result) {
    m_snapshot = std::move(snapshot);
    m_result = std::move(result);
    refresh();
}

void LookView::setNoResultReason(const QString& reason) {
    m_noResultReason = reason;
}

const Tensor* LookView::output() const {
    if (!m_result || m_result->outputs.size() != m_plan.layers.size())
        return nullptr;
    return &m_result->outputs[static_cast<std::size_t>(m_layer)];
}

const Tensor* LookView::input() const {
    if (!output())
        return nullptr;
    return m_layer == 0 ? &m_result->input : &m_result->outputs[static_cast<std::size_t>(m_layer) - 1];
}

void LookView::refresh() {
    if (m_layer < 0)
        return;
    // A snapshot of another network may still be around while the network changes.
    if (m_snapshot &&
        (m_snapshot->parameters.size() != m_plan.parameterCount || m_snapshot->state.size() != m_plan.stateCount))
        m_snapshot.reset();
    const auto* conv = std::get_if<Conv>(&layer());
    m_allFilters->setVisible(conv && info().in.channels > 1);
    m_ownScale->setVisible(!info().out.isFlat() || std::holds_alternative<Flatten>(layer()));
    std::visit([this](const auto& held) { fill(held); }, layer());
    linkPanels();
    fillDetails();
}

QString LookView::unitName(int unit) const {
    const bool isLast = m_layer + 1 == static_cast<int>(m_plan.layers.size());
    if (isLast)
        return tr("Class %1").arg(unit < m_classNames.size() ? m_classNames[unit] : QString::number(unit));
    return tr("Unit %1").arg(unit + 1);
}

void LookView::setClassNames(const QStringList& names) {
    m_classNames = names;
}

std::pair<int, int> LookView::kernelOf(int tile) const {
    const int channels = info().in.channels;
    if (std::holds_alternative<Conv>(layer())) {
        if (channels == 1)
            return {tile, 0};
        return m_allFilters->isChecked() ? std::pair(tile / channels, tile % channels) : std::pair(m_unit, tile);
    }
    if (std::holds_alternative<Dense>(layer()))
        return unitInputShape(m_plan, m_layer).isFlat() ? std::pair(tile, 0) : std::pair(m_unit, tile);
    return {tile, 0};
}

int LookView::tileOf(int unit, int channel) const {
    const int channels = info().in.channels;
    if (std::holds_alternative<Conv>(layer())) {
        if (channels == 1)
            return unit;
        return m_allFilters->isChecked() ? unit * channels + channel : channel;
    }
    if (std::holds_alternative<Dense>(layer()))
        return unitInputShape(m_plan, m_layer).isFlat() ? unit : channel;
    return unit;
}

void LookView::onLeftChosen(int index) {
    std::tie(m_unit, m_channel) = kernelOf(index);
    linkPanels();
    fillDetails();
}

void LookView::onRightChosen(int index) {
    m_unit = index;
    refresh();
}

void LookView::onLeftHovered(TileGrid::Place place) {
    m_hoveredLeft = place;
    if (place.tile < 0)
        m_upper->setCell(-1);
    linkPanels();
    fillDetails();
}

void LookView::onRightHovered(TileGrid::Place place) {
    m_hoveredRight = place;
    if (place.tile < 0)
        m_lower->setCell(-1);
    linkPanels();
    fillDetails();
}

void LookView::linkPanels() {
    m_left->setCurrent(tileOf(m_unit, m_channel));
    m_right->setCurrent(m_unit);
    m_right->grid()->setLinked(m_hoveredLeft.tile < 0 ? -1 : kernelOf(m_hoveredLeft.tile).first);
    m_left->grid()->setLinked(m_hoveredRight.tile < 0 ? -1 : tileOf(m_hoveredRight.tile, m_channel));
}

} // namespace kernelscope
