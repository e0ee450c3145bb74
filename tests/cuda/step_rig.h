// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// Runs one step of the GPU by itself, on values from the host. Whatever device the program is linked with, emulated or
/// real.
#pragma once

#include "base/philox.h"
#include "cuda/blas.h"
#include "cuda/device_memory.h"
#include "cuda/platform/handles.h"
#include "cuda/step.h"

#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace kernelscope::cuda {

/// Values from -1 to 1, the same in every run.
inline std::vector<float> testValues(std::size_t count, std::uint32_t purpose) {
    std::vector<float> values(count);
    for (std::size_t i = 0; i < count; ++i) {
        const PhiloxBlock block = philox({static_cast<std::uint32_t>(i), purpose, 0, 0}, {0x7e57, 0});
        values[i] = 2 * unitFloat(block[0]) - 1;
    }
    return values;
}

/// For the names of rows: ", tanh", or nothing.
inline std::string text(const std::optional<Activation>& activation) {
    if (!activation)
        return {};
    switch (activation->kind) {
    case ActivationKind::Relu:
        return ", ReLU";
    case ActivationKind::LeakyRelu:
        return ", leaky ReLU";
    case ActivationKind::Sigmoid:
        return ", sigmoid";
    case ActivationKind::Tanh:
        break;
    }
    return ", tanh";
}

/// The batch that a step is run for.
struct RigBatch {
    int places = 4; ///< Environment::batchSize and capacity.
    int valid = 4;  ///< Images in it.
    std::int64_t step = 1;
};

/// A device with all that an Environment needs, and values that go there and back.
class StepRig {
public:
    explicit StepRig(RigBatch batch, const std::vector<float>& parameters = {}, const std::vector<float>& state = {})
        : m_batch(batch) {
        m_parameters = upload(parameters);
        m_runningState = upload(state);
        StepState stepState;
        stepState.order.step = batch.step;
        stepState.order.validImages = batch.valid;
        stepState.next = 1;
        m_stepState = upload(std::vector<StepState>{stepState});
    }

    /// For few multiprocessors, so that small batches are divided as large ones are on a real device.
    Environment environment() {
        Environment environment{m_memory, m_blas};
        environment.multiprocessors = 3;
        environment.batchSize = environment.capacity = m_batch.places;
        environment.seed = 0x123456789abcdefull;
        environment.parameters = m_parameters;
        environment.state = m_runningState;
        return environment;
    }

    Pass pass(bool training) const {
        Pass pass;
        pass.stream = m_stream.get();
        pass.training = training;
        pass.images = m_batch.places;
        pass.state = m_stepState;
        return pass;
    }

    /// An edge with an image for each place, and room for gradients, where it has them, that are not numbers: whoever
    /// reads one that was not written finds out.
    Edge edge(Shape shape, const std::vector<float>& values, bool hasGradients) {
        Edge edge;
        edge.shape = shape;
        edge.values = upload(values);
        if (hasGradients)
            edge.gradients = upload(unwritten(values.size()));
        return edge;
    }
    std::vector<float> unwritten(std::size_t count) const {
        return std::vector<float>(count, std::numeric_limits<float>::quiet_NaN());
    }
    /// All places' values of an edge of this shape.
    std::size_t size(Shape shape) const { return shape.size() * static_cast<std::size_t>(m_batch.places); }

    template <class T>
    T* upload(const std::vector<T>& values) {
        T* onDevice = m_memory.allocate<T>(values.size());
        write(onDevice, values);
        return onDevice;
    }
    template <class T>
    void write(T* onDevice, const std::vector<T>& values) {
        wait();
        if (!values.empty())
            checkCuda(cudaMemcpy(onDevice, values.data(), values.size() * sizeof(T), cudaMemcpyHostToDevice),
                "copy to the device");
    }
    template <class T>
    std::vector<T> read(const T* onDevice, std::size_t count) {
        wait();
        std::vector<T> values(count);
        if (count > 0)
            checkCuda(
                cudaMemcpy(values.data(), onDevice, count * sizeof(T), cudaMemcpyDeviceToHost), "copy from the device");
        return values;
    }
    /// For all streams: memory is cleared in another one than the steps run in.
    void wait() { checkCuda(cudaDeviceSynchronize(), "wait for the device"); }

    /// What the pieces of a step's gradients add up to, in an arena of so many parameters.
    std::vector<double> gradients(const CudaStep& step, std::size_t parameters) {
        std::vector<double> arena(parameters);
        for (const GradientPieces& gradient : step.gradientPieces()) {
            const std::vector<float> pieces = read(gradient.pieces,
                gradient.stride * (static_cast<std::size_t>(gradient.count) - 1) + gradient.slice.size);
            for (std::size_t piece = 0; piece < static_cast<std::size_t>(gradient.count); ++piece)
                for (std::size_t i = 0; i < gradient.slice.size; ++i)
                    arena[gradient.slice.offset + i] += static_cast<double>(pieces[piece * gradient.stride + i]);
        }
        return arena;
    }

    DeviceMemory& memory() { return m_memory; }
    Blas& blas() { return m_blas; }
    cudaStream_t stream() const { return m_stream.get(); }
    float* runningState() const { return m_runningState; }
    StepState* stepState() const { return m_stepState; }

private:
    RigBatch m_batch;
    Stream m_stream = makeStream();
    DeviceMemory m_memory;
    Blas m_blas{m_memory, Precision::Fp32, 75};
    float* m_parameters = nullptr;
    float* m_runningState = nullptr;
    StepState* m_stepState = nullptr;
};

/// What a step makes of a batch.
struct StepRun {
    std::vector<float> output;        ///< [places][out]
    std::vector<float> inputGradient; ///< [places][in]; empty where the input's edge has none.
    std::vector<double> gradients;    ///< Of all parameters.
    bool operator==(const StepRun&) const = default;
};

/// Images of a batch as values of an edge: those of places without an image are zero, as a batch's and its gradients
/// are.
inline std::vector<float> batchValues(Shape shape, RigBatch batch, std::uint32_t purpose) {
    std::vector<float> values = testValues(shape.size() * static_cast<std::size_t>(batch.places), purpose);
    for (std::size_t i = shape.size() * static_cast<std::size_t>(batch.valid); i < values.size(); ++i)
        values[i] = 0;
    return values;
}

/// A training pass forward and backward. @param parameters their number.
inline StepRun runStep(StepRig& rig, CudaStep& step, const Edge& in, Edge& out,
    const std::vector<float>& outputGradient, std::size_t parameters) {
    rig.write(out.gradients, outputGradient);
    step.forward(rig.pass(true));
    step.backward(rig.pass(true));
    StepRun run;
    run.output = rig.read(out.values, rig.size(out.shape));
    if (in.gradients)
        run.inputGradient = rig.read(in.gradients, rig.size(in.shape));
    run.gradients = rig.gradients(step, parameters);
    return run;
}

} // namespace kernelscope::cuda
