// SPDX-License-Identifier: GPL-3.0-or-later
#include "mistakes/prediction_card.h"

#include "probe/probe.h"
#include "train/class_bars.h"
#include "train/sample_image.h"
#include "widgets/heading.h"
#include "widgets/number_text.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QVBoxLayout>

#include <algorithm>
#include <limits>

namespace kernelscope {

PredictionCard::PredictionCard(QWidget* parent)
    : QWidget(parent),
      m_image(new SampleImage(this)),
      m_title(new QLabel(this)),
      m_verdict(new QLabel(this)),
      m_bars(new ClassBars(this)),
      m_look(new QPushButton(tr("Loo&k at it"), this)) {
    setObjectName(QStringLiteral("predictionCard"));
    m_title->setObjectName(QStringLiteral("predictionTitle"));
    makeHeading(m_title);
    m_verdict->setObjectName(QStringLiteral("predictionVerdict"));
    m_verdict->setWordWrap(true);
    m_verdict->setTextFormat(Qt::PlainText);
    m_bars->setObjectName(QStringLiteral("predictionBars"));
    m_bars->setAccessibleName(tr("The most probable classes"));
    m_look->setObjectName(QStringLiteral("lookAtMistake"));
    m_look->setAccessibleName(tr("Look at it"));
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(8);
    layout->addWidget(m_title);
    auto* beside = new QVBoxLayout;
    beside->addWidget(m_verdict);
    beside->addStretch();
    beside->addWidget(m_look, 0, Qt::AlignLeft);
    auto* upper = new QHBoxLayout;
    upper->setSpacing(12);
    upper->addWidget(m_image, 0, Qt::AlignTop);
    upper->addLayout(beside, 1);
    layout->addLayout(upper);
    layout->addWidget(m_bars);
    connect(m_look, &QPushButton::clicked, this, &PredictionCard::lookRequested);
    showImage(nullptr, std::nullopt);
}

void PredictionCard::showImage(const EvaluatedPtr& evaluated, std::optional<std::uint32_t> image) {
    m_hasImage = evaluated && image;
    m_bars->setVisible(m_hasImage);
    m_look->setVisible(m_hasImage);
    m_look->setEnabled(m_lookable);
    if (!m_hasImage) {
        m_title->setText(tr("No image chosen"));
        m_verdict->setText(tr("Choose an image of the gallery to see what the network was torn between."));
        m_image->setTensor({});
        return;
    }
    m_title->setText(tr("Test image %1").arg(countText(std::int64_t{*image} + 1)));
    m_image->setTensor(imageTensor(*evaluated->data, Split::Test, *image));
    const int truth = evaluated->truth(*image);
    const int taken = evaluated->taken(*image);
    m_verdict->setText(truth == taken
                           ? tr("It is %1, and was recognised.").arg(evaluated->name(truth))
                           : tr("It is %1, but was taken for %2.").arg(evaluated->name(truth), evaluated->name(taken)));
    const Prediction& prediction = evaluated->images()[*image];
    const auto count = static_cast<std::size_t>(std::min(evaluated->matrix.classes(), kPredictionClasses));
    std::vector<std::string> names;
    std::vector<float> probabilities;
    int truePlace = -1;
    for (std::size_t place = 0; place < count; ++place) {
        names.push_back(evaluated->data->info().classNames.at(prediction.classes[place]));
        probabilities.push_back(prediction.probabilities[place]);
        if (prediction.classes[place] == truth)
            truePlace = static_cast<int>(place);
    }
    if (truePlace < 0) {
        // Not among the three: its name is there all the same, its probability nobody kept.
        truePlace = static_cast<int>(count);
        names.push_back(evaluated->data->info().classNames.at(static_cast<std::size_t>(truth)));
        probabilities.push_back(std::numeric_limits<float>::quiet_NaN());
    }
    m_bars->setClasses(names);
    m_bars->setAnswer(std::move(probabilities), 0, truePlace);
}

void PredictionCard::setLookable(bool lookable, const QString& reason) {
    m_lookable = lookable;
    m_look->setEnabled(lookable);
    m_look->setToolTip(lookable ? tr("Shows what every layer makes of this image (Enter in the gallery)") : reason);
}

} // namespace kernelscope
