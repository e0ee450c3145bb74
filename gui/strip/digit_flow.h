// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>
#include <QTimer>
#include <QVariantAnimation>

namespace kernelscope {

/// The rhythm of "a digit flows": asks for a sample, leads a pulse through the stages once the sample's activations are
/// there, rests, and asks for the next. It runs only while it is wanted (setPlaying) and nothing speaks against it
/// (setAllowed), and costs nothing otherwise.
class DigitFlow : public QObject {
    Q_OBJECT

public:
    explicit DigitFlow(QObject* parent = nullptr);

    /// Stages that the pulse visits, the first being the input.
    void setStages(int stages);
    /// The user's wish.
    void setPlaying(bool playing);
    bool isPlaying() const { return m_playing; }
    /// Whether the circumstances let it run: visible, no training, no pointer on the strip, motion welcome.
    void setAllowed(bool allowed);
    bool isRunning() const { return m_playing && m_allowed; }
    /// Whether a pulse is on its way.
    bool isPulsing() const { return m_animation.state() == QAbstractAnimation::Running; }

    /// The sample's activations are there: the pulse sets off. Ignored while not running.
    /// @return whether it sets off.
    bool arrived();
    /// A sample is on show without a pulse: the next is asked for after the usual rest.
    void rest();
    /// Ends the pulse where it is: position() becomes its last.
    void finish();

    /// Milliseconds for the way from one stage to the next, and between the end and the next sample.
    static constexpr int stageTime = 150;
    static constexpr int restTime = 2600;

signals:
    void sampleWanted();
    /// The pulse is at this stage; 1.5: half-way from stage 1 to stage 2. Ends at stages().
    void moved(double position);

private:
    void update();

    QVariantAnimation m_animation;
    QTimer m_rest;
    int m_stages = 1;
    bool m_playing = true;
    bool m_allowed = false;
};

} // namespace kernelscope
