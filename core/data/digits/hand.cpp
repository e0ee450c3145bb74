// SPDX-License-Identifier: GPL-3.0-or-later
#include "data/digits/hand.h"

#include <algorithm>
#include <cstddef>

namespace kernelscope::digits {

namespace {

const Form& pickForm(const std::vector<Form>& forms, RandomStream& random) {
    float sum = 0.0f;
    for (const Form& form : forms)
        sum += form.weight;
    float left = random.uniform() * sum;
    for (const Form& form : forms) {
        left -= form.weight;
        if (left < 0.0f)
            return form;
    }
    return forms.back();
}

/// Mean distance from a node to its neighbours: points that stand far apart may move further.
float spaceAround(const std::vector<Stroke::Node>& nodes, std::size_t j) {
    const std::size_t before = j > 0 ? j - 1 : 1;
    const std::size_t after = j + 1 < nodes.size() ? j + 1 : nodes.size() - 2;
    return 0.5f * (distance(nodes[j].at, nodes[before].at) + distance(nodes[j].at, nodes[after].at));
}

} // namespace

Form chooseForm(int digit, const DigitSettings& settings, RandomStream& form) {
    const std::vector<Form>& forms = formsOf(digit);
    const Form& base = pickForm(forms, form);
    Form chosen = base;
    for (int attempt = 0; attempt < 2; ++attempt) {
        const Form& other = pickForm(forms, form);
        const float t = form.uniform(-0.15f, 0.6f);
        if (form.chance(settings.blendChance) && &other != &base && compatible(chosen.glyph, other.glyph))
            blend(chosen.glyph, other.glyph, t);
    }
    return chosen;
}

void jitterGlyph(Glyph& glyph, const DigitSettings& settings, Hand& hand) {
    const bool roundsCorners = hand.form.chance(settings.roundWriterChance);
    for (Stroke& stroke : glyph) {
        Point shift;
        if (glyph.size() > 1) {
            shift.x = 0.7f * hand.deviate(settings.jitter);
            shift.y = 0.7f * hand.deviate(settings.jitter);
        }
        const std::vector<Stroke::Node> still = stroke.nodes;
        for (std::size_t j = 0; j < still.size(); ++j) {
            const float reach = std::min(1.4f, 0.3f + spaceAround(still, j) / 36.0f);
            Stroke::Node& node = stroke.nodes[j];
            node.at.x += shift.x + reach * hand.deviate(settings.jitter);
            node.at.y += shift.y + reach * hand.deviate(settings.jitter);
            const bool roundsThis = hand.image.chance(settings.roundCornerChance);
            if (roundsCorners || roundsThis)
                node.corner = false;
        }
    }
}

Polyline traceStroke(const Stroke& stroke) {
    const std::vector<Stroke::Node>& nodes = stroke.nodes;
    Polyline line;
    for (std::size_t j = 0; j + 1 < nodes.size(); ++j) {
        const Point b = nodes[j].at;
        const Point c = nodes[j + 1].at;
        const bool smoothStart = j > 0 && !nodes[j].corner;
        const bool smoothEnd = j + 2 < nodes.size() && !nodes[j + 1].corner;
        const Point a = smoothStart ? nodes[j - 1].at : between(c, b, 2.0f);
        const Point d = smoothEnd ? nodes[j + 2].at : between(b, c, 2.0f);
        const int steps = std::max(3, static_cast<int>(distance(b, c) / 7.0f));
        for (int k = 0; k < steps; ++k) {
            const float t = static_cast<float>(k) / static_cast<float>(steps);
            const float t2 = t * t;
            const float t3 = t2 * t;
            const float wa = -0.5f * t3 + t2 - 0.5f * t;
            const float wb = 1.5f * t3 - 2.5f * t2 + 1.0f;
            const float wc = -1.5f * t3 + 2.0f * t2 + 0.5f * t;
            const float wd = 0.5f * t3 - 0.5f * t2;
            line.push_back({wa * a.x + wb * b.x + wc * c.x + wd * d.x, wa * a.y + wb * b.y + wc * c.y + wd * d.y});
        }
    }
    line.push_back(nodes.back().at);
    return line;
}

void trimEnds(Polyline& line, const DigitSettings& settings, Hand& hand) {
    float length = 0.0f;
    for (std::size_t j = 1; j < line.size(); ++j)
        length += distance(line[j], line[j - 1]);
    for (int end = 0; end < 2; ++end) {
        std::reverse(line.begin(), line.end()); // after two turns the line runs as before
        float cut = length * hand.deviate(settings.trim);
        while (line.size() > 3) {
            const Point last = line.back();
            const Point previous = line[line.size() - 2];
            const float step = distance(last, previous) + 1e-3f;
            if (cut < step) {
                const Point moved = between(last, previous, cut / step); // a negative cut lies beyond the end
                if (cut < 0.0f)
                    line.push_back(moved);
                else
                    line.back() = moved;
                break;
            }
            cut -= step;
            line.pop_back();
        }
    }
}

} // namespace kernelscope::digits
