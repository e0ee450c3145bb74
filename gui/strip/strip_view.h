// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "network/plan.h"
#include "probe/probe.h"
#include "strip/digit_flow.h"

#include <QScrollArea>

#include <vector>

namespace kernelscope {

class FlowConnector;
class SampleControls;
class StageCard;

/// The network from input to answer as a row of cards: what NetworkStrip fills from the session. Cards share the width
/// that there is; below their least width the row scrolls.
class StripView : public QScrollArea {
    Q_OBJECT

public:
    explicit StripView(QWidget* parent = nullptr);

    /// Builds the row anew.
    void setPlan(const Plan& plan);
    /// Fills the thumbnails. While a digit may flow, stage by stage; otherwise at once.
    void setResult(const ProbeResult& result);
    /// Empties the thumbnails.
    void clearResult();
    /// No other image flows through until the user asks for it.
    void endFlow();
    /// What the input card says of the sample: "test image 124".
    void setSampleText(const QString& text);
    /// Names of the classes, for the label and the answer.
    void setClassNames(const QStringList& names) { m_classNames = names; }
    void setSelectedLayer(int layer);
    /// While training the thumbnails live by themselves and no digit flows.
    void setTraining(bool training);

    DigitFlow& flow() { return m_flow; }
    StageCard* layerCard(int layer) const { return m_layers[static_cast<std::size_t>(layer)]; }

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

signals:
    void layerChosen(int layer);
    /// -1: the sample before, 1: the one after.
    void sampleStepWanted(int step);
    void randomSampleWanted();
    /// The flow asks for whatever comes next.
    void flowSampleWanted();

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;
    void enterEvent(QEnterEvent* event) override;
    void leaveEvent(QEvent* event) override;
    void showEvent(QShowEvent* event) override;
    void hideEvent(QHideEvent* event) override;
    void changeEvent(QEvent* event) override;

private:
    StageCard* addCard(StageCard* card);
    StageCard* makeLayerCard(const Plan& plan, int layer);
    void prepareAnswer(const ProbeResult& result);
    void showAnswer();
    QString className(int index) const;
    /// Shows the flow's pulse at this place, and the thumbnails behind it.
    void showPulse(double position);
    void chooseLayer(int layer);
    void updateAllowed();

    QWidget* m_row = nullptr;
    std::vector<StageCard*> m_cards;      ///< All stages: input, layers, answer.
    std::vector<StageCard*> m_layers;     ///< The layers' alone.
    std::vector<FlowConnector*> m_arrows; ///< Arrow i leads from card i to card i + 1.
    SampleControls* m_controls = nullptr;
    DigitFlow m_flow;
    QStringList m_classNames;
    QString m_sampleText;
    QString m_inputShape;
    QString m_answer; ///< Of the latest result; shown once the pulse has come so far.
    QStringList m_answerFigures;
    bool m_isAnswerShown = true;
    int m_selected = -1;
    bool m_isTraining = false;
    bool m_isFilled = false; ///< Whether thumbnails show anything yet.
};

} // namespace kernelscope
