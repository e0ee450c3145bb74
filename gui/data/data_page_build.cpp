// SPDX-License-Identifier: GPL-3.0-or-later
#include "data/data_page.h"

#include "data/augmentation_panel.h"
#include "data/class_counts.h"
#include "data/data_box.h"
#include "data/enlarged_image.h"
#include "data/image_grid.h"
#include "data/skipped_files_dialog.h"
#include "download/get_data_dialog.h"
#include "train/form_widgets.h"
#include "widgets/heading.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QScrollArea>
#include <QSpinBox>
#include <QVBoxLayout>

#include <array>

namespace kernelscope {
namespace {

/// Sides of an image in the grid, in logical pixels.
constexpr std::array imageSides{40, 64, 96, 144};

} // namespace

QWidget* DataPage::buildSourceRow() {
    auto* host = new QWidget(this);
    auto* label = new QLabel(tr("&Data"), host);
    label->setBuddy(m_data);
    m_data->setMinimumWidth(fontMetrics().averageCharWidth() * 30);
    connect(m_data, &DataBox::sourceChosen, &m_session, &Session::openData);

    const auto button = [&](const char* name, const QString& text, const QString& tip) {
        auto* result = new QPushButton(text, host);
        result->setObjectName(QLatin1String(name));
        result->setToolTip(tip);
        m_sourceButtons.push_back(result);
        return result;
    };
    QPushButton* file = button("openDataFile", tr("Open fil&e…"),
        tr("A file that holds data: .npz, CIFAR's .tar.gz or .bin, or one of MNIST's four"));
    QPushButton* folder = button("openDataFolder", tr("O&pen folder…"),
        tr("A folder of pictures with a folder for each class, or the folder of MNIST's or CIFAR's files. It can be "
           "dropped on the window as well."));
    QPushButton* get = button("getData", tr("&Get data…"), tr("MNIST, Fashion-MNIST or CIFAR-10 from the internet"));
    connect(file, &QPushButton::clicked, this,
        [this] { chooseDataFile(this, [this](const QString& path) { m_session.openData(path); }); });
    connect(folder, &QPushButton::clicked, this,
        [this] { chooseDataFolder(this, [this](const QString& path) { m_session.openData(path); }); });
    connect(get, &QPushButton::clicked, this, [this] { GetDataDialog::open(m_session, window()); });

    auto* row = new QHBoxLayout(host);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(8);
    row->addWidget(label);
    row->addWidget(m_data);
    row->addWidget(file);
    row->addWidget(folder);
    row->addWidget(get);
    row->addStretch();
    return host;
}

QWidget* DataPage::buildFacts() {
    m_name->setObjectName(QStringLiteral("dataName"));
    m_name->setWordWrap(true);
    for (QLabel* label : {m_facts, m_statistics}) {
        label->setWordWrap(true);
        label->setTextFormat(Qt::PlainText);
        label->setTextInteractionFlags(Qt::TextSelectableByMouse);
    }
    m_facts->setObjectName(QStringLiteral("dataFacts"));
    m_statistics->setObjectName(QStringLiteral("dataStatistics"));
    m_skipped->setObjectName(QStringLiteral("skippedButton"));
    m_skipped->setToolTip(tr("Which files were left out, and why"));
    connect(m_skipped, &QPushButton::clicked, this,
        [this] { (new SkippedFilesDialog(m_session.data()->skipped(), this))->open(); });
    connect(m_counts, &ClassCounts::classClicked, this, [this](int label) {
        m_class->setCurrentIndex(label + 1);
        showImages();
    });

    auto* scroll = new QScrollArea(this);
    scroll->setObjectName(QStringLiteral("classScroll"));
    scroll->setAccessibleName(tr("Images of each class"));
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setFocusPolicy(Qt::NoFocus); // classes are chosen in the box beside it
    scroll->setWidgetResizable(true);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    auto* inner = new QWidget;
    auto* innerLayout = new QVBoxLayout(inner);
    innerLayout->setContentsMargins(0, 0, 4, 0);
    innerLayout->addWidget(m_counts);
    innerLayout->addStretch();
    scroll->setWidget(inner);

    auto* host = new QWidget(this);
    auto* layout = new QVBoxLayout(host);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(6);
    layout->addWidget(m_name);
    layout->addWidget(m_facts);
    layout->addWidget(m_skipped, 0, Qt::AlignLeft);
    layout->addWidget(m_statistics);
    layout->addSpacing(4);
    layout->addWidget(heading(tr("Images of each class"), host));
    layout->addWidget(mutedText("countsLegend", host));
    host->findChild<QLabel*>(QStringLiteral("countsLegend"))->setText(tr("training + test"));
    layout->addWidget(scroll, 1);
    host->setFixedWidth(fontMetrics().averageCharWidth() * 40);
    return host;
}

QWidget* DataPage::buildBrowser() {
    m_split->setObjectName(QStringLiteral("splitBox"));
    m_split->setAccessibleName(tr("Part of the data"));
    m_split->setToolTip(tr("Training images are learnt from; test images are never learnt from, only asked about"));
    m_split->addItem(tr("Training images"), static_cast<int>(Split::Train));
    m_split->addItem(tr("Test images"), static_cast<int>(Split::Test));
    m_class->setObjectName(QStringLiteral("classBox"));
    m_class->setAccessibleName(tr("Class"));
    m_class->setToolTip(tr("Only images of this class"));
    m_class->setMinimumContentsLength(10);
    m_class->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    m_number->setObjectName(QStringLiteral("imageNumber"));
    m_number->setAccessibleName(tr("Number of the image"));
    m_number->setToolTip(tr("Goes to the image of this number, or to the next one of the class"));
    m_number->setGroupSeparatorShown(true);
    m_number->setKeyboardTracking(false);
    m_size->setObjectName(QStringLiteral("sizeBox"));
    m_size->setAccessibleName(tr("Size of the images"));
    m_size->setToolTip(tr("How large the images are shown (Ctrl and the wheel, or Ctrl with plus and minus)"));
    for (const QString& name : {tr("Small"), tr("Medium"), tr("Large"), tr("Very large")})
        m_size->addItem(name);
    connect(m_size, &QComboBox::currentIndexChanged, this,
        [this](int index) { m_grid->setImageSide(imageSides[static_cast<std::size_t>(index)]); });
    m_size->setCurrentIndex(1);
    connect(m_split, &QComboBox::activated, this, &DataPage::showImages);
    connect(m_class, &QComboBox::activated, this, &DataPage::showImages);
    connect(m_number, &QSpinBox::valueChanged, this,
        [this](int number) { m_grid->setCurrent(m_grid->placeOf(static_cast<std::size_t>(number - 1))); });
    connect(m_grid, &ImageGrid::currentChanged, this, &DataPage::showChosen);
    connect(m_grid, &ImageGrid::activated, this, &DataPage::look);
    connect(m_grid, &ImageGrid::sideWanted, this, &DataPage::zoom);

    auto* host = new QWidget(this);
    auto* numberLabel = new QLabel(tr("&Number"), host);
    numberLabel->setBuddy(m_number);
    auto* row = new QHBoxLayout;
    row->setSpacing(8);
    row->addWidget(m_split);
    row->addWidget(m_class);
    row->addWidget(numberLabel);
    row->addWidget(m_number);
    row->addStretch();
    row->addWidget(m_size);
    auto* layout = new QVBoxLayout(host);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(8);
    layout->addLayout(row);
    layout->addWidget(m_grid, 1);
    layout->addWidget(m_shown);
    return host;
}

QWidget* DataPage::buildChosen() {
    m_title->setObjectName(QStringLiteral("chosenTitle"));
    m_className->setObjectName(QStringLiteral("chosenClass"));
    m_className->setTextFormat(Qt::PlainText);
    m_look->setObjectName(QStringLiteral("lookAtImage"));
    connect(m_look, &QPushButton::clicked, this, &DataPage::look);
    connect(m_image, &EnlargedImage::pixelChanged, this, [this] {
        const QString text = m_image->pixelText();
        m_pixel->setText(text.isEmpty() ? tr("Point at a pixel to read its value.") : text);
    });

    auto* host = new QWidget;
    auto* layout = new QVBoxLayout(host);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(6);
    auto* titleRow = new QHBoxLayout;
    titleRow->setSpacing(8);
    auto* words = new QVBoxLayout;
    words->setSpacing(2);
    words->addWidget(m_title);
    words->addWidget(m_className);
    titleRow->addLayout(words, 1);
    titleRow->addWidget(m_look, 0, Qt::AlignTop);
    layout->addLayout(titleRow);
    layout->addWidget(m_image);
    layout->addWidget(m_pixel);
    layout->addWidget(m_imageFacts);
    layout->addSpacing(6);
    layout->addWidget(m_augmentation);
    layout->addStretch();
    host->setFixedWidth(fontMetrics().averageCharWidth() * 48);
    return host;
}

} // namespace kernelscope
