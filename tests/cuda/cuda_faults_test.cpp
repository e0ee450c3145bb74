// SPDX-License-Identifier: GPL-3.0-or-later
#include "cpu/cpu_backend.h"
#include "cuda/module.h"
#include "cuda/platform/blas_check.h"
#include "cuda/platform/lost_devices.h"
#include "devices/cuda_module.h"
#include "devices/module_interface.h"
#include "emulated_device.h"
#include "training/training_run.h"

#include <QtTest>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

using namespace kernelscope;

namespace {

Network small() {
    return {"small", {1, 6, 6},
        {Conv{3, 3, 1, 0}, BatchNorm{}, Activation{ActivationKind::Relu}, Pool{PoolKind::Max, 2, 2}, Dropout{0.2f},
            Flatten{}, Dense{40}, Activation{ActivationKind::Tanh}, Dense{4}}};
}

RunSetup setupOf(const DataSetPtr& data) {
    RunSetup setup;
    setup.network = small();
    setup.spec = withBatch(4);
    setup.spec.epochs = 2;
    setup.deviceId = "cuda:0";
    setup.data = data;
    return setup;
}

/// What became of a run.
struct Outcome {
    std::string message;             ///< The error's; empty where there was none.
    std::optional<RunResult> result; ///< None where not even the network could be loaded.
};

/// A short run: loading, first weights, steps in graphs of both kinds, snapshots, tests, the end.
Outcome run(const Backend& backend, const RunSetup& setup) {
    Outcome outcome;
    RunControl control;
    RunObserver observer;
    try {
        const auto executor = load(backend, setup.network, setup.data, setup.spec);
        const std::int64_t steps = stepsPerEpoch(setup.spec, setup.data->info().trainCount) * setup.spec.epochs;
        RunRecord record;
        record.device = backend.device();
        record.network = setup.network;
        record.spec = setup.spec;
        record.data = setup.data->info();
        outcome.result = TrainingRun(*executor, setup, control, observer, record, steps).go();
        if (outcome.result->record.stop == StopReason::Failed)
            outcome.message = outcome.result->record.message;
    } catch (const Error& error) {
        outcome.message = error.what();
    }
    return outcome;
}

std::string messageOf(const std::function<void()>& action) {
    try {
        action();
    } catch (const Error& error) {
        return error.what();
    }
    return {};
}

} // namespace

/// Every call that a run makes to the device fails.
class CudaFaultsTest : public QObject {
    Q_OBJECT

private slots:
    /// Three steps an epoch: two in a graph together, and one of a batch that is not full.
    void initTestCase() { m_data = randomImages({1, 6, 6}, 4, 10, 5); }
    void init() { freshDevice(); }

    void everyCallMayFail_data() {
        QTest::addColumn<int>("error");
        QTest::addColumn<QString>("says");
        QTest::addColumn<bool>("isLost");
        QTest::newRow("no driver") << static_cast<int>(cudaErrorInsufficientDriver) << "driver" << true;
        QTest::newRow("out of memory") << static_cast<int>(cudaErrorMemoryAllocation) << "smaller batch" << false;
        QTest::newRow("a kernel failed") << static_cast<int>(cudaErrorIllegalAddress) << "restarted" << true;
        QTest::newRow("device lost") << static_cast<int>(cudaErrorDevicesUnavailable) << "no longer answers" << true;
        QTest::newRow("no code for it") << static_cast<int>(cudaErrorNoKernelImageForDevice) << "no code for this GPU"
                                        << false;
    }
    void everyCallMayFail() {
        QFETCH(int, error);
        QFETCH(QString, says);
        QFETCH(bool, isLost);
        const RunSetup setup = setupOf(m_data);
        const EmulatedBackend backend(2);
        const Outcome whole = run(backend, setup);
        QVERIFY2(whole.message.empty(), whole.message.c_str());
        QVERIFY(whole.result->record.stop == StopReason::Completed);
        const std::vector<std::string> calls = emulation::calls();

        int told = 0;
        std::chrono::steady_clock::duration longest{};
        for (std::size_t index = 0; index < calls.size(); ++index) {
            const std::string where =
                calls[index] + ", call " + std::to_string(index) + " of " + std::to_string(calls.size()) + ": ";
            freshDevice();
            emulation::failCall(index, static_cast<cudaError_t>(error));
            const auto begin = std::chrono::steady_clock::now();
            const Outcome outcome = run(backend, setup);
            // The CPU does not care.
            const Outcome onCpu = run(CpuBackend(1), setup);
            longest = std::max(longest, std::chrono::steady_clock::now() - begin);
            QVERIFY2(
                onCpu.result && onCpu.result->record.stop == StopReason::Completed, (where + onCpu.message).c_str());
            QVERIFY2(emulation::alive() == emulation::Alive{}, (where + "something was not given back").c_str());
            // What fails while all is given back is no failure of the run.
            if (outcome.message.empty()) {
                QVERIFY2(outcome.result && outcome.result->record.stop == StopReason::Completed, where.c_str());
                continue;
            }
            ++told;
            const QString message = QString::fromStdString(outcome.message);
            QVERIFY2(message.startsWith("Cannot ") && message.contains(says), (where + outcome.message).c_str());
            QVERIFY2((cuda::lostReason(0) != nullptr) == isLost, where.c_str());
            if (!outcome.result)
                continue;
            // The weights of some step, whole and finite, and all that was measured until then.
            const RunResult& result = *outcome.result;
            QVERIFY2(result.weights && result.weights->parameters.size() == compile(setup.network).parameterCount,
                where.c_str());
            for (const float value : result.weights->parameters)
                QVERIFY2(std::isfinite(value), where.c_str());
        }
        // All but the calls that give things back, which are as many as those that made them.
        QVERIFY2(told > static_cast<int>(calls.size()) / 2, qPrintable(QString::number(told)));
        qInfo("%d of %d calls ended the run; it and a run on the CPU behind it took %lld ms at most", told,
            static_cast<int>(calls.size()),
            static_cast<long long>(std::chrono::duration_cast<std::chrono::milliseconds>(longest).count()));
    }

    /// What an error means: whether less memory helps, another build, another driver, or only a restart.
    void everyErrorHasItsKind() {
        using cuda::Fault;
        const std::vector<std::pair<Fault, std::vector<cudaError_t>>> kinds{
            {Fault::OutOfMemory, {cudaErrorMemoryAllocation}},
            {Fault::NoDriver, {cudaErrorInsufficientDriver, cudaErrorNoDevice, cudaErrorSystemDriverMismatch}},
            {Fault::NoKernelImage, {cudaErrorNoKernelImageForDevice, cudaErrorInvalidPtx,
                                       cudaErrorUnsupportedPtxVersion, cudaErrorJitCompilerNotFound}},
            {Fault::Sticky, {cudaErrorIllegalAddress, cudaErrorLaunchTimeout, cudaErrorAssert, cudaErrorLaunchFailure}},
            {Fault::DeviceLost, {cudaErrorDevicesUnavailable, cudaErrorECCUncorrectable, cudaErrorNvlinkUncorrectable,
                                    cudaErrorMpsClientTerminated, cudaErrorUnknown}},
            {Fault::Other, {cudaErrorInvalidValue, cudaErrorLaunchOutOfResources, cudaErrorStreamCaptureInvalidated}}};
        for (const auto& [kind, errors] : kinds)
            for (const cudaError_t error : errors) {
                freshDevice();
                QVERIFY2(cuda::faultOf(error) == kind, cudaGetErrorName(error));
                const std::string message = messageOf([&] { cuda::throwCudaError(error, "try"); });
                QVERIFY2(message.find(cudaGetErrorName(error)) != std::string::npos, message.c_str());
                QCOMPARE(cuda::lostReason(0) != nullptr, cuda::isFinal(kind));
            }
        // Nobody can throw in a destructor, but the device is lost all the same.
        freshDevice();
        cuda::logCudaError(cudaErrorInvalidValue, "try");
        QVERIFY(cuda::lostReason(0) == nullptr);
        cuda::logCudaError(cudaErrorIllegalAddress, "try");
        QVERIFY(cuda::lostReason(0) != nullptr);
    }

    /// cuBLAS has few words. That one of its kernels failed does not say that the device is lost.
    void cublasErrorsSayWhatToDo() {
        const auto said = [](cublasStatus_t status) {
            return QString::fromStdString(messageOf([&] { cuda::throwBlasError(status, "multiply"); }));
        };
        freshDevice();
        QVERIFY(said(CUBLAS_STATUS_NOT_INITIALIZED).contains("CUBLAS_STATUS_NOT_INITIALIZED"));
        QVERIFY(said(CUBLAS_STATUS_NOT_INITIALIZED).contains("free memory"));
        QVERIFY(said(CUBLAS_STATUS_ALLOC_FAILED).contains("smaller batch"));
        QVERIFY(said(CUBLAS_STATUS_ARCH_MISMATCH).contains("no code for this GPU"));
        QVERIFY(said(CUBLAS_STATUS_EXECUTION_FAILED).contains("CUBLAS_STATUS_EXECUTION_FAILED"));
        QVERIFY(said(CUBLAS_STATUS_EXECUTION_FAILED).contains("choose the CPU"));
        QVERIFY(cuda::lostReason(0) == nullptr);
    }

    /// A GPU that was lost stays in the list, with the reason, until the program is restarted.
    void lostDevicesAreNotOffered() {
        const CudaModule module(*kernelscopeModule());
        QVERIFY2(module.reason().empty(), module.reason().c_str());
        QVERIFY(module.devices().at(0).usable());
        const std::unique_ptr<Backend> backend = module.openBackend(0);
        QVERIFY(run(*backend, setupOf(m_data)).message.empty());

        emulation::countCalls();
        emulation::failCall(200, cudaErrorLaunchFailure);
        QVERIFY(!run(*backend, setupOf(m_data)).message.empty());
        for (const DeviceEntry& device : module.devices()) {
            QVERIFY(!device.usable());
            QVERIFY2(device.reason.find("after a restart of the program") != std::string::npos, device.reason.c_str());
        }
        try {
            module.openBackend(0);
            QFAIL("the lost GPU was opened");
        } catch (const Error& error) {
            QVERIFY(std::string(error.what()).find("Choose the CPU instead") != std::string::npos);
        }
    }

private:
    DataSetPtr m_data;
};

QTEST_APPLESS_MAIN(CudaFaultsTest)
#include "cuda_faults_test.moc"
