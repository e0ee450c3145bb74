// SPDX-License-Identifier: GPL-3.0-or-later
#include "train/training_plot.h"

#include "train/training_plot_accessible.h"
#include "widgets/number_text.h"

#include <QLabel>
#include <QStyleOptionFocusRect>
#include <QStylePainter>

#include <algorithm>
#include <array>
#include <cmath>

namespace kernelscope {
namespace {

constexpr int drawMilliseconds = 40;
constexpr double leap = 1.25; // growth of a followed axis, as a factor of what it must show

} // namespace

TrainingPlot::TrainingPlot(QWidget* parent) : QCustomPlot(parent), m_empty(new QLabel(this)) {
    installTrainingPlotAccessibility();
    setObjectName(QStringLiteral("trainingPlot"));
    setAccessibleName(tr("Loss and accuracy"));
    setFocusPolicy(Qt::StrongFocus);
    setMouseTracking(true);
    setAutoAddPlottableToLegend(false);
    setInteractions(QCP::iRangeDrag | QCP::iRangeZoom);
    setSelectionRectMode(QCP::srmZoom);
    setPlottingHint(QCP::phImmediateRefresh, false);
    setPlottingHint(QCP::phFastPolylines, true); // segment by segment: QPainter's stroker is slow on noise
    plotLayout()->clear();
    plotLayout()->setRowSpacing(4);
    addLayer(QStringLiteral("ghosts"), layer(QStringLiteral("main")), limBelow);
    addLayer(QStringLiteral("cursor"), layer(QStringLiteral("overlay")), limBelow);
    layer(QStringLiteral("cursor"))->setMode(QCPLayer::lmBuffered);

    m_loss = std::make_unique<CurvePane>(*this, CurveQuantity::Loss, 0);
    m_accuracy = std::make_unique<CurvePane>(*this, CurveQuantity::Accuracy, 2);
    auto* margins = new QCPMarginGroup(this);
    for (CurvePane* pane : {m_loss.get(), m_accuracy.get()}) {
        pane->axisRect()->setMarginGroup(QCP::msLeft | QCP::msRight, margins);
        for (QCPAxis* axis : {pane->xAxis(), pane->yAxis()})
            connect(axis, qOverload<const QCPRange&>(&QCPAxis::rangeChanged), this,
                [this, axis](const QCPRange& range) { onRangeChanged(axis, range); });
    }
    connect(this, &QCustomPlot::afterLayout, this, [this] {
        m_loss->placeLabels();
        m_accuracy->placeLabels();
    });

    m_empty->setObjectName(QStringLiteral("emptyPlotText"));
    m_empty->setWordWrap(true);
    m_empty->setAlignment(Qt::AlignCenter);
    m_empty->setTextFormat(Qt::RichText);
    m_empty->setAttribute(Qt::WA_TransparentForMouseEvents);
    m_empty->setAutoFillBackground(true);
    m_empty->setMargin(12);
    m_empty->setBackgroundRole(QPalette::Base);

    m_drawTimer.setSingleShot(true);
    m_drawTimer.setInterval(drawMilliseconds);
    connect(&m_drawTimer, &QTimer::timeout, this, &TrainingPlot::draw);
    applyStyle(PlotStyle::fromPalette(palette()));
    applyAxisLabel();
    clear();
}

TrainingPlot::~TrainingPlot() = default;

void TrainingPlot::begin(const RunRecord& record) {
    m_curves.begin(record);
    m_followedEnd = 0;
    rebuild();
    follow();
}

void TrainingPlot::clear() {
    m_curves.clear();
    m_followedEnd = 0;
    rebuild();
    follow();
}

void TrainingPlot::addSteps(std::span<const StepPoint> points) {
    m_curves.addSteps(points);
    schedule();
}

void TrainingPlot::addEpoch(const EpochResult& epoch) {
    m_curves.addEpoch(epoch);
    schedule();
}

void TrainingPlot::addEvent(const RunEvent& event) {
    m_curves.addEvent(event);
    schedule();
}

void TrainingPlot::setGhosts(std::vector<CurvePane::Ghost> ghosts) {
    m_ghosts = std::move(ghosts);
    for (CurvePane* pane : {m_loss.get(), m_accuracy.get()})
        pane->setGhosts(m_ghosts);
    m_followedEnd = 0;
    schedule();
}

void TrainingPlot::setRunning(bool running) {
    if (m_running == running)
        return;
    m_running = running;
    m_followedEnd = 0;
    schedule();
}

void TrainingPlot::setAxis(CurveAxis axis) {
    if (m_axis == axis)
        return;
    m_axis = axis;
    m_followedEnd = 0;
    applyAxisLabel();
    rebuild();
    follow(); // a stretch of steps is none of seconds
}

void TrainingPlot::setSmoothing(double weight) {
    for (CurvePane* pane : {m_loss.get(), m_accuracy.get()})
        pane->setSmoothing(std::clamp(weight, 0.0, 0.99));
    rebuild();
}

void TrainingPlot::setLogarithmicLoss(bool logarithmic) {
    m_loss->setLogarithmic(logarithmic);
    m_settingRanges = true;
    m_loss->yAxis()->setRange(m_loss->fullValueRange());
    m_settingRanges = false;
    schedule();
}

void TrainingPlot::setEmptyText(const QString& text) {
    m_empty->setText(text);
    resizeEvent(nullptr);
}

void TrainingPlot::rebuild() {
    for (CurvePane* pane : {m_loss.get(), m_accuracy.get()}) {
        pane->setAxis(m_axis);
        pane->setGhosts(m_ghosts); // they follow axis and smoothing
        pane->rebuild(m_curves);
    }
    setCursor(std::nullopt);
    schedule();
}

void TrainingPlot::schedule() {
    if (!m_drawTimer.isActive())
        m_drawTimer.start();
}

void TrainingPlot::draw() {
    if (!isVisible())
        return; // showEvent() makes up for it
    m_loss->append(m_curves);
    m_accuracy->append(m_curves);
    m_empty->setVisible(m_curves.isEmpty() && m_ghosts.empty());
    if (m_following)
        fitRanges();
    replot(rpQueuedRefresh);
}

double TrainingPlot::ghostsEnd() const {
    double end = 0;
    for (const CurvePane::Ghost& ghost : m_ghosts)
        end = std::max(end, ghost.curves.lastPosition(m_axis));
    return end;
}

double TrainingPlot::axisEnd() const {
    // While a run goes on it is what is watched; a ghost may be a hundred times longer.
    const double own = m_curves.lastPosition(m_axis);
    const double last = m_running && own > 0 ? own : std::max(own, ghostsEnd());
    if (last > 0)
        return last;
    return m_axis == CurveAxis::Steps    ? 1000
           : m_axis == CurveAxis::Epochs ? 5
                                         : 30; // an empty plot shows usual figures
}

void TrainingPlot::fitRanges() {
    const double end = axisEnd();
    if (!m_running || m_curves.isEmpty())
        m_followedEnd = end * 1.01; // so that the last marker is whole
    else if (end > m_followedEnd) {
        m_followedEnd = end * leap;
        // No further than the run can go.
        if (m_axis != CurveAxis::Seconds) {
            const auto total = static_cast<double>(m_curves.totalSteps());
            m_followedEnd = std::max(
                end, std::min(m_followedEnd,
                         m_axis == CurveAxis::Steps ? total : total / static_cast<double>(m_curves.stepsPerEpoch())));
        }
    }
    m_settingRanges = true;
    for (CurvePane* pane : {m_loss.get(), m_accuracy.get()}) {
        pane->xAxis()->setRange(0, m_followedEnd);
        pane->yAxis()->setRange(pane->fullValueRange());
    }
    m_settingRanges = false;
}

void TrainingPlot::onRangeChanged(QCPAxis* axis, const QCPRange& range) {
    if (m_settingRanges)
        return;
    m_settingRanges = true;
    const bool isX = axis == m_loss->xAxis() || axis == m_accuracy->xAxis();
    if (isX) {
        const QCPRange whole(0, std::max(axisEnd(), m_followedEnd) * 1.02);
        const QCPRange bounded = range.bounded(whole.lower, whole.upper);
        m_loss->xAxis()->setRange(bounded);
        m_accuracy->xAxis()->setRange(bounded);
    } else {
        const CurvePane& pane = axis == m_loss->yAxis() ? *m_loss : *m_accuracy;
        const QCPRange whole = pane.fullValueRange();
        axis->setRange(range.bounded(whole.lower, whole.upper));
    }
    m_settingRanges = false;
    setFollowing(false);
}

void TrainingPlot::setFollowing(bool following) {
    if (m_following == following)
        return;
    m_following = following;
    emit followingChanged(following);
}

void TrainingPlot::follow() {
    setFollowing(true);
    fitRanges();
    schedule();
}

void TrainingPlot::setCursor(std::optional<std::size_t> stepIndex) {
    if (stepIndex && *stepIndex >= m_curves.steps().size())
        stepIndex.reset();
    if (m_cursor == stepIndex && !stepIndex)
        return;
    m_cursor = stepIndex;
    m_loss->showCursor(m_curves, stepIndex, true);
    m_accuracy->showCursor(m_curves, stepIndex, false);
    layer(QStringLiteral("cursor"))->replot();
    update();
}

void TrainingPlot::applyStyle(const PlotStyle& style) {
    setBackground(QBrush(style.background));
    m_loss->applyStyle(style, font());
    m_accuracy->applyStyle(style, font());
    QPen rubber(style.text, 1, Qt::DashLine);
    QColor fill = style.training;
    fill.setAlphaF(0.15f);
    selectionRect()->setPen(rubber);
    selectionRect()->setBrush(fill);
}

void TrainingPlot::applyAxisLabel() {
    static constexpr std::array names{
        QT_TR_NOOP("Training step"), QT_TR_NOOP("Epoch"), QT_TR_NOOP("Seconds of training, without pauses and tests")};
    m_accuracy->xAxis()->setLabel(tr(names.at(static_cast<std::size_t>(m_axis))));
    m_accuracy->xAxis()->setLabelPadding(4);
}

QString TrainingPlot::summary() const {
    if (m_curves.isEmpty())
        return tr("No run yet.");
    QString text;
    if (!m_curves.steps().empty())
        text = tr("Step %1. Training loss %2, training accuracy %3, both smoothed.")
                   .arg(countText(m_curves.steps().back().step), valueText(m_loss->smoothedEnd(), 3),
                       percentText(m_accuracy->smoothedEnd()));
    if (!m_curves.epochs().empty()) {
        const EpochResult& last = m_curves.epochs().back();
        text += QLatin1Char(' ') + tr("After epoch %1: test loss %2, test accuracy %3.")
                                       .arg(last.epoch)
                                       .arg(valueText(last.testLoss, 3), percentText(last.testAccuracy));
    }
    return text.trimmed();
}

void TrainingPlot::render(QCPPainter& painter, QSize size, bool forPaper) {
    setCursor(std::nullopt);
    m_loss->append(m_curves);
    m_accuracy->append(m_curves);
    if (m_following)
        fitRanges();
    if (forPaper)
        applyStyle(PlotStyle::paper());
    toPainter(&painter, size.width(), size.height());
    applyStyle(PlotStyle::fromPalette(palette()));
    replot(rpQueuedReplot); // the layout was the document's
}

void TrainingPlot::changeEvent(QEvent* event) {
    QCustomPlot::changeEvent(event);
    const QEvent::Type type = event->type();
    if (m_loss && (type == QEvent::PaletteChange || type == QEvent::FontChange || type == QEvent::StyleChange)) {
        applyStyle(PlotStyle::fromPalette(palette()));
        schedule();
    } else if (m_loss && type == QEvent::LanguageChange) {
        applyAxisLabel();
        schedule();
    }
}

void TrainingPlot::showEvent(QShowEvent* event) {
    QCustomPlot::showEvent(event);
    draw();
}

void TrainingPlot::resizeEvent(QResizeEvent* event) {
    if (event)
        QCustomPlot::resizeEvent(event);
    // In the middle of the upper pane, over its grid.
    const int width = std::min(this->width() - 96, fontMetrics().averageCharWidth() * 72);
    const int height = std::max(0, m_empty->heightForWidth(width));
    m_empty->setGeometry((this->width() - width) / 2, (this->height() / 2 - height) / 2, width, height);
}

void TrainingPlot::paintEvent(QPaintEvent* event) {
    QCustomPlot::paintEvent(event);
    if (!hasFocus())
        return;
    QStylePainter painter(this);
    QStyleOptionFocusRect option;
    option.initFrom(this);
    option.rect = rect().adjusted(1, 1, -1, -1);
    painter.drawPrimitive(QStyle::PE_FrameFocusRect, option);
}

} // namespace kernelscope
