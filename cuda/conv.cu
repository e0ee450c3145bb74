// SPDX-License-Identifier: GPL-3.0-or-later
#include "cuda/conv.h"

#include "cuda/device/tf32_mma.cuh"
#include "cuda/device_memory.h"

namespace kernelscope::cuda {
namespace {

/// Whether the convolution's kernels pool as well.
bool isPooledInRegisters(const std::optional<Pool>& pool) {
    return pool && pool->size == 2 && pool->stride == 2;
}

/// Outputs that are read, in a direction that gives `results` of them.
int outputsRead(const std::optional<Pool>& pool, int results) {
    return pool ? (results - 1) * pool->stride + pool->size : results;
}

ConvShape shapeOf(const StepOf<Conv>& step) {
    const std::optional<Pool>& pool = step.epilogue.pool;
    ConvShape shape;
    shape.channels = step.in.channels;
    shape.height = step.in.height;
    shape.width = step.in.width;
    shape.filters = step.layer.filters;
    shape.kernel = step.layer.kernel;
    shape.stride = step.layer.stride;
    shape.top = zerosAlong(step.layer, step.in.height).before;
    shape.left = zerosAlong(step.layer, step.in.width).before;
    shape.rows = outputsRead(pool, step.result.height);
    shape.columns = outputsRead(pool, step.result.width);
    shape.isPooled = isPooledInRegisters(pool);
    return shape;
}

/// Whether a product is large enough for the tensor cores' tiles; else these would mostly multiply zeros, and fp32 is
/// as fast and more exact.
bool suitsTensorCores(const ConvShape& shape) {
    return shape.channels >= 8 && shape.filters >= 8;
}

/// Whether the lanes of a warp, which are channels, have enough to do.
bool suitsPooledGradient(const ConvShape& shape) {
    return shape.isPooled && shape.channels >= 8;
}

} // namespace

ConvStep::ConvStep(const StepOf<Conv>& step, Edge& in, Edge& out, const Environment& environment)
    : m_in(in),
      m_out(out),
      m_parameters(environment.parameters),
      m_weightSlice(step.weights),
      m_biasSlice(step.bias),
      m_needsInputGradient(step.needsInputGradient),
      m_multiprocessors(environment.multiprocessors),
      m_function(nonlinearityOf(step.epilogue.activation)),
      m_shape(shapeOf(step)),
      m_precision(suitsTensorCores(m_shape) && hasTf32(environment.computeCapability) ? environment.precision
                                                                                      : Precision::Fp32) {
    const bool isDirect = conv_direct::canDo(m_shape);
    m_forward = isDirect ? Way::Direct : Way::General;
    // Behind a pooling the gradients need a quarter of the multiplications at most: fp32, which is exact, all the same.
    // The direct weights' gradient has no TF32.
    m_backwardWeights = isDirect && (m_precision == Precision::Fp32 || m_shape.isPooled) ? Way::Direct : Way::General;
    m_backwardData = isDirect && suitsPooledGradient(m_shape) ? Way::DirectPooled : m_forward;
    DeviceMemory& memory = environment.memory;
    const auto batch = static_cast<std::size_t>(environment.batchSize);
    const std::optional<Pool>& pool = step.epilogue.pool;
    if (pool)
        m_arguments = memory.allocate<std::uint16_t>(batch * step.result.size());
    if (pool && !m_shape.isPooled) {
        const std::size_t outputs =
            static_cast<std::size_t>(m_shape.filters) * static_cast<std::size_t>(m_shape.outputs());
        m_pooling.emplace();
        m_pooling->windows = {
            pool->size, pool->stride, m_shape.rows, m_shape.columns, step.result.height, step.result.width};
        m_pooling->values = memory.allocate<float>(static_cast<std::size_t>(environment.capacity) * outputs);
        m_pooling->gradients = memory.allocate<float>(batch * outputs);
    }
    Pass whole;
    whole.images = environment.batchSize;
    m_pieces.count = m_backwardWeights == Way::Direct ? conv_direct::pieceCount(launchFor(whole), m_shape)
                                                      : conv_general::pieceCount(launchFor(whole), m_shape);
    m_pieces.values = memory.allocate<float>(
        static_cast<std::size_t>(m_pieces.count) * static_cast<std::size_t>(m_shape.weights() + m_shape.filters));
}

ConvLaunch ConvStep::launchFor(const Pass& pass) const {
    return {pass.stream, pass.images, m_multiprocessors};
}

const float* ConvStep::weights() const {
    return m_parameters + m_weightSlice.offset;
}

const float* ConvStep::bias() const {
    return m_parameters + m_biasSlice.offset;
}

void ConvStep::forward(const Pass& pass) {
    std::uint16_t* arguments = pass.training ? m_arguments : nullptr;
    const ConvResult result{m_pooling ? m_pooling->values : m_out.values, m_pooling ? nullptr : arguments, m_function};
    if (m_forward == Way::Direct)
        conv_direct::forward(launchFor(pass), m_shape, m_precision, m_in.values, weights(), bias(), result);
    else
        conv_general::forward(launchFor(pass), m_shape, m_precision, m_in.values, weights(), bias(), result);
    if (m_pooling)
        forwardMaxPool(pass.stream, m_pooling->windows,
            static_cast<std::size_t>(pass.images) * static_cast<std::size_t>(m_shape.filters), result.values,
            m_out.values, arguments);
}

void ConvStep::backward(const Pass& pass) {
    ResultGradient result{m_out.gradients, m_out.values, m_arguments, m_function};
    if (m_pooling) {
        backwardMaxPool(pass.stream, m_pooling->windows,
            static_cast<std::size_t>(pass.images) * static_cast<std::size_t>(m_shape.filters), m_out.gradients,
            m_arguments, m_pooling->gradients);
        result = {m_pooling->gradients, m_pooling->values, nullptr, m_function};
    }
    const ConvLaunch launch = launchFor(pass);
    if (m_backwardWeights == Way::Direct)
        conv_direct::backwardWeights(launch, m_shape, m_in.values, result, m_pieces);
    else
        conv_general::backwardWeights(launch, m_shape, m_precision, m_in.values, result, m_pieces);
    if (!m_needsInputGradient)
        return;
    if (m_backwardData == Way::DirectPooled)
        conv_direct::backwardDataPooled(launch, m_shape, result, weights(), m_in.gradients);
    else if (m_backwardData == Way::Direct)
        conv_direct::backwardData(launch, m_shape, m_precision, result, weights(), m_in.gradients);
    else
        conv_general::backwardData(launch, m_shape, m_precision, result, weights(), m_in.gradients);
}

std::vector<GradientPieces> ConvStep::gradientPieces() const {
    const auto weightCount = static_cast<std::size_t>(m_shape.weights());
    const std::size_t stride = weightCount + static_cast<std::size_t>(m_shape.filters);
    return {{m_weightSlice, m_pieces.values, stride, m_pieces.count, true},
        {m_biasSlice, m_pieces.values + weightCount, stride, m_pieces.count, false}};
}

std::int64_t ConvStep::executedFlops() const {
    const std::int64_t product = std::int64_t{2} * m_shape.outputs() * m_shape.weights();
    // Of a pooled window one output at most is followed back; those that ReLU cut are counted all the same.
    const std::int64_t followed = m_shape.isPooled ? product / 4 : product;
    const std::int64_t backwardWeights = m_backwardWeights == Way::Direct ? followed : product;
    // Elsewhere each input meets 1 of stride * stride kernel places, those in the padding included.
    const std::int64_t backwardData = m_backwardData == Way::DirectPooled
                                          ? followed
                                          : std::int64_t{2} * m_shape.height * m_shape.width * m_shape.weights() /
                                                (std::int64_t{m_shape.stride} * m_shape.stride);
    // The function of every output; of every result its slope, and the sum of the bias's gradient.
    const std::int64_t functions = std::int64_t{m_shape.outputs()} * m_shape.filters * flopsOf(m_function) +
                                   std::int64_t{m_shape.resultArea()} * m_shape.filters * (1 + flopsOf(m_function));
    return product + backwardWeights + (m_needsInputGradient ? backwardData : 0) + functions;
}

} // namespace kernelscope::cuda
