// SPDX-License-Identifier: GPL-3.0-or-later
#include "mistakes/mistakes_model.h"

#include "probe/probe.h"
#include "widgets/number_text.h"
#include "widgets/tiles.h"

#include <algorithm>
#include <utility>

namespace kernelscope {

void MistakesModel::setEvaluated(EvaluatedPtr evaluated) {
    m_evaluated = std::move(evaluated);
    list();
}

void MistakesModel::setChoice(CellChoice choice) {
    m_choice = choice;
    list();
}

void MistakesModel::setOrder(Order order) {
    m_order = order;
    list();
}

bool MistakesModel::isListed(std::size_t image) const {
    const int truth = m_evaluated->truth(image);
    const int taken = m_evaluated->taken(image);
    if (m_choice.isCell())
        return truth == m_choice.truth && taken == m_choice.predicted;
    return truth != taken && (m_choice.truth < 0 || truth == m_choice.truth) &&
           (m_choice.predicted < 0 || taken == m_choice.predicted);
}

void MistakesModel::list() {
    beginResetModel();
    m_images.clear();
    const std::size_t count = m_evaluated ? m_evaluated->images().size() : 0;
    for (std::size_t image = 0; image < count; ++image)
        if (isListed(image))
            m_images.push_back(static_cast<std::uint32_t>(image));
    const auto certainty = [this](std::uint32_t image) { return m_evaluated->images()[image].probabilities[0]; };
    if (m_order == Order::MostConfident)
        std::stable_sort(m_images.begin(), m_images.end(),
            [&](std::uint32_t a, std::uint32_t b) { return certainty(a) > certainty(b); });
    else if (m_order == Order::LeastConfident)
        std::stable_sort(m_images.begin(), m_images.end(),
            [&](std::uint32_t a, std::uint32_t b) { return certainty(a) < certainty(b); });
    endResetModel();
}

int MistakesModel::rowOf(std::uint32_t image) const {
    const auto found = std::find(m_images.begin(), m_images.end(), image);
    return found == m_images.end() ? -1 : static_cast<int>(found - m_images.begin());
}

int MistakesModel::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : static_cast<int>(m_images.size());
}

QVariant MistakesModel::data(const QModelIndex& index, int role) const {
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    const std::uint32_t image = m_images[static_cast<std::size_t>(index.row())];
    const auto name = [this](int of) { return m_evaluated->names.at(static_cast<std::size_t>(of)); };
    const int truth = m_evaluated->truth(image);
    const int taken = m_evaluated->taken(image);
    switch (role) {
    case PictureRole:
        return pictureImage(imageTensor(*m_evaluated->data, Split::Test, image));
    case Qt::DisplayRole: // also what typing searches for
    case CaptionRole:
        return truth == taken ? name(truth) : tr("%1 → %2").arg(name(truth), name(taken));
    case TruthRole:
        return name(truth);
    case TakenRole:
        return name(taken);
    case CertaintyRole:
        return percentText(static_cast<double>(m_evaluated->images()[image].probabilities[0]), 1);
    case RightRole:
        return truth == taken;
    case Qt::ToolTipRole:
    case Qt::AccessibleTextRole:
        return imageText(*m_evaluated, image);
    default:
        return {};
    }
}

} // namespace kernelscope
