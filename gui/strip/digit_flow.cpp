// SPDX-License-Identifier: GPL-3.0-or-later
#include "strip/digit_flow.h"

namespace kernelscope {

DigitFlow::DigitFlow(QObject* parent) : QObject(parent) {
    m_rest.setSingleShot(true);
    m_rest.setInterval(restTime);
    connect(&m_rest, &QTimer::timeout, this, &DigitFlow::sampleWanted);
    connect(&m_animation, &QVariantAnimation::valueChanged, this,
        [this](const QVariant& value) { emit moved(value.toDouble()); });
    connect(&m_animation, &QVariantAnimation::finished, this, [this] {
        if (isRunning())
            m_rest.start();
    });
}

void DigitFlow::setStages(int stages) {
    finish();
    m_stages = stages;
}

void DigitFlow::setPlaying(bool playing) {
    m_playing = playing;
    update();
}

void DigitFlow::setAllowed(bool allowed) {
    if (m_allowed == allowed)
        return;
    m_allowed = allowed;
    update();
}

void DigitFlow::update() {
    if (!isRunning()) {
        m_rest.stop();
        finish();
    } else if (!m_rest.isActive() && !isPulsing()) {
        m_rest.start();
    }
}

bool DigitFlow::arrived() {
    if (!isRunning())
        return false;
    m_rest.stop();
    m_animation.stop();
    m_animation.setStartValue(0.0);
    m_animation.setEndValue(static_cast<double>(m_stages));
    m_animation.setDuration(stageTime * m_stages);
    m_animation.start();
    return true;
}

void DigitFlow::rest() {
    if (isRunning())
        m_rest.start();
}

void DigitFlow::finish() {
    if (!isPulsing())
        return;
    m_animation.stop();
    emit moved(static_cast<double>(m_stages));
}

} // namespace kernelscope
