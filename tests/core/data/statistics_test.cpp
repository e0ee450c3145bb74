// SPDX-License-Identifier: GPL-3.0-or-later
#include "data/digits/digit_set.h"
#include "data/statistics.h"

#include <QtTest>

#include <cmath>
#include <thread>

using namespace kernelscope;

namespace {

/// Four training images and one test image of two channels with 1 x 2 pixels.
MemoryDataSet small() {
    DataInfo info;
    info.name = "small";
    info.shape = {2, 1, 2};
    info.classes = 3;
    info.classNames = {"a", "b", "c"};
    return {info, {{0, 0, 255, 255, 0, 255, 255, 255, 255, 0, 255, 255, 255, 255, 255, 255}, {2, 0, 2, 2}},
        {{51, 153, 0, 0}, {1}}};
}

} // namespace

class StatisticsTest : public QObject {
    Q_OBJECT

private slots:
    void knownAnswers() {
        const DataStatistics statistics = measureStatistics(small());
        QCOMPARE(statistics.train.classCounts, (std::vector<std::size_t>{1, 0, 3}));
        QCOMPARE(statistics.test.classCounts, (std::vector<std::size_t>{0, 1, 0}));
        QCOMPARE(statistics.train.channels.size(), std::size_t{2});
        QCOMPARE(statistics.train.channels[0].mean, 0.5);
        QCOMPARE(statistics.train.channels[0].deviation, 0.5);
        QCOMPARE(statistics.train.channels[1].mean, 1.0);
        QCOMPARE(statistics.train.channels[1].deviation, 0.0);
        QCOMPARE(statistics.of(Split::Test).channels[0].mean, 0.4);
        QCOMPARE(statistics.of(Split::Test).channels[0].deviation, 0.2);
        QCOMPARE(statistics.of(Split::Test).channels[1].mean, 0.0);
    }

    void countsOfClasses() {
        const DataStatistics statistics = measureStatistics(small());
        QCOMPARE(statistics.train.classCounts, (std::vector<std::size_t>{1, 0, 3}));
        QCOMPARE(statistics.test.classCounts, (std::vector<std::size_t>{0, 1, 0}));
    }

    void aSplitWithoutImages() {
        DataInfo info;
        info.shape = {1, 2, 2};
        info.classes = 2;
        const DataStatistics statistics = measureStatistics(MemoryDataSet(info, {{1, 2, 3, 4}, {1}}, {}));
        QCOMPARE(statistics.test.channels.at(0).mean, 0.0);
        QCOMPARE(statistics.test.channels.at(0).deviation, 0.0);
        QCOMPARE(statistics.test.classCounts, (std::vector<std::size_t>{0, 0}));
    }

    /// Published of MNIST's training images: mean 0.1307, deviation 0.3081.
    void mnist() {
        const QString folder = qEnvironmentVariable("KERNELSCOPE_MNIST");
        if (folder.isEmpty())
            QSKIP("KERNELSCOPE_MNIST names no folder");
        const DataSetPtr data = openDataSet(folder.toStdString());
        const DataStatistics statistics = measureStatistics(*data);
        QVERIFY(std::abs(statistics.train.channels.at(0).mean - 0.1307) < 0.00005);
        QVERIFY(std::abs(statistics.train.channels.at(0).deviation - 0.3081) < 0.00005);
        QCOMPARE(statistics.train.classCounts.at(1), std::size_t{6742});
        QCOMPARE(statistics.test.classCounts.at(5), std::size_t{892});
    }

    /// Samples that nobody has asked for yet are made.
    void dataInTheMaking() {
        const DigitSet digits(1, 0, {300, 20});
        OpenProgress progress;
        const DataStatistics statistics = measureStatistics(digits, &progress);
        QCOMPARE(statistics.train.classCounts, std::vector<std::size_t>(10, 30));
        QCOMPARE(statistics.test.classCounts, std::vector<std::size_t>(10, 2));
        QCOMPARE(progress.done(), std::uint64_t{320});
        QCOMPARE(progress.total(), std::uint64_t{320});
        QVERIFY(statistics.train.channels.at(0).mean > 0.05);
    }

    void cancelling() {
        const DigitSet digits(1, 0, {2000, 0});
        OpenProgress progress;
        progress.cancel();
        QVERIFY_THROWS_EXCEPTION(Cancelled, measureStatistics(digits, &progress));
        QVERIFY(digits.fractionReady() < 0.5);
    }
};

QTEST_APPLESS_MAIN(StatisticsTest)
#include "statistics_test.moc"
