// SPDX-License-Identifier: GPL-3.0-or-later
#include "editor/epoch_estimate.h"
#include "editor/rate_measurement.h"

#include <QtTest>

#include <thread>

using namespace kernelscope;
using Basis = EpochEstimate::Basis;

namespace {

std::int64_t flopsOf(const Network& network) {
    return compile(network).flops.training();
}

RunRecord recordOf(const char* network, std::vector<double> epochSeconds) {
    RunRecord record;
    record.device.id = "cpu";
    record.network = preset(network);
    record.data.trainCount = 60'000;
    for (const double seconds : epochSeconds) {
        EpochResult epoch;
        epoch.trainSeconds = seconds;
        record.epochs.push_back(epoch);
    }
    return record;
}

/// Blank images, so that nothing has to be drawn first.
DataSetPtr blankData(std::size_t count) {
    DataInfo info;
    info.name = "blank";
    info.shape = {1, 28, 28};
    info.classes = 10;
    for (int i = 0; i < 10; ++i)
        info.classNames.push_back(std::to_string(i));
    MemoryDataSet::Part part{std::vector<std::uint8_t>(count * 784), std::vector<std::uint8_t>(count)};
    return std::make_shared<MemoryDataSet>(info, part, part);
}

} // namespace

/// An epoch's time is only ever told from what was measured.
class EpochEstimateTest : public QObject {
    Q_OBJECT

private slots:
    void aRateIsTheMedianOfTheEpochs() {
        const std::optional<MeasuredRate> rate = rateOf(recordOf("classic", {9, 3, 2}), 4);
        QVERIFY(rate.has_value());
        QCOMPARE(rate->imagesPerSecond, 20'000.0);
        QCOMPARE(rate->run, 4);
        QCOMPARE(rate->deviceId, std::string("cpu"));
        QCOMPARE(rate->trainingFlops, flopsOf(preset("classic")));
        RunRecord few = recordOf("classic", {2, 4});
        few.spec.trainSamples = 6000;
        QCOMPARE(rateOf(few, 1)->imagesPerSecond, 2000.0);
    }

    void aRunWithoutAWholeEpochCountsByItsSteps() {
        RunRecord record = recordOf("tiny", {});
        QVERIFY(!rateOf(record, 1));
        record.steps.push_back({1, 5.0, 1, 1, 32});
        QVERIFY(!rateOf(record, 1)); // the first step warms up
        record.steps.push_back({2, 5.5, 1, 1, 32});
        record.steps.push_back({3, 6.0, 1, 1, 18});
        QCOMPARE(rateOf(record, 1)->imagesPerSecond, 50.0);
        record.network.layers.clear();
        QVERIFY(!rateOf(record, 1));
    }

    void withoutAMeasurementThereIsNoEstimate() {
        const Network classic = preset("classic");
        const std::vector<MeasuredRate> rates{*rateOf(recordOf("classic", {3}), 1)};
        QVERIFY(!estimateEpoch({}, "cpu", classic, flopsOf(classic), 32, 60'000));
        QVERIFY(!estimateEpoch(rates, "cuda:0", classic, flopsOf(classic), 32, 60'000));
    }

    void theNearestMeasurementIsTaken() {
        const Network classic = preset("classic");
        std::vector<MeasuredRate> rates{*rateOf(recordOf("tiny", {1}), 1)};
        const auto estimate = [&](const Network& network, int batch) {
            return *estimateEpoch(rates, "cpu", network, flopsOf(network), batch, 30'000);
        };
        // Another network: by FLOP/s.
        EpochEstimate other = estimate(classic, 32);
        QVERIFY(other.basis == Basis::OtherNetwork);
        const double ratio = static_cast<double>(flopsOf(classic)) / static_cast<double>(flopsOf(preset("tiny")));
        QVERIFY(std::abs(other.seconds / (0.5 * ratio) - 1) < 1e-12);

        rates.push_back(*rateOf(recordOf("lenet-5", {2}), 2)); // nearer in FLOPs
        QCOMPARE(estimate(classic, 32).rate.run, 2);

        RunRecord large = recordOf("classic", {6});
        large.spec.batchSize = 256;
        rates.push_back(*rateOf(large, 3));
        const EpochEstimate otherBatch = estimate(classic, 32);
        QVERIFY(otherBatch.basis == Basis::OtherBatch);
        QCOMPARE(otherBatch.seconds, 3.0);

        rates.push_back(*rateOf(recordOf("classic", {8}), 4));
        rates.push_back(*rateOf(recordOf("classic", {10}), 5)); // the latest of equals
        Network renamed = classic;
        renamed.name = "mine";
        const EpochEstimate same = estimate(renamed, 32);
        QVERIFY(same.basis == Basis::SameTraining);
        QCOMPARE(same.rate.run, 5);
        QCOMPARE(same.seconds, 5.0);
    }

    void aMeasurementTrainsForAWhile() {
        RunSetup setup{preset("tiny"), {}, "cpu:1", blankData(700)};
        setup.spec.batchSize = 64;
        const std::atomic<bool> goesOn = false;
        const std::optional<MeasuredRate> rate = measureRate(setup, {0.02, 3}, goesOn);
        QVERIFY(rate.has_value());
        QVERIFY(rate->imagesPerSecond > 0 && std::isfinite(rate->imagesPerSecond));
        QCOMPARE(rate->trainingFlops, flopsOf(setup.network));
        QCOMPARE(rate->deviceId, std::string("cpu:1"));
        QCOMPARE(rate->batchSize, 64);
        QCOMPARE(rate->run, 0);
        const std::atomic<bool> cancelled = true;
        QVERIFY(!measureRate(setup, {10, 3}, cancelled));
        // Fewer images than a batch has are one smaller batch.
        setup.spec.batchSize = 4096;
        QVERIFY(measureRate(setup, {0.001, 1}, goesOn)->imagesPerSecond > 0);
    }

    void aMeasurementIsCancelledOnItsWay() {
        const RunSetup setup{preset("tiny"), {}, "cpu:1", blankData(64)};
        std::atomic<bool> cancelled = false;
        std::optional<MeasuredRate> rate;
        std::thread measuring([&] { rate = measureRate(setup, {3600, 1}, cancelled); });
        cancelled = true;
        measuring.join();
        QVERIFY(!rate);
    }

    void whatDoesNotFitTheDataIsNotMeasured() {
        RunSetup setup{preset("tiny"), {}, "cpu:1", blankData(64)};
        setup.network.input = {3, 32, 32};
        const std::atomic<bool> goesOn = false;
        QVERIFY_EXCEPTION_THROWN(measureRate(setup, {0.01, 1}, goesOn), Error);
    }
};

QTEST_GUILESS_MAIN(EpochEstimateTest)
#include "epoch_estimate_test.moc"
