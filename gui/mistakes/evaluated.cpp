// SPDX-License-Identifier: GPL-3.0-or-later
#include "mistakes/evaluated.h"

#include "widgets/number_text.h"

#include <QCoreApplication>

#include <utility>

namespace kernelscope {
namespace {

QString tr(const char* text) {
    return QCoreApplication::translate("kernelscope::Evaluated", text);
}

QString share(std::int64_t part, std::int64_t whole) {
    return whole == 0 ? QStringLiteral("—") : percentText(static_cast<double>(part) / static_cast<double>(whole), 1);
}

QString cellText(const Evaluated& e, CellChoice at) {
    const std::int64_t count = e.matrix.count(at.truth, at.predicted);
    const std::int64_t all = e.matrix.images(at.truth);
    if (at.truth == at.predicted)
        return tr("%1 of %2 images of %3 were recognised, %4.")
            .arg(countText(count), countText(all), e.name(at.truth), share(count, all));
    if (count == 0)
        return tr("No image of %1 was taken for %2.").arg(e.name(at.truth), e.name(at.predicted));
    if (count == 1)
        return tr("1 image of %1 was taken for %2, %3 of all %4.")
            .arg(e.name(at.truth), e.name(at.predicted), share(count, all), countText(all));
    return tr("%1 images of %2 were taken for %3, %4 of all %5.")
        .arg(countText(count), e.name(at.truth), e.name(at.predicted), share(count, all), countText(all));
}

} // namespace

Evaluated::Evaluated(DataSetPtr ofData, EpochPredictionsPtr ofImages)
    : data(std::move(ofData)),
      predictions(std::move(ofImages)),
      matrix(confusionOf(*data, predictions->images)) {
    for (const std::string& className : data->info().classNames)
        names.push_back(QString::fromStdString(className));
}

QString Evaluated::name(int ofClass) const {
    return QStringLiteral("“%1”").arg(names.at(static_cast<std::size_t>(ofClass)));
}

QString choiceText(const Evaluated& e, CellChoice choice) {
    const ConfusionMatrix& matrix = e.matrix;
    if (choice.isCell())
        return cellText(e, choice);
    if (choice.truth >= 0) {
        const std::int64_t all = matrix.images(choice.truth);
        const std::int64_t right = matrix.count(choice.truth, choice.truth);
        return tr("%1 images of %2: %3 recognised, %4 taken for something else.")
            .arg(countText(all), e.name(choice.truth), countText(right), countText(all - right));
    }
    if (choice.predicted >= 0) {
        const std::int64_t all = matrix.taken(choice.predicted);
        const std::int64_t right = matrix.count(choice.predicted, choice.predicted);
        return tr("%1 images were taken for %2: %3 rightly, %4 wrongly.")
            .arg(countText(all), e.name(choice.predicted), countText(right), countText(all - right));
    }
    return tr("%1 of %2 test images were recognised, %3; %4 were mistaken.")
        .arg(countText(matrix.correct()), countText(matrix.total()),
            matrix.total() == 0 ? QStringLiteral("—") : percentText(matrix.accuracy().value_or(0)),
            countText(matrix.mistakes()));
}

QString imageText(const Evaluated& e, std::size_t image) {
    const int truth = e.truth(image);
    const int taken = e.taken(image);
    const QString number = countText(static_cast<std::int64_t>(image) + 1); // as everywhere on screen
    const QString sure = percentText(static_cast<double>(e.images()[image].probabilities[0]), 1);
    if (truth == taken)
        return tr("Test image %1 is %2 and was recognised, %3 sure.").arg(number, e.name(truth), sure);
    return tr("Test image %1 is %2 and was taken for %3, %4 sure.").arg(number, e.name(truth), e.name(taken), sure);
}

QString scoreText(const std::optional<double>& score) {
    return score ? percentText(*score, 1) : QStringLiteral("—");
}

} // namespace kernelscope
