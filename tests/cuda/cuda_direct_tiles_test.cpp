// SPDX-License-Identifier: GPL-3.0-or-later
#include "cuda/direct_tiles.h"

#include "cuda/tiling.h"

#include <QtTest>

#include <algorithm>
#include <string>

using namespace kernelscope;
using namespace kernelscope::cuda;

/// Blocks of direct convolutions of every size, on small and large devices, stay within what a block may have, and
/// cover all of the work.
class CudaDirectTilesTest : public QObject {
    Q_OBJECT

    static std::string describe(const DirectWork& work, Precision precision, int multiprocessors) {
        return std::to_string(work.images) + " images, " + std::to_string(work.channels) + " channels, " +
               std::to_string(work.outputs) + " outputs of " + std::to_string(work.rows) + "x" +
               std::to_string(work.columns) + ", kernel " + std::to_string(work.kernel) + ", " +
               std::to_string(multiprocessors) + (precision == Precision::Tf32 ? ", TF32" : "");
    }

    static bool isSound(const DirectWork& work, const DirectTiles& tiles) {
        const auto& [blocks, threads] = std::pair(tiles.launch.blocks, tiles.launch.threads);
        const std::int64_t tilesOfImage = std::int64_t{tiles.across} * tiles.down;
        return tiles.launch.dynamicShared <= kSharedFloats * sizeof(float) && threads.x * threads.y <= 256 &&
               threads.x % 32 == 0 && std::int64_t{blocks.x} == work.images * tilesOfImage && blocks.y <= 65'535 &&
               std::int64_t{blocks.y} * tiles.groups * tiles.outputsEach >= work.outputs &&
               2 * tiles.tileRows * tiles.down >= work.rows && 2 * tiles.tileColumns * tiles.across >= work.columns &&
               tiles.chunk >= 1;
    }

private slots:
    void blocksStayWithinLimits() {
        for (const Precision precision : {Precision::Fp32, Precision::Tf32})
            for (const int multiprocessors : {1, 4, 46, 132})
                for (const int images : {1, 32, 1024})
                    for (const int kernel : {3, 5})
                        for (const int outputs : {1, 8, 31, 33, 64, 129, 160, 256, 257, 512, 1024})
                            for (const int channels : {1, 3, 8, 64, 512})
                                for (const int rows : {1, 2, 4, 7, 8, 13, 28, 33, 64, 509})
                                    for (const int columns : {1, 5, 8, 16, 32, 33, 65, 512}) {
                                        const DirectWork work{images, channels, outputs, rows, columns, kernel};
                                        const DirectTiles tiles = directTiles(work, precision, multiprocessors);
                                        QVERIFY2(
                                            isSound(work, tiles), describe(work, precision, multiprocessors).c_str());
                                    }
    }
};

QTEST_APPLESS_MAIN(CudaDirectTilesTest)
#include "cuda_direct_tiles_test.moc"
