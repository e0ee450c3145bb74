// SPDX-License-Identifier: GPL-3.0-or-later
// The emulated cuBLAS multiplies as its manual says: by column, transposed or not, in its stream, captured too.
#include "cuda/device_array.h"
#include "cuda/emulation/emulation.h"
#include "cuda/emulation/tf32.h"
#include "cuda/platform/handles.h"

#include <QtTest>

#include <cublas_v2.h>

#include <cmath>

using namespace kernelscope;
using namespace kernelscope::cuda;

namespace {

struct Blas {
    cublasHandle_t handle = nullptr;
    Blas() { static_cast<void>(cublasCreate(&handle)); }
    ~Blas() { static_cast<void>(cublasDestroy(handle)); }
    Blas(const Blas&) = delete;
    Blas& operator=(const Blas&) = delete;
};

const float one = 1;
const float zero = 0;

} // namespace

class CudaEmulationBlasTest : public QObject {
    Q_OBJECT

private slots:
    void init() { emulation::reset(); }

    void productsAreByColumn_data() {
        QTest::addColumn<bool>("transposeA");
        QTest::addColumn<bool>("transposeB");
        QTest::newRow("a b") << false << false;
        QTest::newRow("aT b") << true << false;
        QTest::newRow("a bT") << false << true;
        QTest::newRow("aT bT") << true << true;
    }
    /// [1 2 3; 4 5 6] times [1 0; 2 1; 0 3] is [5 11; 14 23].
    void productsAreByColumn() {
        QFETCH(bool, transposeA);
        QFETCH(bool, transposeB);
        const Blas blas;
        const DeviceArray<float> a(
            transposeA ? std::vector<float>{1, 2, 3, 4, 5, 6} : std::vector<float>{1, 4, 2, 5, 3, 6});
        const DeviceArray<float> b(
            transposeB ? std::vector<float>{1, 0, 2, 1, 0, 3} : std::vector<float>{1, 2, 0, 0, 1, 3});
        DeviceArray<float> c(4); // not a number, which beta = 0 must not read
        QCOMPARE(
            cublasSgemm(blas.handle, transposeA ? CUBLAS_OP_T : CUBLAS_OP_N, transposeB ? CUBLAS_OP_T : CUBLAS_OP_N, 2,
                2, 3, &one, a.data(), transposeA ? 3 : 2, b.data(), transposeB ? 2 : 3, &zero, c.data(), 2),
            CUBLAS_STATUS_SUCCESS);
        QCOMPARE(c.values(), (std::vector<float>{5, 14, 11, 23}));
        const float two = 2;
        QCOMPARE(
            cublasSgemm(blas.handle, transposeA ? CUBLAS_OP_T : CUBLAS_OP_N, transposeB ? CUBLAS_OP_T : CUBLAS_OP_N, 2,
                2, 3, &two, a.data(), transposeA ? 3 : 2, b.data(), transposeB ? 2 : 3, &one, c.data(), 2),
            CUBLAS_STATUS_SUCCESS);
        QCOMPARE(c.values(), (std::vector<float>{15, 42, 33, 69}));
    }

    void batchesStepThroughTheirMatrices() {
        const Blas blas;
        const DeviceArray<float> a(std::vector<float>{1, 2, 3});
        const DeviceArray<float> b(std::vector<float>{10, 20, 30});
        DeviceArray<float> c(3);
        QCOMPARE(cublasSgemmStridedBatched(blas.handle, CUBLAS_OP_N, CUBLAS_OP_N, 1, 1, 1, &one, a.data(), 1, 1,
                     b.data(), 1, 1, &zero, c.data(), 1, 1, 3),
            CUBLAS_STATUS_SUCCESS);
        QCOMPARE(c.values(), (std::vector<float>{10, 40, 90}));
    }

    void matricesTimesVectors() {
        const Blas blas;
        const DeviceArray<float> a(std::vector<float>{1, 4, 2, 5, 3, 6});
        const DeviceArray<float> x(std::vector<float>{1, 1, 1});
        DeviceArray<float> y(3);
        QCOMPARE(cublasSgemv(blas.handle, CUBLAS_OP_N, 2, 3, &one, a.data(), 2, x.data(), 1, &zero, y.data(), 2),
            CUBLAS_STATUS_SUCCESS);
        const std::vector<float> found = y.values();
        QCOMPARE(found[0], 6.0f);
        QVERIFY(std::isnan(found[1])); // between the steps of 2
        QCOMPARE(found[2], 15.0f);
        QCOMPARE(cublasSgemv(blas.handle, CUBLAS_OP_T, 2, 3, &one, a.data(), 2, x.data(), 1, &zero, y.data(), 1),
            CUBLAS_STATUS_SUCCESS);
        QCOMPARE(y.values(), (std::vector<float>{5, 7, 9}));
    }

    void tf32RoundsTheFactors() {
        QCOMPARE(emulation::roundToTf32(1.0f), 1.0f);
        QCOMPARE(emulation::roundToTf32(1 + std::ldexp(1.0f, -10)), 1 + std::ldexp(1.0f, -10));
        QCOMPARE(emulation::roundToTf32(1 + std::ldexp(1.0f, -12)), 1.0f);
        QCOMPARE(emulation::roundToTf32(-1 - std::ldexp(1.0f, -11)), -1 - std::ldexp(1.0f, -10)); // a tie
        QVERIFY(std::isnan(emulation::roundToTf32(NAN)));
        const Blas blas;
        const float fine = 1 + std::ldexp(1.0f, -12);
        const DeviceArray<float> a(std::vector<float>{fine});
        const DeviceArray<float> b(std::vector<float>{3});
        DeviceArray<float> c(1);
        for (const bool tf32 : {false, true}) {
            QCOMPARE(cublasSetMathMode(blas.handle, tf32 ? CUBLAS_TF32_TENSOR_OP_MATH : CUBLAS_DEFAULT_MATH),
                CUBLAS_STATUS_SUCCESS);
            QCOMPARE(cublasSgemm(blas.handle, CUBLAS_OP_N, CUBLAS_OP_N, 1, 1, 1, &one, a.data(), 1, b.data(), 1, &zero,
                         c.data(), 1),
                CUBLAS_STATUS_SUCCESS);
            QCOMPARE(c.values()[0], tf32 ? 3.0f : 3 * fine);
        }
    }

    void wrongSizesAreRefused() {
        const Blas blas;
        const DeviceArray<float> a(6);
        QCOMPARE(cublasSgemm(blas.handle, CUBLAS_OP_N, CUBLAS_OP_N, 2, 2, 3, &one, a.data(), 1, a.data(), 3, &zero,
                     a.data(), 2),
            CUBLAS_STATUS_INVALID_VALUE);
        QCOMPARE(
            cublasSgemm(nullptr, CUBLAS_OP_N, CUBLAS_OP_N, 1, 1, 1, &one, a.data(), 1, a.data(), 1, &zero, a.data(), 1),
            CUBLAS_STATUS_INVALID_VALUE);
    }

    /// cublasSetStream() forgets the workspace: a graph captured then would hold memory of cuBLAS's own.
    void capturesNeedAWorkspaceOfTheProgram() {
        const Blas blas;
        const Stream stream = makeStream();
        const DeviceArray<float> a(std::vector<float>{2});
        DeviceArray<float> c(1);
        DeviceArray<float> workspace(64);
        const auto multiply = [&] {
            return cublasSgemm(
                blas.handle, CUBLAS_OP_N, CUBLAS_OP_N, 1, 1, 1, &one, a.data(), 1, a.data(), 1, &zero, c.data(), 1);
        };
        for (const bool inTime : {false, true}) {
            if (!inTime)
                QCOMPARE(cublasSetWorkspace(blas.handle, workspace.data(), 256), CUBLAS_STATUS_SUCCESS);
            QCOMPARE(cublasSetStream(blas.handle, stream.get()), CUBLAS_STATUS_SUCCESS);
            if (inTime)
                QCOMPARE(cublasSetWorkspace(blas.handle, workspace.data(), 256), CUBLAS_STATUS_SUCCESS);
            expectSuccess(cudaStreamBeginCapture(stream.get(), cudaStreamCaptureModeThreadLocal));
            QCOMPARE(multiply() == CUBLAS_STATUS_SUCCESS, inTime);
            cudaGraph_t handle = nullptr;
            expectSuccess(cudaStreamEndCapture(stream.get(), &handle));
            const GraphExec executable = instantiate(Graph(handle));
            expectSuccess(cudaGraphLaunch(executable.get(), stream.get()));
            QVERIFY(inTime ? c.values()[0] == 4.0f : std::isnan(c.values()[0]));
        }
    }
};

QTEST_GUILESS_MAIN(CudaEmulationBlasTest)
#include "cuda_emulation_blas_test.moc"
