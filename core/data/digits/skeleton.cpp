// SPDX-License-Identifier: GPL-3.0-or-later
#include "data/digits/skeleton.h"

#include "data/digits/loops.h"
#include "data/digits/skeletons.h"

#include <array>
#include <cstddef>
#include <memory>

namespace kernelscope::digits {

namespace {

/// Mean distance of corresponding points, in hundredths of the box, up to which two forms are one idea.
constexpr float kBlendDistance = 18.0f;

float readNumber(const char*& text) {
    float value = 0.0f;
    for (; *text >= '0' && *text <= '9'; ++text)
        value = 10.0f * value + static_cast<float>(*text - '0');
    return value;
}

} // namespace

Glyph parseGlyph(const char* strokes) {
    Glyph glyph(1);
    for (const char* text = strokes; *text != '\0';) {
        if (*text == '/') {
            glyph.emplace_back();
            ++text;
        } else if (*text == ' ') {
            ++text;
        } else {
            Stroke::Node node;
            node.at.x = readNumber(text);
            ++text; // the comma
            node.at.y = readNumber(text);
            if (*text == '!') {
                node.corner = true;
                ++text;
            }
            glyph.back().nodes.push_back(node);
        }
    }
    return glyph;
}

bool compatible(const Glyph& a, const Glyph& b) {
    if (a.size() != b.size())
        return false;
    float sum = 0.0f;
    float count = 0.0f;
    for (std::size_t i = 0; i < a.size(); ++i) {
        if (a[i].nodes.size() != b[i].nodes.size())
            return false;
        for (std::size_t j = 0; j < a[i].nodes.size(); ++j) {
            sum += distance(a[i].nodes[j].at, b[i].nodes[j].at);
            count += 1.0f;
        }
    }
    return sum < kBlendDistance * count;
}

void blend(Glyph& glyph, const Glyph& other, float t) {
    for (std::size_t i = 0; i < glyph.size(); ++i)
        for (std::size_t j = 0; j < glyph[i].nodes.size(); ++j)
            glyph[i].nodes[j].at = between(glyph[i].nodes[j].at, other[i].nodes[j].at, t);
}

const std::vector<Form>& formsOf(int digit) {
    // Never destroyed: the threads that draw in the background may still read it while the process ends.
    static const std::array<std::vector<Form>, 10>& forms = *[] {
        auto made = std::make_unique<std::array<std::vector<Form>, 10>>();
        std::array<std::vector<Form>, 10>& all = *made;
        for (const SkeletonRow& row : skeletonTable()) {
            const Glyph glyph = parseGlyph(row.strokes);
            std::vector<Polyline> lines;
            for (const Stroke& stroke : glyph)
                lines.push_back(traceStroke(stroke));
            all[static_cast<std::size_t>(row.digit)].push_back({glyph, row.weight, countLoops(lines)});
        }
        return made.release();
    }();
    return forms[static_cast<std::size_t>(digit)];
}

} // namespace kernelscope::digits
