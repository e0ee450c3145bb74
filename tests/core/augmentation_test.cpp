// SPDX-License-Identifier: GPL-3.0-or-later
#include "data/augmentation.h"

#include <QtTest>

#include <array>
#include <map>
#include <numeric>
#include <vector>

using namespace kernelscope;

namespace {

using Pixels = std::vector<std::uint8_t>;

Pixels augmented(const Pixels& image, Shape shape, const Augmentation& how) {
    Pixels out(image.size(), 99); // what is not written stands out
    augment(image, shape, how, out);
    return out;
}

const Shape small{1, 3, 4};
const Pixels digits{1, 2, 3, 4, //
    5, 6, 7, 8,                 //
    9, 10, 11, 12};

} // namespace

/// What is done to training images: the draw, whose words every backend must find, and the pixels.
class AugmentationTest : public QObject {
    Q_OBJECT

private slots:
    /// Worked out apart, from the generator's paper and the rule in data/augmentation.h.
    void drawsAreTheKnownOnes() {
        const auto is = [](AugmentationSpec spec, std::uint64_t seed, std::int64_t step, std::size_t position,
                            Augmentation expected) { return drawAugmentation(spec, seed, step, position) == expected; };
        QVERIFY(is({2, true}, 1, 1, 0, {0, 0, false}));
        QVERIFY(is({2, true}, 1, 1, 1, {0, 2, true}));
        QVERIFY(is({2, true}, 1, 2, 0, {-2, -1, true}));
        QVERIFY(is({4, true}, 1234567890123456789u, 100000, 31, {4, 2, false}));
        QVERIFY(is({1, true}, 7, 3, 5, {-1, -1, false}));
        // Without a shift, the mirror is drawn as before.
        QVERIFY(is({0, true}, 1, 1, 1, {0, 0, true}));
        QVERIFY(is({2, false}, 1, 2, 0, {-2, -1, false}));
        QVERIFY(is({0, false}, 1, 2, 0, {0, 0, false}));
        // Of the step, the lower 32 bits count.
        QVERIFY(is({2, true}, 1, (std::int64_t{1} << 32) + 2, 0, {-2, -1, true}));
        static_assert(drawAugmentation({2, true}, 1, 2, 0) == Augmentation{-2, -1, true});
    }

    /// Each place and the mirror come as often as the others, within five standard deviations.
    void drawsAreEven() {
        const AugmentationSpec spec{2, true};
        constexpr int draws = 50000;
        std::map<std::pair<int, int>, int> places;
        int flips = 0;
        for (int i = 0; i < draws; ++i) {
            const Augmentation drawn = drawAugmentation(spec, 5, 1 + i / 50, static_cast<std::size_t>(i % 50));
            ++places[{drawn.dx, drawn.dy}];
            flips += drawn.flip;
        }
        QCOMPARE(places.size(), std::size_t{25});
        for (const auto& [place, count] : places) {
            QVERIFY(std::abs(place.first) <= 2 && std::abs(place.second) <= 2);
            QVERIFY2(std::abs(count - draws / 25) < 220, qPrintable(QString::number(count)));
        }
        QVERIFY(std::abs(flips - draws / 2) < 560);
    }

    void nothingIsDoneToAnImageThatStays() { QCOMPARE(augmented(digits, small, {}), digits); }

    void imagesAreMoved() {
        QCOMPARE(augmented(digits, small, {1, 0, false}), (Pixels{0, 1, 2, 3, 0, 5, 6, 7, 0, 9, 10, 11}));
        QCOMPARE(augmented(digits, small, {-2, 0, false}), (Pixels{3, 4, 0, 0, 7, 8, 0, 0, 11, 12, 0, 0}));
        QCOMPARE(augmented(digits, small, {0, 1, false}), (Pixels{0, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8}));
        QCOMPARE(augmented(digits, small, {0, -2, false}), (Pixels{9, 10, 11, 12, 0, 0, 0, 0, 0, 0, 0, 0}));
        QCOMPARE(augmented(digits, small, {1, -1, false}), (Pixels{0, 5, 6, 7, 0, 9, 10, 11, 0, 0, 0, 0}));
    }

    void imagesAreMirroredThenMoved() {
        QCOMPARE(augmented(digits, small, {0, 0, true}), (Pixels{4, 3, 2, 1, 8, 7, 6, 5, 12, 11, 10, 9}));
        QCOMPARE(augmented(digits, small, {1, 0, true}), (Pixels{0, 4, 3, 2, 0, 8, 7, 6, 0, 12, 11, 10}));
    }

    /// An image may be smaller than what it is moved by.
    void farMovesLeaveNothing() {
        QCOMPARE(augmented(digits, small, {4, 0, false}), Pixels(12, 0));
        QCOMPARE(augmented(digits, small, {0, -4, true}), Pixels(12, 0));
        QCOMPARE(augmented({7}, {1, 1, 1}, {4, 4, true}), Pixels{0});
    }

    /// All channels alike: each plane is what it would be alone.
    void channelsMoveTogether() {
        const Shape colour{3, 3, 4};
        Pixels image(colour.size());
        std::iota(image.begin(), image.end(), std::uint8_t{1});
        for (const Augmentation how : {Augmentation{2, -1, false}, Augmentation{-1, 1, true}}) {
            const Pixels whole = augmented(image, colour, how);
            for (std::size_t c = 0; c < 3; ++c) {
                const Pixels plane(image.begin() + static_cast<std::ptrdiff_t>(c * 12),
                    image.begin() + static_cast<std::ptrdiff_t>(c * 12 + 12));
                const Pixels expected = augmented(plane, small, how);
                QVERIFY(
                    std::equal(expected.begin(), expected.end(), whole.begin() + static_cast<std::ptrdiff_t>(c * 12)));
            }
        }
    }
};

QTEST_APPLESS_MAIN(AugmentationTest)
#include "augmentation_test.moc"
