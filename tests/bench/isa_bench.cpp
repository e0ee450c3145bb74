// SPDX-License-Identifier: GPL-3.0-or-later
// Images per second that the CPU backend trains, for each instruction set of this machine, beside the reference.
//
//     isa_bench [NETWORK [REPEATS]]     default: classic 7
//
// All candidates take turns, so that what else the machine does meets all of them alike; printed are the median and
// the range, and the median by processor time. Random images, made here: no file is needed.
#include "base/philox.h"
#include "base/stopwatch.h"
#include "cpu/cpu_backend.h"
#include "cpu/isa/isa.h"
#include "reference/reference_backend.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <numeric>
#include <string>
#include <vector>

using namespace kernelscope;

namespace {

constexpr std::size_t imageCount = 2048;

/// Digit-like images, for ReLU and max-pool to find a good share of zeros: a random rectangle of ink on blank ground.
DataSetPtr randomImages(Shape shape, int classes) {
    DataInfo info;
    info.name = "random";
    info.source = "bench";
    info.shape = shape;
    info.classes = classes;
    for (int c = 0; c < classes; ++c)
        info.classNames.push_back(std::to_string(c));
    MemoryDataSet::Part part;
    for (std::uint32_t i = 0; i < imageCount; ++i) {
        const PhiloxBlock box = philox({i, 0, 0, 0}, {1, 0});
        const auto between = [](std::uint32_t word, int least, int most) {
            return least + static_cast<int>(word % static_cast<std::uint32_t>(most - least + 1));
        };
        const int left = between(box[0], 0, shape.width / 2);
        const int top = between(box[1], 0, shape.height / 2);
        const int right = between(box[2], shape.width / 2, shape.width);
        const int bottom = between(box[3], shape.height / 2, shape.height);
        for (int c = 0; c < shape.channels; ++c)
            for (int y = 0; y < shape.height; ++y)
                for (int x = 0; x < shape.width; ++x) {
                    const bool inside = x >= left && x < right && y >= top && y < bottom;
                    const auto at = static_cast<std::uint32_t>((c * shape.height + y) * shape.width + x);
                    part.pixels.push_back(
                        inside ? static_cast<std::uint8_t>(philox({i, at, 1, 0}, {1, 0})[0] >> 24) : std::uint8_t{0});
                }
        part.labels.push_back(static_cast<std::uint8_t>(i % static_cast<std::uint32_t>(classes)));
    }
    return std::make_shared<const MemoryDataSet>(info, part, part);
}

/// Processor time that all threads of the process have used.
double processorSeconds() {
    return static_cast<double>(std::clock()) / CLOCKS_PER_SEC;
}

double median(std::vector<double> values) {
    std::sort(values.begin(), values.end());
    return values[values.size() / 2];
}

/// One line of the table.
struct Candidate {
    std::string name;
    int batch;
    std::unique_ptr<Executor> executor;
    std::size_t images = 0; ///< Of one measurement: about a fifth of a second.
    std::int64_t step = 1;
    std::vector<double> rates;
    std::vector<double> cpuRates; ///< By the processor time of all threads: of use where others keep the machine busy.

    /// Trains `images` images; images/s by the clock on the wall and by processor time.
    std::pair<double, double> measure() {
        std::vector<std::uint32_t> samples(images);
        for (std::size_t i = 0; i < images; ++i)
            samples[i] = static_cast<std::uint32_t>(i % imageCount);
        BatchPlan batches{step, samples, batch, {}};
        const std::vector<float> learningRates(batches.steps(), 1e-3f);
        batches.learningRates = learningRates;
        const double before = processorSeconds();
        const Stopwatch watch;
        executor->trainSteps(batches);
        (void)executor->drainMetrics();
        const double seconds = watch.seconds();
        step += static_cast<std::int64_t>(batches.steps());
        return {static_cast<double>(images) / seconds, static_cast<double>(images) / (processorSeconds() - before)};
    }
};

} // namespace

int main(int count, char** arguments) {
    try {
        const Network network = preset(count > 1 ? arguments[1] : "classic");
        const int repeats = count > 2 ? std::max(1, std::atoi(arguments[2])) : 7;
        const Plan plan = compile(network);
        const DataSetPtr data = randomImages(network.input, plan.classes);
        const std::vector<float> parameters = initialParameters(plan, 1);

        std::vector<Candidate> candidates;
        const auto add = [&](const std::string& name, const Backend& backend, int batch) {
            TrainingSpec spec;
            spec.batchSize = batch;
            candidates.push_back({name, batch, backend.load(network, data, spec), 0, 1, {}, {}});
            Candidate& candidate = candidates.back();
            candidate.executor->write(Arena::Parameters, parameters);
            candidate.executor->write(Arena::State, initialState(plan));
            // The first calls warm up and tell how many images a measurement takes.
            candidate.images = static_cast<std::size_t>(batch);
            candidate.measure();
            const double rate = candidate.measure().first;
            const auto steps = static_cast<std::size_t>(0.2 * rate / batch) + 1;
            candidate.images = steps * static_cast<std::size_t>(batch);
        };
        for (const int batch : {32, 128}) {
            for (const std::string& isa : cpu::availableIsas()) {
                setenv("KERNELSCOPE_ISA", isa.c_str(), 1);
                add("cpu, 1 thread, " + isa, CpuBackend(1), batch);
                if (availableThreads() > 1)
                    add("cpu, " + std::to_string(availableThreads()) + " threads, " + isa, CpuBackend(), batch);
            }
            unsetenv("KERNELSCOPE_ISA");
            add("reference", ReferenceBackend(), batch);
        }

        for (int repeat = 0; repeat < repeats; ++repeat)
            for (Candidate& candidate : candidates) {
                const auto [rate, cpuRate] = candidate.measure();
                candidate.rates.push_back(rate);
                candidate.cpuRates.push_back(cpuRate);
            }

        std::printf("%s on %s: training, images/s, %d repeats in turn\n", network.name.c_str(),
            CpuBackend().device().name.c_str(), repeats);
        std::printf(
            "%6s  %-26s %10s %10s %10s %14s\n", "batch", "backend", "median", "least", "most", "per cpu second");
        for (const Candidate& candidate : candidates)
            std::printf("%6d  %-26s %10.0f %10.0f %10.0f %14.0f\n", candidate.batch, candidate.name.c_str(),
                median(candidate.rates), *std::min_element(candidate.rates.begin(), candidate.rates.end()),
                *std::max_element(candidate.rates.begin(), candidate.rates.end()), median(candidate.cpuRates));

        // Where the time goes, from the last of the fast ones before the reference.
        Candidate& fastest = candidates[candidates.size() - 2];
        std::vector<std::uint32_t> samples(128);
        std::iota(samples.begin(), samples.end(), 0u);
        const std::vector<float> learningRates(1, 1e-3f);
        const BatchPlan batch{fastest.step, samples, 128, learningRates};
        StepTimes best = fastest.executor->profile(batch);
        for (int repeat = 0; repeat < 20; ++repeat) {
            const StepTimes times = fastest.executor->profile(batch);
            for (std::size_t i = 0; i < times.steps.size(); ++i) {
                best.steps[i].forward = std::min(best.steps[i].forward, times.steps[i].forward);
                best.steps[i].backward = std::min(best.steps[i].backward, times.steps[i].backward);
            }
            best.update = std::min(best.update, times.update);
        }
        std::printf("\n%s, batch 128, least of 21 profiles, microseconds an image and thread\n", fastest.name.c_str());
        const double perImage = 1e6 * availableThreads() / 128.0;
        for (std::size_t i = 0; i < best.steps.size(); ++i)
            std::printf("  step %zu: forward %7.2f, backward %7.2f\n", i + 1, best.steps[i].forward * perImage,
                best.steps[i].backward * perImage);
        std::printf("  weight gradients summed, update: %7.2f\n", best.update * perImage);
        return 0;
    } catch (const std::exception& error) {
        std::fprintf(stderr, "%s\n", error.what());
        return 1;
    }
}
