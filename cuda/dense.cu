// SPDX-License-Identifier: GPL-3.0-or-later
// What cuBLAS leaves to do around its products. In both kernels a block has 32 units (a line of memory) side by side
// and eight rows of threads. Forward, each thread has one output: one load and one store, the bias from the cache.
// Backward, a block has a piece of the batch, whose images the rows divide among themselves; they turn each output's
// gradient into that of the product (times the activation's slope), and add it up for the bias on the way: it is read
// once for both.
#include "cuda/dense.h"

#include "cuda/blas.h"
#include "cuda/dense_few_units.h"
#include "cuda/device/nonlinearity.cuh"
#include "cuda/device/sum_over_rows.cuh"
#include "cuda/device_memory.h"
#include "cuda/platform/error_check.h"

namespace kernelscope::cuda {
namespace {

constexpr unsigned kThreads = 256;
constexpr unsigned kColumns = 32;
constexpr unsigned kRows = kThreads / kColumns;
constexpr unsigned kImagesPerPiece = 64; // eight for each row

__global__ void addBiasAndActivate(
    Nonlinearity function, const float* bias, float* values, unsigned units, unsigned images) {
    const unsigned unit = blockIdx.x * kColumns + threadIdx.x % kColumns;
    const unsigned image = blockIdx.y * kRows + threadIdx.x / kColumns;
    if (unit >= units || image >= images)
        return;
    float& value = values[std::size_t{image} * units + unit];
    value = activate(function, value + bias[unit]);
}

/// gradient *= f'(output), in place; biasGradient[piece][unit] = its sum over the piece's images.
__global__ void slopeAndBiasGradient(
    Nonlinearity function, const float* output, float* gradient, float* biasGradient, unsigned units, unsigned images) {
    KERNEL_SHARED(float, shared, [kThreads]);
    const unsigned unit = blockIdx.x * kColumns + threadIdx.x % kColumns;
    const unsigned piece = blockIdx.y;
    const unsigned last = min(images, (piece + 1) * kImagesPerPiece);
    float sum = 0;
    if (unit < units)
        for (unsigned image = piece * kImagesPerPiece + threadIdx.x / kColumns; image < last; image += kRows) {
            const std::size_t at = std::size_t{image} * units + unit;
            float g = gradient[at];
            if (function.function != Function::None)
                gradient[at] = g *= slopeAt(function, output[at]);
            sum += g;
        }
    sum = sumOverRows(shared, sum, kColumns);
    if (threadIdx.x < kColumns && unit < units)
        biasGradient[std::size_t{piece} * units + unit] = sum;
}

unsigned divideRoundingUp(unsigned number, unsigned divisor) {
    return (number + divisor - 1) / divisor;
}

/// The weights' gradient is one product; only the bias's comes in pieces.
DenseGradients divideBatch(int batchSize) {
    DenseGradients gradients;
    gradients.imagesPerPiece = kImagesPerPiece;
    gradients.pieces = static_cast<int>(divideRoundingUp(static_cast<unsigned>(batchSize), kImagesPerPiece));
    return gradients;
}

} // namespace

DenseStep::DenseStep(const StepOf<Dense>& step, Edge& in, Edge& out, const Environment& environment)
    : m_weightSlice(step.weights),
      m_biasSlice(step.bias),
      m_in(in),
      m_out(out),
      m_blas(environment.blas),
      m_function(nonlinearityOf(step.epilogue.activation)),
      m_units(step.layer.units),
      m_inputs(static_cast<int>(step.in.size())),
      m_hasFewUnits(m_units <= kFewUnits),
      m_weights(part(environment.parameters, step.weights.offset)),
      m_bias(part(environment.parameters, step.bias.offset)) {
    m_gradients = m_hasFewUnits ? divideFewUnits(m_inputs, environment.batchSize, environment.multiprocessors)
                                : divideBatch(environment.batchSize);
    m_gradients.weights =
        environment.memory.allocate<float>(static_cast<std::size_t>(m_gradients.weightPieces) * step.weights.size);
    m_gradients.bias =
        environment.memory.allocate<float>(static_cast<std::size_t>(m_gradients.pieces) * step.bias.size);
}

LaunchShape DenseStep::blocks(unsigned rows) const {
    return {{divideRoundingUp(static_cast<unsigned>(m_units), kColumns), rows}, kThreads};
}

DenseFewUnits DenseStep::fewUnits() const {
    return {m_units, m_inputs, m_function, m_weights, m_bias, m_in.values, m_out.values, m_out.gradients,
        m_in.gradients, m_gradients};
}

void DenseStep::forward(const Pass& pass) {
    if (m_hasFewUnits)
        return launchFewUnitsForward(fewUnits(), pass.images, pass.stream);
    const auto images = static_cast<unsigned>(pass.images);
    m_blas.multiply(
        pass.stream, pass.images, m_units, m_inputs, {m_in.values}, {m_weights, Factor::Transposed}, m_out.values);
    checkCuda(launchKernel(addBiasAndActivate, blocks(divideRoundingUp(images, kRows)), pass.stream, m_function, m_bias,
                  m_out.values, static_cast<unsigned>(m_units), images),
        "launch a dense layer's activation");
}

void DenseStep::backward(const Pass& pass) {
    if (m_hasFewUnits)
        return launchFewUnitsBackward(fewUnits(), pass.images, pass.stream);
    checkCuda(launchKernel(slopeAndBiasGradient, blocks(static_cast<unsigned>(m_gradients.pieces)), pass.stream,
                  m_function, m_out.values, m_out.gradients, m_gradients.bias, static_cast<unsigned>(m_units),
                  static_cast<unsigned>(pass.images)),
        "launch a dense layer's bias gradient");
    m_blas.multiply(pass.stream, m_units, m_inputs, pass.images, {m_out.gradients, Factor::Transposed}, {m_in.values},
        m_gradients.weights);
    if (m_in.gradients)
        m_blas.multiply(pass.stream, pass.images, m_inputs, m_units, {m_out.gradients}, {m_weights}, m_in.gradients);
}

std::vector<GradientPieces> DenseStep::gradientPieces() const {
    return {{m_weightSlice, m_gradients.weights, m_weightSlice.size, m_gradients.weightPieces, true},
        {m_biasSlice, m_gradients.bias, m_biasSlice.size, m_gradients.pieces, false}};
}

std::int64_t DenseStep::executedFlops() const {
    // 2 for each weight in each product. For each unit, the bias is added forward and its gradient summed backward, and
    // the activation is there each way.
    const std::int64_t products = m_in.gradients ? 3 : 2;
    return m_units * (2 * products * m_inputs + 2 + 2 * flopsOf(m_function));
}

} // namespace kernelscope::cuda
