// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/confusion_matrix.h"
#include "analysis/evaluation_csv.h"
#include "base/error.h"

#include <QtTest>

#include <initializer_list>
#include <utility>
#include <vector>

using namespace kernelscope;

namespace {

ConfusionMatrix matrixOf(const std::vector<std::vector<int>>& counts) {
    ConfusionMatrix matrix(static_cast<int>(counts.size()));
    for (int truth = 0; truth < matrix.classes(); ++truth)
        for (int predicted = 0; predicted < matrix.classes(); ++predicted)
            for (int i = 0; i < counts[static_cast<std::size_t>(truth)][static_cast<std::size_t>(predicted)]; ++i)
                matrix.add(truth, predicted);
    return matrix;
}

/// Cats, dogs and birds: 5 of 8 cats found, 3 of them taken for dogs; no bird is ever named, and there is none.
ConfusionMatrix animals() {
    return matrixOf({{5, 3, 0}, {1, 4, 0}, {0, 0, 0}});
}

DataSetPtr labelled(const std::vector<std::uint8_t>& labels, const std::vector<std::string>& names) {
    DataInfo info;
    info.name = "things";
    info.shape = {1, 1, 1};
    info.classes = static_cast<int>(names.size());
    info.classNames = names;
    return std::make_shared<const MemoryDataSet>(
        info, MemoryDataSet::Part{{0}, {0}}, MemoryDataSet::Part{std::vector<std::uint8_t>(labels.size()), labels});
}

Prediction taken(std::uint8_t first, float probability, std::uint8_t second = 0, float next = 0) {
    Prediction prediction;
    prediction.classes = {first, second, 0};
    prediction.probabilities = {probability, next, 0};
    return prediction;
}

} // namespace

/// Known answers.
class ConfusionTest : public QObject {
    Q_OBJECT

private slots:
    void sums() {
        const ConfusionMatrix matrix = animals();
        QCOMPARE(matrix.total(), std::int64_t{13});
        QCOMPARE(matrix.correct(), std::int64_t{9});
        QCOMPARE(matrix.mistakes(), std::int64_t{4});
        QCOMPARE(matrix.images(0), std::int64_t{8});
        QCOMPARE(matrix.taken(0), std::int64_t{6});
        QCOMPARE(matrix.taken(2), std::int64_t{0});
        QCOMPARE(matrix.greatestMistake(), std::int64_t{3});
        QCOMPARE(matrix.accuracy().value(), 9.0 / 13);
    }

    void scores() {
        const ClassScores cat = scoresOf(animals(), 0);
        QCOMPARE(cat.precision.value(), 5.0 / 6);
        QCOMPARE(cat.recall.value(), 5.0 / 8);
        QCOMPARE(cat.f1.value(), 10.0 / 14);
        const ClassScores dog = scoresOf(animals(), 1);
        QCOMPARE(dog.precision.value(), 4.0 / 7);
        QCOMPARE(dog.recall.value(), 4.0 / 5);
        QCOMPARE(dog.f1.value(), 8.0 / 12);
        const MeanScores mean = meanScoresOf(animals());
        QCOMPARE(mean.precision.value(), (5.0 / 6 + 4.0 / 7) / 2);
        QCOMPARE(mean.recall.value(), (5.0 / 8 + 4.0 / 5) / 2);
    }

    /// A class without images, or never named, has no score instead of a 0 that nobody earned.
    void whatWouldDivideByZeroHasNoValue() {
        const ClassScores bird = scoresOf(animals(), 2);
        QVERIFY(!bird.precision && !bird.recall && !bird.f1);
        const ConfusionMatrix neverNamed = matrixOf({{3, 0}, {2, 0}});
        const ClassScores second = scoresOf(neverNamed, 1);
        QVERIFY(!second.precision);
        QCOMPARE(second.recall.value(), 0.0);
        QCOMPARE(second.f1.value(), 0.0);
        const ConfusionMatrix empty(2);
        QVERIFY(!empty.accuracy());
        QVERIFY(!meanScoresOf(empty).f1);
        QCOMPARE(empty.greatestMistake(), std::int64_t{0});
    }

    void refusesWhatIsNoClass() {
        ConfusionMatrix matrix(2);
        for (const auto& [truth, predicted] : {std::pair{-1, 0}, std::pair{0, 2}, std::pair{2, 0}})
            QVERIFY_EXCEPTION_THROWN(matrix.add(truth, predicted), Error);
        QCOMPARE(matrix.total(), std::int64_t{0});
    }

    void countsPredictionsByTheLabels() {
        const DataSetPtr data = labelled({0, 1, 1, 0}, {"cat", "dog"});
        const std::vector<Prediction> predictions{taken(0, 1), taken(0, 0.5f), taken(1, 1), taken(1, 1)};
        const ConfusionMatrix matrix = confusionOf(*data, predictions);
        QVERIFY(matrix == matrixOf({{1, 1}, {1, 1}}));
        QVERIFY(confusionOf(*data, std::span(predictions).first(2)) == matrixOf({{1, 0}, {1, 0}}));
        const std::vector<Prediction> tooMany(5);
        QVERIFY_EXCEPTION_THROWN(confusionOf(*data, tooMany), Error);
        const std::vector<Prediction> noClass{taken(2, 1)};
        QVERIFY_EXCEPTION_THROWN(confusionOf(*data, noClass), Error);
    }

    void tablesForSpreadsheets() {
        const std::vector<std::string> names{"cat, big", "say \"dog\"", "bird"};
        QCOMPARE(QByteArray::fromStdString(confusionCsv(animals(), names)),
            QByteArray("true,\"cat, big\",\"say \"\"dog\"\"\",bird\n"
                       "\"cat, big\",5,3,0\n"
                       "\"say \"\"dog\"\"\",1,4,0\n"
                       "bird,0,0,0\n"));
        QCOMPARE(QByteArray::fromStdString(classesCsv(matrixOf({{3, 1, 0}, {0, 2, 0}, {0, 0, 0}}), {"a", "b", "c"})),
            QByteArray("class,images,taken_for_it,correct,precision,recall,f1\n"
                       "a,4,3,3,1,0.75,0.8571428571428571\n"
                       "b,2,3,2,0.6666666666666666,1,0.8\n"
                       "c,0,0,0,,,\n"));
        const DataSetPtr data = labelled({0, 1, 1}, {"cat", "dog"});
        const std::vector<Prediction> predictions{taken(0, 1), taken(0, 0.75f, 1, 0.25f), taken(1, 0.5f, 0, 0.5f)};
        const std::vector<std::uint32_t> images{2, 1};
        QCOMPARE(QByteArray::fromStdString(predictionsCsv(*data, predictions, images)),
            QByteArray("image,true,predicted,probability,second,second_probability\n"
                       "3,dog,dog,0.5,cat,0.5\n"
                       "2,dog,cat,0.75,dog,0.25\n"));
    }
};

QTEST_GUILESS_MAIN(ConfusionTest)
#include "confusion_test.moc"
