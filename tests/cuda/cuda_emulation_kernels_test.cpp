// SPDX-License-Identifier: GPL-3.0-or-later
// The emulated device runs kernels as a GPU does, and stops those that a GPU would hang on or compute nonsense for.
#include "cuda/device_array.h"
#include "cuda/emulation/emulation.h"
#include "cuda/platform/platform.h"

#include <QtTest>

#include <cmath>
#include <numeric>

using namespace kernelscope;
using namespace kernelscope::cuda;
using emulation::Order;

namespace {

__global__ void writeIndices(int* result) {
    const auto block = blockIdx.x + gridDim.x * (blockIdx.y + gridDim.y * blockIdx.z);
    const auto thread = threadIdx.x + blockDim.x * (threadIdx.y + blockDim.y * threadIdx.z);
    result[block * blockDim.x * blockDim.y * blockDim.z + thread] =
        static_cast<int>(threadIdx.x + 10 * threadIdx.y + 100 * threadIdx.z + 1000 * block);
}

/// Sums blockDim.x values, a power of two, as trees in shared memory do. Without the barriers it is the same where
/// threads run from the last to the first, and no other way.
template <bool withBarriers>
__global__ void sumBlock(const float* values, float* sums) {
    KERNEL_SHARED(float, parts, [128]);
    parts[threadIdx.x] = values[blockIdx.x * blockDim.x + threadIdx.x];
    if (withBarriers)
        __syncthreads();
    for (unsigned half = blockDim.x / 2; half > 0; half /= 2) {
        if (threadIdx.x < half)
            parts[threadIdx.x] += parts[threadIdx.x + half];
        if (withBarriers)
            __syncthreads();
    }
    if (threadIdx.x == 0)
        sums[blockIdx.x] = parts[0];
}

__global__ void reverseInDynamicShared(const int* values, int* result) {
    KERNEL_DYNAMIC_SHARED(int, shared);
    shared[threadIdx.x] = values[threadIdx.x];
    __syncthreads();
    result[threadIdx.x] = shared[blockDim.x - 1 - threadIdx.x];
}

__global__ void sharedAtStart(float* result) {
    KERNEL_SHARED(float, grid, [2][16]);
    static_assert(sizeof(grid) == 32 * sizeof(float));
    result[blockIdx.x * 32 + threadIdx.x] = grid[threadIdx.x / 16][threadIdx.x % 16];
    __syncthreads();
    grid[threadIdx.x / 16][threadIdx.x % 16] = 1; // the next block must not see it
}

__global__ void warpWords(int* result) {
    const int lane = static_cast<int>(threadIdx.x % 32);
    constexpr unsigned all = 0xffffffffu;
    int* own = result + threadIdx.x * 8;
    own[0] = __shfl_sync(all, lane, 5);
    own[1] = __shfl_up_sync(all, lane, 1u);
    own[2] = __shfl_down_sync(all, lane, 2u);
    own[3] = __shfl_xor_sync(all, lane, 16);
    own[4] = __shfl_sync(all, lane, 9, 8);
    own[5] = static_cast<int>(__ballot_sync(all, lane % 2 == 0));
    own[6] = __any_sync(all, lane == 31) * 10 + __all_sync(all, lane < 32);
    own[7] = __syncthreads_count(threadIdx.x < 40) * 100 + __syncthreads_or(threadIdx.x == 3) * 10 +
             __syncthreads_and(threadIdx.x != 3);
}

/// Halves of a warp each by themselves, in different branches.
__global__ void halvesOfWarp(float* result) {
    float value = static_cast<float>(threadIdx.x);
    if (threadIdx.x < 16) {
        for (int distance = 8; distance > 0; distance /= 2)
            value += __shfl_xor_sync(0x0000ffffu, value, distance);
    } else {
        for (int distance = 8; distance > 0; distance /= 2)
            value += __shfl_xor_sync(0xffff0000u, value, distance);
    }
    __syncwarp();
    result[threadIdx.x] = value;
}

__global__ void addAtomically(unsigned* integers, float* floats, const float* values) {
    const unsigned i = blockIdx.x * blockDim.x + threadIdx.x;
    atomicAdd(integers, i);
    atomicMax(integers + 1, i);
    atomicAdd(floats, values[i]);
}

__global__ void someAtTheBarrier(float* result) {
    if (threadIdx.x < 10)
        __syncthreads();
    result[threadIdx.x] = 1;
}

__global__ void twoBarriers(float* result) {
    if (threadIdx.x < 10)
        __syncthreads();
    else
        __syncthreads();
    result[threadIdx.x] = 1;
}

__global__ void someInTheShuffle(int* result) {
    if (threadIdx.x >= 4)
        return;
    result[threadIdx.x] = __shfl_sync(0xffffffffu, 1, 0);
}

__global__ void shuffleOutsideItsMask(int* result) {
    result[threadIdx.x] = __shfl_sync(0x0000ffffu, 1, 0);
}

__global__ void shuffleAndBarrier(int* result) {
    if (threadIdx.x == 0)
        __syncthreads();
    else
        result[threadIdx.x] = __shfl_sync(0xffffffffu, 1, 0);
}

__global__ void tooMuchShared(float* result) {
    KERNEL_SHARED(float, values, [13000]);
    values[threadIdx.x] = 1;
    result[threadIdx.x] = values[threadIdx.x];
}

__global__ void writeOne(float* result) {
    result[threadIdx.x] = 1;
}

std::vector<Order> allOrders() {
    std::vector<Order> orders{{Order::Kind::Forward}, {Order::Kind::Reversed}};
    for (std::uint32_t seed = 0; seed < 8; ++seed)
        orders.push_back({Order::Kind::Shuffled, seed});
    return orders;
}

std::vector<float> someValues(std::size_t count) {
    std::vector<float> values(count);
    for (std::size_t i = 0; i < count; ++i)
        values[i] = 1.0f / static_cast<float>(i % 97 + 1);
    return values;
}

} // namespace

class CudaEmulationKernelsTest : public QObject {
    Q_OBJECT

private slots:
    void init() { emulation::reset(); }

    void threadsKnowWhereTheyAre() {
        const dim3 blocks(2, 3, 2);
        const dim3 threads(4, 3, 2);
        for (const Order order : allOrders()) {
            emulation::setOrder(order);
            DeviceArray<int> result(12 * 24);
            expectSuccess(launchKernel(writeIndices, {blocks, threads}, nullptr, result.data()));
            const std::vector<int> values = result.values();
            for (int block = 0; block < 12; ++block)
                for (int thread = 0; thread < 24; ++thread)
                    QCOMPARE(values[static_cast<std::size_t>(block * 24 + thread)],
                        thread % 4 + 10 * (thread / 4 % 3) + 100 * (thread / 12) + 1000 * block);
        }
    }

    void barriersMakeAllOrdersTheSame() {
        const std::vector<float> values = someValues(5 * 128);
        const DeviceArray<float> in(values);
        std::vector<float> first;
        for (const Order order : allOrders()) {
            emulation::setOrder(order);
            DeviceArray<float> sums(5);
            expectSuccess(launchKernel(sumBlock<true>, {dim3(5), dim3(128)}, nullptr, in.data(), sums.data()));
            if (first.empty()) {
                first = sums.values();
                QVERIFY(std::abs(first[0] - std::accumulate(values.begin(), values.begin() + 128, 0.0f)) < 1e-5f);
            }
            QCOMPARE(sums.values(), first);
        }
    }

    void missingBarriersMakeOrdersDiffer() {
        const DeviceArray<float> in(someValues(128));
        int nan = 0;
        int numbers = 0;
        for (const Order order : allOrders()) {
            emulation::setOrder(order);
            DeviceArray<float> sums(1);
            expectSuccess(launchKernel(sumBlock<false>, {dim3(1), dim3(128)}, nullptr, in.data(), sums.data()));
            ++(std::isnan(sums.values()[0]) ? nan : numbers);
        }
        QVERIFY(nan >= 8);
        QCOMPARE(numbers + nan, 10);
    }

    void dynamicSharedMemoryIsShared() {
        std::vector<int> values(96);
        std::iota(values.begin(), values.end(), 0);
        const DeviceArray<int> in(values);
        DeviceArray<int> out(96);
        expectSuccess(launchKernel(
            reverseInDynamicShared, {dim3(1), dim3(96), 96 * sizeof(int)}, nullptr, in.data(), out.data()));
        std::reverse(values.begin(), values.end());
        QCOMPARE(out.values(), values);
    }

    void sharedMemoryStartsAsNotANumberInEveryBlock() {
        DeviceArray<float> result(3 * 32);
        expectSuccess(launchKernel(sharedAtStart, {dim3(3), dim3(32)}, nullptr, result.data()));
        for (const float value : result.values())
            QVERIFY(std::isnan(value));
    }

    void warpsExchangeValues() {
        for (const Order order : allOrders()) {
            emulation::setOrder(order);
            DeviceArray<int> result(64 * 8);
            expectSuccess(launchKernel(warpWords, {dim3(1), dim3(64)}, nullptr, result.data()));
            const std::vector<int> values = result.values();
            for (int thread = 0; thread < 64; ++thread) {
                const int lane = thread % 32;
                const int* own = values.data() + thread * 8;
                QCOMPARE(own[0], 5);
                QCOMPARE(own[1], lane == 0 ? 0 : lane - 1);
                QCOMPARE(own[2], lane >= 30 ? lane : lane + 2);
                QCOMPARE(own[3], lane ^ 16);
                QCOMPARE(own[4], lane / 8 * 8 + 1);
                QCOMPARE(own[5], 0x55555555);
                QCOMPARE(own[6], 11);
                QCOMPARE(own[7], 4010);
            }
        }
    }

    void partsOfWarpsMeetInBranches() {
        for (const Order order : allOrders()) {
            emulation::setOrder(order);
            DeviceArray<float> result(32);
            expectSuccess(launchKernel(halvesOfWarp, {dim3(1), dim3(32)}, nullptr, result.data()));
            const std::vector<float> values = result.values();
            for (std::size_t i = 0; i < 32; ++i)
                QCOMPARE(values[i], i < 16 ? 120.0f : 376.0f);
        }
    }

    void atomicsCountEveryThread() {
        const DeviceArray<float> in(someValues(10 * 64));
        std::vector<float> sums;
        for (const Order order : allOrders()) {
            emulation::setOrder(order);
            const DeviceArray<unsigned> integers(std::vector<unsigned>{0, 0});
            const DeviceArray<float> floats(std::vector<float>{0});
            expectSuccess(
                launchKernel(addAtomically, {dim3(10), dim3(64)}, nullptr, integers.data(), floats.data(), in.data()));
            QCOMPARE(integers.values(), (std::vector<unsigned>{640 * 639 / 2, 639}));
            sums.push_back(floats.values()[0]);
        }
        // Sums of floats in the order in which threads come are no two times the same: that has to show.
        QVERIFY(std::any_of(sums.begin(), sums.end(), [&](float sum) { return sum != sums[0]; }));
    }

    void barriersThatNotAllReachAreFaults() {
        for (const Order order : allOrders()) {
            emulation::reset();
            emulation::setOrder(order);
            DeviceArray<float> result(32);
            expectSuccess(launchKernel(someAtTheBarrier, {dim3(2), dim3(32)}, nullptr, result.data()));
            QCOMPARE(cudaDeviceSynchronize(), cudaErrorLaunchFailure);
            const QString fault = QString::fromStdString(emulation::kernelFault());
            for (const char* says : {"someAtTheBarrier", "block (", "of its 32 threads, 10 wait for the barrier",
                     "cuda_emulation_kernels_test.cpp", "22 have left the kernel"})
                QVERIFY2(fault.contains(says), qPrintable(fault));
            // As after every fault of a kernel, the device is of no more use.
            void* memory = nullptr;
            QCOMPARE(cudaMalloc(&memory, 4), cudaErrorLaunchFailure);
            QCOMPARE(cudaGetLastError(), cudaErrorLaunchFailure);
        }
        emulation::reset();
    }

    void differentBarriersAreFaults() {
        DeviceArray<float> result(32);
        expectSuccess(launchKernel(twoBarriers, {dim3(1), dim3(32)}, nullptr, result.data()));
        QCOMPARE(cudaDeviceSynchronize(), cudaErrorLaunchFailure);
        QVERIFY(QString::fromStdString(emulation::kernelFault()).contains("while 10 threads wait at the one at"));
    }

    void shufflesWithoutAllOfTheirLanesAreFaults_data() {
        QTest::addColumn<int>("which");
        QTest::addColumn<QString>("says");
        QTest::newRow("lanes that left") << 0 << "0xfffffff0, which have left the kernel";
        QTest::newRow("own lane not named") << 1 << "which its mask 0x0000ffff does not name";
        QTest::newRow("a lane elsewhere") << 2 << "31 wait for __shfl_sync";
    }
    void shufflesWithoutAllOfTheirLanesAreFaults() {
        QFETCH(int, which);
        QFETCH(QString, says);
        void (*const kernels[])(int*) = {someInTheShuffle, shuffleOutsideItsMask, shuffleAndBarrier};
        DeviceArray<int> result(32);
        emulation::setOrder({Order::Kind::Reversed});
        expectSuccess(launchKernel(kernels[which], {dim3(1), dim3(32)}, nullptr, result.data()));
        QCOMPARE(cudaDeviceSynchronize(), cudaErrorLaunchFailure);
        const QString fault = QString::fromStdString(emulation::kernelFault());
        QVERIFY2(fault.contains(says), qPrintable(fault));
    }

    void launchesKeepToTheLimits() {
        DeviceArray<float> result(1024);
        const auto launch = [&](const LaunchShape& shape) {
            return launchKernel(writeOne, shape, nullptr, result.data());
        };
        QCOMPARE(launch({dim3(1), dim3(1024)}), cudaSuccess);
        QCOMPARE(launch({dim3(1), dim3(1025)}), cudaErrorInvalidConfiguration);
        QCOMPARE(launch({dim3(1), dim3(32, 33)}), cudaErrorInvalidConfiguration);
        QCOMPARE(launch({dim3(1), dim3(1, 1, 65)}), cudaErrorInvalidConfiguration);
        QCOMPARE(launch({dim3(1), dim3(0)}), cudaErrorInvalidConfiguration);
        QCOMPARE(launch({dim3(0), dim3(1)}), cudaErrorInvalidConfiguration);
        QCOMPARE(launch({dim3(1, 65536), dim3(1)}), cudaErrorInvalidConfiguration);
        QCOMPARE(cudaGetLastError(), cudaErrorInvalidConfiguration);
        QCOMPARE(cudaGetLastError(), cudaSuccess);
    }

    void dynamicSharedMemoryBeyond48KiBIsAskedFor() {
        emulation::DeviceConfiguration hopper;
        hopper.major = 9;
        hopper.minor = 0;
        emulation::reset(hopper);
        DeviceArray<float> result(1);
        const auto launch = [&](std::size_t bytes) {
            return launchKernel(writeOne, {dim3(1), dim3(1), bytes}, nullptr, result.data());
        };
        const auto allow = [](int bytes) {
            return cudaFuncSetAttribute(writeOne, cudaFuncAttributeMaxDynamicSharedMemorySize, bytes);
        };
        QCOMPARE(launch(48 * 1024), cudaSuccess);
        QCOMPARE(launch(48 * 1024 + 1), cudaErrorInvalidValue);
        QCOMPARE(allow(227 * 1024 + 1), cudaErrorInvalidValue);
        QCOMPARE(allow(227 * 1024), cudaSuccess);
        QCOMPARE(launch(227 * 1024), cudaSuccess);
        QCOMPARE(result.values(), std::vector<float>{1});
        emulation::DeviceConfiguration turing;
        turing.major = 7;
        turing.minor = 5;
        emulation::reset(turing);
        QCOMPARE(allow(64 * 1024 + 1), cudaErrorInvalidValue);
        QCOMPARE(allow(64 * 1024), cudaSuccess);
        QCOMPARE(allow(48 * 1024), cudaSuccess);
    }

    void staticSharedMemoryIsLimited() {
        DeviceArray<float> result(1);
        expectSuccess(launchKernel(tooMuchShared, {dim3(1), dim3(1)}, nullptr, result.data()));
        QCOMPARE(cudaDeviceSynchronize(), cudaErrorLaunchFailure);
        QVERIFY(QString::fromStdString(emulation::kernelFault()).contains("52000 bytes of static"));
    }

    void pointersToHostMemoryAreFaults() {
        float host = 0;
        expectSuccess(launchKernel(writeOne, {dim3(1), dim3(1)}, nullptr, &host));
        QCOMPARE(cudaDeviceSynchronize(), cudaErrorIllegalAddress);
        QCOMPARE(host, 0.0f);
    }

    void threadsWithoutBarriersNeedNoSwitches() {
        DeviceArray<int> result(12 * 24);
        const std::uint64_t before = emulation::work().switches;
        expectSuccess(launchKernel(writeIndices, {dim3(12), dim3(24)}, nullptr, result.data()));
        expectSuccess(cudaDeviceSynchronize());
        QCOMPARE(emulation::work().switches - before, std::uint64_t{24}); // into each block and out of it
        QCOMPARE(emulation::work().threads, std::uint64_t{288});
        QCOMPARE(emulation::work().kernels, std::uint64_t{1});
    }
};

QTEST_GUILESS_MAIN(CudaEmulationKernelsTest)
#include "cuda_emulation_kernels_test.moc"
