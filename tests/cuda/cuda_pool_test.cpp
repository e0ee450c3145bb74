// SPDX-License-Identifier: GPL-3.0-or-later
#include "cuda/pool.h"

#include "check/scaled_difference.h"
#include "cuda_orders.h"
#include "reference/pool.h"
#include "step_rig.h"

#include <QtTest>

using namespace kernelscope;
using namespace kernelscope::cuda;

namespace {

struct Row {
    Shape in;
    Pool pool;
    RigBatch batch{3, 2, 1};

    std::string name() const { return describe(pool).append(" of ").append(toFullString(in)); }
};

std::vector<Row> rows() {
    std::vector<Row> rows;
    for (const PoolKind kind : {PoolKind::Max, PoolKind::Average})
        for (const auto& [in, size, stride] : std::vector<std::tuple<Shape, int, int>>{
                 {{1, 1, 1}, 1, 1},
                 {{2, 6, 8}, 2, 2},
                 {{3, 7, 9}, 2, 2},
                 {{2, 5, 6}, 2, 1},
                 {{2, 8, 9}, 2, 3},
                 {{2, 6, 5}, 1, 2},
                 {{3, 9, 10}, 3, 2},
                 {{2, 7, 8}, 3, 1},
                 {{2, 9, 11}, 4, 3},
                 {{2, 11, 10}, 4, 5},
                 {{3, 4, 4}, 4, 1},
                 {{1, 2, 30}, 2, 2},
                 {{1, 65, 64}, 63, 1},
                 {{300, 3, 3}, 2, 1},
                 {{2, 40, 33}, 5, 2},
             })
            rows.push_back({in, Pool{kind, size, stride}});
    return rows;
}

StepOf<Pool> stepOf(const Row& row) {
    StepOf<Pool> step;
    step.layer = row.pool;
    step.in = row.in;
    step.out = step.result = outputShape(row.pool, row.in);
    return step;
}

StepRun found(const Row& row, const std::vector<float>& input) {
    const StepOf<Pool> step = stepOf(row);
    StepRig rig(row.batch);
    Edge in = rig.edge(step.in, input, true);
    Edge out = rig.edge(step.out, rig.unwritten(rig.size(step.out)), true);
    PoolStep pool(step, in, out, rig.environment());
    return runStep(rig, pool, in, out, batchValues(step.out, row.batch, 3), 0);
}

void compare(const Row& row, const std::vector<float>& input) {
    const StepOf<Pool> step = stepOf(row);
    const StepRun run = found(row, input);
    const std::vector<float> gradients = batchValues(step.out, row.batch, 3);
    std::vector<double> output;
    std::vector<double> inputGradient;
    for (std::size_t image = 0; image < static_cast<std::size_t>(row.batch.places); ++image) {
        const auto part = [&](const std::vector<float>& of, std::size_t size) {
            const auto first = of.begin() + static_cast<std::ptrdiff_t>(image * size);
            return std::vector<double>(first, first + static_cast<std::ptrdiff_t>(size));
        };
        const std::vector<double> values = part(input, step.in.size());
        const std::vector<double> gradient = part(gradients, step.out.size());
        std::vector<double> result(step.out.size());
        std::vector<double> back(step.in.size());
        reference::forward<double>(step, {{}, values, result});
        reference::backward<double>(step, {{}, values, result, gradient, back, {}});
        output.insert(output.end(), result.begin(), result.end());
        inputGradient.insert(inputGradient.end(), back.begin(), back.end());
    }
    QVERIFY2(scaledDifference(output, run.output) <= 1e-5, row.name().c_str());
    QVERIFY2(scaledDifference(inputGradient, run.inputGradient) <= 1e-5, row.name().c_str());
}

} // namespace

class CudaPoolTest : public QObject {
    Q_OBJECT

private slots:
    void init() { emulation::reset(); }

    void isTheReferences() {
        for (const Row& row : rows())
            compare(row, batchValues(row.in, row.batch, 1));
    }

    /// Of equal values the first in row order is the maximum: all others have no gradient.
    void givesTiesToTheFirst() {
        for (const Row& row : rows())
            compare(row, std::vector<float>(row.in.size() * static_cast<std::size_t>(row.batch.places), 0.25f));
    }

    /// A test's pass needs no room for the places of maxima, and may have more images than a batch.
    void givesTheSameWhereNothingIsLearnt() {
        const Row row{{2, 6, 8}, Pool{}, {3, 3}};
        const StepOf<Pool> step = stepOf(row);
        StepRig rig(row.batch);
        Environment environment = rig.environment();
        environment.batchSize = 1;
        Edge in = rig.edge(step.in, batchValues(step.in, row.batch, 1), false);
        Edge out = rig.edge(step.out, rig.unwritten(rig.size(step.out)), false);
        PoolStep pool(step, in, out, environment);
        pool.forward(rig.pass(false));
        QCOMPARE(rig.read(out.values, rig.size(step.out)), found(row, batchValues(step.in, row.batch, 1)).output);
    }

    void isTheSameInEveryOrder() {
        for (const PoolKind kind : {PoolKind::Max, PoolKind::Average}) {
            const Row row{{3, 9, 10}, {kind, 3, 2}};
            QVERIFY(cuda::isTheSameInEveryOrder([&] { return found(row, batchValues(row.in, row.batch, 1)); }));
        }
    }
};

QTEST_APPLESS_MAIN(CudaPoolTest)
#include "cuda_pool_test.moc"
