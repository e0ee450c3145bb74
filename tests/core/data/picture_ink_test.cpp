// SPDX-License-Identifier: GPL-3.0-or-later
#include "data/drawing/ink_frame.h"
#include "data/drawing/picture_ink.h"

#include <QtTest>

#include <algorithm>
#include <cmath>

using namespace kernelscope;

namespace {

Picture page(int width, int height, std::uint8_t level) {
    Picture picture{{1, height, width}, {}, false};
    picture.pixels.assign(picture.shape.size(), level);
    return picture;
}

std::uint8_t& pixel(Picture& picture, int x, int y) {
    return picture.pixels[static_cast<std::size_t>(y * picture.shape.width + x)];
}

/// An L of dark ink.
void write(Picture& picture, std::uint8_t level) {
    for (int y = 40; y < 160; ++y)
        for (int x = 60; x < 72; ++x)
            pixel(picture, x, y) = level;
    for (int y = 148; y < 160; ++y)
        for (int x = 60; x < 130; ++x)
            pixel(picture, x, y) = level;
}

/// Whether exactly the L is ink: strong within, nothing outside.
bool isTheL(const Picture& ink) {
    for (int y = 0; y < ink.shape.height; ++y)
        for (int x = 0; x < ink.shape.width; ++x) {
            const bool isInk = (x >= 60 && x < 72 && y >= 40 && y < 160) || (x >= 60 && x < 130 && y >= 148 && y < 160);
            const int value = ink.pixels[static_cast<std::size_t>(y * ink.shape.width + x)];
            if (isInk ? value < 128 : value > 0)
                return false;
        }
    return true;
}

} // namespace

class PictureInkTest : public QObject {
    Q_OBJECT

private slots:
    void paperAndBlackboard() {
        Picture paper = page(200, 220, 240);
        write(paper, 20);
        QVERIFY(hasLightGround(paper));
        QVERIFY(isTheL(inkOf(paper, true)));
        Picture board = page(200, 220, 30);
        write(board, 200);
        QVERIFY(!hasLightGround(board));
        QVERIFY(isTheL(inkOf(board, false)));
        QVERIFY(isTheL(inkOf(colorPicture(paper), true)));
    }

    /// A photograph: a shadow across the page, noise everywhere, dust.
    void aPhotoOfPaper() {
        Picture photo = page(200, 220, 0);
        std::uint32_t random = 7;
        const auto noise = [&random] {
            random = random * 1664525u + 1013904223u;
            return static_cast<int>(random >> 29) - 4;
        };
        for (int y = 0; y < 220; ++y)
            for (int x = 0; x < 200; ++x)
                pixel(photo, x, y) = static_cast<std::uint8_t>(200 - y / 4 - x / 8 + noise());
        write(photo, 40);
        for (const auto& [x, y] : {std::pair(10, 10), std::pair(150, 30), std::pair(180, 200)})
            pixel(photo, x, y) = 90;
        QVERIFY(hasLightGround(photo));
        QVERIFY(isTheL(inkOf(photo, true)));
    }

    /// A stroke that runs over the page's edge is no ground.
    void inkAtTheEdge() {
        Picture paper = page(200, 220, 250);
        for (int y = 0; y < 220; ++y)
            for (int x = 90; x < 110; ++x)
                pixel(paper, x, y) = 10;
        const Picture ink = inkOf(paper, true);
        for (int x = 0; x < 200; ++x)
            QCOMPARE(
                static_cast<int>(ink.pixels[static_cast<std::size_t>(100 * 200 + x)]), x >= 90 && x < 110 ? 255 : 0);
    }

    void anEmptyPageHasNoInk() {
        for (const std::uint8_t level : {std::uint8_t{0}, std::uint8_t{128}, std::uint8_t{255}}) {
            const Picture ink = inkOf(page(64, 64, level), hasLightGround(page(64, 64, level)));
            QCOMPARE(*std::max_element(ink.pixels.begin(), ink.pixels.end()), std::uint8_t{0});
        }
        Picture faint = page(64, 64, 128);
        pixel(faint, 30, 30) = 134;
        QCOMPARE(inkOf(faint, false).pixels[30 * 64 + 30], std::uint8_t{0});
    }

    void aCleanPictureKeepsEveryPixel() {
        Picture digit = page(28, 28, 0);
        for (int y = 4; y < 24; ++y)
            for (int x = 10; x < 16; ++x)
                pixel(digit, x, y) = static_cast<std::uint8_t>(255 - 10 * std::abs(x - 13));
        pixel(digit, 20, 12) = 3; // a faint speck
        QCOMPARE(inkOf(digit, false).pixels, digit.pixels);
    }

    void theSmallestPictures() {
        for (const auto& [width, height] : {std::pair(1, 1), std::pair(1, 50), std::pair(2, 2), std::pair(300, 1)}) {
            Picture picture = page(width, height, 200);
            picture.pixels.back() = 0;
            QCOMPARE(inkOf(picture, hasLightGround(picture)).pixels.size(), picture.pixels.size());
        }
    }

    void theMiddleIsCroppedOut() {
        Picture wide = page(60, 20, 10);
        for (int y = 0; y < 20; ++y)
            for (int x = 20; x < 40; ++x)
                pixel(wide, x, y) = 200;
        Picture middle = croppedPicture(wide, 10, 10);
        QVERIFY(middle.shape == (Shape{1, 10, 10}));
        QVERIFY(std::all_of(middle.pixels.begin(), middle.pixels.end(), [](std::uint8_t v) { return v == 200; }));
        Picture tall = page(8, 30, 10);
        pixel(tall, 0, 11) = 77;
        middle = croppedPicture(tall, 8, 8);
        QCOMPARE(middle.pixels.front(), std::uint8_t{77});
        QVERIFY(croppedPicture(page(5000, 1, 9), 32, 32).shape == (Shape{1, 32, 32}));
    }

    void aPictureBecomesAnInput() {
        Picture color{{3, 1, 2}, {255, 0, 51, 0, 0, 102}, false};
        const Tensor same = pictureTensor(color, {3, 1, 2});
        QCOMPARE(same.values, (std::vector<float>{1, 0, 0.2f, 0, 0, 0.4f}));
        QCOMPARE(pictureTensor(color, {1, 1, 2}).values.size(), std::size_t{2});
        QCOMPARE(pictureTensor(page(4, 4, 51), {3, 2, 2}).values, std::vector<float>(12, 0.2f));
        QCOMPARE(pictureTensor(color, {4, 1, 2}).values.size(), std::size_t{8});
        QCOMPARE(pictureTensor(color, {2, 3, 3}).values.size(), std::size_t{18});
    }
};

QTEST_APPLESS_MAIN(PictureInkTest)
#include "picture_ink_test.moc"
