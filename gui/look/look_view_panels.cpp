// SPDX-License-Identifier: GPL-3.0-or-later
#include "look/look_view.h"

#include "look/layer_tiles.h"
#include "look/tile_panel.h"
#include "widgets/layer_text.h"
#include "widgets/number_text.h"
#include "widgets/unit_bars.h"

#include <QCheckBox>

#include <algorithm>
#include <cstdint>
#include <span>
#include <vector>

namespace kernelscope {
namespace {

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

} // namespace kernelscope
