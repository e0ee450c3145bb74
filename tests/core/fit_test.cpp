// SPDX-License-Identifier: GPL-3.0-or-later
#include "training/fit.h"

#include "data/digits/digit_set.h"

#include <QtTest>

#include <vector>

using namespace kernelscope;

namespace {

/// Images of one pixel with these labels.
MemoryDataSet labelled(std::vector<std::uint8_t> labels, std::vector<std::string> names) {
    DataInfo info;
    info.name = "labels";
    info.shape = {1, 1, 1};
    info.classes = static_cast<int>(names.size());
    info.classNames = std::move(names);
    const std::vector<std::uint8_t> pixels(labels.size());
    return {info, {pixels, labels}, {{0}, {0}}};
}

std::vector<std::string> warnings(const DataSet& data, std::size_t samples = 0) {
    TrainingSpec spec;
    spec.trainSamples = samples;
    return labelWarnings(data, spec);
}

} // namespace

/// What is said of a data set's labels before a run begins.
class FitTest : public QObject {
    Q_OBJECT

private slots:
    void evenLabelsAreLeftInPeace() {
        QVERIFY(warnings(labelled({0, 1, 2, 0, 1, 2}, {"0", "1", "2"})).empty());
        QVERIFY(warnings(labelled({0, 1, 1, 1}, {"no", "yes"})).empty()); // of two, one always has half
    }

    void aMissingClassIsNamed() {
        const auto found = warnings(labelled({0, 1, 0, 1, 3, 3}, {"0", "1", "2", "3"}));
        QCOMPARE(found.size(), std::size_t{1});
        QCOMPARE(found[0], std::string("Class 2 has no training image: the network cannot learn it."));
        QCOMPARE(warnings(labelled({0, 1, 0, 1}, {"cat", "dog", "owl", "fox"})).front(),
            std::string("Class 2 (owl) and class 3 (fox) have no training image: the network cannot learn them."));
        QCOMPARE(warnings(labelled({0, 1, 0, 1}, {"0", "1", "2", "3", "4", "5", "6"})).front(),
            std::string("Class 2, class 3, class 4 and 2 more have no training image: the network cannot learn them."));
    }

    /// Labels of the images that are used count, not those that are left out.
    void onlyTheImagesInUseCount() {
        const MemoryDataSet data = labelled({0, 1, 0, 1, 2}, {"0", "1", "2"});
        QVERIFY(warnings(data).empty());
        QCOMPARE(warnings(data, 4).front(),
            std::string("Class 2 has no image among the first 4 training images: the network cannot learn it."));
        QVERIFY(warnings(data, 5).empty());
    }

    void aClassThatOutweighsTheOthersIsNamed() {
        const auto found = warnings(labelled({0, 1, 2, 2, 2, 2}, {"cat", "dog", "owl"}));
        QCOMPARE(found.size(), std::size_t{1});
        QCOMPARE(found[0],
            std::string("More than half of the training images are of class 2 (owl): answering with it alone looks "
                        "like a good result."));
    }

    /// Labels of the built-in digits are known before any of them is drawn, and looking does not draw them.
    void digitsAreNotDrawnForIt() {
        const DigitSet digits(1, 0, {2000, 100});
        QVERIFY(warnings(digits).empty());
        QCOMPARE(warnings(digits, 3).size(), std::size_t{1});
        QCOMPARE(digits.fractionReady(), 0.0);
        const std::uint8_t label = digits.label(Split::Train, 17);
        const std::uint32_t index = 17;
        digits.require(Split::Train, std::span(&index, 1));
        QCOMPARE(digits.label(Split::Train, 17), label);
    }
};

QTEST_APPLESS_MAIN(FitTest)
#include "fit_test.moc"
