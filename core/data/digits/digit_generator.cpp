// SPDX-License-Identifier: GPL-3.0-or-later
#include "data/digits/digit_generator.h"

#include "data/digits/hand.h"
#include "data/digits/loops.h"
#include "data/digits/placement.h"
#include "data/digits/warp.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <vector>

namespace kernelscope::digits {

namespace {

/// Samples and writers of the test set are numbered from here, those of the training set from 0.
constexpr std::uint64_t kTestBase = std::uint64_t{1} << 40;

/// What the streams are for; a digit's own stream is kFormPurpose + digit.
constexpr std::uint64_t kWriterPurpose = 0;
constexpr std::uint64_t kFormPurpose = 1;
constexpr std::uint64_t kImagePurpose = 77;
constexpr std::uint64_t kLabelPurpose = 999;

std::uint64_t baseOf(Split split) {
    return split == Split::Train ? 0 : kTestBase;
}

/// The lines of a digit before they are placed in the image.
struct Figure {
    std::vector<Polyline> lines;
    int loops = 0; ///< That its form has.
};

Figure drawFigure(int digit, const DigitSettings& settings, Hand& hand) {
    Form form = chooseForm(digit, settings, hand.form);
    jitterGlyph(form.glyph, settings, hand);
    Figure figure;
    figure.loops = form.loops;
    for (const Stroke& stroke : form.glyph) {
        figure.lines.push_back(traceStroke(stroke));
        trimEnds(figure.lines.back(), settings, hand);
    }
    warpLines(figure.lines, digit, settings, hand);
    return figure;
}

/// How many loops a reader looks for in the ink: at least those that tell the digit from others, and none that its
/// form lacks. (A form's own flourishes may fill with ink: the small loop at the foot of a 2.)
struct WantedLoops {
    int least = 0;
    int most = 0;

    WantedLoops(int digit, int formLoops, bool mayFill) : most(formLoops) {
        static constexpr std::array<int, 10> kTellingLoops = {1, 0, 0, 0, 1, 0, 1, 0, 2, 1};
        if (!mayFill)
            least = std::min(formLoops, kTellingLoops[static_cast<std::size_t>(digit)]);
    }

    bool contain(int loops) const { return least <= loops && loops <= most; }
};

/// The area that the ink covers, as a part of what the pen would cover if its strokes kept clear of each other:
/// near 1 for an open figure, the lower the more of its bays are filled.
float openness(const std::vector<Polyline>& lines, const DepthField& depth, float penWidth) {
    float covered = 0.0f;
    for (const float pixel : depth)
        covered += std::clamp(pixel + 0.5f, 0.0f, 1.0f);
    float drawn = 0.0f;
    for (const Polyline& line : lines) {
        drawn += 0.8f * penWidth; // the round ends, about
        for (std::size_t j = 1; j < line.size(); ++j)
            drawn += distance(line[j - 1], line[j]);
    }
    return covered / (penWidth * drawn);
}

/// Ink of the figure, with a pen as thin as it must be for loops and bays to stay open.
DepthField inkFigure(const Figure& figure, WantedLoops wanted, const DigitSettings& settings, Pen& pen) {
    for (;;) {
        const std::vector<Polyline> lines = placeInFrame(figure.lines, pen);
        const DepthField depth = pen.ink(lines);
        if (pen.width() <= settings.thinnestPen)
            return depth;
        const bool open =
            pen.width() <= settings.alwaysOpenPen || openness(lines, depth, pen.width()) >= settings.minOpenness;
        if (open && wanted.contain(countLoops(depth, settings.loopClearance)))
            return depth;
        pen.setWidth(std::max(settings.thinnestPen, pen.width() * 0.85f));
    }
}

} // namespace

std::uint64_t writerOf(Split split, std::uint64_t index) {
    return baseOf(split) + index % (split == Split::Train ? kTrainWriters : kTestWriters);
}

std::uint8_t digitLabel(std::uint64_t seed, Split split, std::uint64_t index) {
    std::array<std::uint8_t, 10> labels{0, 1, 2, 3, 4, 5, 6, 7, 8, 9};
    RandomStream random(seed, baseOf(split) + index / labels.size(), kLabelPurpose);
    for (std::size_t left = labels.size(); left > 1; --left)
        std::swap(labels[left - 1], labels[static_cast<std::size_t>(random.next() % left)]);
    return labels[static_cast<std::size_t>(index % labels.size())];
}

void drawDigit(std::uint64_t seed, Split split, std::uint64_t index, const DigitSettings& settings,
    std::span<std::uint8_t, kPixels> pixels) {
    const int digit = digitLabel(seed, split, index);
    const std::uint64_t writer = writerOf(split, index) + 1;
    const Hand freshHand{{seed, writer, kWriterPurpose},
        {seed, writer, kFormPurpose + static_cast<std::uint64_t>(digit)},
        {seed, baseOf(split) + index + 1, kImagePurpose}};
    // An unsteady hand may open or close a loop and so write another digit. It then tries again, more carefully.
    for (const float unsteadiness : {1.0f, 0.6f, 0.3f, 0.0f}) {
        Hand hand = freshHand;
        const Figure figure = drawFigure(digit, settings.scaled(unsteadiness), hand);
        if (unsteadiness > 0.0f && countLoops(figure.lines) != figure.loops)
            continue;
        Pen pen = Pen::draw(digit, settings, hand);
        const WantedLoops wanted(digit, figure.loops, hand.image.chance(settings.fillChance));
        const DepthField depth = inkFigure(figure, wanted, settings, pen);
        developImage(depth, pen.edge(), settings.roughness, hand.image, pixels);
        return;
    }
}

void drawDigit(std::uint64_t seed, Split split, std::uint64_t index, std::span<std::uint8_t, kPixels> pixels) {
    drawDigit(seed, split, index, DigitSettings{}, pixels);
}

} // namespace kernelscope::digits
