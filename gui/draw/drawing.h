// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// What lies on the pad, and how it came there.
#pragma once

#include "data/picture.h"

#include <QPointF>

#include <cstddef>
#include <memory>
#include <variant>
#include <vector>

namespace kernelscope {

/// Where the pen was, in parts of the pad's width and height.
struct PenPoint {
    QPointF at;
    double width = 0; ///< In parts of the pad's shorter side.
};

/// What the pen drew between two lifts.
struct Stroke {
    bool erases = false;
    std::vector<PenPoint> points;
};

/// A picture that covers the pad, with its ink taken for both kinds of ground.
struct PadPicture {
    Picture source;
    Picture inkOnDark;
    Picture inkOnLight;
    bool hasLightGround = false; ///< As it seems: what `inverts` of DrawnPicture begins with.
};

/// A picture on the pad; all before it is covered.
struct DrawnPicture {
    std::shared_ptr<const PadPicture> picture;
    bool inverts = false; ///< Whether dark is ink.
};

/// The pad was cleared.
struct Cleared {};

/// Strokes, pictures and clearings in their order; each can be undone and done again.
class Drawing {
public:
    using Item = std::variant<Stroke, DrawnPicture, Cleared>;

    /// Begins a stroke: what was undone is gone.
    void begin(Stroke stroke);
    /// Lengthens the stroke that was begun last.
    void extend(const PenPoint& point);
    void place(DrawnPicture picture);
    /// Ignored where nothing is on the pad.
    void clear();
    void undo();
    void redo();
    bool canUndo() const { return m_done > 0; }
    bool canRedo() const { return m_done < m_items.size(); }

    /// Whether nothing was drawn since the pad was empty. (What was drawn may have been erased.)
    bool isEmpty() const { return visibleFrom() == m_done; }
    /// The picture on the pad, null where there is none.
    const DrawnPicture* picture() const;
    /// Takes the other ground of the picture on the pad for ink. No step of its own.
    void setInverts(bool inverts);

    /// Items that are to be painted, from the last that covers all before it.
    std::vector<const Item*> visible() const;

private:
    void add(Item item);
    std::size_t visibleFrom() const;

    std::vector<Item> m_items;
    std::size_t m_done = 0; ///< Items that were not undone.
};

} // namespace kernelscope
