// SPDX-License-Identifier: GPL-3.0-or-later
#include "cuda/update.h"

#include "check/scaled_difference.h"
#include "cuda_orders.h"
#include "step_rig.h"
#include "training/optimizer.h"

#include <QtTest>

#include <numeric>

using namespace kernelscope;
using namespace kernelscope::cuda;

namespace {

/// Arrays of a made-up network: sizes around a block's columns, pieces around the count from which rows divide them.
struct Array {
    std::size_t size;
    int pieces;
    bool decays;
};
const std::vector<Array> arrays{{1, 1, true}, {255, 1, false}, {256, 2, true}, {257, 7, false}, {31, 8, true},
    {32, 9, false}, {100, 40, true}, {33, 100, false}};

std::size_t parameterCount() {
    return std::accumulate(arrays.begin(), arrays.end(), std::size_t{0},
        [](std::size_t sum, const Array& array) { return sum + array.size; });
}

/// All arenas after an update.
struct Arenas {
    std::vector<float> parameters, gradients, first, second;
    bool operator==(const Arenas&) const = default;
};

const float learningRate = 0.02f;
constexpr std::size_t gap = 5; ///< Floats between one piece and the next.

/// The arenas before: gradients are those of an earlier step.
Arenas before(const OptimizerSpec& optimizer) {
    const std::size_t count = parameterCount();
    Arenas arenas{testValues(count, 1), testValues(count, 2), {}, {}};
    if (momentsPerParameter(optimizer.kind) > 0)
        arenas.first = testValues(count, 3);
    if (momentsPerParameter(optimizer.kind) > 1) {
        arenas.second = testValues(count, 4);
        for (float& value : arenas.second)
            value *= value;
    }
    return arenas;
}

std::vector<float> piecesOf(const Array& array, std::uint32_t index) {
    return testValues(static_cast<std::size_t>(array.pieces) * (array.size + gap), 100 + index);
}

/// The same, as updated on the device.
Arenas found(const OptimizerSpec& optimizer, std::int64_t step, int validImages, std::int64_t nonFiniteStep = 0) {
    StepRig rig({4, validImages, step});
    StepState state;
    state.order.step = step;
    state.order.validImages = validImages;
    state.order.learningRate = learningRate;
    state.order.updateRate = updateConstants(optimizer, learningRate, step).rate;
    state.nonFiniteStep = nonFiniteStep;
    rig.write(rig.stepState(), std::vector{state});

    const Arenas host = before(optimizer);
    UpdateArenas arenas{
        rig.upload(host.parameters), rig.upload(host.gradients), rig.upload(host.first), rig.upload(host.second)};
    std::vector<GradientPieces> gradients;
    std::size_t offset = 0;
    for (const Array& array : arrays) {
        const auto index = static_cast<std::uint32_t>(gradients.size());
        gradients.push_back(
            {{offset, array.size}, rig.upload(piecesOf(array, index)), array.size + gap, array.pieces, array.decays});
        offset += array.size;
    }
    std::swap(gradients[1], gradients[6]); // in any order
    const Update update(gradients, arenas, optimizer, rig.memory());
    update.launch(rig.pass(true));
    return {rig.read(arenas.parameters, offset), rig.read(arenas.gradients, offset),
        rig.read(arenas.first, host.first.size()), rig.read(arenas.second, host.second.size())};
}

/// What the gradients add up to, in double.
std::vector<double> sums() {
    std::vector<double> all;
    for (std::uint32_t index = 0; index < arrays.size(); ++index) {
        const std::vector<float> pieces = piecesOf(arrays[index], index);
        for (std::size_t i = 0; i < arrays[index].size; ++i) {
            double sum = 0;
            for (std::size_t at = i; at < pieces.size(); at += arrays[index].size + gap)
                sum += static_cast<double>(pieces[at]);
            all.push_back(sum);
        }
    }
    return all;
}

const std::vector<OptimizerKind> kinds{
    OptimizerKind::Sgd, OptimizerKind::Momentum, OptimizerKind::Nesterov, OptimizerKind::Adam, OptimizerKind::AdamW};

OptimizerSpec specOf(OptimizerKind kind, float weightDecay) {
    OptimizerSpec spec;
    spec.kind = kind;
    spec.weightDecay = weightDecay;
    return spec;
}

} // namespace

class CudaUpdateTest : public QObject {
    Q_OBJECT

private slots:
    /// The gradients' sums, and from them on the very floats of training/optimizer.h.
    void everyOptimizer() {
        for (const OptimizerKind kind : kinds)
            for (const float weightDecay : {0.0f, 0.1f})
                for (const std::int64_t step : {std::int64_t{1}, std::int64_t{2}, std::int64_t{1000}}) {
                    const OptimizerSpec optimizer = specOf(kind, weightDecay);
                    const Arenas after = found(optimizer, step, 4);
                    QVERIFY(scaledDifference(sums(), after.gradients) <= 1e-6);

                    Arenas expected = before(optimizer);
                    const UpdateConstants constants = updateConstants(optimizer, learningRate, step);
                    std::size_t i = 0;
                    for (const Array& array : arrays)
                        for (const std::size_t end = i + array.size; i < end; ++i)
                            updateParameter(array.decays ? constants : withoutDecay(constants), after.gradients[i],
                                expected.parameters[i], expected.first.empty() ? nullptr : &expected.first[i],
                                expected.second.empty() ? nullptr : &expected.second[i]);
                    QVERIFY(scaledDifference(expected.parameters, after.parameters) <= 1e-7);
                    QVERIFY(scaledDifference(expected.first, after.first) <= 1e-7);
                    QVERIFY(scaledDifference(expected.second, after.second) <= 1e-7);
                }
    }

    /// From a loss on that is not finite, gradients are still summed, and nothing else changes.
    void frozen() {
        for (const OptimizerKind kind : kinds) {
            Arenas expected = before(specOf(kind, 0.1f));
            const Arenas after = found(specOf(kind, 0.1f), 8, 4, 7);
            QVERIFY(scaledDifference(sums(), after.gradients) <= 1e-6);
            expected.gradients = after.gradients;
            QVERIFY(expected == after);
        }
    }

    /// A step of no images is none.
    void noImages() {
        for (const OptimizerKind kind : kinds)
            QVERIFY(before(specOf(kind, 0.1f)) == found(specOf(kind, 0.1f), 8, 0));
    }

    void everyOrder() {
        QVERIFY(isTheSameInEveryOrder([] { return found(specOf(OptimizerKind::Adam, 0.1f), 3, 4); }));
    }

    /// A network that learns nothing has nothing to update.
    void noParameters() {
        StepRig rig({4, 4});
        const Update update({}, {}, {}, rig.memory());
        update.launch(rig.pass(true));
        rig.wait();
    }
};

QTEST_GUILESS_MAIN(CudaUpdateTest)
#include "cuda_update_test.moc"
