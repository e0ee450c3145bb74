// SPDX-License-Identifier: GPL-3.0-or-later
// How CudaExecutor loads a network.
#include "cuda/cuda_executor.h"

#include "base/error.h"
#include "training/optimizer.h"

#include <algorithm>
#include <bit>
#include <cstdio>
#include <numeric>
#include <string>
#include <utility>

namespace kernelscope::cuda {
namespace {

constexpr double launchSeconds = 0.002;           // work of a launch: Stop and the desktop stay instant
constexpr int graphRatio = 8;                     // of a graph's steps to those of the next smaller one
constexpr int mostStepsOfAll = 64;                // of a launch: beyond it, what a launch costs is nothing any more
constexpr std::size_t mostImagesOfLaunch = 65536; // bounds the ring of sample indices
constexpr std::size_t evaluationImages = 1024;    // of a pass; enough to occupy any GPU
constexpr std::size_t evaluationBytes = std::size_t{256} << 20; // of its edges
constexpr std::size_t stretchImages = 8192;                     // evaluated before the host looks again
constexpr std::size_t smallThings = std::size_t{16} << 20;      // rings, tables, graphs

cudaDeviceProp openDevice(int device) {
    useDevice(device);
    cudaDeviceProp properties{};
    checkCuda(cudaGetDeviceProperties(&properties, device), "ask the GPU what it is");
    return properties;
}

int capacityFor(const Plan& plan, const DataInfo& data, const TrainingSpec& spec, int wanted) {
    std::size_t bytes = plan.network.input.size() * sizeof(float);
    for (const LayerInfo& layer : plan.layers)
        bytes += static_cast<std::size_t>(layer.activationBytes);
    const std::size_t images = wanted > 0 ? static_cast<std::size_t>(wanted)
                                          : std::clamp<std::size_t>(evaluationBytes / bytes, 1, evaluationImages);
    return std::max(spec.batchSize, static_cast<int>(std::min(images, std::max(data.trainCount, data.testCount))));
}

int mostStepsFor(const TrainingSpec& spec, int wanted) {
    if (wanted > 0)
        return wanted;
    const std::size_t steps = mostImagesOfLaunch / static_cast<std::size_t>(spec.batchSize);
    return static_cast<int>(std::clamp<std::size_t>(steps, 1, mostStepsOfAll));
}

std::string megabytes(std::size_t bytes) {
    return std::to_string((bytes + (std::size_t{1} << 20) - 1) >> 20) + " MB";
}

} // namespace

CudaExecutor::EvaluationMemory::EvaluationMemory(std::size_t passes, std::size_t capacity, DeviceMemory& memory)
    : images(passes * capacity),
      state(memory.allocateZeroed<StepState>(1)),
      orders(memory.allocateZeroed<StepOrder>(passes)),
      sums(memory.allocateZeroed<EvaluationSums>(1)),
      predictions(memory.allocateZeroed<Prediction>(images)),
      hostOrders(passes) {}

CudaExecutor::Rest::~Rest() {
    logCudaError(cudaSetDevice(executor.m_options.device), "go back to the GPU");
    logCudaError(cudaStreamSynchronize(executor.m_copyStream.get()), "wait for the GPU");
    logCudaError(cudaStreamSynchronize(executor.m_stream.get()), "wait for the GPU");
}

CudaExecutor::CudaExecutor(const Plan& plan, DataSetPtr data, const TrainingSpec& spec, const LoadOptions& options)
    : m_options(options),
      m_plan(plan),
      m_optimizer(spec.optimizer),
      m_augmentation(spec.augmentation),
      m_seed(spec.seed),
      m_dataSet(std::move(data)),
      m_batchSize(spec.batchSize),
      m_capacity(capacityFor(plan, m_dataSet->info(), spec, options.evaluationImages)),
      m_mostSteps(mostStepsFor(spec, options.stepsPerLaunch)),
      m_device(openDevice(options.device)),
      m_stream(makeStream()),
      m_copyStream(makeStream()),
      m_blas(m_memory, options.precision, 10 * m_device.major + m_device.minor),
      m_neededBytes(requireMemory()),
      m_arenas(m_plan, momentsPerParameter(m_optimizer.kind), m_memory),
      m_snapshots(m_arenas, m_stream.get(), options.device, m_memory),
      m_data(m_dataSet, m_memory),
      // One launch is under way, one waits, one is being prepared.
      m_rings(m_batchSize, static_cast<std::uint32_t>(3 * m_mostSteps), m_memory),
      m_state(m_memory.allocateZeroed<StepState>(1)),
      m_labels(m_memory.allocateZeroed<std::uint8_t>(static_cast<std::size_t>(m_capacity))),
      m_evaluation(std::max<std::size_t>(stretchImages / static_cast<std::size_t>(m_capacity), 1),
          static_cast<std::size_t>(m_capacity), m_memory),
      m_network(lower(m_plan, environment(m_memory, m_arenas), lossMemory())),
      m_update(m_network->gradientPieces(), {m_arenas.parameters, m_arenas.gradients, m_arenas.first, m_arenas.second},
          m_optimizer, m_memory) {
    // What clears memory runs in the default stream, for which the others do not wait.
    checkCuda(cudaDeviceSynchronize(), "clear memory on the GPU");
    m_data.uploadWhatThereIs(m_staging, m_copyStream.get());
    sendAhead();
    warmUp();
    const auto capture = [this](int steps) { return StepGraph(m_stream.get(), steps, [this] { enqueueStep(); }); };
    StepGraph oneStep = capture(1);
    int steps = options.stepsPerLaunch > 0 ? options.stepsPerLaunch : measureStepsPerLaunch(oneStep);
    // What is left of an epoch behind the last launch of the largest graph takes few launches too.
    for (; steps > 1; steps /= graphRatio)
        m_graphs.push_back(capture(steps));
    m_graphs.push_back(std::move(oneStep));
    checkCuda(cudaMemsetAsync(m_state, 0, sizeof *m_state, m_stream.get()), "prepare the first training step");
    checkCuda(cudaStreamSynchronize(m_stream.get()), "load the network on the GPU");
}

Environment CudaExecutor::environment(DeviceMemory& memory, const Arenas& arenas) const {
    Environment result{memory, m_blas};
    result.precision = m_options.precision;
    result.multiprocessors = m_device.multiProcessorCount;
    result.computeCapability = 10 * m_device.major + m_device.minor;
    result.batchSize = m_batchSize;
    result.capacity = m_capacity;
    result.seed = m_seed;
    result.parameters = arenas.parameters;
    result.gradients = arenas.gradients;
    result.state = arenas.state;
    return result;
}

LossMemory CudaExecutor::lossMemory() const {
    LossMemory result;
    result.labels = m_labels;
    result.training = m_state;
    result.results = m_rings.results();
    result.resultCount = m_rings.resultCount();
    result.evaluation = m_evaluation.sums;
    result.predictions = m_evaluation.predictions;
    return result;
}

/// Works out what the network takes, and refuses it where that is not to be had: a figure helps more than the news that
/// some allocation failed.
std::size_t CudaExecutor::requireMemory() const {
    DeviceMemory measured(DeviceMemory::Mode::Measure);
    const ResidentData data(m_dataSet, measured);
    const std::size_t dataBytes = measured.bytes();
    const Arenas arenas(m_plan, momentsPerParameter(m_optimizer.kind), measured);
    measured.allocate<float>(SnapshotRing::deviceFloats(arenas));
    lower(m_plan, environment(measured, arenas), {});
    const std::size_t needed = measured.bytes() + smallThings;
    std::size_t available = 0;
    std::size_t total = 0;
    checkCuda(cudaMemGetInfo(&available, &total), "ask the GPU for its free memory");
    if (needed <= available)
        return needed;
    throw CudaError(Fault::OutOfMemory,
        {"Cannot load the network on the GPU", m_plan.network.name,
            megabytes(available) + " of free memory of " + megabytes(total),
            megabytes(needed) + ": " + megabytes(dataBytes) + " for the data set and " + megabytes(needed - dataBytes) +
                " for batches of " + std::to_string(m_batchSize),
            dataBytes > needed / 2 ? "Use fewer images, or close other programs that use the GPU."
                                   : "Use a smaller batch or network, or close other programs that use the GPU."});
}

/// Runs everything once without a graph: kernels and cuBLAS load what they need at their first call, which a capture
/// does not allow. The orders are empty, so nothing is learnt.
void CudaExecutor::warmUp() {
    enqueueStep();
    const Pass pass{m_stream.get(), false, 1, m_evaluation.state};
    enqueueInput(pass, Split::Test);
    for (const auto& step : m_network->steps)
        step->forward(pass);
    checkCuda(cudaStreamSynchronize(m_stream.get()), "run the network on the GPU for the first time");
}

/// Values as training has them: where all is zero, kernels leave out most of their work.
void CudaExecutor::fillForTiming() {
    std::vector<float> values(m_arenas.size(Arena::Parameters));
    std::uint32_t random = 1;
    for (float& value : values) {
        random = random * 1664525u + 1013904223u;
        value = (static_cast<float>(random >> 8) * 0x1p-24f - 0.5f) * 0.1f;
    }
    m_arenas.write(Arena::Parameters, values, m_staging, m_stream.get());
    std::vector<std::uint32_t> samples(
        std::min<std::size_t>(m_data.info().trainCount, static_cast<std::size_t>(m_batchSize)));
    std::iota(samples.begin(), samples.end(), 0u);
    m_dataSet->require(Split::Train, samples);
    m_data.ensure(Split::Train, samples, m_staging, m_copyStream.get());
    StepOrder order;
    order.step = 1;
    order.learningRate = order.updateRate = 0; // the parameters stay what they are
    for (std::uint32_t i = 0; i < m_rings.orderCount(); ++i)
        m_rings.add(order, samples);
    m_rings.send(m_copyStream.get());
    sendAhead();
}

/// Seconds.
double CudaExecutor::timeOfSteps(const StepGraph& oneStep, int steps) {
    const Event begin = makeTimingEvent();
    const Event end = makeTimingEvent();
    checkCuda(cudaEventRecord(begin.get(), m_stream.get()), "time a training step");
    for (int i = 0; i < steps; ++i)
        oneStep.launch(m_stream.get());
    checkCuda(cudaEventRecord(end.get(), m_stream.get()), "time a training step");
    checkCuda(cudaEventSynchronize(end.get()), "time a training step");
    float milliseconds = 0;
    checkCuda(cudaEventElapsedTime(&milliseconds, begin.get(), end.get()), "time a training step");
    return 1e-3 * static_cast<double>(milliseconds);
}

/// Training steps that the device makes in the time of a launch, a power of two.
int CudaExecutor::measureStepsPerLaunch(const StepGraph& oneStep) {
    constexpr int timed = 4;
    if (m_mostSteps == 1)
        return 1;
    fillForTiming();
    timeOfSteps(oneStep, 1); // the first launch of a graph takes longer
    const double each = timeOfSteps(oneStep, timed) / timed;
    m_arenas.clear(m_stream.get()); // as a network is that was just loaded
    m_rings.restart();
    const double steps = std::clamp(launchSeconds / std::max(each, 1e-6), 1.0, static_cast<double>(m_mostSteps));
    return static_cast<int>(std::bit_floor(static_cast<unsigned>(steps)));
}

} // namespace kernelscope::cuda
