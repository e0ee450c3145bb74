// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// What the eyes want to know of one image: every layer's output, from the reference layers, on a snapshot's
/// parameters.
#pragma once

#include "data/data_set.h"
#include "network/plan.h"
#include "training/run_record.h"

#include <vector>

namespace kernelscope {

/// One image's way through the network.
struct ProbeResult {
    std::int64_t step = 0;            ///< Of the snapshot that was looked at.
    Tensor input;                     ///< Pixels, 0 to 1.
    std::vector<Tensor> outputs;      ///< One for each layer of the network.
    std::vector<float> probabilities; ///< Softmax of the last output.
    int predicted = 0;                ///< Class of the greatest probability.
    int label = -1;                   ///< The true class, -1 where unknown.
    double loss = 0;                  ///< Cross-entropy for the label; 0 where unknown.
};

/// Runs single images through a network. Cheap to make; not shared between threads.
class Probe {
public:
    /// Throws Error where the network does not compile.
    explicit Probe(const Network& network);

    /// The unfused plan: one step for each layer, then the loss.
    const Plan& plan() const { return m_plan; }

    /// @param image CHW pixels 0 to 1, of the network's input shape; @param label its class or -1.
    /// Throws Error where sizes do not fit the network.
    ProbeResult look(const Snapshot& snapshot, const Tensor& image, int label = -1) const;

private:
    Plan m_plan;
};

/// An image of a data set as the network sees it: pixel / 255. Calls require() for it.
Tensor imageTensor(const DataSet& data, Split split, std::size_t index);

} // namespace kernelscope
