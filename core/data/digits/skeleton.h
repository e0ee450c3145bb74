// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// How people write each digit: strokes as points on a smooth curve.
#pragma once

#include <cmath>
#include <vector>

namespace kernelscope::digits {

/// A point; x to the right, y downwards.
struct Point {
    float x = 0.0f;
    float y = 0.0f;
};

inline float distance(Point a, Point b) {
    return std::sqrt((a.x - b.x) * (a.x - b.x) + (a.y - b.y) * (a.y - b.y));
}

/// The point at t between a (t = 0) and b (t = 1).
inline Point between(Point a, Point b, float t) {
    return {a.x + t * (b.x - a.x), a.y + t * (b.y - a.y)};
}

/// One movement of the pen through control points; at a corner the direction changes at once.
struct Stroke {
    struct Node {
        Point at;
        bool corner = false;
    };
    std::vector<Node> nodes;
};

/// The strokes of one digit, in a box of 100 x 100.
using Glyph = std::vector<Stroke>;

/// A way to write a digit, and how common it is among the ways to write that digit.
struct Form {
    Glyph glyph;
    float weight = 1.0f;
    int loops = 0; ///< Areas that its lines enclose: 2 for most 8s, 0 for an open 4.
};

/// One row of the table in skeletons.cpp.
struct SkeletonRow {
    int digit;
    float weight;
    const char* strokes;
};

/// Reads a row's strokes: "x,y x,y! x,y / x,y ...", where '/' starts a new stroke and '!' marks a corner.
Glyph parseGlyph(const char* strokes);

/// Whether two forms may be blended: as many strokes and points, which lie close together.
bool compatible(const Glyph& a, const Glyph& b);

/// Moves every point of a glyph by t towards the same point of a compatible one.
void blend(Glyph& glyph, const Glyph& other, float t);

/// All forms of a digit, 0 to 9.
const std::vector<Form>& formsOf(int digit);

} // namespace kernelscope::digits
