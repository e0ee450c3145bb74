// SPDX-License-Identifier: GPL-3.0-or-later
#include "data/data_page.h"

#include "data/augmentation_panel.h"
#include "data/class_counts.h"
#include "data/data_box.h"
#include "data/data_fit_notice.h"
#include "data/enlarged_image.h"
#include "data/image_grid.h"
#include "train/form_widgets.h"
#include "widgets/calm_wheel.h"
#include "widgets/heading.h"
#include "widgets/number_text.h"
#include "widgets/scrolled_page.h"

#include <QComboBox>
#include <QDir>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QSignalBlocker>
#include <QSpinBox>
#include <QVBoxLayout>

#include <algorithm>
#include <array>
#include <limits>

namespace kernelscope {
namespace {

/// What channels are called: of three those of colours.
QString channelName(int channel, int channels) {
    static const std::array colours{QT_TRANSLATE_NOOP("kernelscope::DataPage", "Red"),
        QT_TRANSLATE_NOOP("kernelscope::DataPage", "Green"), QT_TRANSLATE_NOOP("kernelscope::DataPage", "Blue")};
    if (channels == 1)
        return DataPage::tr("Brightness");
    return channels == 3 ? DataPage::tr(colours[static_cast<std::size_t>(channel)])
                         : DataPage::tr("Channel %1").arg(channel + 1);
}

QString decimals(double value) {
    return QLocale().toString(value, 'f', 3);
}

} // namespace

DataPage::DataPage(Session& session, QWidget* parent)
    : QWidget(parent),
      m_session(session),
      m_data(new DataBox(this)),
      m_name(heading(QString(), this)),
      m_facts(new QLabel(this)),
      m_statistics(new QLabel(this)),
      m_skipped(new QPushButton(this)),
      m_counts(new ClassCounts(this)),
      m_split(new QComboBox(this)),
      m_class(new QComboBox(this)),
      m_number(new QSpinBox(this)),
      m_size(new QComboBox(this)),
      m_shown(mutedText("imagesShown", this)),
      m_grid(new ImageGrid(this)),
      m_title(heading(QString(), this)),
      m_className(new QLabel(this)),
      m_image(new EnlargedImage(this)),
      m_pixel(mutedText("pixelText", this)),
      m_imageFacts(mutedText("imageFacts", this)),
      m_look(new QPushButton(tr("&Look at it"), this)),
      m_augmentation(new AugmentationPanel(session, this)) {
    setObjectName(QStringLiteral("dataPage"));
    auto* columns = new QHBoxLayout;
    columns->setSpacing(20);
    columns->addWidget(buildFacts());
    columns->addWidget(buildBrowser(), 1);
    columns->addWidget(buildChosen());

    auto* page = new QWidget;
    auto* layout = new QVBoxLayout(page);
    layout->setContentsMargins(16, 12, 16, 12);
    layout->setSpacing(10);
    layout->addWidget(buildSourceRow());
    auto* fit = new DataFitNotice(session, page);
    connect(fit, &DataFitNotice::networkEditRequested, this, &DataPage::networkEditRequested);
    layout->addWidget(fit);
    layout->addLayout(columns, 1);

    calmWheels(*page);

    fillScrolled(*this, page, "dataScroll");

    connect(&session, &Session::dataChanged, this, &DataPage::showData);
    connect(&session.run(), &RunSource::stateChanged, this, &DataPage::showEditable);
    showData();
    showEditable();
}

DataPage::~DataPage() {
    m_grid->disconnect(this);
    m_grid->setImages(nullptr, Split::Train, {});
}

Split DataPage::split() const {
    return static_cast<Split>(m_split->currentData().toInt());
}

void DataPage::showData() {
    const DataSetPtr set = m_session.data();
    m_data->showData(set ? &set->info() : nullptr, m_session.recentData());
    if (m_survey && set == m_survey->data())
        return;
    m_grid->setImages(nullptr, split(), {});
    m_survey.reset();
    if (!set)
        return;
    m_survey = std::make_unique<DataSurvey>(set);
    connect(m_survey.get(), &DataSurvey::advanced, this, &DataPage::onAdvanced);
    connect(m_survey.get(), &DataSurvey::completed, this, &DataPage::showStatistics);
    const DataInfo& info = set->info();
    m_class->clear();
    m_class->addItem(tr("All classes"), -1);
    for (int label = 0; label < info.classes; ++label) {
        const auto i = static_cast<std::size_t>(label);
        m_class->addItem(
            i < info.classNames.size() ? QString::fromStdString(info.classNames[i]) : countText(label), label);
    }
    showFacts();
    showStatistics();
    showImages();
}

void DataPage::showFacts() {
    const DataSetPtr& set = m_survey->data();
    const DataInfo& info = set->info();
    m_name->setText(QString::fromStdString(info.name));
    const QString source = QString::fromStdString(info.source);
    QStringList lines{tr("%1 images to train, %2 to test")
                          .arg(countText(static_cast<std::int64_t>(info.trainCount)),
                              countText(static_cast<std::int64_t>(info.testCount))),
        info.shape.channels == 3   ? tr("%1 × %2 pixels in colour").arg(info.shape.height).arg(info.shape.width)
        : info.shape.channels == 1 ? tr("%1 × %2 pixels in grey").arg(info.shape.height).arg(info.shape.width)
                                   : tr("%1 values").arg(shapeText(info.shape)),
        tr("%1 classes").arg(countText(info.classes))};
    if (QDir::isAbsolutePath(source))
        lines << QDir::toNativeSeparators(source);
    if (!info.note.empty())
        lines << QString::fromStdString(info.note);
    m_facts->setText(lines.join(QLatin1Char('\n')));
    const auto skipped = static_cast<std::int64_t>(set->skipped().size());
    m_skipped->setVisible(skipped > 0);
    m_skipped->setText(
        skipped == 1 ? tr("1 file was left out…") : tr("%1 files were left out…").arg(countText(skipped)));
}

void DataPage::showStatistics() {
    const DataInfo& info = m_survey->data()->info();
    const DataStatistics* statistics = m_survey->statistics();
    m_counts->setCounts(info, statistics);
    if (!statistics) {
        m_statistics->setText(m_survey->areAllReady()
                                  ? tr("Measuring their brightness …")
                                  : tr("Making the images … %1").arg(percentText(m_survey->fraction(), 0)));
        return;
    }
    QStringList lines;
    for (int c = 0; c < info.shape.channels && c < 8; ++c) {
        const ChannelStatistics& channel = statistics->train.channels[static_cast<std::size_t>(c)];
        lines << tr("%1: mean %2, deviation %3", "of a channel's pixels")
                     .arg(channelName(c, info.shape.channels), decimals(channel.mean), decimals(channel.deviation));
    }
    m_statistics->setText(lines.join(QLatin1Char('\n')));
    m_statistics->setToolTip(tr("Of all pixels of the training images, where 0 is black and 1 is 255"));
}

void DataPage::showImages() {
    if (!m_survey)
        return;
    const int label = m_class->currentData().toInt();
    const DataInfo& info = m_survey->data()->info();
    m_grid->setEmptyText(tr("No image of this class is in this part of the data."));
    {
        const auto most = std::min<std::size_t>(info.count(split()), std::numeric_limits<int>::max());
        const QSignalBlocker blocker(m_number);
        m_number->setRange(1, std::max(1, static_cast<int>(most)));
        m_number->setSuffix(tr(" of %1").arg(countText(static_cast<std::int64_t>(info.count(split())))));
    }
    m_grid->setImages(m_survey.get(), split(), m_survey->indices(split(), label));
    m_shown->setText(m_grid->count() == 1 ? tr("1 image") : tr("%1 images").arg(countText(m_grid->count())));
    showChosen();
}

void DataPage::onAdvanced() {
    m_grid->viewport()->update();
    if (!m_survey->isComplete())
        showStatistics();
    if (!m_chosenIsShown)
        showChosen();
}

void DataPage::showChosen() {
    const bool isChosen = m_grid->current() >= 0;
    const bool isTest = split() == Split::Test;
    m_look->setEnabled(isChosen && isTest);
    m_look->setToolTip(isTest ? tr("Shows what every layer makes of this image")
                              : tr("Only test images can be looked at: a network knows its training images"));
    m_chosenIsShown = isChosen && m_survey->isReady(split(), m_grid->currentIndex());
    if (!isChosen)
        m_title->clear();
    if (isChosen) {
        const std::size_t index = m_grid->currentIndex();
        const QString number = countText(static_cast<std::int64_t>(index) + 1);
        m_title->setText(isTest ? tr("Test image %1").arg(number) : tr("Training image %1").arg(number));
        const QSignalBlocker blocker(m_number);
        m_number->setValue(static_cast<int>(index) + 1);
    }
    if (!m_chosenIsShown) {
        m_className->clear();
        m_imageFacts->clear();
        m_image->setImage({}, {});
        m_augmentation->setImage({}, {});
        return;
    }
    const std::size_t index = m_grid->currentIndex();
    const DataSetPtr& set = m_survey->data();
    const DataInfo& info = set->info();
    const std::span<const std::uint8_t> pixels = set->image(split(), index);
    const std::size_t label = set->label(split(), index);
    const QString name =
        label < info.classNames.size() ? QString::fromStdString(info.classNames[label]) : QString::number(label);
    m_className->setText(
        name == QString::number(label) ? tr("Class %1").arg(name) : tr("Class %1: %2").arg(label).arg(name));
    m_image->setImage(pixels, info.shape);
    m_augmentation->setImage(pixels, info.shape);
    const auto [least, greatest] = std::minmax_element(pixels.begin(), pixels.end());
    std::uint64_t sum = 0;
    for (const std::uint8_t pixel : pixels)
        sum += pixel;
    m_imageFacts->setText(
        tr("Darkest %1, brightest %2, mean %3 of 255")
            .arg(*least)
            .arg(*greatest)
            .arg(QLocale().toString(
                static_cast<double>(sum) / static_cast<double>(std::max<std::size_t>(1, pixels.size())), 'f', 1)));
}

void DataPage::showEditable() {
    const bool canEdit = m_session.canEdit();
    m_data->setEnabled(canEdit);
    for (QPushButton* button : m_sourceButtons)
        button->setEnabled(canEdit || button->objectName() == QLatin1String("getData"));
}

void DataPage::look() {
    if (m_grid->current() < 0 || split() != Split::Test)
        return;
    m_session.setSample(m_grid->currentIndex());
    emit lookRequested();
}

void DataPage::zoom(int steps) {
    m_size->setCurrentIndex(std::clamp(m_size->currentIndex() + steps, 0, m_size->count() - 1));
}

} // namespace kernelscope
