// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/prediction_history.h"

#include <algorithm>
#include <utility>

namespace kernelscope {

void PredictionHistory::add(EpochPredictionsPtr predictions) {
    if (!m_epochs.empty() && predictions->epoch <= m_epochs.back()->epoch)
        return;
    // The newest was kept for being the newest.
    if (!m_epochs.empty() && (m_epochs.back()->epoch - m_epochs.front()->epoch) % m_stride != 0)
        m_epochs.pop_back();
    m_epochs.push_back(std::move(predictions));
    const std::size_t each = std::max<std::size_t>(m_epochs.back()->images.size() * sizeof(Prediction), 1);
    const std::size_t most = std::max<std::size_t>(m_bytes / each, 3);
    while (m_epochs.size() > most) {
        m_stride *= 2;
        const int newest = m_epochs.back()->epoch;
        std::erase_if(m_epochs, [this, newest, first = m_epochs.front()->epoch](const EpochPredictionsPtr& kept) {
            return kept->epoch != newest && (kept->epoch - first) % m_stride != 0;
        });
    }
}

} // namespace kernelscope
