// SPDX-License-Identifier: GPL-3.0-or-later
// CudaExecutor::profile().
#include "cuda/cuda_executor.h"

#include "training/executor_checks.h"

#include <algorithm>

namespace kernelscope::cuda {
namespace {

constexpr int repetitions = 3; // of which the shortest counts: whatever disturbs, lengthens

/// The points of time between the parts of a step.
class EventClock {
public:
    explicit EventClock(cudaStream_t stream) : m_stream(stream) {}

    /// Notes the time when the device has done all that is in the stream so far.
    void tick() {
        m_events.push_back(makeTimingEvent());
        checkCuda(cudaEventRecord(m_events.back().get(), m_stream), doing);
    }

    /// Seconds between each tick and the next. Waits.
    std::vector<double> intervals() const {
        checkCuda(cudaEventSynchronize(m_events.back().get()), doing);
        std::vector<double> seconds;
        for (std::size_t i = 1; i < m_events.size(); ++i) {
            float milliseconds = 0;
            checkCuda(cudaEventElapsedTime(&milliseconds, m_events[i - 1].get(), m_events[i].get()), doing);
            seconds.push_back(static_cast<double>(milliseconds) / 1000);
        }
        return seconds;
    }

private:
    static constexpr const char* doing = "time the steps on the GPU";
    cudaStream_t m_stream;
    std::vector<Event> m_events;
};

/// Takes the shorter of two times of each part.
void takeShorter(StepTimes& times, const StepTimes& found) {
    for (std::size_t i = 0; i < times.steps.size(); ++i) {
        times.steps[i].forward = std::min(times.steps[i].forward, found.steps[i].forward);
        times.steps[i].backward = std::min(times.steps[i].backward, found.steps[i].backward);
    }
    times.update = std::min(times.update, found.update);
}

} // namespace

StepTimes CudaExecutor::profile(const BatchPlan& batch) {
    requireTrainable(batch);
    useDevice(m_options.device);
    StepTimes times;
    times.steps.resize(m_plan.steps.size());
    if (batch.samples.empty())
        return times;
    // Real training steps, after which everything is put back.
    collectMetrics();
    constexpr Arena arenas[] = {Arena::Parameters, Arena::State, Arena::Gradients, Arena::Moments};
    std::vector<std::vector<float>> kept;
    for (const Arena arena : arenas) {
        kept.emplace_back(arenaSize(arena));
        m_arenas.read(arena, kept.back(), m_staging, m_stream.get());
    }
    StepState state;
    m_staging.download(m_stream.get(), &state, m_state, sizeof state);
    const auto setNonFiniteStep = [&](const std::int64_t& step) {
        m_staging.upload(m_stream.get(), &m_state->nonFiniteStep, &step, sizeof step);
    };
    setNonFiniteStep(0); // else there would be no update to time

    const auto size = std::min(batch.samples.size(), static_cast<std::size_t>(batch.batchSize));
    const BatchPlan first{batch.firstStep, batch.samples.first(size), batch.batchSize, batch.learningRates.first(1)};
    m_data.ensure(Split::Train, first.samples, m_staging, m_copyStream.get());
    for (int i = 0; i < repetitions; ++i) {
        addOrder(first, 0);
        m_rings.send(m_copyStream.get());
        sendAhead();
        StepTimes found;
        found.steps.resize(m_plan.steps.size());
        timeStep(found);
        if (i == 0)
            times = found;
        takeShorter(times, found);
    }

    std::vector<StepResult> unwanted;
    m_rings.collect(unwanted, m_staging, m_stream.get());
    for (std::size_t i = 0; i < kept.size(); ++i)
        m_arenas.write(arenas[i], kept[i], m_staging, m_stream.get());
    setNonFiniteStep(state.nonFiniteStep);
    return times;
}

/// One training step, part by part. The images are put into place before the clock starts, as on the CPU.
void CudaExecutor::timeStep(StepTimes& times) {
    const Pass pass = trainingPass();
    const auto& steps = m_network->steps;
    enqueueInput(pass, Split::Train);
    EventClock clock(pass.stream);
    clock.tick();
    for (const auto& step : steps) {
        step->forward(pass);
        clock.tick();
    }
    for (std::size_t i = steps.size(); i-- > m_network->firstBackward;) {
        steps[i]->backward(pass);
        clock.tick();
    }
    m_update.launch(pass);
    for (const auto& step : steps)
        step->updateState(pass);
    clock.tick();

    const std::vector<double> seconds = clock.intervals();
    auto next = seconds.begin();
    const auto entry = [&](std::size_t i) -> StepTimes::Entry& {
        return times.steps[static_cast<std::size_t>(steps[i]->planStep)];
    };
    for (std::size_t i = 0; i < steps.size(); ++i)
        entry(i).forward = *next++;
    for (std::size_t i = steps.size(); i-- > m_network->firstBackward;)
        entry(i).backward = *next++;
    times.update = *next;
}

} // namespace kernelscope::cuda
