// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/prediction_history.h"
#include "cpu/cpu_backend.h"
#include "network/plan.h"
#include "reference/reference_backend.h"
#include "reference/softmax_loss.h"

#include <QtTest>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <vector>

using namespace kernelscope;

namespace {

Prediction predict(const std::vector<float>& logits) {
    std::vector<float> probabilities(logits.size());
    reference::softmax<float>(logits, probabilities);
    const auto greatest = std::max_element(logits.begin(), logits.end()) - logits.begin();
    return predictionOf(logits, probabilities, 1, static_cast<std::size_t>(greatest));
}

EpochPredictionsPtr epoch(int number, std::size_t images = 10) {
    auto predictions = std::make_shared<EpochPredictions>();
    predictions->epoch = number;
    predictions->images.resize(images);
    return predictions;
}

std::vector<int> numbers(const PredictionHistory& history) {
    std::vector<int> epochs;
    for (const EpochPredictionsPtr& kept : history.epochs())
        epochs.push_back(kept->epoch);
    return epochs;
}

/// Images of one pixel, whose network is its bias.
DataSetPtr points(int classes) {
    DataInfo info;
    info.name = "points";
    info.shape = {1, 1, 1};
    info.classes = classes;
    for (int k = 0; k < classes; ++k)
        info.classNames.push_back(std::to_string(k));
    MemoryDataSet::Part part{std::vector<std::uint8_t>(5), std::vector<std::uint8_t>(5)};
    MemoryDataSet::Part same = part;
    return std::make_shared<const MemoryDataSet>(info, std::move(part), std::move(same));
}

/// What a dense layer of these biases takes a black image for.
Prediction predict(const Backend& backend, const std::vector<float>& biases) {
    const Network network{"bias", {1, 1, 1}, {Dense{static_cast<int>(biases.size())}}};
    const auto executor = backend.load(network, points(static_cast<int>(biases.size())), TrainingSpec());
    std::vector<float> parameters(biases.size()); // weights of 0
    parameters.insert(parameters.end(), biases.begin(), biases.end());
    executor->write(Arena::Parameters, parameters);
    std::vector<Prediction> predictions(1);
    executor->evaluate({Split::Test, 2, 1}, predictions);
    return predictions.front();
}

} // namespace

/// The most probable classes, and how they are kept.
class PredictionTest : public QObject {
    Q_OBJECT

private slots:
    void namesTheMostProbableFirst() {
        const std::vector<float> logits{0.5f, 2.0f, -1.0f, 1.0f, 0.75f};
        const Prediction found = predict(logits);
        QVERIFY(found.classes == (std::array<std::uint8_t, 3>{1, 3, 4}));
        double sum = 0;
        for (const float logit : logits)
            sum += std::exp(static_cast<double>(logit));
        for (std::size_t i = 0; i < 3; ++i)
            QVERIFY(std::abs(static_cast<double>(found.probabilities[i]) -
                             std::exp(static_cast<double>(logits[found.classes[i]])) / sum) < 1e-6);
    }

    void theLowerOfEqualClassesIsFirst() {
        QVERIFY(predict({1, 1, 1, 1}).classes == (std::array<std::uint8_t, 3>{0, 1, 2}));
        QVERIFY(predict({0, 1, 0, 1}).classes == (std::array<std::uint8_t, 3>{1, 3, 0}));
        QVERIFY(predict({2, 3, 3, 2, 3}).classes == (std::array<std::uint8_t, 3>{1, 2, 4}));
    }

    void fewerThanThreeClasses() {
        const Prediction two = predict({0, std::log(3.0f)});
        QVERIFY(two.classes == (std::array<std::uint8_t, 3>{1, 0, 0}));
        QVERIFY(std::abs(two.probabilities[0] - 0.75f) < 1e-6f);
        QVERIFY(std::abs(two.probabilities[1] - 0.25f) < 1e-6f);
        QCOMPARE(two.probabilities[2], 0.0f);
        const Prediction one = predict({5});
        QVERIFY(one.probabilities == (std::array<float, 3>{1, 0, 0}));
    }

    /// Against a plain sort, over all numbers of classes that a label can name.
    void agreesWithASort() {
        std::uint32_t random = 1;
        for (int round = 0; round < 500; ++round) {
            std::vector<float> logits(static_cast<std::size_t>(round) % 256 + 1);
            for (float& logit : logits) {
                random = random * 1664525u + 1013904223u;
                logit = static_cast<float>(random >> 24) / 16 - 8; // coarse, so that there are equals
            }
            std::vector<std::size_t> order(logits.size());
            std::iota(order.begin(), order.end(), std::size_t{0});
            std::stable_sort(
                order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return logits[a] > logits[b]; });
            const Prediction found = predict(logits);
            for (std::size_t place = 0; place < std::min<std::size_t>(3, order.size()); ++place)
                QCOMPARE(static_cast<std::size_t>(found.classes[place]), order[place]);
        }
    }

    /// Far apart, the lesser probabilities are 0, and still in order.
    void probabilitiesTooSmallForAFloatKeepTheirOrder() {
        const Prediction found = predict({-900, -500, 0, -700});
        QVERIFY(found.classes == (std::array<std::uint8_t, 3>{2, 1, 3}));
        QVERIFY(found.probabilities == (std::array<float, 3>{1, 0, 0}));
    }

    void logitsThatAreNoNumbersGiveNoProbabilities() {
        const float nan = std::numeric_limits<float>::quiet_NaN();
        const float infinity = std::numeric_limits<float>::infinity();
        for (const auto& logits : {std::vector{nan, nan, nan, nan}, std::vector{0.0f, nan, 1.0f},
                 std::vector{infinity, infinity, 0.0f}, std::vector{-infinity, -infinity}}) {
            const Prediction found = predict(logits);
            for (std::size_t i = 0; i < 3; ++i) {
                QVERIFY(found.classes[i] < logits.size());
                QCOMPARE(found.probabilities[i], 0.0f);
            }
        }
    }

    void backendsFindTheSame() {
        for (const auto& biases : {std::vector{0.0f, 1.0f}, std::vector{3.0f, 2.0f, 3.0f},
                 std::vector{-1.0f, 4.0f, 3.5f, 4.0f, 0.0f, 3.75f}}) {
            const Prediction expected = predict(biases);
            QVERIFY(predict(ReferenceBackend(), biases) == expected);
            const Prediction found = predict(CpuBackend(2), biases);
            QVERIFY(found.classes == expected.classes);
            for (std::size_t i = 0; i < 3; ++i)
                QVERIFY(std::abs(found.probabilities[i] - expected.probabilities[i]) < 1e-6f);
        }
    }

    void historyKeepsAllThatHasRoom() {
        PredictionHistory history;
        QVERIFY(history.isEmpty());
        for (int i = 1; i <= 400; ++i)
            history.add(epoch(i, 10'000));
        QCOMPARE(history.epochs().size(), std::size_t{400});
        QCOMPARE(history.stride(), 1);
        history.add(epoch(400, 10'000)); // not later
        QCOMPARE(history.epochs().size(), std::size_t{400});
    }

    void historyKeepsFirstNewestAndEvenlySpacedOnes() {
        PredictionHistory history(5 * 10 * sizeof(Prediction));
        for (int i = 3; i <= 7; ++i)
            history.add(epoch(i));
        QCOMPARE(numbers(history), (std::vector{3, 4, 5, 6, 7}));
        history.add(epoch(8));
        QCOMPARE(numbers(history), (std::vector{3, 5, 7, 8}));
        history.add(epoch(9));
        QCOMPARE(numbers(history), (std::vector{3, 5, 7, 9}));
        for (int i = 10; i <= 1000; ++i) {
            history.add(epoch(i));
            const std::vector<int> kept = numbers(history);
            QVERIFY(kept.size() >= 3 && kept.size() <= 5);
            QCOMPARE(kept.front(), 3);
            QCOMPARE(kept.back(), i);
            for (std::size_t k = 1; k + 1 < kept.size(); ++k)
                QCOMPARE(kept[k] - kept[k - 1], history.stride());
        }
    }

    /// However little room there is.
    void historyAlwaysKeepsThree() {
        PredictionHistory history(1);
        for (int i = 1; i <= 100; ++i)
            history.add(epoch(i));
        QVERIFY(history.epochs().size() <= 3);
        QCOMPARE(numbers(history).front(), 1);
        QCOMPARE(numbers(history).back(), 100);
    }
};

QTEST_GUILESS_MAIN(PredictionTest)
#include "prediction_test.moc"
