// SPDX-License-Identifier: GPL-3.0-or-later
// The emulated device is what a test says it is, fails where a test says so, and knows what was not given back.
#include "cuda/device_array.h"
#include "cuda/emulation/emulation.h"
#include "cuda/platform/platform.h"
#include "cuda/tiny_kernel.h"

#include <QtTest>

#include <cublas_v2.h>
#include <sanitizer/asan_interface.h>

#include <cmath>

using namespace kernelscope;
using namespace kernelscope::cuda;

namespace {

emulation::DeviceConfiguration configured(void (*change)(emulation::DeviceConfiguration&)) {
    emulation::DeviceConfiguration configuration;
    change(configuration);
    return configuration;
}

/// A short use of the device, which gives back what it got whatever happens. The first error of its calls.
cudaError_t useDevice() {
    cudaError_t first = cudaSuccess;
    const auto note = [&first](cudaError_t error) {
        if (first == cudaSuccess)
            first = error;
        return error == cudaSuccess;
    };
    cudaStream_t stream = nullptr;
    cudaEvent_t event = nullptr;
    int* result = nullptr;
    int* pinned = nullptr;
    cublasHandle_t blas = nullptr;
    if (note(cudaStreamCreateWithFlags(&stream, cudaStreamNonBlocking)) && note(cudaEventCreate(&event)) &&
        note(cudaMalloc(&result, sizeof(int))) && note(cudaMallocHost(&pinned, sizeof(int))) &&
        (cublasCreate(&blas) == CUBLAS_STATUS_SUCCESS || !note(cudaErrorUnknown)) &&
        note(launchTinyKernel(41, result, stream)) &&
        note(cudaMemcpyAsync(pinned, result, sizeof(int), cudaMemcpyDeviceToHost, stream)) &&
        note(cudaEventRecord(event, stream)) && note(cudaEventSynchronize(event)) && *pinned != 42)
        note(cudaErrorUnknown);
    if (blas && cublasDestroy(blas) != CUBLAS_STATUS_SUCCESS)
        note(cudaErrorUnknown);
    if (pinned)
        note(cudaFreeHost(pinned));
    if (result)
        note(cudaFree(result));
    if (event)
        note(cudaEventDestroy(event));
    if (stream)
        note(cudaStreamDestroy(stream));
    return first;
}

} // namespace

class CudaEmulationDeviceTest : public QObject {
    Q_OBJECT

private slots:
    void init() { emulation::reset(); }
    void cleanup() { emulation::reset(); }

    void itIsWhatTheTestSays() {
        emulation::reset(configured([](emulation::DeviceConfiguration& is) {
            is.devices = 2;
            is.major = 8;
            is.minor = 6;
            is.multiprocessors = 3;
            is.memory = 1 << 20;
        }));
        int count = 0;
        expectSuccess(cudaGetDeviceCount(&count));
        QCOMPARE(count, 2);
        cudaDeviceProp properties;
        expectSuccess(cudaGetDeviceProperties(&properties, 1));
        QCOMPARE(properties.major, 8);
        QCOMPARE(properties.minor, 6);
        QCOMPARE(properties.multiProcessorCount, 3);
        QCOMPARE(properties.sharedMemPerBlockOptin, std::size_t{99 * 1024});
        QCOMPARE(properties.totalGlobalMem, std::size_t{1 << 20});
        int attribute = 0;
        expectSuccess(cudaDeviceGetAttribute(&attribute, cudaDevAttrComputeCapabilityMajor, 0));
        QCOMPARE(attribute, 8);
        QCOMPARE(cudaGetDeviceProperties(&properties, 2), cudaErrorInvalidDevice);
        QCOMPARE(cudaSetDevice(2), cudaErrorInvalidDevice);
    }

    void withoutADriverTheCountIsLeftAlone() {
        emulation::reset(configured([](emulation::DeviceConfiguration& is) { is.hasDriver = false; }));
        int count = -7;
        QCOMPARE(cudaGetDeviceCount(&count), cudaErrorInsufficientDriver);
        QCOMPARE(count, -7);
        int version = -7;
        QCOMPARE(cudaDriverGetVersion(&version), cudaSuccess);
        QCOMPARE(version, 0);
        QCOMPARE(useDevice(), cudaErrorInsufficientDriver);
    }

    void anOldDriverIsNotEnough() {
        emulation::reset(configured([](emulation::DeviceConfiguration& is) { is.driverVersion = 12080; }));
        QCOMPARE(useDevice(), cudaErrorInsufficientDriver);
        int version = 0;
        expectSuccess(cudaDriverGetVersion(&version));
        QCOMPARE(version, 12080);
    }

    void withoutADeviceNothingWorks() {
        emulation::reset(configured([](emulation::DeviceConfiguration& is) { is.devices = 0; }));
        int count = -7;
        QCOMPARE(cudaGetDeviceCount(&count), cudaErrorNoDevice);
        QCOMPARE(useDevice(), cudaErrorNoDevice);
    }

    void withoutCodeForItOnlyKernelsFail() {
        emulation::reset(configured([](emulation::DeviceConfiguration& is) { is.hasKernelImages = false; }));
        QCOMPARE(useDevice(), cudaErrorNoKernelImageForDevice);
        QCOMPARE(emulation::alive(), emulation::Alive{});
    }

    void memoryEnds() {
        emulation::reset(configured([](emulation::DeviceConfiguration& is) { is.memory = 1000; }));
        void* first = nullptr;
        void* second = nullptr;
        expectSuccess(cudaMalloc(&first, 600));
        QCOMPARE(cudaMalloc(&second, 600), cudaErrorMemoryAllocation);
        QVERIFY(!second);
        std::size_t free = 0;
        std::size_t total = 0;
        expectSuccess(cudaMemGetInfo(&free, &total));
        QCOMPARE(free, std::size_t{400});
        QCOMPARE(total, std::size_t{1000});
        expectSuccess(cudaMalloc(&second, 400));
        expectSuccess(cudaFree(first));
        expectSuccess(cudaFree(second));
    }

    void memoryIsHiddenFromTheHostAndNotANumberAtFirst() {
        DeviceArray<float> values(5);
        for (std::size_t i = 0; i < 5; ++i)
            QVERIFY(__asan_address_is_poisoned(values.data() + i) != 0);
        for (const float value : values.values())
            QVERIFY(std::isnan(value));
    }

    void copiesStayWithinTheirMemory() {
        DeviceArray<int> values(std::vector<int>{1, 2, 3});
        int host[8] = {};
        QCOMPARE(cudaMemcpy(host, values.data(), 16, cudaMemcpyDeviceToHost), cudaErrorInvalidValue);
        QCOMPARE(cudaMemcpy(host, values.data() + 1, 8, cudaMemcpyDeviceToHost), cudaSuccess);
        QCOMPARE(host[0], 2);
        QCOMPARE(cudaMemset(values.data() + 1, 0, 12), cudaErrorInvalidValue);
        QCOMPARE(cudaMemset(host, 0, 4), cudaErrorInvalidValue);
        // The wrong direction.
        QCOMPARE(cudaMemcpy(host, values.data(), 4, cudaMemcpyHostToDevice), cudaErrorInvalidValue);
        QCOMPARE(cudaMemcpy(values.data(), host, 4, cudaMemcpyDeviceToHost), cudaErrorInvalidValue);
    }

    void everyCallCanFail_data() {
        QTest::addColumn<int>("error");
        for (const cudaError_t error : {cudaErrorInsufficientDriver, cudaErrorMemoryAllocation, cudaErrorIllegalAddress,
                 cudaErrorDevicesUnavailable, cudaErrorNoKernelImageForDevice})
            QTest::newRow(cudaGetErrorName(error)) << int{error};
    }
    void everyCallCanFail() {
        QFETCH(int, error);
        emulation::countCalls();
        QCOMPARE(useDevice(), cudaSuccess);
        const std::vector<std::string> names = emulation::calls();
        QCOMPARE(names.size(), std::size_t{14});
        QCOMPARE(names.front(), std::string("cudaStreamCreateWithFlags"));
        QCOMPARE(names.back(), std::string("cudaStreamDestroy"));
        for (std::size_t i = 0; i < names.size(); ++i) {
            emulation::reset();
            emulation::failCall(i, static_cast<cudaError_t>(error));
            const cudaError_t found = useDevice();
            QVERIFY2(found != cudaSuccess, names[i].c_str());
            if (names[i].starts_with("cuda"))
                QCOMPARE(int{found}, error);
            QVERIFY2(emulation::alive() == emulation::Alive{}, names[i].c_str());
            // Only what CUDA calls sticky lasts.
            const bool lasts = error != cudaErrorMemoryAllocation && error != cudaErrorNoKernelImageForDevice;
            QCOMPARE(useDevice() != cudaSuccess, lasts);
        }
    }

    void whatIsNotGivenBackIsCounted() {
        cudaStream_t stream = nullptr;
        cudaEvent_t event = nullptr;
        void* memory = nullptr;
        void* pinned = nullptr;
        cudaGraph_t graph = nullptr;
        cudaGraphExec_t executable = nullptr;
        cublasHandle_t blas = nullptr;
        expectSuccess(cudaStreamCreateWithFlags(&stream, cudaStreamNonBlocking));
        expectSuccess(cudaEventCreate(&event));
        expectSuccess(cudaMalloc(&memory, 100));
        expectSuccess(cudaMallocHost(&pinned, 100));
        expectSuccess(cudaStreamBeginCapture(stream, cudaStreamCaptureModeGlobal));
        expectSuccess(cudaStreamEndCapture(stream, &graph));
        expectSuccess(cudaGraphInstantiate(&executable, graph, 0));
        QCOMPARE(cublasCreate(&blas), CUBLAS_STATUS_SUCCESS);
        const emulation::Alive alive = emulation::alive();
        QCOMPARE(alive.allocations, std::size_t{1});
        QCOMPARE(alive.bytes, std::size_t{100});
        QCOMPARE(alive.pinnedAllocations, std::size_t{1});
        QCOMPARE(alive.streams, std::size_t{1});
        QCOMPARE(alive.events, std::size_t{1});
        QCOMPARE(alive.graphs, std::size_t{1});
        QCOMPARE(alive.executableGraphs, std::size_t{1});
        QCOMPARE(alive.blasHandles, std::size_t{1});
        QCOMPARE(cublasDestroy(blas), CUBLAS_STATUS_SUCCESS);
        expectSuccess(cudaGraphExecDestroy(executable));
        expectSuccess(cudaGraphDestroy(graph));
        expectSuccess(cudaFreeHost(pinned));
        expectSuccess(cudaFree(memory));
        expectSuccess(cudaEventDestroy(event));
        expectSuccess(cudaStreamDestroy(stream));
        QCOMPARE(emulation::alive(), emulation::Alive{});
    }
};

QTEST_GUILESS_MAIN(CudaEmulationDeviceTest)
#include "cuda_emulation_device_test.moc"
