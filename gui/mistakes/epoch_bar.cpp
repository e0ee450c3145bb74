// SPDX-License-Identifier: GPL-3.0-or-later
#include "mistakes/epoch_bar.h"

#include "app/svg_icon.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QSignalBlocker>
#include <QSlider>
#include <QToolButton>

#include <algorithm>
#include <chrono>
#include <utility>

namespace kernelscope {

using namespace std::chrono_literals;

EpochBar::EpochBar(QWidget* parent)
    : QWidget(parent),
      m_play(new QToolButton(this)),
      m_slider(new QSlider(Qt::Horizontal, this)),
      m_value(new QLabel(this)) {
    setObjectName(QStringLiteral("epochBar"));
    m_play->setObjectName(QStringLiteral("playEpochs"));
    m_play->setCheckable(true);
    m_play->setFocusPolicy(Qt::StrongFocus);
    m_play->setToolTip(tr("Shows the epochs one after the other"));
    m_slider->setObjectName(QStringLiteral("epochSlider"));
    m_slider->setAccessibleName(tr("Epoch"));
    m_slider->setToolTip(tr("After which epoch. At its right end it follows the training."));
    m_slider->setPageStep(1);
    m_slider->setMinimumWidth(fontMetrics().averageCharWidth() * 16);
    m_value->setObjectName(QStringLiteral("epochValue"));
    auto* name = new QLabel(tr("&Epoch"), this);
    name->setBuddy(m_slider);
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(m_play);
    layout->addWidget(name);
    layout->addWidget(m_slider, 1);
    layout->addWidget(m_value);
    m_player.setInterval(600ms);
    connect(&m_player, &QTimer::timeout, this, &EpochBar::playNext);
    connect(m_play, &QToolButton::toggled, this, &EpochBar::setPlaying);
    connect(m_slider, &QSlider::valueChanged, this, &EpochBar::moveTo);
    setPlaying(false);
    setEpochs({}, 0);
}

int EpochBar::current() const {
    return m_epochs.empty() ? -1 : m_slider->value();
}

void EpochBar::setEpochs(std::vector<int> epochs, int planned) {
    const int shown = m_epochs.empty() ? 0 : m_epochs[static_cast<std::size_t>(m_slider->value())];
    m_epochs = std::move(epochs);
    m_planned = planned;
    const int last = std::max(0, static_cast<int>(m_epochs.size()) - 1);
    const auto next = std::lower_bound(m_epochs.begin(), m_epochs.end(), shown);
    {
        const QSignalBlocker blocker(m_slider);
        m_slider->setRange(0, last);
        m_slider->setValue(m_follows ? last : std::min(last, static_cast<int>(next - m_epochs.begin())));
    }
    m_slider->setEnabled(last > 0);
    m_play->setEnabled(last > 0);
    if (last == 0)
        m_play->setChecked(false);
    describe();
    emit currentChanged(current());
}

void EpochBar::follow() {
    m_follows = true;
    m_play->setChecked(false);
    m_slider->setValue(m_slider->maximum());
}

void EpochBar::moveTo(int place) {
    m_follows = place == m_slider->maximum() && !m_player.isActive();
    describe();
    emit currentChanged(current());
}

void EpochBar::setPlaying(bool playing) {
    m_play->setIcon(svgIcon(playing ? QStringLiteral("pause") : QStringLiteral("play")));
    m_play->setAccessibleName(playing ? tr("Stop playing the epochs") : tr("Play the epochs"));
    if (!playing) {
        m_follows = m_follows || (m_player.isActive() && m_slider->value() == m_slider->maximum());
        m_player.stop();
        return;
    }
    m_player.start();
    m_follows = false;
    if (m_slider->value() == m_slider->maximum())
        m_slider->setValue(0);
}

void EpochBar::playNext() {
    if (m_slider->value() < m_slider->maximum())
        m_slider->setValue(m_slider->value() + 1);
    if (m_slider->value() == m_slider->maximum())
        m_play->setChecked(false);
}

void EpochBar::describe() {
    m_value->setMinimumWidth(fontMetrics().horizontalAdvance(tr("%1 of %2").arg(m_planned).arg(m_planned)) +
                             fontMetrics().averageCharWidth());
    if (m_epochs.empty()) {
        m_value->clear();
        return;
    }
    const int epoch = m_epochs[static_cast<std::size_t>(m_slider->value())];
    m_value->setText(tr("%1 of %2").arg(epoch).arg(std::max(m_planned, epoch)));
    m_slider->setAccessibleDescription(m_value->text());
}

} // namespace kernelscope
