// SPDX-License-Identifier: GPL-3.0-or-later
#include "hardware/matrix_ladder.h"

#include "base/error.h"
#include "base/philox.h"
#include "base/processor.h"
#include "base/stopwatch.h"
#include "cpu/cpu_backend.h"
#include "hardware/kernels/select.h"
#include "hardware/machine_peaks.h"
#include "hardware/matrix_product.h"
#include "hardware/open_blas.h"

#include <functional>
#include <memory>

namespace kernelscope {
namespace {

/// Whole numbers from -8 to 8: sums of 8192 products of two stay far below 2^24, up to which floats hold each of them.
std::vector<float> wholeNumbers(std::size_t count, std::uint64_t seed, std::uint32_t stream) {
    std::vector<float> numbers(count);
    const auto low = static_cast<std::uint32_t>(seed);
    const auto high = static_cast<std::uint32_t>(seed >> 32);
    for (std::size_t i = 0; i < count; ++i)
        numbers[i] = static_cast<float>(philox({static_cast<std::uint32_t>(i), stream, 0, 0}, {low, high})[0] % 17) - 8;
    return numbers;
}

/// A rung and how it is climbed.
struct Climb {
    LadderRung rung;
    std::function<void(const MatrixProduct&)> multiply;
    std::vector<double> flops{};
};

/// The matrices and the rungs, while they are measured.
class Ladder {
public:
    explicit Ladder(const LadderSpec& spec)
        : m_spec(spec),
          m_left(wholeNumbers(spec.size * spec.size, spec.seed, 0)),
          m_right(wholeNumbers(spec.size * spec.size, spec.seed, 1)),
          m_expected(spec.size * spec.size),
          m_result(spec.size * spec.size),
          m_one(1),
          m_all(availableThreads()),
          m_packedOne(hardware::selectKernels(), m_one),
          m_packedAll(hardware::selectKernels(), m_all) {
        const int threads = m_all.threads();
        m_climbs.push_back({{"scalar", "Three loops, one number at a time."}, multiplyScalar});
        m_climbs.push_back({{"blocked", "The same in blocks that stay in the cache."}, multiplyBlocked});
        m_climbs.push_back({{"vectors", "Several numbers in one instruction, the sums kept in registers."},
            [this](const MatrixProduct& product) { m_packedOne.multiply(product); }});
        m_climbs.push_back({{"all cores", "The rows shared out over the cores.", threads},
            [this](const MatrixProduct& product) { m_packedAll.multiply(product); }});
        m_climbs.push_back({{"OpenBLAS", "A library tuned for this chip, on all cores.", threads, m_openBlas.reason()},
            [this, threads](const MatrixProduct& product) { m_openBlas.multiply(product, threads); }});
    }

    std::optional<MatrixLadder> measure(const std::atomic<bool>& isCancelled) {
        for (Climb& climb : m_climbs) {
            if (isCancelled)
                return std::nullopt;
            if (climb.rung.reason.empty())
                warmUp(climb);
        }
        for (int repeat = 0; repeat < m_spec.repeats; ++repeat) {
            // OpenBLAS is last: its threads are still awake when a round begins anew, with the rung that they disturb
            // least, for it takes longest.
            for (Climb& climb : m_climbs) {
                if (isCancelled)
                    return std::nullopt;
                if (climb.rung.reason.empty())
                    climb.flops.push_back(flopsOf(climb));
                if (climb.rung.name == "blocked") {
                    m_peakOne.push_back(measureFlops(m_one, m_spec.seconds));
                    m_peakAll.push_back(measureFlops(m_all, m_spec.seconds));
                }
            }
        }
        return summary();
    }

private:
    MatrixProduct product(std::vector<float>& result) const {
        return {m_left.data(), m_right.data(), result.data(), m_spec.size, m_spec.size, m_spec.size};
    }

    /// One product, compared with the scalar one, which is the first.
    void warmUp(Climb& climb) {
        const bool isFirst = &climb == &m_climbs.front();
        climb.multiply(product(isFirst ? m_expected : m_result));
        if (!isFirst)
            for (std::size_t i = 0; i < m_result.size(); ++i)
                climb.rung.differing += m_result[i] == m_expected[i] ? 0 : 1;
    }

    double flopsOf(const Climb& climb) {
        const MatrixProduct work = product(m_result);
        double operations = 0;
        double passed = 0;
        const Stopwatch watch;
        do {
            climb.multiply(work);
            operations += work.operations();
            passed = watch.seconds();
        } while (passed < m_spec.seconds);
        return operations / passed;
    }

    MatrixLadder summary() const {
        MatrixLadder ladder;
        ladder.size = m_spec.size;
        ladder.chip = processorName();
        ladder.instructionSet = hardware::selectKernels().name;
        ladder.peakOne = spreadOf(m_peakOne);
        ladder.peakAll = spreadOf(m_peakAll);
        double before = 0;
        for (const Climb& climb : m_climbs) {
            LadderRung rung = climb.rung;
            if (rung.reason.empty()) {
                rung.flops = spreadOf(climb.flops);
                rung.ofPeak = rung.flops.median / (rung.threads == 1 ? ladder.peakOne : ladder.peakAll).median;
                rung.overBefore = before > 0 ? rung.flops.median / before : 0;
                before = rung.flops.median;
            }
            ladder.rungs.push_back(std::move(rung));
        }
        return ladder;
    }

    const LadderSpec m_spec;
    const std::vector<float> m_left;
    const std::vector<float> m_right;
    std::vector<float> m_expected;
    std::vector<float> m_result;
    ThreadPool m_one;
    ThreadPool m_all;
    PackedProduct m_packedOne;
    PackedProduct m_packedAll;
    OpenBlas m_openBlas;
    std::vector<Climb> m_climbs;
    std::vector<double> m_peakOne;
    std::vector<double> m_peakAll;
};

} // namespace

std::optional<MatrixLadder> measureMatrixLadder(const LadderSpec& spec, const std::atomic<bool>& isCancelled) {
    if (spec.size < 1 || spec.size > kLargestLadder)
        throw Error({"Cannot measure matrix products", "size", std::to_string(spec.size),
            "1 to " + std::to_string(kLargestLadder), ""});
    return Ladder(spec).measure(isCancelled);
}

} // namespace kernelscope
