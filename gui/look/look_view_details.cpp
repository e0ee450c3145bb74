// SPDX-License-Identifier: GPL-3.0-or-later
#include "look/look_view.h"

#include "look/layer_tiles.h"
#include "look/tile_panel.h"
#include "widgets/number_text.h"
#include "widgets/tile_detail.h"

#include <cmath>
#include <limits>
#include <optional>
#include <tuple>

namespace kernelscope {
namespace {

/// The width at which a vector of n values makes the squarest rectangle without a rest.
int squareWidth(int n) {
    int height = static_cast<int>(std::sqrt(static_cast<double>(n)));
    while (n % height != 0)
        --height;
    return n / height;
}

} // namespace

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
