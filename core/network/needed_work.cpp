// SPDX-License-Identifier: GPL-3.0-or-later
#include "network/needed_work.h"

#include "base/overloaded.h"

#include <algorithm>

namespace kernelscope {
namespace {

/// Rows and columns from the first.
struct Extent {
    int rows = 0;
    int columns = 0;
};

Extent all(Shape shape) {
    return {shape.height, shape.width};
}

Shape resultOf(const Step& step) {
    return std::visit(Overloaded{[](const SoftmaxLoss& s) {
                                     return Shape{s.classes, 1, 1};
                                 },
                          [](const auto& s) { return s.result; }},
        step);
}

/// Inputs of `windows` windows in a row.
int covered(int windows, int window, int stride) {
    return (windows - 1) * stride + window;
}

/// The same of a convolution, of which the zeros around the image are none.
int coveredOfImage(int windows, const Conv& conv, int length) {
    const int padded = covered(windows, conv.kernel, conv.stride);
    return std::clamp(padded - zerosAlong(conv, length).before, 0, length);
}

/// The layer's own outputs from which the epilogue makes the needed results.
template <class L>
Extent outputsFor(const StepOf<L>& step, Extent results) {
    const std::optional<Pool>& pool = step.epilogue.pool;
    if (!pool)
        return results;
    return {covered(results.rows, pool->size, pool->stride), covered(results.columns, pool->size, pool->stride)};
}

NeededWork workOf(const Step& step, Extent results) {
    Extent outputs = results;
    const Extent inputs = std::visit(
        Overloaded{[&](const StepOf<Conv>& s) {
                       outputs = outputsFor(s, results);
                       return Extent{coveredOfImage(outputs.rows, s.layer, s.in.height),
                           coveredOfImage(outputs.columns, s.layer, s.in.width)};
                   },
            [&](const StepOf<Pool>& s) {
                return Extent{covered(results.rows, s.layer.size, s.layer.stride),
                    covered(results.columns, s.layer.size, s.layer.stride)};
            },
            [&](const StepOf<Activation>&) { return results; }, [&](const StepOf<Dropout>&) { return results; },
            // Batch norm's sums go over all values, whoever reads the results; dense layers and the loss read all.
            [&](const auto&) { return all(inputOf(step)); }},
        step);
    // One for each window of a max-pool, each output where there is none.
    return {inputs.rows, inputs.columns, outputs.rows, outputs.columns, results.rows * results.columns};
}

} // namespace

Shape inputOf(const Step& step) {
    return std::visit(Overloaded{[](const SoftmaxLoss& s) {
                                     return Shape{s.classes, 1, 1};
                                 },
                          [](const auto& s) { return s.in; }},
        step);
}

std::vector<NeededWork> neededWork(const Plan& plan) {
    std::vector<NeededWork> work(plan.steps.size());
    for (std::size_t i = work.size(); i-- > 0;) {
        const Shape result = resultOf(plan.steps[i]);
        // Fused plans leave flattens out: what reads a vector reads all of the image that it lies in.
        const bool isRead = i + 1 < work.size() && inputOf(plan.steps[i + 1]) == result;
        work[i] = workOf(plan.steps[i], isRead ? Extent{work[i + 1].inputRows, work[i + 1].inputColumns} : all(result));
    }
    return work;
}

} // namespace kernelscope
