// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "network/plan.h"
#include "probe/probe.h"
#include "widgets/tile_grid.h"

#include <QStringList>
#include <QWidget>

class QCheckBox;
class QLabel;

namespace kernelscope {

class TileDetail;
class TilePanel;

/// One layer looked at: what it has learnt on the left, what it makes of the image on the right, the chosen ones
/// enlarged with their numbers beside them. What LookWorkspace fills from the session.
class LookView : public QWidget {
    Q_OBJECT

public:
    explicit LookView(QWidget* parent = nullptr);

    /// Chooses the layer to be looked at; the first kernel and map are chosen anew where the network or layer differs.
    void setLayer(const Plan& plan, int layer);
    /// Which weights are on show: "Step 1,234".
    void setSnapshotTitle(const QString& title);
    /// Which image is on show: "test image 124".
    void setSampleTitle(const QString& title);
    /// The weights and the image's activations; null where there are none.
    void setValues(SnapshotPtr snapshot, std::shared_ptr<const ProbeResult> result);
    /// What the last layer's units stand for; without them, their numbers from 0. Before setLayer() or setValues().
    void setClassNames(const QStringList& names);
    /// Why there are no activations.
    void setNoResultReason(const QString& reason);

    /// The chosen filter, unit or map.
    int unit() const { return m_unit; }

private:
    /// What the two panels and the two enlargements show for a kind of layer.
    void fill(const Conv& conv);
    void fill(const Dense& dense);
    void fill(const Pool& pool);
    void fill(const Activation& activation);
    void fill(const Dropout& dropout);
    void fill(const BatchNorm& norm);
    void fill(const Flatten& flatten);
    void fillMaps();

    void refresh();
    void fillOutput(const QString& title);
    void fillDetails();
    void fillConvDetails(const Conv& conv, int unit, int channel);
    void fillDenseDetails(int unit, int channel);
    void fillMapDetails(int unit);
    void fillNormDetails(int channel);
    void onLeftChosen(int index);
    void onRightChosen(int index);
    void onLeftHovered(TileGrid::Place place);
    void onRightHovered(TileGrid::Place place);
    void linkPanels();
    const Layer& layer() const { return m_plan.network.layers[static_cast<std::size_t>(m_layer)]; }
    const LayerInfo& info() const { return m_plan.layers[static_cast<std::size_t>(m_layer)]; }
    /// "Unit 3", or "Class 7" in the last layer.
    QString unitName(int unit) const;
    /// What comes into the layer, and what leaves it; null without a probe result.
    const Tensor* input() const;
    const Tensor* output() const;
    /// Filter and channel that a tile of the left panel stands for.
    std::pair<int, int> kernelOf(int tile) const;
    int tileOf(int unit, int channel) const;

    Plan m_plan;
    int m_layer = -1;
    SnapshotPtr m_snapshot;
    std::shared_ptr<const ProbeResult> m_result;
    QString m_noResultReason;
    QStringList m_classNames;
    int m_unit = 0;    ///< Filter, unit or map.
    int m_channel = 0; ///< Of the chosen kernel: which input channel it reads.
    TileGrid::Place m_hoveredLeft;
    TileGrid::Place m_hoveredRight;

    QLabel* m_title;
    QLabel* m_sampleTitle;
    QLabel* m_snapshotTitle;
    QLabel* m_sentence;
    TilePanel* m_left;
    TilePanel* m_right;
    QCheckBox* m_allFilters;
    QCheckBox* m_ownScale;
    TileDetail* m_upper;
    TileDetail* m_lower;
};

} // namespace kernelscope
