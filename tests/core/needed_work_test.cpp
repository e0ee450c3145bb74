// SPDX-License-Identifier: GPL-3.0-or-later
#include "network/needed_work.h"

#include <QtTest>

using namespace kernelscope;

class NeededWorkTest : public QObject {
    Q_OBJECT

    /// Of a step of this network, not fused.
    static NeededWork workOf(const Network& network, std::size_t step) {
        return neededWork(compile(network, Fusion::Off)).at(step);
    }

private slots:
    /// Its poolings round down: of 11 rows the second reads 10, which come from 12 of the first pooling's 13.
    void classicLeavesOutWhatItsPoolingsRoundOff() {
        const std::vector<NeededWork> fused = neededWork(compile(preset("classic")));
        QCOMPARE(fused.size(), std::size_t{5});
        QVERIFY((fused[0] == NeededWork{26, 26, 24, 24, 144}));
        QVERIFY((fused[1] == NeededWork{12, 12, 10, 10, 25}));
        QVERIFY((fused[2] == NeededWork{1, 1, 1, 1, 1}));
        const std::vector<NeededWork> plain = neededWork(compile(preset("classic"), Fusion::Off));
        QVERIFY((plain[0] == NeededWork{26, 26, 24, 24, 576})); // conv1
        QVERIFY((plain[1] == NeededWork{24, 24, 24, 24, 576})); // relu1
        QVERIFY((plain[2] == NeededWork{24, 24, 12, 12, 144})); // pool1
        QVERIFY((plain[3] == NeededWork{12, 12, 10, 10, 100})); // conv2
        QVERIFY((plain[6] == NeededWork{5, 5, 1, 1, 1}));       // flatten
    }

    void stridesReadOnlyWhatTheirWindowsCover() {
        const Network network{
            "case", {1, 9, 10}, {Conv{2, 2, 1, 0}, Conv{3, 3, 2, 0}, Flatten{}, Dense{2}}}; // 8x9, then 3x4
        QVERIFY((workOf(network, 1) == NeededWork{7, 9, 3, 4, 12}));
        QVERIFY((workOf(network, 0) == NeededWork{8, 10, 7, 9, 63}));
    }

    void zerosAroundAnImageAreNoneOfItsRows() {
        const Network network{"case", {1, 8, 8},
            {Conv{2, 1, 1, 0}, Conv{2, 3, 1, 1}, Pool{PoolKind::Max, 3, 3}, Flatten{}, Dense{2}}}; // 6 rows are read
        QVERIFY((workOf(network, 1) == NeededWork{7, 7, 6, 6, 36}));
        const Network same{"case", {1, 8, 8}, {Conv{2, 5, 1, Padding::same()}, Flatten{}, Dense{2}}};
        QVERIFY((workOf(same, 0) == NeededWork{8, 8, 8, 8, 64}));
    }

    void averagePoolingGivesEachOfItsInputsAGradient() {
        const Network network{
            "case", {1, 9, 9}, {Conv{2, 2, 1, 0}, Pool{PoolKind::Average, 3, 3}, Flatten{}, Dense{2}}};
        QVERIFY((workOf(network, 0) == NeededWork{7, 7, 6, 6, 36}));
    }

    /// Its sums go over all values.
    void batchNormReadsAll() {
        const Network network{
            "case", {1, 9, 9}, {Conv{2, 2, 1, 0}, BatchNorm{}, Pool{PoolKind::Max, 3, 3}, Flatten{}, Dense{2}}};
        QVERIFY((workOf(network, 0) == NeededWork{9, 9, 8, 8, 64}));
    }
};

QTEST_APPLESS_MAIN(NeededWorkTest)
#include "needed_work_test.moc"
