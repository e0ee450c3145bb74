// SPDX-License-Identifier: GPL-3.0-or-later
#include "cuda/softmax_loss.h"

#include "check/scaled_difference.h"
#include "cuda_orders.h"
#include "reference/softmax_loss.h"
#include "step_rig.h"

#include <QtTest>

#include <algorithm>

using namespace kernelscope;
using namespace kernelscope::cuda;

namespace {

constexpr std::uint32_t ringSize = 4;

/// All that a loss reads and writes.
class LossRig {
public:
    LossRig(int classes, RigBatch batch, const std::vector<float>& logits, const std::vector<std::uint8_t>& labels)
        : m_rig(batch),
          m_classes(static_cast<std::size_t>(classes)),
          m_edge(m_rig.edge({classes, 1, 1}, logits, true)) {
        m_memory.labels = m_rig.upload(labels);
        m_memory.training = m_rig.stepState();
        m_memory.results = m_rig.upload(std::vector<StepResult>(ringSize));
        m_memory.resultCount = ringSize;
        m_memory.evaluation = m_rig.upload(std::vector<EvaluationSums>(1));
        m_memory.predictions = m_rig.upload(std::vector<Prediction>(3 * labels.size()));
        m_predictionCount = 3 * labels.size();
        m_step.emplace(SoftmaxLoss{classes}, m_edge, m_rig.environment(), m_memory);
        m_rig.wait();
    }

    void run(bool training) {
        m_step->forward(m_rig.pass(training));
        m_step->backward(m_rig.pass(training));
    }
    /// As beginStep() would, with an order.
    void begin(std::int64_t step, int validImages) {
        StepState state = this->state();
        state.order.step = step;
        state.order.validImages = validImages;
        ++state.next;
        m_rig.write(m_rig.stepState(), std::vector{state});
    }

    StepState state() { return m_rig.read(m_rig.stepState(), 1).front(); }
    std::vector<StepResult> results() { return m_rig.read(m_memory.results, ringSize); }
    EvaluationSums evaluation() { return m_rig.read(m_memory.evaluation, 1).front(); }
    std::vector<Prediction> predictions() { return m_rig.read(m_memory.predictions, m_predictionCount); }
    std::vector<float> gradients() { return m_rig.read(m_edge.gradients, m_rig.size(m_edge.shape)); }
    void setLogits(const std::vector<float>& logits) { m_rig.write(m_edge.values, logits); }

private:
    StepRig m_rig;
    std::size_t m_classes;
    Edge m_edge;
    LossMemory m_memory;
    std::size_t m_predictionCount = 0;
    std::optional<SoftmaxLossStep> m_step;
};

struct Batch {
    std::vector<float> logits;
    std::vector<std::uint8_t> labels;
};

Batch batchOf(int classes, RigBatch size, float spread = 3) {
    Batch batch;
    batch.logits = batchValues({classes, 1, 1}, size, 1);
    for (float& logit : batch.logits)
        logit *= spread;
    for (int i = 0; i < size.places; ++i)
        batch.labels.push_back(static_cast<std::uint8_t>(i < size.valid ? i * 7 % classes : 0));
    return batch;
}

/// What the reference finds, in double.
struct Expected {
    std::vector<double> losses;
    std::vector<double> gradients; ///< Zero beyond the valid images.
    std::vector<Prediction> predictions;
    int correct = 0;
    double sum = 0;
};

Expected expectedOf(int classCount, RigBatch size, const Batch& batch) {
    const auto classes = static_cast<std::size_t>(classCount);
    Expected expected;
    expected.gradients.resize(batch.logits.size());
    for (std::size_t image = 0; image < static_cast<std::size_t>(size.valid); ++image) {
        const std::span<const float> floats = std::span(batch.logits).subspan(image * classes, classes);
        const std::vector<double> logits(floats.begin(), floats.end());
        std::vector<double> probabilities(classes);
        reference::softmax<double>(logits, probabilities);
        const std::size_t label = batch.labels[image];
        expected.losses.push_back(reference::crossEntropy<double>(logits, label));
        expected.sum += expected.losses.back();
        reference::crossEntropyGradient<double>(
            probabilities, label, 1.0 / size.valid, std::span(expected.gradients).subspan(image * classes, classes));
        const auto greatest = static_cast<std::size_t>(std::max_element(floats.begin(), floats.end()) - floats.begin());
        expected.correct += greatest == label;
        std::vector<float> weights;
        float sum = 0;
        for (const float logit : floats)
            sum += weights.emplace_back(std::exp(logit - floats[greatest]));
        expected.predictions.push_back(predictionOf(floats, weights, sum, greatest));
    }
    return expected;
}

bool agree(const Prediction& a, const Prediction& b) {
    return a.classes == b.classes && scaledDifference(a.probabilities, b.probabilities) <= 1e-6;
}

/// Classes around what a lane and a warp take; batches of one block and of several.
const std::vector<std::pair<int, RigBatch>> sizes{{1, {3, 3}}, {2, {5, 5}}, {3, {300, 300}}, {4, {7, 7}}, {5, {64, 33}},
    {10, {128, 128}}, {10, {130, 1}}, {33, {9, 9}}, {100, {17, 16}}, {128, {4, 4}}, {129, {5, 5}}, {256, {6, 5}}};

constexpr float notANumber = std::numeric_limits<float>::quiet_NaN();
constexpr float infinity = std::numeric_limits<float>::infinity();

} // namespace

class CudaLossTest : public QObject {
    Q_OBJECT

private slots:
    void training() {
        for (const auto& [classes, size] : sizes) {
            const Batch batch = batchOf(classes, size);
            const Expected expected = expectedOf(classes, size, batch);
            LossRig rig(classes, size, batch.logits, batch.labels);
            rig.run(true);
            const StepResult result = rig.results().front();
            QCOMPARE(result.step, std::int64_t{1});
            QCOMPARE(result.count, size.valid);
            QCOMPARE(result.correct, expected.correct);
            QCOMPARE(result.isFinite, 1);
            QVERIFY(std::abs(static_cast<double>(result.loss) - expected.sum / size.valid) <= 1e-5);
            QVERIFY(scaledDifference(expected.gradients, rig.gradients()) <= 1e-5);
            QCOMPARE(rig.state().nonFiniteStep, std::int64_t{0});
            QCOMPARE(rig.evaluation().count, std::int64_t{0});
        }
    }

    /// Passes add up, and their predictions lie one behind the other; nothing of training changes.
    void evaluation() {
        for (const auto& [classes, size] : sizes) {
            const Batch batch = batchOf(classes, size);
            const Expected expected = expectedOf(classes, size, batch);
            LossRig rig(classes, size, batch.logits, batch.labels);
            const std::vector<float> gradients = rig.gradients();
            rig.run(false);
            rig.run(false);
            const EvaluationSums sums = rig.evaluation();
            QVERIFY(std::abs(sums.lossSum - 2 * expected.sum) <= 1e-5 * std::max(1.0, expected.sum));
            QCOMPARE(sums.correct, std::int64_t{2} * expected.correct);
            QCOMPARE(sums.count, std::int64_t{2} * size.valid);
            const std::vector<Prediction> predictions = rig.predictions();
            const std::size_t valid = expected.predictions.size();
            for (std::size_t i = 0; i < predictions.size(); ++i)
                QVERIFY(agree(predictions[i], i < 2 * valid ? expected.predictions[i % valid] : Prediction{}));
            QCOMPARE(rig.results().front().count, 0);
            for (const float gradient : rig.gradients())
                QVERIFY(std::isnan(gradient)); // as it was
        }
    }

    /// Equal logits, logits far apart, and those of which there is no softmax: as the CPU counts and predicts them.
    void unusualLogits() {
        const std::vector<std::vector<float>> cases{
            {0, 0, 0, 0, 0, 0, 0, 0, 0, 0},
            {1, 5, 5, 5, 2, 5, 1, 5, 1, 5},
            {-1000, 1000, -1000, 0, 0, 0, 0, 0, 0, 999},
            {-infinity, 1, 2, -infinity, 3, 3, -infinity, 0, 0, 0},
            {1, 2, infinity, 4, infinity, 6, 7, 8, 9, 10},
            {-infinity, -infinity, -infinity, -infinity, -infinity, -infinity, -infinity, -infinity, -infinity,
                -infinity},
            {notANumber, 1, 2, 3, 4, 5, 6, 7, 8, 9},
            {0, 1, notANumber, 3, 9, 5, 6, 7, 8, 9},
            {-infinity, notANumber, -infinity, 3, 9, 5, notANumber, 7, 8, 9},
        };
        for (std::size_t i = 0; i < cases.size(); ++i)
            for (std::uint8_t label = 0; label < 10; ++label) {
                const Batch batch{cases[i], {label}};
                const Expected expected = expectedOf(10, {1, 1}, batch);
                LossRig rig(10, {1, 1}, batch.logits, batch.labels);
                rig.run(false);
                QCOMPARE(rig.evaluation().correct, std::int64_t{expected.correct});
                QCOMPARE(std::isfinite(rig.evaluation().lossSum), std::isfinite(expected.sum));
                if (std::isfinite(expected.sum))
                    QVERIFY(std::abs(rig.evaluation().lossSum - expected.sum) <= 1e-4);
                QVERIFY(agree(rig.predictions().front(), expected.predictions.front()));
            }
    }

    /// The results' ring, and the first step whose loss is not finite.
    void ringAndFreeze() {
        const RigBatch size{4, 4};
        const Batch batch = batchOf(10, size);
        Batch broken = batch;
        broken.logits[13] = notANumber;
        LossRig rig(10, size, batch.logits, batch.labels);
        rig.run(true); // order 0
        rig.begin(2, 3);
        rig.run(true);
        rig.setLogits(broken.logits);
        rig.begin(3, 4);
        rig.run(true);
        QCOMPARE(rig.state().nonFiniteStep, std::int64_t{3});
        rig.begin(4, 4);
        rig.run(true);
        QCOMPARE(rig.state().nonFiniteStep, std::int64_t{3});
        rig.setLogits(batch.logits);
        rig.begin(5, 2); // around the ring
        rig.run(true);
        rig.begin(6, 0); // no images: no step
        rig.run(true);

        const std::vector<StepResult> results = rig.results();
        QCOMPARE(results[0].step, std::int64_t{5});
        QCOMPARE(results[0].count, 2);
        QCOMPARE(results[0].isFinite, 1);
        QCOMPARE(results[1].step, std::int64_t{6});
        QCOMPARE(results[1].count, 0);
        QCOMPARE(results[1].isFinite, 1);
        QCOMPARE(results[2].step, std::int64_t{3});
        QCOMPARE(results[2].isFinite, 0);
        QCOMPARE(results[3].step, std::int64_t{4});
        QCOMPARE(results[3].isFinite, 0);
        QCOMPARE(rig.state().nonFiniteStep, std::int64_t{3});
        for (const float gradient : rig.gradients())
            QCOMPARE(gradient, 0.0f);
    }

    /// An evaluation freezes nothing, however bad the network is.
    void evaluationOfNoNumbers() {
        Batch batch = batchOf(10, {4, 4});
        batch.logits[3] = notANumber;
        LossRig rig(10, {4, 4}, batch.logits, batch.labels);
        rig.run(false);
        QVERIFY(std::isnan(rig.evaluation().lossSum));
        QCOMPARE(rig.state().nonFiniteStep, std::int64_t{0});
    }

    void everyOrder() {
        const RigBatch size{200, 190};
        const Batch batch = batchOf(10, size);
        QVERIFY(isTheSameInEveryOrder([&] {
            LossRig rig(10, size, batch.logits, batch.labels);
            rig.run(true);
            const float loss = rig.results().front().loss;
            const std::vector<float> gradients = rig.gradients();
            rig.run(false);
            return std::make_tuple(loss, gradients, rig.evaluation().lossSum, rig.predictions());
        }));
    }
};

QTEST_GUILESS_MAIN(CudaLossTest)
#include "cuda_loss_test.moc"
