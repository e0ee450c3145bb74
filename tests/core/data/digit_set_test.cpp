// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/error.h"
#include "data/digits/color_digit.h"
#include "data/digits/digit_set.h"
#include "data/digits/loops.h"

#include <QtTest>

#include <algorithm>
#include <array>
#include <numeric>
#include <random>
#include <set>
#include <thread>
#include <vector>

using namespace kernelscope;

namespace {

std::vector<std::uint32_t> allIndices(std::size_t count) {
    std::vector<std::uint32_t> indices(count);
    std::iota(indices.begin(), indices.end(), 0U);
    return indices;
}

/// SHA-256 over each split's pixels and labels, sample by sample.
QByteArray sha256(const DataSet& data) {
    QCryptographicHash hash(QCryptographicHash::Sha256);
    for (const Split split : {Split::Train, Split::Test}) {
        for (std::size_t i = 0; i < data.info().count(split); ++i) {
            const auto image = data.image(split, i);
            const std::uint8_t label = data.label(split, i);
            hash.addData(QByteArrayView(image.data(), static_cast<qsizetype>(image.size())));
            hash.addData(QByteArrayView(&label, 1));
        }
    }
    return hash.result().toHex();
}

void requireAll(const DataSet& data) {
    data.require(Split::Train, allIndices(data.info().trainCount));
    data.require(Split::Test, allIndices(data.info().testCount));
}

constexpr DigitSet::Counts kSmall{2000, 300};

} // namespace

class DigitSetTest : public QObject {
    Q_OBJECT

private slots:
    /// The same set on every machine: whoever changes the digits changes what published figures were measured on.
    void wholeSetIsTheOneThatWasMeasured() {
        const auto digits = builtInDigits();
        QCOMPARE(digits.get(), builtInDigits().get());
        const DataInfo& info = digits->info();
        QCOMPARE(info.source, std::string("digits"));
        QVERIFY((info.shape == Shape{1, 28, 28}));
        QCOMPARE(info.trainCount, std::size_t{60000});
        QCOMPARE(info.testCount, std::size_t{10000});
        QCOMPARE(info.classes, 10);
        requireAll(*digits);
        QCOMPARE(digits->fractionReady(), 1.0);
        QCOMPARE(sha256(*digits), QByteArray("6d98a4b1ed5bb309c01691abc99bbf8d27ce18781b51fb0515400743f406c7db"));
    }

    void sameBytesForAnyThreadsAndOrder() {
        const DigitSet alone(7, 0, kSmall);
        requireAll(alone);
        const QByteArray expected = sha256(alone);

        const DigitSet many(7, 5, kSmall);
        requireAll(many);
        QCOMPARE(sha256(many), expected);

        const DigitSet shuffled(7, 1, kSmall);
        std::vector<std::uint32_t> order = allIndices(kSmall.train);
        std::shuffle(order.begin(), order.end(), std::mt19937(3));
        shuffled.require(Split::Test, allIndices(kSmall.test));
        for (std::size_t i = 0; i < order.size(); i += 32)
            shuffled.require(Split::Train, std::span(order).subspan(i, std::min<std::size_t>(32, order.size() - i)));
        QCOMPARE(sha256(shuffled), expected);

        const DigitSet other(8, 0, kSmall);
        requireAll(other);
        QVERIFY(sha256(other) != expected);
    }

    void sampleDoesNotDependOnTheCounts() {
        const DigitSet small(1, 0, {10, 10});
        const DigitSet large(1, 0, {500, 500});
        const std::vector<std::uint32_t> indices = {0, 3, 9};
        for (const Split split : {Split::Train, Split::Test}) {
            small.require(split, indices);
            large.require(split, indices);
            for (const std::uint32_t i : indices) {
                const auto a = small.image(split, i);
                const auto b = large.image(split, i);
                QVERIFY(std::equal(a.begin(), a.end(), b.begin(), b.end()));
                QCOMPARE(small.label(split, i), large.label(split, i));
            }
        }
    }

    void requireMakesMissingSamplesItself() {
        const DigitSet digits(1, 0, kSmall);
        QCOMPARE(digits.fractionReady(), 0.0);
        const std::vector<std::uint32_t> last = {static_cast<std::uint32_t>(kSmall.test - 1)};
        digits.require(Split::Test, last);
        QCOMPARE(digits.fractionReady(), 1.0 / static_cast<double>(kSmall.train + kSmall.test));
        const auto image = digits.image(Split::Test, last[0]);
        QVERIFY(std::any_of(image.begin(), image.end(), [](std::uint8_t v) { return v == 255; }));
    }

    void backgroundMakesTheWholeSet() {
        const DigitSet digits(1, 2, kSmall);
        QTRY_COMPARE_WITH_TIMEOUT(digits.fractionReady(), 1.0, 60000);
        const QByteArray made = sha256(digits);
        const DigitSet asked(1, 0, kSmall);
        requireAll(asked);
        QCOMPARE(made, sha256(asked));
    }

    void severalThreadsRequireTheSame() {
        for (std::uint64_t seed = 0; seed < 8; ++seed) {
            const DigitSet digits(seed, 2, {400, 0});
            const std::vector<std::uint32_t> indices = allIndices(400);
            std::vector<std::uint64_t> sums(4);
            {
                std::vector<std::jthread> readers;
                for (std::uint64_t& sum : sums)
                    readers.emplace_back([&] {
                        digits.require(Split::Train, indices);
                        for (const std::uint32_t i : indices)
                            for (const std::uint8_t pixel : digits.image(Split::Train, i))
                                sum = 31 * sum + pixel;
                    });
            }
            for (const std::uint64_t sum : sums)
                QCOMPARE(sum, sums[0]);
            QVERIFY(sums[0] != 0);
        }
    }

    void endsQuicklyWhileGenerating() {
        for (int i = 0; i < 50; ++i) {
            QElapsedTimer timer;
            {
                const DigitSet digits(1, 1 + i % 4);
                if (i % 2 == 1)
                    digits.require(Split::Train, allIndices(static_cast<std::size_t>(i)));
                QVERIFY(digits.fractionReady() < 1.0);
                timer.start();
            }
            QVERIFY2(timer.elapsed() < 2000, "the destructor waits for more than the digits in hand");
        }
    }

    void refusesIndicesBeyondTheEnd() {
        const DigitSet digits(1, 0, kSmall);
        const std::vector<std::uint32_t> beyond = {static_cast<std::uint32_t>(kSmall.test)};
        QVERIFY_EXCEPTION_THROWN(digits.require(Split::Test, beyond), Error);
        digits.require(Split::Train, beyond);
    }

    void testWritersAreOthers() {
        std::set<std::uint64_t> train;
        for (std::uint64_t i = 0; i < 60000; ++i)
            train.insert(digits::writerOf(Split::Train, i));
        std::set<std::uint64_t> test;
        for (std::uint64_t i = 0; i < 10000; ++i)
            test.insert(digits::writerOf(Split::Test, i));
        QCOMPARE(train.size(), std::size_t{digits::kTrainWriters});
        QCOMPARE(test.size(), std::size_t{digits::kTestWriters});
        QVERIFY(std::none_of(test.begin(), test.end(), [&](std::uint64_t writer) { return train.contains(writer); }));
    }

    void everyTenSamplesHoldEachDigit() {
        for (const Split split : {Split::Train, Split::Test}) {
            for (std::uint64_t begin = 0; begin < 10000; begin += 10) {
                std::set<std::uint8_t> labels;
                for (std::uint64_t i = begin; i < begin + 10; ++i)
                    labels.insert(digits::digitLabel(1, split, i));
                QCOMPARE(labels.size(), std::size_t{10});
                QCOMPARE(*labels.rbegin(), std::uint8_t{9});
            }
        }
    }

    /// The same on every machine, like the grey ones.
    void colorDigitsAreTheOnesThatWereMeasured() {
        const auto shared = builtInColorDigits();
        QCOMPARE(shared.get(), builtInColorDigits().get());
        QCOMPARE(static_cast<const DataSet*>(shared.get()), openDataSet(kColorDigitsSource).get());
        const DataInfo& info = shared->info();
        QCOMPARE(info.source, std::string("digits-color"));
        QVERIFY((info.shape == Shape{3, 32, 32}));
        QCOMPARE(info.trainCount, std::size_t{50000});
        QCOMPARE(info.testCount, std::size_t{10000});
        QCOMPARE(info.classes, 10);
        QCOMPARE(info.classNames.at(7), std::string("7"));

        const DigitSet alone(1, 0, kSmall, DigitStyle::Color);
        requireAll(alone);
        QCOMPARE(sha256(alone), QByteArray("cdff38ba012f5755c5caf53799d823c6122242a4b09abb7850f91fa276a665d0"));
        const DigitSet many(1, 3, kSmall, DigitStyle::Color);
        requireAll(many);
        QCOMPARE(sha256(many), sha256(alone));
        const std::vector<std::uint32_t> some = {0, 1, 1999};
        shared->require(Split::Train, some);
        for (const std::uint32_t i : some) {
            const auto a = shared->image(Split::Train, i);
            const auto b = alone.image(Split::Train, i);
            QVERIFY(std::equal(a.begin(), a.end(), b.begin(), b.end()));
            QCOMPARE(shared->label(Split::Train, i), digits::digitLabel(1, Split::Train, i));
        }
    }

    /// All of an image's ink is brighter than all of its ground, or all of it darker, by what was promised.
    void colorDigitsStandOutFromTheirGround() {
        const auto least = static_cast<double>(255.0f * digits::kLeastContrast);
        int bright = 0;
        int judged = 0;
        constexpr int kImages = 1500;
        for (std::uint64_t i = 0; i < kImages; ++i) {
            std::array<std::uint8_t, digits::kColorPixels> pixels;
            std::array<std::uint8_t, digits::kGroundPixels> ink;
            const Split split = i % 2 == 0 ? Split::Train : Split::Test;
            digits::drawColorDigit(3, split, i, pixels, ink);
            double inkLow = 255.0;
            double inkHigh = 0.0;
            double groundLow = 255.0;
            double groundHigh = 0.0;
            int inked = 0;
            for (std::size_t k = 0; k < ink.size(); ++k) {
                const double luma = 0.299 * pixels[k] + 0.587 * pixels[digits::kGroundPixels + k] +
                                    0.114 * pixels[2 * digits::kGroundPixels + k];
                if (ink[k] == 255) {
                    inkLow = std::min(inkLow, luma);
                    inkHigh = std::max(inkHigh, luma);
                    ++inked;
                } else if (ink[k] == 0) {
                    groundLow = std::min(groundLow, luma);
                    groundHigh = std::max(groundHigh, luma);
                }
            }
            if (inked == 0) // the finest pens cover no pixel wholly
                continue;
            ++judged;
            QVERIFY2(inkLow - groundHigh >= least || groundLow - inkHigh >= least,
                qPrintable(QStringLiteral("image %1: ink %2 to %3, ground %4 to %5")
                               .arg(i)
                               .arg(inkLow)
                               .arg(inkHigh)
                               .arg(groundLow)
                               .arg(groundHigh)));
            bright += inkLow > groundHigh ? 1 : 0;
        }
        QVERIFY2(judged > kImages * 3 / 4, qPrintable(QString::number(judged)));
        QVERIFY(bright > judged / 3 && bright < judged * 2 / 3);
    }

    /// MNIST's frame: a margin all around, and the centre of mass in the middle.
    void imagesAreFramedAsMnist() {
        const DigitSet digits(1, 0, kSmall);
        requireAll(digits);
        for (std::size_t i = 0; i < kSmall.train; ++i) {
            const auto image = digits.image(Split::Train, i);
            double mass = 0.0;
            double momentX = 0.0;
            double momentY = 0.0;
            for (std::size_t k = 0; k < image.size(); ++k) {
                mass += image[k];
                momentX += image[k] * (static_cast<double>(k % 28) + 0.5);
                momentY += image[k] * (static_cast<double>(k / 28) + 0.5);
            }
            QVERIFY(mass > 15.0 * 255.0);
            QVERIFY(mass < 350.0 * 255.0);
            QVERIFY2(std::abs(momentX / mass - 14.0) < 1.05 && std::abs(momentY / mass - 14.0) < 1.05,
                qPrintable(QStringLiteral("image %1: %2, %3").arg(i).arg(momentX / mass).arg(momentY / mass)));
        }
    }

    void loopsAreCounted_data() {
        QTest::addColumn<QString>("strokes");
        QTest::addColumn<int>("loops");
        QTest::newRow("line") << "0,0 0,100" << 0;
        QTest::newRow("triangle") << "0,0! 100,0! 50,100! 0,0" << 1;
        QTest::newRow("open triangle") << "0,0! 100,0! 50,100! 0,40" << 0;
        QTest::newRow("hourglass") << "0,0! 100,0! 0,100! 100,100! 0,0" << 2;
        QTest::newRow("window") << "0,0! 100,0! 100,100! 0,100! 0,0 / 50,0 50,100 / 0,50 100,50" << 4;
    }

    void loopsAreCounted() {
        QFETCH(QString, strokes);
        QFETCH(int, loops);
        std::vector<digits::Polyline> lines;
        for (const digits::Stroke& stroke : digits::parseGlyph(strokes.toUtf8().constData()))
            lines.push_back(digits::traceStroke(stroke));
        QCOMPARE(digits::countLoops(lines), loops);
    }
};

QTEST_APPLESS_MAIN(DigitSetTest)
#include "digit_set_test.moc"
