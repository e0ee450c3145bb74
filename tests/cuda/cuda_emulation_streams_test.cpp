// SPDX-License-Identifier: GPL-3.0-or-later
// Streams do their work as late as they may, captures become graphs, and what CUDA forbids while capturing fails.
#include "cuda/device_array.h"
#include "cuda/emulation/emulation.h"
#include "cuda/platform/handles.h"
#include "cuda/platform/platform.h"

#include <QtTest>

#include <sanitizer/asan_interface.h>

#include <cmath>
#include <thread>

using namespace kernelscope;
using namespace kernelscope::cuda;
using emulation::Order;

namespace {

__global__ void add(float* target, float value) {
    *target += value;
}

__global__ void copyOne(float* target, const float* source) {
    *target = *source;
}

__global__ void multiply(float* target, float factor) {
    *target *= factor;
}

cudaError_t launchAdd(cudaStream_t stream, float* target, float value) {
    return launchKernel(add, {dim3(1), dim3(1)}, stream, target, value);
}

/// One float of pinned memory.
class PinnedFloat {
public:
    explicit PinnedFloat(float value) {
        expectSuccess(cudaMallocHost(&m_value, sizeof(float)));
        *m_value = value;
    }
    ~PinnedFloat() { static_cast<void>(cudaFreeHost(m_value)); }
    PinnedFloat(const PinnedFloat&) = delete;
    PinnedFloat& operator=(const PinnedFloat&) = delete;
    float* get() const { return m_value; }

private:
    float* m_value = nullptr;
};

bool isHidden(const void* address) {
    return __asan_address_is_poisoned(address) != 0;
}

Graph endCapture(const Stream& stream) {
    cudaGraph_t graph = nullptr;
    expectSuccess(cudaStreamEndCapture(stream.get(), &graph));
    return Graph(graph);
}

} // namespace

class CudaEmulationStreamsTest : public QObject {
    Q_OBJECT

private slots:
    void init() { emulation::reset(); }

    void aStreamWorksOnlyWhenSomebodyWaits() {
        const Stream stream = makeStream();
        DeviceArray<float> value(std::vector<float>{1});
        const std::uint64_t before = emulation::work().kernels;
        expectSuccess(launchAdd(stream.get(), value.data(), 2));
        QCOMPARE(emulation::work().kernels, before);
        QCOMPARE(cudaStreamQuery(stream.get()), cudaSuccess); // one operation an inquiry
        expectSuccess(launchAdd(stream.get(), value.data(), 2));
        expectSuccess(launchAdd(stream.get(), value.data(), 2));
        QCOMPARE(cudaStreamQuery(stream.get()), cudaErrorNotReady);
        QCOMPARE(cudaStreamQuery(stream.get()), cudaSuccess);
        QCOMPARE(cudaPeekAtLastError(), cudaSuccess);
        QCOMPARE(emulation::work().kernels, before + 3);
        QCOMPARE(value.values()[0], 7.0f);
    }

    void waitingForOneStreamDoesNotDoTheOthersWork() {
        const Stream first = makeStream();
        const Stream second = makeStream();
        DeviceArray<float> value(std::vector<float>{1});
        DeviceArray<float> copy(std::vector<float>{0});
        expectSuccess(launchAdd(first.get(), value.data(), 1));
        expectSuccess(launchKernel(
            copyOne, {dim3(1), dim3(1)}, second.get(), copy.data(), static_cast<const float*>(value.data())));
        expectSuccess(cudaStreamSynchronize(second.get()));
        QCOMPARE(copy.values()[0], 1.0f); // an event is missing, and it shows
        QCOMPARE(value.values()[0], 2.0f);
    }

    void eventsOrderStreams() {
        const Stream first = makeStream();
        const Stream second = makeStream();
        const Event event = makeEvent();
        DeviceArray<float> value(std::vector<float>{1});
        DeviceArray<float> copy(std::vector<float>{0});
        expectSuccess(launchAdd(first.get(), value.data(), 1));
        expectSuccess(cudaEventRecord(event.get(), first.get()));
        expectSuccess(launchAdd(first.get(), value.data(), 10)); // behind the event
        expectSuccess(cudaStreamWaitEvent(second.get(), event.get()));
        expectSuccess(launchKernel(
            copyOne, {dim3(1), dim3(1)}, second.get(), copy.data(), static_cast<const float*>(value.data())));
        expectSuccess(cudaStreamSynchronize(second.get()));
        QCOMPARE(copy.values()[0], 2.0f);
        QCOMPARE(value.values()[0], 12.0f);
    }

    void eventsAreWaitedForAndTimed() {
        const Stream stream = makeStream();
        const Event start = makeTimingEvent();
        const Event end = makeTimingEvent();
        const Event plain = makeEvent();
        DeviceArray<float> value(std::vector<float>{1});
        float milliseconds = -1;
        QCOMPARE(cudaEventQuery(start.get()), cudaSuccess); // never recorded: happened
        QCOMPARE(cudaEventElapsedTime(&milliseconds, start.get(), end.get()), cudaErrorInvalidResourceHandle);
        expectSuccess(cudaEventRecord(start.get(), stream.get()));
        expectSuccess(launchAdd(stream.get(), value.data(), 1));
        expectSuccess(cudaEventRecord(end.get(), stream.get()));
        expectSuccess(cudaEventRecord(plain.get(), stream.get()));
        QCOMPARE(cudaEventQuery(end.get()), cudaErrorNotReady);
        QCOMPARE(cudaEventElapsedTime(&milliseconds, start.get(), end.get()), cudaErrorNotReady);
        expectSuccess(cudaEventSynchronize(end.get()));
        QCOMPARE(cudaEventQuery(end.get()), cudaSuccess);
        QCOMPARE(cudaEventElapsedTime(&milliseconds, start.get(), end.get()), cudaSuccess);
        QVERIFY(milliseconds >= 0);
        QCOMPARE(cudaEventElapsedTime(&milliseconds, start.get(), plain.get()), cudaErrorInvalidResourceHandle);
    }

    void theDefaultStreamWaitsForBlockingStreamsOnly() {
        cudaStream_t blocking = nullptr;
        expectSuccess(cudaStreamCreate(&blocking));
        const Stream other = makeStream();
        DeviceArray<float> value(std::vector<float>{1});
        DeviceArray<float> others(std::vector<float>{1});
        expectSuccess(launchAdd(blocking, value.data(), 1));
        expectSuccess(launchAdd(other.get(), others.data(), 1));
        float seen = 0;
        expectSuccess(cudaMemcpy(&seen, value.data(), sizeof seen, cudaMemcpyDeviceToHost));
        QCOMPARE(seen, 2.0f);
        expectSuccess(cudaMemcpy(&seen, others.data(), sizeof seen, cudaMemcpyDeviceToHost));
        QCOMPARE(seen, 1.0f);
        // And they for it, but the other one does not.
        expectSuccess(cudaMemset(value.data(), 0, sizeof(float)));
        expectSuccess(launchAdd(blocking, value.data(), 5));
        expectSuccess(cudaStreamSynchronize(blocking));
        QCOMPARE(value.values()[0], 5.0f);
        expectSuccess(cudaStreamDestroy(blocking));
    }

    void pinnedSourcesAreReadWhenTheCopyIsDone() {
        const Stream stream = makeStream();
        const PinnedFloat source(1);
        DeviceArray<float> target(1);
        expectSuccess(
            cudaMemcpyAsync(target.data(), source.get(), sizeof(float), cudaMemcpyHostToDevice, stream.get()));
        *source.get() = 2; // too early
        expectSuccess(cudaStreamSynchronize(stream.get()));
        QCOMPARE(target.values()[0], 2.0f);
    }

    void ordinarySourcesAreReadDuringTheCall() {
        const Stream stream = makeStream();
        float source = 1;
        DeviceArray<float> target(1);
        expectSuccess(cudaMemcpyAsync(target.data(), &source, sizeof source, cudaMemcpyHostToDevice, stream.get()));
        source = 2;
        expectSuccess(cudaStreamSynchronize(stream.get()));
        QCOMPARE(target.values()[0], 1.0f);
    }

    void targetsAreHiddenUntilTheCopyIsDone() {
        const Stream stream = makeStream();
        const PinnedFloat target(0);
        const PinnedFloat other(0);
        DeviceArray<float> source(std::vector<float>{3});
        expectSuccess(
            cudaMemcpyAsync(target.get(), source.data(), sizeof(float), cudaMemcpyDeviceToHost, stream.get()));
        QVERIFY(isHidden(target.get()));
        QVERIFY(!isHidden(other.get()));
        QVERIFY(isHidden(source.data()));
        expectSuccess(cudaStreamSynchronize(stream.get()));
        QVERIFY(!isHidden(target.get()));
        QVERIFY(isHidden(source.data()));
        QCOMPARE(*target.get(), 3.0f);
    }

    void graphsKeepArgumentsByValue() {
        const Stream stream = makeStream();
        DeviceArray<float> value(std::vector<float>{0});
        float rate = 1;
        expectSuccess(cudaStreamBeginCapture(stream.get(), cudaStreamCaptureModeThreadLocal));
        expectSuccess(launchAdd(stream.get(), value.data(), rate));
        expectSuccess(launchAdd(stream.get(), value.data(), 10));
        const Graph graph = endCapture(stream);
        std::size_t nodes = 0;
        expectSuccess(cudaGraphGetNodes(graph.get(), nullptr, &nodes));
        QCOMPARE(nodes, std::size_t{2});
        const GraphExec executable = instantiate(graph);
        QCOMPARE(value.values()[0], 0.0f); // captured, not done
        rate = 100;
        expectSuccess(cudaGraphUpload(executable.get(), stream.get()));
        expectSuccess(cudaGraphLaunch(executable.get(), stream.get()));
        expectSuccess(cudaGraphLaunch(executable.get(), stream.get()));
        QCOMPARE(value.values()[0], 22.0f);
    }

    void graphsWriteTheirTargetsAtEachLaunch() {
        const Stream stream = makeStream();
        DeviceArray<float> value(std::vector<float>{0});
        const PinnedFloat seen(0);
        expectSuccess(cudaStreamBeginCapture(stream.get(), cudaStreamCaptureModeThreadLocal));
        expectSuccess(launchAdd(stream.get(), value.data(), 1));
        expectSuccess(cudaMemcpyAsync(seen.get(), value.data(), sizeof(float), cudaMemcpyDeviceToHost, stream.get()));
        const GraphExec executable = instantiate(endCapture(stream));
        QVERIFY(!isHidden(seen.get()));
        for (int launch = 1; launch <= 2; ++launch) {
            expectSuccess(cudaGraphLaunch(executable.get(), stream.get()));
            QVERIFY(isHidden(seen.get()));
            expectSuccess(cudaStreamSynchronize(stream.get()));
            QCOMPARE(*seen.get(), static_cast<float>(launch));
        }
    }

    /// (1 + 1) on one branch, then * 3 on the joined one. Without the join the branches' order decides.
    void branchesOfGraphsAreOrderedByEventsAlone() {
        std::vector<float> results;
        for (const bool joins : {true, false}) {
            for (const Order::Kind kind : {Order::Kind::Forward, Order::Kind::Reversed}) {
                emulation::setOrder({kind});
                const Stream origin = makeStream();
                const Stream side = makeStream();
                const Event fork = makeEvent();
                const Event join = makeEvent();
                DeviceArray<float> value(std::vector<float>{1});
                expectSuccess(cudaStreamBeginCapture(origin.get(), cudaStreamCaptureModeGlobal));
                expectSuccess(cudaEventRecord(fork.get(), origin.get()));
                expectSuccess(cudaStreamWaitEvent(side.get(), fork.get()));
                expectSuccess(launchAdd(side.get(), value.data(), 1));
                expectSuccess(cudaEventRecord(join.get(), side.get()));
                if (joins)
                    expectSuccess(cudaStreamWaitEvent(origin.get(), join.get()));
                expectSuccess(launchKernel(multiply, {dim3(1), dim3(1)}, origin.get(), value.data(), 3.0f));
                if (!joins)
                    expectSuccess(cudaStreamWaitEvent(origin.get(), join.get()));
                const GraphExec executable = instantiate(endCapture(origin));
                expectSuccess(cudaGraphLaunch(executable.get(), origin.get()));
                results.push_back(value.values()[0]);
            }
        }
        QCOMPARE(results, (std::vector<float>{6, 6, 6, 4}));
    }

    void branchesMustBeJoined() {
        const Stream origin = makeStream();
        const Stream side = makeStream();
        const Event fork = makeEvent();
        DeviceArray<float> value(std::vector<float>{1});
        expectSuccess(cudaStreamBeginCapture(origin.get(), cudaStreamCaptureModeGlobal));
        expectSuccess(cudaEventRecord(fork.get(), origin.get()));
        expectSuccess(cudaStreamWaitEvent(side.get(), fork.get()));
        expectSuccess(launchAdd(side.get(), value.data(), 1));
        cudaGraph_t graph = nullptr;
        QCOMPARE(cudaStreamEndCapture(origin.get(), &graph), cudaErrorStreamCaptureUnjoined);
        QVERIFY(!graph);
        // Both are usable again.
        expectSuccess(launchAdd(side.get(), value.data(), 1));
        expectSuccess(launchAdd(origin.get(), value.data(), 1));
        QCOMPARE(value.values()[0], 3.0f);
    }

    void whatCapturesForbid_data() {
        QTest::addColumn<int>("error");
        QTest::newRow("synchronise the stream") << int{cudaErrorStreamCaptureUnsupported};
        QTest::newRow("ask the stream") << int{cudaErrorStreamCaptureUnsupported};
        QTest::newRow("synchronise the device") << int{cudaErrorStreamCaptureUnsupported};
        QTest::newRow("allocate") << int{cudaErrorStreamCaptureUnsupported};
        QTest::newRow("free") << int{cudaErrorStreamCaptureUnsupported};
        QTest::newRow("copy and wait") << int{cudaErrorStreamCaptureUnsupported};
        QTest::newRow("copy ordinary memory") << int{cudaErrorStreamCaptureUnsupported};
        QTest::newRow("wait for an event of the capture") << int{cudaErrorCapturedEvent};
        QTest::newRow("wait for an event from outside") << int{cudaErrorStreamCaptureIsolation};
    }
    void whatCapturesForbid() {
        QFETCH(int, error);
        const std::string call = QTest::currentDataTag();
        const Stream stream = makeStream();
        const Event outside = makeEvent();
        const Event inside = makeEvent();
        DeviceArray<float> value(std::vector<float>{1});
        DeviceArray<float> spare(1);
        float host = 0;
        void* memory = nullptr;
        expectSuccess(cudaEventRecord(outside.get(), stream.get()));
        expectSuccess(cudaStreamBeginCapture(stream.get(), cudaStreamCaptureModeGlobal));
        expectSuccess(cudaEventRecord(inside.get(), stream.get()));
        const cudaError_t found =
            call == "synchronise the stream"   ? cudaStreamSynchronize(stream.get())
            : call == "ask the stream"         ? cudaStreamQuery(stream.get())
            : call == "synchronise the device" ? cudaDeviceSynchronize()
            : call == "allocate"               ? cudaMalloc(&memory, 4)
            : call == "free"                   ? cudaFree(spare.data())
            : call == "copy and wait"          ? cudaMemcpy(&host, value.data(), sizeof host, cudaMemcpyDeviceToHost)
            : call == "copy ordinary memory"
                ? cudaMemcpyAsync(value.data(), &host, sizeof host, cudaMemcpyHostToDevice, stream.get())
            : call == "wait for an event of the capture" ? cudaEventSynchronize(inside.get())
                                                         : cudaStreamWaitEvent(stream.get(), outside.get());
        QCOMPARE(int{found}, error);
        QCOMPARE(launchAdd(stream.get(), value.data(), 1), cudaErrorStreamCaptureInvalidated);
        cudaStreamCaptureStatus status = cudaStreamCaptureStatusNone;
        expectSuccess(cudaStreamIsCapturing(stream.get(), &status));
        QCOMPARE(int{status}, int{cudaStreamCaptureStatusInvalidated});
        cudaGraph_t graph = nullptr;
        QCOMPARE(cudaStreamEndCapture(stream.get(), &graph), cudaErrorStreamCaptureInvalidated);
        QVERIFY(!graph);
        QCOMPARE(value.values()[0], 1.0f);
    }

    void capturesOfTheirThreadLeaveOthersAlone() {
        const Stream stream = makeStream();
        expectSuccess(cudaStreamBeginCapture(stream.get(), cudaStreamCaptureModeThreadLocal));
        cudaError_t elsewhere = cudaErrorUnknown;
        std::thread([&] {
            void* memory = nullptr;
            elsewhere = cudaMalloc(&memory, 4);
            static_cast<void>(cudaFree(memory));
        }).join();
        QCOMPARE(elsewhere, cudaSuccess);
        endCapture(stream);
    }

    void onlyStreamsOfTheirOwnAreCaptured() {
        QCOMPARE(cudaStreamBeginCapture(nullptr, cudaStreamCaptureModeGlobal), cudaErrorStreamCaptureUnsupported);
        const Stream stream = makeStream();
        cudaGraph_t graph = nullptr;
        QCOMPARE(cudaStreamEndCapture(stream.get(), &graph), cudaErrorIllegalState);
        expectSuccess(cudaStreamBeginCapture(stream.get(), cudaStreamCaptureModeGlobal));
        QCOMPARE(cudaStreamBeginCapture(stream.get(), cudaStreamCaptureModeGlobal), cudaErrorIllegalState);
        endCapture(stream);
    }
};

QTEST_GUILESS_MAIN(CudaEmulationStreamsTest)
#include "cuda_emulation_streams_test.moc"
