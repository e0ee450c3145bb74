// SPDX-License-Identifier: GPL-3.0-or-later
#include "draw/drawing.h"

#include <utility>

namespace kernelscope {

void Drawing::begin(Stroke stroke) {
    add(std::move(stroke));
}

void Drawing::extend(const PenPoint& point) {
    if (m_done == m_items.size() && m_done > 0)
        if (auto* stroke = std::get_if<Stroke>(&m_items.back()))
            stroke->points.push_back(point);
}

void Drawing::place(DrawnPicture picture) {
    add(std::move(picture));
}

void Drawing::clear() {
    if (!isEmpty())
        add(Cleared{});
}

void Drawing::undo() {
    if (canUndo())
        --m_done;
}

void Drawing::redo() {
    if (canRedo())
        ++m_done;
}

const DrawnPicture* Drawing::picture() const {
    const std::size_t first = visibleFrom();
    return first < m_done ? std::get_if<DrawnPicture>(&m_items[first]) : nullptr;
}

void Drawing::setInverts(bool inverts) {
    const std::size_t first = visibleFrom();
    if (first < m_done)
        if (auto* picture = std::get_if<DrawnPicture>(&m_items[first]))
            picture->inverts = inverts;
}

std::vector<const Drawing::Item*> Drawing::visible() const {
    std::vector<const Item*> items;
    for (std::size_t i = visibleFrom(); i < m_done; ++i)
        items.push_back(&m_items[i]);
    return items;
}

void Drawing::add(Item item) {
    m_items.resize(m_done);
    m_items.push_back(std::move(item));
    ++m_done;
}

std::size_t Drawing::visibleFrom() const {
    for (std::size_t i = m_done; i > 0; --i) {
        if (std::holds_alternative<Cleared>(m_items[i - 1]))
            return i;
        if (std::holds_alternative<DrawnPicture>(m_items[i - 1]))
            return i - 1;
    }
    return 0;
}

} // namespace kernelscope
