// SPDX-License-Identifier: GPL-3.0-or-later
#include "data/data_set.h"
#include "data/drawing/ink_frame.h"

#include <QtTest>

#include <algorithm>
#include <cmath>
#include <numbers>

using namespace kernelscope;

namespace {

/// A drawing that is made by hand.
struct Canvas {
    Canvas(int w, int h) : width(w), height(h), ink(static_cast<std::size_t>(w * h)) {}

    void fill(int left, int top, int w, int h, std::uint8_t value = 255) {
        for (int y = top; y < top + h; ++y)
            for (int x = left; x < left + w; ++x)
                ink[static_cast<std::size_t>(y * width + x)] = value;
    }

    InkRaster raster() const { return {width, height, ink}; }

    int width;
    int height;
    std::vector<std::uint8_t> ink;
};

/// Where ink lies in a frame.
struct Placed {
    int left = 1000;
    int top = 1000;
    int right = -1;
    int bottom = -1;
    double meanX = 0;
    double meanY = 0;
    double mass = 0;

    Placed(const std::vector<double>& frame, int width) {
        for (std::size_t i = 0; i < frame.size(); ++i) {
            const int x = static_cast<int>(i) % width;
            const int y = static_cast<int>(i) / width;
            if (frame[i] <= 0)
                continue;
            left = std::min(left, x);
            top = std::min(top, y);
            right = std::max(right, x);
            bottom = std::max(bottom, y);
            mass += frame[i];
            meanX += frame[i] * x;
            meanY += frame[i] * y;
        }
        meanX /= mass;
        meanY /= mass;
    }

    int width() const { return right - left + 1; }
    int height() const { return bottom - top + 1; }
};

/// A tick: a short stroke down and a long one up, whose mass is not in the middle of its box.
Canvas tick(int width, int height, int left, int top, int unit) {
    Canvas canvas(width, height);
    for (int i = 0; i < 4 * unit; ++i)
        canvas.fill(left + i, top + 6 * unit + i, 2 * unit, 2 * unit);
    for (int i = 0; i < 10 * unit; ++i)
        canvas.fill(left + 4 * unit + i / 2, top + 10 * unit - i, 2 * unit, 2 * unit);
    return canvas;
}

double value(const std::vector<double>& frame, int x, int y, int width = 28) {
    return frame[static_cast<std::size_t>(y * width + x)];
}

} // namespace

class InkFrameTest : public QObject {
    Q_OBJECT

private slots:
    void nothingStaysNothing() {
        const Canvas empty(280, 280);
        QVERIFY(centredInk(empty.raster(), 28, 28).empty());
        QVERIFY(inkTensor({}, {1, 28, 28}).values.empty());
        QVERIFY(centredInk({0, 0, {}}, 28, 28).empty());
    }

    /// 100 x 50 at a fifth: 20 x 10, and exact, for the window is five whole pixels.
    void aBlockFillsTheBoxAndKeepsItsAspect() {
        Canvas canvas(300, 200);
        canvas.fill(31, 17, 100, 50);
        const std::vector<double> frame = centredInk(canvas.raster(), 28, 28);
        const Placed placed(frame, 28);
        QCOMPARE(placed.width(), 20);
        QCOMPARE(placed.height(), 10);
        for (int y = placed.top; y <= placed.bottom; ++y)
            for (int x = placed.left; x <= placed.right; ++x)
                QVERIFY(std::abs(value(frame, x, y) - 1) < 1e-12);
        // The mean index 9.5 of twenty goes to 14 +- 0.5 by whole pixels: from 4 on, or 5; MNIST rounds up.
        QCOMPARE(placed.left, 5);
        QCOMPARE(placed.top, 10);
    }

    /// A quarter of each pixel's window is ink: known to the last bit.
    void pixelsAreMeansOfWhatTheyCover() {
        Canvas canvas(80, 80);
        canvas.fill(0, 0, 80, 4);  // a full row of pixels: one pixel is four of the drawing's
        canvas.fill(8, 40, 2, 2);  // a quarter of one pixel
        canvas.fill(40, 76, 1, 4); // a quarter, upright, which ends the box
        const std::vector<double> frame = centredInk(canvas.raster(), 28, 28);
        const Placed placed(frame, 28);
        QCOMPARE(placed.width(), 20);
        QCOMPARE(placed.height(), 20);
        QCOMPARE(value(frame, placed.left + 2, placed.top + 10), 0.25);
        QCOMPARE(value(frame, placed.left + 10, placed.top + 19), 0.25);
        QCOMPARE(value(frame, placed.left + 7, placed.top), 1.0);
    }

    void massLiesInTheMiddleToHalfAPixel() {
        for (const int unit : {3, 5, 9}) {
            const Canvas canvas = tick(300, 300, 20, 30, unit);
            const std::vector<double> frame = centredInk(canvas.raster(), 28, 28);
            const Placed placed(frame, 28);
            QCOMPARE(std::max(placed.width(), placed.height()), 20);
            QVERIFY2(std::abs(placed.meanX - 14) <= 0.5, qPrintable(QString::number(placed.meanX)));
            QVERIFY2(std::abs(placed.meanY - 14) <= 0.5, qPrintable(QString::number(placed.meanY)));
        }
    }

    void wherePeopleDrawDoesNotMatter() {
        const std::vector<double> frame = centredInk(tick(300, 300, 20, 30, 6).raster(), 28, 28);
        QCOMPARE(centredInk(tick(300, 300, 200, 150, 6).raster(), 28, 28), frame);
        QCOMPARE(centredInk(tick(120, 400, 7, 0, 6).raster(), 28, 28), frame);
    }

    void howLargePeopleDrawDoesNotMatter() {
        const std::vector<double> small = centredInk(tick(300, 300, 20, 30, 6).raster(), 28, 28);
        // Every pixel twice and three times as large is the same drawing.
        for (const int factor : {2, 3}) {
            const Canvas original = tick(300, 300, 20, 30, 6);
            Canvas large(300 * factor, 300 * factor);
            for (int y = 0; y < large.height; ++y)
                for (int x = 0; x < large.width; ++x)
                    large.ink[static_cast<std::size_t>(y * large.width + x)] =
                        original.ink[static_cast<std::size_t>(y / factor * 300 + x / factor)];
            const std::vector<double> frame = centredInk(large.raster(), 28, 28);
            for (std::size_t i = 0; i < frame.size(); ++i)
                QVERIFY(std::abs(frame[i] - small[i]) < 1e-9);
        }
    }

    /// A click makes a dot; as MNIST would have had it, it is as large as any digit.
    void aDotFillsTheBox() {
        Canvas canvas(280, 280);
        canvas.fill(0, 279, 1, 1); // in a corner
        const std::vector<double> frame = centredInk(canvas.raster(), 28, 28);
        const Placed placed(frame, 28);
        QCOMPARE(placed.width(), 20);
        QCOMPARE(placed.height(), 20);
        QVERIFY(std::abs(placed.meanX - 14) <= 0.5);
        for (int y = 0; y < 20; ++y)
            for (int x = 0; x < 20; ++x)
                QCOMPARE(value(frame, placed.left + x, placed.top + y),
                    value(frame, placed.left + 19 - x, placed.top + 19 - y));
    }

    void aHairlineIsStrengthenedUntilItCanBeSeen() {
        Canvas canvas(560, 560);
        canvas.fill(100, 60, 1, 400);
        const std::vector<double> frame = centredInk(canvas.raster(), 28, 28);
        const Placed placed(frame, 28);
        QCOMPARE(placed.height(), 20);
        QCOMPARE(placed.width(), 1);
        QVERIFY(std::abs(*std::max_element(frame.begin(), frame.end()) - 1) < 1e-12);
        QCOMPARE(placed.left, 14);
        // Its faintest ink is strengthened alike.
        canvas.fill(100, 60, 1, 400, 1);
        QCOMPARE(centredInk(canvas.raster(), 28, 28), frame);
    }

    void strokesAtTheBorderAndFullPagesStayInTheFrame() {
        Canvas full(97, 61);
        full.fill(0, 0, 97, 61);
        const Placed all(centredInk(full.raster(), 28, 28), 28);
        QCOMPARE(all.width(), 20);
        QVERIFY(std::abs(all.mass - 20 * 20.0 * 61 / 97) < 1e-9);
        Canvas edges(100, 100);
        edges.fill(0, 0, 100, 1);
        edges.fill(99, 0, 1, 100);
        const Placed corner(centredInk(edges.raster(), 28, 28), 28);
        QCOMPARE(corner.width(), 20);
        QCOMPARE(corner.height(), 20);
        // A long thin tail: its mass in the middle would push the tail out; it stops at the edge instead.
        Canvas tail(200, 200);
        tail.fill(0, 0, 200, 2);
        tail.fill(180, 0, 20, 200);
        const std::vector<double> frame = centredInk(tail.raster(), 28, 28);
        const Placed placed(frame, 28);
        QCOMPARE(placed.width(), 20);
        QVERIFY(placed.left >= 0 && placed.right < 28);
        QCOMPARE(placed.left, 0);
        QVERIFY(std::abs(placed.mass - (18 * 0.2 + 2 * 20)) < 1e-9); // nothing is lost
    }

    void otherFramesGetABoxInProportion() {
        Canvas canvas(100, 100);
        canvas.fill(10, 10, 70, 70);
        const Placed small(centredInk(canvas.raster(), 14, 14), 14);
        QCOMPARE(small.width(), 10);
        const Placed large(centredInk(canvas.raster(), 56, 56), 56);
        QCOMPARE(large.width(), 40);
        QVERIFY(std::abs(large.meanX - 28) <= 0.5);
        const std::vector<double> wide = centredInk(canvas.raster(), 56, 28);
        const Placed inWide(wide, 56);
        QCOMPARE(inWide.width(), 20);
        QCOMPARE(inWide.height(), 20);
        QVERIFY(std::abs(inWide.meanX - 28) <= 0.5);
        QCOMPARE(centredInk(canvas.raster(), 1, 1), std::vector<double>{1.0});
        const Placed odd(centredInk(canvas.raster(), 33, 33), 33);
        QVERIFY(odd.width() == 24 && std::abs(odd.meanX - 16.5) <= 0.5);
    }

    void everyChannelGetsTheInkInWholeLevels() {
        const std::vector<double> ink{0, 0.5, 1, 2, -1, 0.1};
        const Tensor tensor = inkTensor(ink, {3, 2, 3});
        QCOMPARE(tensor.values.size(), std::size_t{18});
        QCOMPARE(tensor.values[1], 128 / 255.0f);
        QCOMPARE(tensor.values[8], 1.0f);
        QCOMPARE(tensor.values[15], 1.0f);
        QCOMPARE(tensor.values[16], 0.0f);
        QCOMPARE(tensor.values[17], 26 / 255.0f);
    }

    /// What MNIST has placed is placed as MNIST has it: not a pixel changes, but for the strengthening of the darkest.
    void digitsOfMnistStayWhereTheyAre() {
        const QString folder = qEnvironmentVariable("KERNELSCOPE_MNIST");
        if (folder.isEmpty())
            QSKIP("KERNELSCOPE_MNIST names no folder");
        const DataSetPtr mnist = openDataSet(folder.toStdString());
        for (std::size_t i = 0; i < 500; ++i) {
            const auto pixels = mnist->image(Split::Test, i);
            const std::vector<double> frame = centredInk({28, 28, pixels}, 28, 28);
            const int greatest = *std::max_element(pixels.begin(), pixels.end());
            for (std::size_t pixel = 0; pixel < 784; ++pixel)
                QVERIFY(std::abs(frame[pixel] - pixels[pixel] / static_cast<double>(greatest)) < 1e-9);
        }
    }

    /// The built-in digits hold MNIST's frame but for a pixel of soft edge.
    void builtInDigitsHardlyMove() {
        const DataSetPtr digits = openDataSet(kDigitsSource);
        double moved = 0;
        for (std::uint32_t i = 0; i < 100; ++i) {
            digits->require(Split::Test, std::span(&i, 1));
            const auto pixels = digits->image(Split::Test, i);
            const Placed placed(centredInk({28, 28, pixels}, 28, 28), 28);
            const Placed before(std::vector<double>(pixels.begin(), pixels.end()), 28);
            QVERIFY(std::max(placed.width(), placed.height()) == 20);
            moved += std::abs(placed.meanX - before.meanX) + std::abs(placed.meanY - before.meanY);
        }
        QVERIFY2(moved / 100 < 0.6, qPrintable(QString::number(moved / 100)));
    }
};

QTEST_APPLESS_MAIN(InkFrameTest)
#include "ink_frame_test.moc"
