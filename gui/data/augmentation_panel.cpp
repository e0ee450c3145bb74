// SPDX-License-Identifier: GPL-3.0-or-later
#include "data/augmentation_panel.h"

#include "data/augmentation_strip.h"
#include "train/form_widgets.h"
#include "widgets/heading.h"

#include <QCheckBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QSignalBlocker>
#include <QSpinBox>
#include <QVBoxLayout>

#include <algorithm>
#include <array>
#include <string>

namespace kernelscope {
namespace {

/// Whether the classes are 0 to 9.
bool areDigits(const std::vector<std::string>& names) {
    static const std::array digits{"0", "1", "2", "3", "4", "5", "6", "7", "8", "9"};
    return std::equal(names.begin(), names.end(), digits.begin(), digits.end());
}

} // namespace

AugmentationPanel::AugmentationPanel(Session& session, QWidget* parent)
    : QWidget(parent),
      m_session(session),
      m_shift(new QSpinBox(this)),
      m_flip(new QCheckBox(tr("Fl&ip"), this)),
      m_others(new QPushButton(tr("Draw o&thers"), this)),
      m_off(mutedText("augmentationOff", this)),
      m_try(new QPushButton(tr("Tr&y it"), this)),
      m_mirrored(mutedText("mirroredSigns", this)),
      m_strip(new AugmentationStrip(this)) {
    setObjectName(QStringLiteral("augmentationPanel"));

    m_shift->setObjectName(QStringLiteral("previewShift"));
    m_shift->setAccessibleName(tr("Shift"));
    m_shift->setToolTip(tr("How far an image is moved at most, sideways and up or down, each time that it is trained "
                           "on. 0 leaves it where it is."));
    m_shift->setRange(0, greatestShift());
    m_shift->setSuffix(tr(" px"));
    m_shift->setKeyboardTracking(false);
    m_flip->setObjectName(QStringLiteral("previewFlip"));
    m_flip->setToolTip(tr("Every second image is mirrored, left for right. Good for photos; a mirrored digit or letter "
                          "is another one, or none."));
    m_others->setObjectName(QStringLiteral("drawOthers"));
    m_others->setToolTip(tr("The draws of another training step"));
    m_off->setText(tr("Augmentation is off: every time, an image is trained on as it is."));
    m_try->setObjectName(QStringLiteral("tryAugmentation"));
    m_try->setToolTip(tr("Moves images by up to 2 pixels from now on; the run's form shows it too"));

    connect(m_shift, &QSpinBox::valueChanged, this, [this](int shift) {
        AugmentationSpec spec = m_session.spec().augmentation;
        spec.shift = shift;
        setAugmentation(spec);
    });
    connect(m_flip, &QCheckBox::clicked, this, [this](bool flip) {
        AugmentationSpec spec = m_session.spec().augmentation;
        spec.flip = flip;
        setAugmentation(spec);
    });
    connect(m_others, &QPushButton::clicked, this, [this] {
        ++m_draw;
        refresh();
    });
    connect(m_try, &QPushButton::clicked, this, [this] {
        setAugmentation({2, false});
        m_shift->setFocus();
    });
    m_mirrored->setText(tr("Mirrored digits and letters are other signs."));
    connect(&session, &Session::dataChanged, this, &AugmentationPanel::refresh);
    connect(&session, &Session::specChanged, this, &AugmentationPanel::refresh);
    connect(&session.run(), &RunSource::stateChanged, this, &AugmentationPanel::refresh);

    auto* label = new QLabel(tr("&Shift"), this);
    label->setBuddy(m_shift);
    auto* row = new QHBoxLayout;
    row->setSpacing(8);
    row->addWidget(label);
    row->addWidget(m_shift);
    row->addWidget(m_flip);
    row->addStretch();
    row->addWidget(m_others);
    auto* off = new QHBoxLayout;
    off->setSpacing(8);
    off->addWidget(m_off, 1);
    off->addWidget(m_try);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(8);
    layout->addWidget(heading(tr("What augmentation does to it"), this));
    layout->addLayout(row);
    layout->addLayout(off);
    layout->addWidget(m_mirrored);
    layout->addWidget(m_strip);
    refresh();
}

void AugmentationPanel::setImage(std::span<const std::uint8_t> pixels, const Shape& shape) {
    m_pixels.assign(pixels.begin(), pixels.end());
    m_shape = shape;
    refresh();
}

std::span<const std::uint8_t> AugmentationPanel::drawn(int number) const {
    return m_strip->pixels(number);
}

void AugmentationPanel::setAugmentation(const AugmentationSpec& augmentation) {
    TrainingSpec spec = m_session.spec();
    spec.augmentation = augmentation;
    m_session.setSpec(spec);
    refresh();
}

void AugmentationPanel::refresh() {
    const AugmentationSpec& spec = m_session.spec().augmentation;
    const bool isOn = isActive(spec);
    const bool canEdit = m_session.canEdit();
    {
        const QSignalBlocker blocker(m_shift);
        m_shift->setValue(spec.shift);
    }
    m_flip->setChecked(spec.flip);
    for (QWidget* widget : std::initializer_list<QWidget*>{m_shift, m_flip, m_try})
        widget->setEnabled(canEdit);
    m_others->setEnabled(isOn && !m_pixels.empty());
    m_off->setVisible(!isOn);
    m_try->setVisible(!isOn);
    const DataSetPtr set = m_session.data();
    m_mirrored->setVisible(spec.flip && set && areDigits(set->info().classNames));
    m_strip->setVisible(isOn);
    m_strip->show(isOn ? std::span<const std::uint8_t>(m_pixels) : std::span<const std::uint8_t>(), m_shape, spec,
        m_session.spec().seed, m_draw);
}

} // namespace kernelscope
