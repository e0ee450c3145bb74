// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/color_scale.h"
#include "widgets/number_text.h"
#include "widgets/tiles.h"

#include <QtTest>

#include <cmath>
#include <limits>

using namespace kernelscope;

class ColorScaleTest : public QObject {
    Q_OBJECT

private slots:
    void initTestCase() { QLocale::setDefault(QLocale(QLocale::English, QLocale::UnitedStates)); }

    void zeroIsNeutralWhateverTheLimit() {
        for (float limit : {0.0F, 1e-6F, 0.37F, 1.0F, 12345.6F}) {
            const QRgb zero = ColorScale::zeroCentred(limit).color(0);
            QCOMPARE(qRed(zero), qGreen(zero));
            QCOMPARE(qGreen(zero), qBlue(zero));
            QVERIFY(qRed(zero) > 235);
        }
    }

    void signsAreBlueAndOrange() {
        const ColorScale scale = ColorScale::zeroCentred(1);
        for (float value : {0.1F, 0.5F, 1.0F}) {
            const QRgb below = scale.color(-value);
            const QRgb above = scale.color(value);
            QVERIFY(qBlue(below) > qRed(below));
            QVERIFY(qRed(above) > qBlue(above));
        }
    }

    /// Whoever sees no colours must still see the magnitude, and the same on both sides.
    void zeroCentredDarkensEvenlyOnBothSides() {
        const ColorScale scale = ColorScale::zeroCentred(1);
        double before = 2;
        for (int i = 0; i <= 50; ++i) {
            const float value = static_cast<float>(i) / 50;
            const double below = luminance(scale.color(-value));
            const double above = luminance(scale.color(value));
            QVERIFY2(std::abs(below - above) < 0.05, qPrintable(QString::number(below - above)));
            QVERIFY(below < before);
            before = below;
        }
        QVERIFY(before < 0.15); // the ends are dark
    }

    void viridisAndGreyRiseInLightness() {
        for (const ColorScale& scale : {ColorScale::viridis(-2, 3), ColorScale::grey(-2, 3)}) {
            double before = -1;
            for (int i = 0; i <= 100; ++i) {
                const double now = luminance(scale.color(-2 + 0.05F * static_cast<float>(i)));
                QVERIFY(now > before);
                before = now;
            }
        }
    }

    void endsAreThePublishedOnes() {
        const ColorScale viridis = ColorScale::viridis(-1, 1);
        QCOMPARE(viridis.color(-1), 0xff440154u);
        QCOMPARE(viridis.color(1), 0xfffde725u);
        const ColorScale grey = ColorScale::grey();
        QCOMPARE(grey.color(0), 0xff000000u);
        QCOMPARE(grey.color(1), 0xffffffffu);
        QCOMPARE(grey.color(0.5F), qRgb(128, 128, 128));
    }

    void valuesBeyondTheEndsAndNoNumbers() {
        const ColorScale scale = ColorScale::viridis(0, 1);
        QCOMPARE(scale.color(-5), scale.color(0));
        QCOMPARE(scale.color(std::numeric_limits<float>::infinity()), scale.color(1));
        QCOMPARE(scale.color(std::numeric_limits<float>::quiet_NaN()), notANumberColor());
    }

    void scalesOfValues() {
        const std::vector<float> values{0.5F, -2, std::numeric_limits<float>::quiet_NaN(), 1};
        QCOMPARE(ColorScale::zeroCentred(values).minimum(), -2.0F);
        QCOMPARE(ColorScale::zeroCentred(values).maximum(), 2.0F);
        QCOMPARE(ColorScale::viridis(values).minimum(), -2.0F);
        QCOMPARE(ColorScale::viridis(values).maximum(), 1.0F);
        // A constant has no range to spread over.
        const std::vector<float> constant{3, 3};
        QCOMPARE(ColorScale::viridis(constant).color(3), ColorScale::viridis(0, 1).color(0));
    }

    void textReadsOnEveryColor() {
        for (const ColorScale& scale :
            {ColorScale::zeroCentred(1), ColorScale::viridis(-1, 1), ColorScale::grey(-1, 1)})
            for (int i = -100; i <= 100; ++i) {
                const QRgb background = scale.color(static_cast<float>(i) / 100);
                const double one = luminance(background) + 0.05;
                const double other = luminance(textColorOn(background).rgb()) + 0.05;
                QVERIFY(std::max(one, other) / std::min(one, other) >= 4.5); // WCAG 2.1, AA
            }
    }

    void tensorsBecomePixels() {
        const Tensor tensor{{2, 2, 3}, {0, 1, 2, 3, 4, 5, 10, 11, 12, 13, 14, 15}};
        const Tiles tiles = channelTiles(tensor);
        QCOMPARE(tiles.count(), 2);
        QCOMPARE(tiles.at(1, 1, 2), 15.0F);
        const ColorScale scale = ColorScale::viridis(tiles.values);
        const QImage image = planeImage(tiles.tile(1), 3, 2, scale);
        QCOMPARE(image.size(), QSize(3, 2));
        for (int y = 0; y < 2; ++y)
            for (int x = 0; x < 3; ++x)
                QCOMPARE(image.pixel(x, y), scale.color(tiles.at(1, y, x)));
        const Summary summary = summarize(tiles.tile(1));
        QCOMPARE(summary.minimum, 10.0F);
        QCOMPARE(summary.maximum, 15.0F);
        QCOMPARE(summary.mean, 12.5);
    }

    void threeChannelsAreRedGreenBlue() {
        const QImage image = pictureImage({{3, 1, 2}, {1, 0, 0, 0.5F, 0, 2}});
        QCOMPARE(image.pixel(0, 0), qRgb(255, 0, 0));
        QCOMPARE(image.pixel(1, 0), qRgb(0, 128, 255));
    }

    void tilesFillTheirArea() {
        // 32 kernels of 3x3 in 800x400: 8 columns of 4 rows, each value 32 pixels wide.
        const GridFit fit = fitGrid(32, 3, 3, 800, 400, 4);
        QCOMPARE(fit.columns * fit.rows, 32);
        QCOMPARE(fit.cell, std::floor(fit.cell));
        QVERIFY(fit.columns * (3 * fit.cell + 4) - 4 <= 800);
        QVERIFY(fit.rows * (3 * fit.cell + 4) - 4 <= 400);
        for (int columns = 1; columns <= 32; ++columns) {
            const int rows = (32 + columns - 1) / columns;
            QVERIFY(fit.cell >= std::floor(std::min((800.0 - 4 * (columns - 1)) / (3 * columns),
                                    (400.0 - 4 * (rows - 1)) / (3 * rows))));
        }
    }

    void numbersRead() {
        QCOMPARE(valueText(0), QStringLiteral("0"));
        QCOMPARE(valueText(-0.01234), QStringLiteral("-0.0123"));
        QCOMPARE(valueText(123.456), QStringLiteral("123"));
        QCOMPARE(valueText(1.2), QStringLiteral("1.20"));
        QCOMPARE(valueText(1.5e-7), QStringLiteral("1.50E-07"));
        QCOMPARE(flopsText(864), QStringLiteral("864\u00a0FLOP"));
        QCOMPARE(flopsText(5056000), QStringLiteral("5.06\u00a0MFLOP"));
        QCOMPARE(flopsText(999999), QStringLiteral("1.00\u00a0MFLOP"));
        QCOMPARE(secondsText(0.01234), QStringLiteral("12.3\u00a0ms"));
        QCOMPARE(secondsText(3.4159), QStringLiteral("3.42\u00a0s"));
        QCOMPARE(secondsText(125), QStringLiteral("2 min 05 s"));
        QCOMPARE(shapeText({32, 26, 26}), QStringLiteral("32 × 26 × 26"));
    }
};

QTEST_GUILESS_MAIN(ColorScaleTest)
#include "color_scale_test.moc"
