// SPDX-License-Identifier: GPL-3.0-or-later
// Each direction is two kernels, because no value can be normalised before all of its channel are summed. The first
// reads every value once and leaves two sums in double for each channel and slice of the batch; the second adds up the
// slices' sums (a few numbers, read by every block rather than by a kernel of their own) and reads every value again:
// two loads and one store a value forward, five and two backward.
//
// A block has one slice of the images. Where a channel's image has 32 values or more, it has one channel, and its
// threads stand at neighbouring positions. Behind dense layers, where it has one value, neighbouring threads have
// neighbouring channels, 32 of them, and the rows of threads divide the images. In between the second does: what it
// leaves of a line of memory is read by the next row. There are as many slices as fill the device.
//
// Sums are in double: what cancels out in E[x^2] - E[x]^2 is then far below what float could tell. The rest is in
// float.
#include "cuda/batch_norm.h"

#include "cuda/device/nonlinearity.cuh"
#include "cuda/device/sum_over_rows.cuh"
#include "cuda/device_memory.h"
#include "cuda/platform/error_check.h"

#include <algorithm>

namespace kernelscope::cuda {

/// Outside the namespace below, because sumOverRows() looks for it where NormSums is.
static __device__ NormSums operator+(const NormSums& a, const NormSums& b) {
    return {a.first + b.first, a.second + b.second};
}

namespace {

constexpr unsigned kThreads = 256;
constexpr unsigned kManyChannels = 32; ///< Of a block whose threads are neighbours by channel.

/// A block's part of the values, and a thread's of that.
struct NormTask {
    unsigned channel;
    unsigned firstPlace;
    unsigned lastPlace; ///< Of the slice, or the first that is beyond `places`.
    bool hasChannel;    ///< The last block's threads may be more than the channels.
};

__device__ NormTask taskOf(const NormShape& shape, unsigned places) {
    NormTask task;
    task.channel = blockIdx.x * shape.blockChannels + threadIdx.x % shape.blockChannels;
    task.firstPlace = blockIdx.y * shape.placesPerSlice;
    task.lastPlace = min(task.firstPlace + shape.placesPerSlice, places);
    task.hasChannel = task.channel < shape.channels;
    return task;
}

/// Calls use(place, index) for the thread's share of the values of its channel. The threads of a channel take turns;
/// the walk from one's value to its next is divided into places and positions once, not for each value.
template <class Use>
__device__ void forEachValue(const NormShape& shape, const NormTask& task, Use use) {
    if (!task.hasChannel)
        return;
    const unsigned row = threadIdx.x / shape.blockChannels;
    const unsigned rows = kThreads / shape.blockChannels;
    unsigned place = task.firstPlace + row / shape.area;
    unsigned position = row % shape.area;
    while (place < task.lastPlace) {
        use(place, (std::size_t{place} * shape.channels + task.channel) * shape.area + position);
        place += rows / shape.area;
        position += rows % shape.area;
        if (position >= shape.area) {
            position -= shape.area;
            ++place;
        }
    }
}

/// A channel's sum over the slices, in their order.
__device__ NormSums sumOverSlices(const NormSums* sums, const NormShape& shape, unsigned channel) {
    NormSums sum{};
    for (unsigned slice = 0; slice < shape.slices; ++slice)
        sum = sum + sums[slice * shape.channels + channel];
    return sum;
}

/// Values of a channel in the batch.
__device__ double countOf(const NormShape& shape, const StepState* state) {
    return static_cast<double>(max(state->order.validImages, 1)) * shape.area;
}

__device__ float deviationOf(double variance, float epsilon) {
    return sqrtf(static_cast<float>(variance) + epsilon);
}

__global__ void normSums(NormShape shape, const StepState* state, const float* input, NormSums* sums) {
    KERNEL_SHARED(NormSums, shared, [kThreads]);
    const NormTask task = taskOf(shape, static_cast<unsigned>(state->order.validImages));
    NormSums sum{};
    forEachValue(shape, task, [&](unsigned, std::size_t i) {
        const double x = static_cast<double>(input[i]);
        sum.first += x;
        sum.second += x * x;
    });
    sum = sumOverRows(shared, sum, shape.blockChannels);
    if (threadIdx.x < shape.blockChannels && task.hasChannel)
        sums[blockIdx.y * shape.channels + task.channel] = sum;
}

/// output = f((input - mean) * scale + shift).
/// @param running means, then variances, to normalise with; null: those of the batch.
__global__ void normForward(
    NormLayer layer, const StepState* state, const float* running, const float* input, float* output, unsigned places) {
    struct Line {
        float mean;
        float scale;
        float shift;
    };
    KERNEL_SHARED(Line, lines, [kManyChannels]);
    const NormShape shape = layer.shape;
    const NormTask task = taskOf(shape, places);
    if (threadIdx.x < shape.blockChannels && task.hasChannel) {
        NormSums statistics;
        if (running) {
            statistics = {static_cast<double>(running[task.channel]),
                static_cast<double>(running[shape.channels + task.channel])};
        } else {
            const double share = 1 / countOf(shape, state);
            const NormSums sum = sumOverSlices(layer.sums, shape, task.channel);
            const double mean = sum.first * share;
            const double variance = sum.second * share - mean * mean;
            statistics = {mean, variance < 0 ? 0 : variance}; // not a number stays what it is
            if (blockIdx.y == 0)
                layer.statistics[task.channel] = statistics;
        }
        lines[threadIdx.x] = {static_cast<float>(statistics.first),
            layer.weights[task.channel] / deviationOf(statistics.second, layer.epsilon), layer.bias[task.channel]};
    }
    __syncthreads();
    const Line line = lines[threadIdx.x % shape.blockChannels];
    forEachValue(shape, task, [&](unsigned, std::size_t i) {
        output[i] = activate(layer.function, (input[i] - line.mean) * line.scale + line.shift);
    });
}

/// gradient *= f'(output), in place, and its sums.
__global__ void normGradientSums(
    NormLayer layer, const StepState* state, const float* input, const float* output, float* gradient) {
    KERNEL_SHARED(NormSums, shared, [kThreads]);
    const NormShape shape = layer.shape;
    const NormTask task = taskOf(shape, static_cast<unsigned>(state->order.validImages));
    const double mean = task.hasChannel ? layer.statistics[task.channel].first : 0;
    NormSums sum{};
    forEachValue(shape, task, [&](unsigned, std::size_t i) {
        float g = gradient[i];
        if (layer.function.function != Function::None)
            gradient[i] = g *= slopeAt(layer.function, output[i]);
        sum.first += static_cast<double>(g);
        sum.second += static_cast<double>(g) * (static_cast<double>(input[i]) - mean);
    });
    sum = sumOverRows(shared, sum, shape.blockChannels);
    if (threadIdx.x < shape.blockChannels && task.hasChannel)
        layer.gradientSums[blockIdx.y * shape.channels + task.channel] = sum;
}

/// With normal = (input - mean) / deviation, as core/reference/batch_norm.h derives it:
/// inputGradient = weight / deviation * (gradient - bias gradient / count - normal * weight gradient / count).
/// @param inputGradient null: only the weight's and the bias's gradients are wanted, of slice 0's blocks.
__global__ void normBackward(NormLayer layer, const StepState* state, const float* input, const float* gradient,
    float* inputGradient, unsigned places) {
    struct Line {
        float mean;
        float scale;
        float shift;
        float factor;
    };
    KERNEL_SHARED(Line, lines, [kManyChannels]);
    const NormShape shape = layer.shape;
    const NormTask task = taskOf(shape, places);
    if (threadIdx.x < shape.blockChannels && task.hasChannel) {
        const NormSums statistics = layer.statistics[task.channel];
        const NormSums sum = sumOverSlices(layer.gradientSums, shape, task.channel);
        const float inverse = 1 / deviationOf(statistics.second, layer.epsilon);
        const auto biasGradient = static_cast<float>(sum.first);
        const float weightGradient = static_cast<float>(sum.second) * inverse;
        const float scale = layer.weights[task.channel] * inverse;
        const float share = scale / static_cast<float>(countOf(shape, state));
        lines[threadIdx.x] = {
            static_cast<float>(statistics.first), scale, share * biasGradient, share * weightGradient * inverse};
        if (blockIdx.y == 0) {
            layer.biasGradient[task.channel] = biasGradient;
            layer.weightGradient[task.channel] = weightGradient;
        }
    }
    if (!inputGradient)
        return;
    __syncthreads();
    const Line line = lines[threadIdx.x % shape.blockChannels];
    const auto valid = static_cast<unsigned>(state->order.validImages);
    forEachValue(shape, task, [&](unsigned place, std::size_t i) {
        inputGradient[i] =
            place < valid ? gradient[i] * line.scale - (input[i] - line.mean) * line.factor - line.shift : 0.0f;
    });
}

/// See updateRunning() of core/reference/batch_norm.h. A thread for each channel.
__global__ void moveRunning(
    NormShape shape, const StepState* state, const NormSums* statistics, float momentum, float* running) {
    const unsigned channel = blockIdx.x * kThreads + threadIdx.x;
    if (channel >= shape.channels || state->nonFiniteStep != 0 || state->order.validImages == 0)
        return;
    const double count = countOf(shape, state);
    const double stays = static_cast<double>(momentum);
    const auto move = [stays](float& value, double to) {
        value = static_cast<float>(stays * static_cast<double>(value) + (1 - stays) * to);
    };
    move(running[channel], statistics[channel].first);
    move(running[shape.channels + channel], statistics[channel].second * count / (count - 1));
}

unsigned divideRoundingUp(unsigned number, unsigned divisor) {
    return (number + divisor - 1) / divisor;
}

/// Two blocks for each multiprocessor, but no more than leave each thread about four values, and at most 32 slices,
/// whose sums every block adds up.
NormShape shapeOf(Shape in, const Environment& environment) {
    constexpr unsigned mostSlices = 32;
    NormShape shape;
    const auto batch = static_cast<unsigned>(environment.batchSize);
    shape.channels = static_cast<unsigned>(in.channels);
    shape.area = static_cast<unsigned>(in.height) * static_cast<unsigned>(in.width);
    shape.blockChannels = shape.area < kManyChannels ? kManyChannels : 1;
    const unsigned wanted = divideRoundingUp(
        2 * static_cast<unsigned>(environment.multiprocessors), divideRoundingUp(shape.channels, shape.blockChannels));
    const std::size_t blockValues = std::size_t{batch} * shape.area * shape.blockChannels;
    const auto useful = static_cast<unsigned>(std::clamp<std::size_t>(blockValues / (4 * kThreads), 1, mostSlices));
    shape.placesPerSlice = divideRoundingUp(batch, std::min({wanted, useful, batch}));
    shape.slices = divideRoundingUp(batch, shape.placesPerSlice);
    return shape;
}

} // namespace

BatchNormStep::BatchNormStep(const StepOf<BatchNorm>& step, Edge& in, Edge& out, const Environment& environment)
    : m_step(step),
      m_in(in),
      m_out(out),
      m_running(part(environment.state, step.state.offset)) {
    m_layer.shape = shapeOf(step.in, environment);
    m_layer.function = nonlinearityOf(step.epilogue.activation);
    m_layer.epsilon = step.layer.epsilon;
    m_layer.weights = part(environment.parameters, step.weights.offset);
    m_layer.bias = part(environment.parameters, step.bias.offset);
    DeviceMemory& memory = environment.memory;
    const std::size_t channels = m_layer.shape.channels;
    m_layer.sums = memory.allocate<NormSums>(m_layer.shape.slices * channels);
    m_layer.gradientSums = memory.allocate<NormSums>(m_layer.shape.slices * channels);
    m_layer.statistics = memory.allocate<NormSums>(channels);
    m_layer.weightGradient = memory.allocate<float>(channels);
    m_layer.biasGradient = memory.allocate<float>(channels);
}

LaunchShape BatchNormStep::blocks(unsigned slices) const {
    return {{divideRoundingUp(m_layer.shape.channels, m_layer.shape.blockChannels), slices}, kThreads};
}

void BatchNormStep::forward(const Pass& pass) {
    if (pass.training)
        checkCuda(launchKernel(normSums, blocks(m_layer.shape.slices), pass.stream, m_layer.shape, pass.state,
                      m_in.values, m_layer.sums),
            "launch the sums of a batch norm");
    const auto places = static_cast<unsigned>(pass.images);
    checkCuda(launchKernel(normForward, blocks(divideRoundingUp(places, m_layer.shape.placesPerSlice)), pass.stream,
                  m_layer, pass.state, pass.training ? nullptr : m_running, m_in.values, m_out.values, places),
        "launch a batch norm");
}

void BatchNormStep::backward(const Pass& pass) {
    checkCuda(launchKernel(normGradientSums, blocks(m_layer.shape.slices), pass.stream, m_layer, pass.state,
                  m_in.values, m_out.values, m_out.gradients),
        "launch the sums of a batch norm's gradients");
    const auto places = static_cast<unsigned>(pass.images);
    const unsigned slices = m_in.gradients ? divideRoundingUp(places, m_layer.shape.placesPerSlice) : 1;
    checkCuda(launchKernel(normBackward, blocks(slices), pass.stream, m_layer, pass.state, m_in.values, m_out.gradients,
                  m_in.gradients, places),
        "launch a batch norm's gradients");
}

std::vector<GradientPieces> BatchNormStep::gradientPieces() const {
    const std::size_t channels = m_layer.shape.channels;
    return {{m_step.weights, m_layer.weightGradient, channels, 1, false},
        {m_step.bias, m_layer.biasGradient, channels, 1, false}};
}

void BatchNormStep::updateState(const Pass& pass) {
    checkCuda(launchKernel(moveRunning, LaunchShape{divideRoundingUp(m_layer.shape.channels, kThreads), kThreads},
                  pass.stream, m_layer.shape, pass.state, m_layer.statistics, m_step.layer.momentum, m_running),
        "launch the running statistics");
}

std::int64_t BatchNormStep::executedFlops() const {
    // A value: 3 in the sums, 3 in the result, 4 in the gradients' sums, 5 in its gradient; and the activation.
    return static_cast<std::int64_t>(m_in.size()) * ((m_in.gradients ? 15 : 10) + 2 * flopsOf(m_layer.function));
}

} // namespace kernelscope::cuda
