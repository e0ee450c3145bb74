// SPDX-License-Identifier: GPL-3.0-or-later
#include "strip/strip_view.h"

#include "base/overloaded.h"
#include "strip/flow_connector.h"
#include "strip/sample_controls.h"
#include "strip/stage_card.h"
#include "widgets/layer_text.h"
#include "widgets/number_text.h"

#include <QEvent>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QScrollBar>
#include <QStyle>

#include <algorithm>
#include <cmath>

namespace kernelscope {
namespace {

StageCard::Glyph glyphOf(const Layer& layer) {
    using Glyph = StageCard::Glyph;
    return std::visit(
        Overloaded{[](const Activation& activation) {
                       switch (activation.kind) {
                       case ActivationKind::Relu:
                           return Glyph::Relu;
                       case ActivationKind::Tanh:
                           break;
                       case ActivationKind::LeakyRelu:
                           return Glyph::LeakyRelu;
                       case ActivationKind::Sigmoid:
                           return Glyph::Sigmoid;
                       }
                       return Glyph::Tanh;
                   },
            [](const Dropout&) { return Glyph::Dropout; }, [](const BatchNorm&) { return Glyph::BatchNorm; },
            [](const Flatten&) { return Glyph::Flatten; }, [](const auto&) { return Glyph::None; }},
        layer);
}

} // namespace

StripView::StripView(QWidget* parent) : QScrollArea(parent) {
    setObjectName(QStringLiteral("networkStrip"));
    setAccessibleName(tr("The network, layer by layer"));
    setFrameShape(QFrame::NoFrame);
    setWidgetResizable(true);
    setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setFocusPolicy(Qt::NoFocus);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    connect(&m_flow, &DigitFlow::moved, this, &StripView::showPulse);
    connect(&m_flow, &DigitFlow::sampleWanted, this, &StripView::flowSampleWanted);
}

void StripView::setPlan(const Plan& plan) {
    m_row = new QWidget(this);
    m_row->setObjectName(QStringLiteral("networkStripRow"));
    auto* row = new QHBoxLayout(m_row);
    row->setContentsMargins(8, 6, 8, 6);
    row->setSpacing(0);
    m_cards.clear();
    m_layers.clear();
    m_arrows.clear();
    m_isFilled = false;

    auto* input = addCard(new StageCard(StageCard::Format::Full, StageCard::Glyph::None, m_row));
    input->setObjectName(QStringLiteral("inputCard"));
    input->setInert(); // its buttons choose
    input->setToolTip(tr("The image that the network looks at. The buttons below choose another."));
    m_inputShape = shapeText(plan.network.input);
    input->setTexts(tr("Input"), m_sampleText, {m_inputShape});
    // The buttons stand where other cards have their last two lines of figures.
    m_controls = new SampleControls(input);
    auto* column = new QVBoxLayout(input);
    column->setContentsMargins(4, 4, 4, 4);
    column->addStretch();
    column->addWidget(m_controls);
    m_controls->setFlow(m_flow.isPlaying(), !m_isTraining);
    connect(m_controls, &SampleControls::previousWanted, this, [this] {
        endFlow();
        emit sampleStepWanted(-1);
    });
    connect(m_controls, &SampleControls::nextWanted, this, [this] {
        endFlow();
        emit sampleStepWanted(1);
    });
    connect(m_controls, &SampleControls::randomWanted, this, [this] {
        endFlow();
        emit randomSampleWanted();
    });
    connect(m_controls, &SampleControls::flowToggled, this, [this](bool playing) {
        m_flow.setPlaying(playing);
        updateAllowed();
    });

    for (int layer = 0; layer < static_cast<int>(plan.layers.size()); ++layer)
        m_layers.push_back(addCard(makeLayerCard(plan, layer)));

    auto* answer = addCard(new StageCard(StageCard::Format::Full, StageCard::Glyph::None, m_row));
    answer->setObjectName(QStringLiteral("answerCard"));
    answer->setFocusPolicy(Qt::NoFocus);
    answer->setToolTip(tr("Softmax turns the last layer's outputs into a probability for each class.\n"
                          "The true class is marked below the bars."));
    answer->setTexts(tr("Answer"), tr("softmax"), {});
    connect(answer, &StageCard::clicked, this, [this] { chooseLayer(static_cast<int>(m_layers.size()) - 1); });

    setWidget(m_row); // deletes the row before
    m_flow.setStages(static_cast<int>(m_cards.size()));
    m_selected = -1;
    updateGeometry();
}

StageCard* StripView::addCard(StageCard* card) {
    auto* row = static_cast<QHBoxLayout*>(m_row->layout());
    if (!m_cards.empty()) {
        m_arrows.push_back(new FlowConnector(m_row));
        row->addWidget(m_arrows.back());
    }
    row->addWidget(card);
    m_cards.push_back(card);
    return card;
}

StageCard* StripView::makeLayerCard(const Plan& plan, int layer) {
    const auto index = static_cast<std::size_t>(layer);
    const LayerInfo& info = plan.layers[index];
    const Layer& held = plan.network.layers[index];
    // What keeps its values in place gets a slim card: the figures are those of its neighbours.
    const StageCard::Glyph glyph = glyphOf(held);
    auto* card = new StageCard(
        glyph == StageCard::Glyph::None ? StageCard::Format::Full : StageCard::Format::Slim, glyph, m_row);
    QStringList figures{shapeText(info.out)};
    if (info.parameters > 0) {
        figures += tr("%1 param.").arg(countText(info.parameters));
        figures += flopsText(info.flops.forward);
    }
    card->setTexts(QString::fromStdString(info.name), layerCaption(held), figures);
    card->setObjectName(QStringLiteral("layerCard%1").arg(layer));
    card->setToolTip(layerToolTip(plan, layer));
    card->setCheckable(true);
    card->setFocusPolicy(Qt::ClickFocus);
    card->installEventFilter(this);
    connect(card, &StageCard::clicked, this, [this, layer] { chooseLayer(layer); });
    return card;
}

void StripView::setResult(const ProbeResult& result) {
    if (result.outputs.size() != m_layers.size())
        return; // of the network before
    // The first result fills the row at once: nobody waits for a start screen.
    const bool flows = m_isFilled && m_flow.isRunning();
    const auto show = [flows](StageCard* card, Thumbnail thumbnail) {
        flows ? card->prepareThumbnail(std::move(thumbnail)) : card->setThumbnail(std::move(thumbnail));
    };
    show(m_cards.front(), Thumbnail::picture(result.input));
    for (std::size_t i = 0; i < m_layers.size(); ++i)
        show(m_layers[i], Thumbnail::output(result.outputs[i]));
    show(m_cards.back(), Thumbnail::classes(result.probabilities, result.label));
    prepareAnswer(result);
    m_isFilled = true;
    // Nobody should read the answer before the digit has come so far.
    m_isAnswerShown = false;
    if (flows && m_flow.arrived()) {
        // Nor that to the image before, which is no longer the input.
        m_cards.back()->setThumbnail({});
        m_cards.back()->prepareThumbnail(Thumbnail::classes(result.probabilities, result.label));
        m_cards.back()->setTexts(tr("Answer"), tr("on its way"), {});
    } else {
        showAnswer();
        m_flow.rest();
    }
}

void StripView::prepareAnswer(const ProbeResult& result) {
    const auto predicted = static_cast<std::size_t>(result.predicted);
    const float confidence = predicted < result.probabilities.size() ? result.probabilities[predicted] : 0;
    m_answer = tr("says %1").arg(className(result.predicted));
    m_answerFigures = {percentText(static_cast<double>(confidence), 1)};
    if (result.label >= 0)
        m_answerFigures +=
            result.label == result.predicted ? tr("right") : tr("wrong: it is %1").arg(className(result.label));
    else
        m_answerFigures += tr("class unknown");
}

void StripView::showAnswer() {
    if (m_isAnswerShown)
        return;
    m_isAnswerShown = true;
    m_cards.back()->setTexts(tr("Answer"), m_answer, m_answerFigures);
}

QString StripView::className(int index) const {
    return index < m_classNames.size() ? m_classNames[index] : QString::number(index);
}

void StripView::clearResult() {
    m_flow.finish();
    for (StageCard* card : m_cards)
        card->setThumbnail({});
    if (!m_cards.empty())
        m_cards.back()->setTexts(tr("Answer"), tr("softmax"), {});
    m_isFilled = false;
    m_isAnswerShown = true;
}

void StripView::setSampleText(const QString& text) {
    m_sampleText = text;
    if (!m_cards.empty())
        m_cards.front()->setTexts(tr("Input"), text, {m_inputShape});
}

void StripView::setSelectedLayer(int layer) {
    for (int i = 0; i < static_cast<int>(m_layers.size()); ++i) {
        StageCard* card = m_layers[static_cast<std::size_t>(i)];
        card->setChecked(i == layer);
        // One stop for the Tab key; arrow keys do the rest.
        card->setFocusPolicy(i == layer ? Qt::StrongFocus : Qt::ClickFocus);
    }
    m_selected = layer;
    if (layer >= 0 && layer < static_cast<int>(m_layers.size()))
        ensureWidgetVisible(m_layers[static_cast<std::size_t>(layer)], 40, 0);
}

void StripView::setTraining(bool training) {
    m_isTraining = training;
    if (m_controls)
        m_controls->setFlow(m_flow.isPlaying(), !training);
    updateAllowed();
}

void StripView::showPulse(double position) {
    const auto last = static_cast<double>(m_cards.size());
    for (std::size_t i = 0; i < m_arrows.size(); ++i) {
        const double along = position - static_cast<double>(i);
        m_arrows[i]->setPulse(position < last && along > 0 && along < 1 ? along : -1);
    }
    for (std::size_t i = 0; i < m_cards.size(); ++i)
        m_cards[i]->reveal(position - static_cast<double>(i) + (i == 0 ? 0.5 : 0));
    if (position > last - 1)
        showAnswer();
}

void StripView::chooseLayer(int layer) {
    layer = std::clamp(layer, 0, static_cast<int>(m_layers.size()) - 1);
    // A click on the chosen card must not uncheck it.
    setSelectedLayer(layer);
    emit layerChosen(layer);
}

void StripView::endFlow() {
    m_flow.setPlaying(false);
    m_controls->setFlow(false, !m_isTraining);
}

void StripView::updateAllowed() {
    // Motion is unwelcome where the platform's style says that animations take no time.
    const bool isMotionWelcome = style()->styleHint(QStyle::SH_Widget_Animate, nullptr, this) != 0;
    m_flow.setAllowed(isVisible() && !window()->isMinimized() && !m_isTraining && !underMouse() && isMotionWelcome);
}

bool StripView::eventFilter(QObject* watched, QEvent* event) {
    if (watched == window() && event->type() == QEvent::WindowStateChange)
        updateAllowed();
    if (event->type() != QEvent::KeyPress)
        return QScrollArea::eventFilter(watched, event);
    const auto it = std::find(m_layers.begin(), m_layers.end(), watched);
    if (it == m_layers.end())
        return QScrollArea::eventFilter(watched, event);
    const int layer = static_cast<int>(it - m_layers.begin());
    int target = layer;
    switch (static_cast<QKeyEvent*>(event)->key()) {
    case Qt::Key_Left:
    case Qt::Key_Up:
        target = std::max(0, layer - 1);
        break;
    case Qt::Key_Right:
    case Qt::Key_Down:
        target = std::min(static_cast<int>(m_layers.size()) - 1, layer + 1);
        break;
    case Qt::Key_Home:
        target = 0;
        break;
    case Qt::Key_End:
        target = static_cast<int>(m_layers.size()) - 1;
        break;
    default:
        return QScrollArea::eventFilter(watched, event);
    }
    if (target != layer) {
        chooseLayer(target);
        m_layers[static_cast<std::size_t>(target)]->setFocus(Qt::TabFocusReason);
    }
    return true;
}

void StripView::enterEvent(QEnterEvent* event) {
    QScrollArea::enterEvent(event);
    updateAllowed();
}

void StripView::leaveEvent(QEvent* event) {
    QScrollArea::leaveEvent(event);
    updateAllowed();
}

void StripView::showEvent(QShowEvent* event) {
    QScrollArea::showEvent(event);
    window()->installEventFilter(this);
    updateAllowed();
}

void StripView::hideEvent(QHideEvent* event) {
    QScrollArea::hideEvent(event);
    updateAllowed();
}

void StripView::changeEvent(QEvent* event) {
    QScrollArea::changeEvent(event);
    if (event->type() == QEvent::FontChange || event->type() == QEvent::StyleChange) {
        updateGeometry();
        updateAllowed();
    }
}

QSize StripView::sizeHint() const {
    const QSize row = m_row ? m_row->sizeHint() : QSize(640, 180);
    return {row.width(), minimumSizeHint().height()};
}

QSize StripView::minimumSizeHint() const {
    const int height = m_row ? m_row->minimumSizeHint().height() : 180;
    return {320, height + horizontalScrollBar()->sizeHint().height()};
}

} // namespace kernelscope
