// SPDX-License-Identifier: GPL-3.0-or-later
#include "look/look_view.h"

#include "look/layer_tiles.h"
#include "look/tile_panel.h"
#include "widgets/layer_text.h"
#include "widgets/number_text.h"
#include "widgets/scale_legend.h"
#include "widgets/tile_detail.h"
#include "widgets/unit_bars.h"

#include <QCheckBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QSplitter>
#include <QVBoxLayout>

#include <algorithm>
#include <cmath>
#include <limits>

namespace kernelscope {
namespace {

/// The width at which a vector of n values makes the squarest rectangle without a rest.
int squareWidth(int n) {
    int height = static_cast<int>(std::sqrt(static_cast<double>(n)));
    while (n % height != 0)
        --height;
    return n / height;
}

/// One scale over all values of both, or one for each pair of tiles.
std::vector<ColorScale> sharedScales(const Tiles& one, const Tiles& other, bool own) {
    const auto both = [](std::span<const float> a, std::span<const float> b) {
        const ColorScale first = ColorScale::viridis(a);
        const ColorScale second = ColorScale::viridis(b);
        return ColorScale::viridis(
            std::min(first.minimum(), second.minimum()), std::max(first.maximum(), second.maximum()));
    };
    if (!own)
        return {both(one.values, other.values)};
    std::vector<ColorScale> scales;
    for (int i = 0; i < std::min(one.count(), other.count()); ++i)
        scales.push_back(both(one.tile(i), other.tile(i)));
    return scales;
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
    QFont large = font();
    large.setPointSizeF(font().pointSizeF() * 1.4);
    large.setBold(true);
    m_title->setFont(large);
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
        tr("%1 %2 in, %3 out.").arg(layerSentence(plan, layer), shapeText(info().in), shapeText(info().out)));
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

void LookView::fill(const Conv& conv) {
    fillOutput(tr("Feature maps: %1").arg(conv.filters));
    const int channels = info().in.channels;
    if (!m_snapshot)
        return m_left->setNothing(tr("There are no weights yet."));
    const std::span<const float> parameters = m_snapshot->parameters;
    const std::vector<ColorScale> scales{ColorScale::zeroCentred(layerWeights(m_plan, parameters, m_layer))};
    TileGrid* grid = m_left->grid();
    if (channels == 1) {
        m_left->setTitle(tr("Kernels: %1, one for each feature map").arg(conv.filters));
        grid->setArrangement(TileGrid::Arrangement::Grid);
        grid->setTileName([](int tile) { return tr("Kernel %1").arg(tile + 1); });
        m_left->setTiles(convKernels(m_plan, parameters, m_layer), scales);
    } else if (m_allFilters->isChecked()) {
        m_left->setTitle(tr("%1 filters (rows) × %2 input channels (columns)").arg(conv.filters).arg(channels));
        grid->setArrangement(TileGrid::Arrangement::Grid, channels);
        grid->setTileName([channels](int tile) {
            return tr("Filter %1, channel %2").arg(tile / channels + 1).arg(tile % channels + 1);
        });
        m_left->setTiles(convKernels(m_plan, parameters, m_layer), scales);
    } else {
        m_left->setTitle(
            tr("Filter %1 of %2: a kernel for each of %3 channels").arg(m_unit + 1).arg(conv.filters).arg(channels));
        grid->setArrangement(TileGrid::Arrangement::Grid);
        grid->setTileName(
            [unit = m_unit](int tile) { return tr("Filter %1, channel %2").arg(unit + 1).arg(tile + 1); });
        m_left->setTiles(filterKernels(m_plan, parameters, m_layer, m_unit), scales);
    }
}

void LookView::fill(const Dense& dense) {
    const bool isLast = m_layer + 1 == static_cast<int>(m_plan.layers.size());
    QStringList names;
    for (int unit = 0; isLast && unit < dense.units; ++unit)
        names += unit < m_classNames.size() ? m_classNames[unit] : QString::number(unit);
    m_right->bars()->setNames(names);
    fillOutput(isLast ? tr("Outputs before softmax (logits)") : tr("Outputs of the %1 units").arg(dense.units));
    if (!m_snapshot)
        return m_left->setNothing(tr("There are no weights yet."));
    const std::span<const float> parameters = m_snapshot->parameters;
    const std::vector<ColorScale> scales{ColorScale::zeroCentred(layerWeights(m_plan, parameters, m_layer))};
    const Shape shape = unitInputShape(m_plan, m_layer);
    TileGrid* grid = m_left->grid();
    if (shape.isFlat()) {
        m_left->setTitle(tr("Weights: a row for each unit, a column for each of %1 inputs").arg(shape.channels));
        grid->setArrangement(TileGrid::Arrangement::Rows);
        grid->setTileName([this](int tile) { return unitName(tile); });
        m_left->setTiles(weightMatrix(m_plan, parameters, m_layer), scales);
    } else {
        m_left->setTitle(
            tr("%1 of %2: its weights on each of %3 maps").arg(unitName(m_unit)).arg(dense.units).arg(shape.channels));
        grid->setArrangement(TileGrid::Arrangement::Grid);
        grid->setTileName([this](int tile) { return tr("%1, map %2").arg(unitName(m_unit)).arg(tile + 1); });
        m_left->setTiles(unitWeights(m_plan, parameters, m_layer, m_unit), scales);
    }
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

void LookView::fill(const Pool&) {
    fillMaps();
}

void LookView::fill(const Activation&) {
    fillMaps();
}

void LookView::fill(const Dropout&) {
    fillMaps();
}

void LookView::fill(const BatchNorm&) {
    fillMaps();
}

void LookView::fillMaps() {
    m_left->setTitle(tr("What comes in: %1").arg(shapeText(info().in)));
    m_right->setTitle(tr("What goes out: %1").arg(shapeText(info().out)));
    if (!output()) {
        m_left->setNothing(m_noResultReason);
        m_right->setNothing(m_noResultReason);
        return;
    }
    if (info().in.isFlat()) {
        m_left->bars()->setNames({});
        m_right->bars()->setNames({});
        m_left->setBars(input()->values);
        m_right->setBars(output()->values);
        return;
    }
    const Tiles in = channelTiles(*input());
    const Tiles out = channelTiles(*output());
    const std::vector<ColorScale> scales = sharedScales(in, out, m_ownScale->isChecked());
    for (TilePanel* panel : {m_left, m_right}) {
        panel->grid()->setArrangement(TileGrid::Arrangement::Grid);
        panel->grid()->setTileName([](int tile) { return tr("Map %1").arg(tile + 1); });
    }
    m_left->setTiles(in, scales);
    m_right->setTiles(out, scales);
}

void LookView::fill(const Flatten&) {
    fillMaps();
    if (!output() || info().in.isFlat())
        return;
    const Tiles in = channelTiles(*input());
    m_right->setTitle(tr("What goes out: one vector of %1 values, a row a map").arg(countText(info().out.channels)));
    m_right->grid()->setArrangement(TileGrid::Arrangement::Rows);
    m_right->grid()->setTileName([size = in.tileSize()](int tile) {
        const auto first = static_cast<std::int64_t>(size) * tile;
        return tr("Values %1 to %2").arg(countText(first + 1), countText(first + static_cast<std::int64_t>(size)));
    });
    m_right->setTiles(
        {static_cast<int>(in.tileSize()), 1, output()->values}, sharedScales(in, in, m_ownScale->isChecked()));
}

void LookView::fillOutput(const QString& title) {
    m_right->setTitle(title);
    if (!output())
        return m_right->setNothing(m_noResultReason);
    if (output()->shape.isFlat())
        return m_right->setBars(output()->values);
    const Tiles tiles = channelTiles(*output());
    m_right->grid()->setArrangement(TileGrid::Arrangement::Grid);
    m_right->grid()->setTileName([](int tile) { return tr("Feature map %1").arg(tile + 1); });
    m_right->setTiles(tiles, sharedScales(tiles, tiles, m_ownScale->isChecked()));
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

void LookView::fillDetails() {
    int unit = m_unit;
    int channel = m_channel;
    if (m_hoveredRight.tile >= 0)
        unit = m_hoveredRight.tile;
    else if (m_hoveredLeft.tile >= 0)
        std::tie(unit, channel) = kernelOf(m_hoveredLeft.tile);
    if (const auto* conv = std::get_if<Conv>(&layer()))
        fillConvDetails(*conv, unit, channel);
    else if (std::holds_alternative<Dense>(layer()))
        fillDenseDetails(unit, channel);
    else
        fillMapDetails(unit);
    if (std::holds_alternative<BatchNorm>(layer()))
        fillNormDetails(unit);
    // What the pointer is on is read in the enlargement and in the legend.
    const auto mark = [](const TileGrid::Place& place, TileDetail* detail, TilePanel* panel) {
        const bool isMarked = place.tile >= 0 && place.tile < panel->grid()->tiles().count();
        if (isMarked)
            detail->setCell(place.row * panel->grid()->tiles().width + place.column);
        panel->markValue(isMarked ? panel->grid()->tiles().at(place.tile, place.row, place.column)
                                  : std::numeric_limits<float>::quiet_NaN());
    };
    mark(m_hoveredLeft, m_upper, m_left);
    mark(m_hoveredRight, m_lower, m_right);
}

void LookView::fillConvDetails(const Conv& conv, int unit, int channel) {
    m_upper->show();
    m_lower->show();
    const int channels = info().in.channels;
    if (m_snapshot) {
        const Tiles kernels = filterKernels(m_plan, m_snapshot->parameters, m_layer, unit);
        const float bias = layerBiases(m_plan, m_snapshot->parameters, m_layer)[static_cast<std::size_t>(unit)];
        m_upper->setTitle(
            channels == 1 ? tr("Kernel %1, bias %2").arg(unit + 1).arg(valueText(bias))
                          : tr("Filter %1, channel %2, bias %3").arg(unit + 1).arg(channel + 1).arg(valueText(bias)));
        m_upper->setTile(kernels.tile(channel), conv.kernel, conv.kernel, m_left->grid()->scale(0));
    } else {
        m_upper->clear(tr("There are no weights yet."));
    }
    m_lower->setTitle(tr("Feature map %1").arg(unit + 1));
    if (!output())
        return m_lower->clear(m_noResultReason);
    const Tiles& maps = m_right->grid()->tiles();
    m_lower->setTile(maps.tile(unit), maps.width, maps.height, m_right->grid()->scale(unit));
}

void LookView::fillDenseDetails(int unit, int channel) {
    m_upper->show();
    m_lower->show();
    if (!m_snapshot)
        return m_upper->clear(tr("There are no weights yet."));
    const Shape shape = unitInputShape(m_plan, m_layer);
    const float bias = layerBiases(m_plan, m_snapshot->parameters, m_layer)[static_cast<std::size_t>(unit)];
    Tiles weights = unitWeights(m_plan, m_snapshot->parameters, m_layer, unit);
    const ColorScale& weightScale = m_left->grid()->scale(0);
    if (shape.isFlat()) {
        // A vector: as a rectangle, weights and inputs alike.
        const int width = squareWidth(shape.channels);
        const int height = shape.channels / width;
        m_upper->setTitle(tr("%1, bias %2: its weights, row by row").arg(unitName(unit)).arg(valueText(bias)));
        m_upper->setTile(weights.values, width, height, weightScale);
        m_lower->setTitle(tr("The %1 inputs, in the same places").arg(shape.channels));
        if (!input())
            return m_lower->clear(m_noResultReason);
        return m_lower->setTile(input()->values, width, height, ColorScale::viridis(input()->values));
    }
    m_upper->setTitle(tr("%1, weights on map %2, bias %3").arg(unitName(unit)).arg(channel + 1).arg(valueText(bias)));
    m_upper->setTile(weights.tile(channel), weights.width, weights.height, weightScale);
    m_lower->setTitle(tr("Map %1, which comes in").arg(channel + 1));
    if (!input())
        return m_lower->clear(m_noResultReason);
    const Tiles maps{shape.width, shape.height, input()->values};
    m_lower->setTile(maps.tile(channel), maps.width, maps.height, ColorScale::viridis(maps.values));
}

/// In words, what is done to a channel: beside its maps, or alone for a unit, which has none.
void LookView::fillNormDetails(int channel) {
    std::optional<ChannelNorm> norm;
    if (m_snapshot && channel < info().in.channels)
        norm = channelNorm(m_plan, m_snapshot->parameters, m_snapshot->state, m_layer, channel);
    const auto text = [](float value) { return valueText(static_cast<double>(value)); };
    if (info().in.isFlat()) {
        m_upper->show();
        m_upper->setTitle(tr("Unit %1").arg(channel + 1));
        m_upper->clear(norm ? tr("Running mean %1\nRunning variance %2\nWeight γ %3\nBias β %4")
                                  .arg(text(norm->mean), text(norm->variance), text(norm->weight), text(norm->bias))
                            : tr("There are no weights yet."));
        return;
    }
    if (!norm)
        return;
    m_upper->setTitle(tr("Map %1, coming in: running mean %2, variance %3")
                          .arg(channel + 1)
                          .arg(text(norm->mean), text(norm->variance)));
    m_lower->setTitle(
        tr("Map %1, going out: weight γ %2, bias β %3").arg(channel + 1).arg(text(norm->weight), text(norm->bias)));
}

void LookView::fillMapDetails(int unit) {
    const bool isFlat = info().in.isFlat();
    m_upper->setVisible(!isFlat);
    // A flattened map is the same values again, in one row.
    m_lower->setVisible(!isFlat && !std::holds_alternative<Flatten>(layer()));
    m_upper->setTitle(tr("Map %1, coming in").arg(unit + 1));
    m_lower->setTitle(tr("Map %1, going out").arg(unit + 1));
    if (isFlat || !output()) {
        m_upper->clear(m_noResultReason);
        m_lower->clear(m_noResultReason);
        return;
    }
    const auto show = [unit](TileDetail* detail, const TilePanel* panel) {
        const Tiles& maps = panel->grid()->tiles();
        detail->setTile(maps.tile(unit), maps.width, maps.height, panel->grid()->scale(unit));
    };
    show(m_upper, m_left);
    show(m_lower, m_right);
}

} // namespace kernelscope
