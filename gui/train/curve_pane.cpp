// SPDX-License-Identifier: GPL-3.0-or-later
#include "train/curve_pane.h"

#include "train/curve_ticker.h"
#include "train/dense_graph.h"
#include "widgets/number_text.h"
#include "widgets/series_style.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace kernelscope {
namespace {

constexpr int edge = 12; // pixels between the plot's edge and what is drawn

/// Of many epochs only some have a marker, or markers would hide the line.
void thinMarkers(QCPGraph& graph) {
    constexpr int mostMarkers = 60;
    graph.setScatterSkip(graph.dataCount() / mostMarkers);
}

} // namespace

CurvePane::CurvePane(QCustomPlot& plot, CurveQuantity quantity, int row) : m_plot(plot), m_quantity(quantity) {
    m_axisRect = new QCPAxisRect(&plot);
    plot.plotLayout()->addElement(row + 1, 0, m_axisRect);
    plot.plotLayout()->setRowStretchFactor(row, 0.001); // as low as its text
    for (QCPAxis* axis : m_axisRect->axes()) {
        axis->setLayer(QStringLiteral("axes"));
        axis->grid()->setLayer(QStringLiteral("grid"));
        axis->setTickLengthIn(0);
        axis->setTickLengthOut(4);
        axis->setSubTicks(false);
    }
    m_axisRect->setMinimumMargins(QMargins(0, 4, edge, 0));
    m_axisRect->axis(QCPAxis::atTop)->setVisible(false);
    m_axisRect->axis(QCPAxis::atRight)->setVisible(false);
    xAxis()->setTicker(QSharedPointer<CurveTicker>::create(CurveTicker::Unit::Whole));
    setLogarithmic(false);
    buildHeader(row);
    buildGraphs();
    buildItems();
    yAxis()->setRange(fullValueRange());
}

void CurvePane::buildHeader(int row) {
    auto* header = new QCPLayoutGrid;
    header->setMargins(QMargins(edge, 4, edge, 0));
    m_plot.plotLayout()->addElement(row, 0, header);
    m_title = new QCPTextElement(&m_plot, m_quantity == CurveQuantity::Loss ? tr("Loss") : tr("Accuracy"));
    m_title->setTextFlags(Qt::AlignLeft | Qt::AlignVCenter);
    m_title->setMargins(QMargins());
    m_legend = new QCPLegend;
    header->addElement(0, 0, m_title);
    header->addElement(0, 1, m_legend);
    header->setColumnStretchFactor(1, 0.001); // as narrow as its entries
    m_legend->setLayer(QStringLiteral("legend"));
    m_legend->setFillOrder(QCPLegend::foColumnsFirst);
    m_legend->setWrap(0);
    m_legend->setColumnSpacing(16);
    m_legend->setMargins(QMargins());
    m_legend->setBorderPen(Qt::NoPen);
    m_legend->setBrush(Qt::NoBrush);
}

void CurvePane::buildGraphs() {
    m_raw = new DenseGraph(xAxis(), yAxis(), DenseGraph::Style::Band);
    m_smoothed = new DenseGraph(xAxis(), yAxis(), DenseGraph::Style::Line);
    m_test = m_plot.addGraph(xAxis(), yAxis());
    m_raw->setName(tr("Training, each step"));
    m_smoothed->setName(tr("Training, smoothed"));
    m_test->setName(tr("Test, each epoch"));
    for (QCPGraph* graph : std::initializer_list<QCPGraph*>{m_raw, m_smoothed, m_test})
        graph->addToLegend(m_legend);
}

void CurvePane::setGhosts(const std::vector<Ghost>& ghosts) {
    for (const GhostGraphs& graphs : m_ghosts)
        for (QCPGraph* graph : std::initializer_list<QCPGraph*>{graphs.smoothed, graphs.test}) {
            graph->removeFromLegend(m_legend);
            m_plot.removePlottable(graph);
        }
    m_ghosts.clear();
    m_lowestGhost = 0;
    m_highestGhost = 0;
    const auto includeGhost = [this](double y) {
        if (!std::isfinite(y))
            return;
        m_highestGhost = std::max(m_highestGhost, y);
        if (y > 0)
            m_lowestGhost = m_lowestGhost > 0 ? std::min(m_lowestGhost, y) : y;
    };
    for (const Ghost& ghost : ghosts) {
        GhostGraphs graphs{
            new DenseGraph(xAxis(), yAxis(), DenseGraph::Style::Line), m_plot.addGraph(xAxis(), yAxis())};
        graphs.smoothed->setName(ghost.name);
        for (QCPGraph* graph : std::initializer_list<QCPGraph*>{graphs.smoothed, graphs.test})
            graph->setLayer(QStringLiteral("ghosts"));
        graphs.smoothed->addToLegend(m_legend);
        ExponentialSmoother smoother(m_smoothing);
        QVector<QCPGraphData> points;
        points.reserve(static_cast<qsizetype>(ghost.curves.steps().size()));
        for (const StepPoint& step : ghost.curves.steps()) {
            const double y = smoother.add(value(step, m_quantity));
            points.append({ghost.curves.position(step, m_axis), y});
            includeGhost(y);
        }
        graphs.smoothed->data()->add(points, true);
        for (const EpochResult& epoch : ghost.curves.epochs()) {
            const double y = testValue(epoch, m_quantity);
            graphs.test->data()->add({ghost.curves.position(epoch, m_axis), y});
            includeGhost(y);
        }
        thinMarkers(*graphs.test);
        m_ghosts.push_back(graphs);
    }
    styleGhosts();
    m_legend->setVisible(!m_raw->data()->isEmpty() || !m_ghosts.empty());
}

void CurvePane::styleGhosts() {
    // Blue and vermilion are the run's own.
    constexpr std::array<int, 5> colors{2, 5, 3, 4, 6};
    const bool dark = m_style.background.lightness() < 128;
    for (std::size_t i = 0; i < m_ghosts.size(); ++i) {
        QColor color = seriesColor(colors.at(i % colors.size()), dark);
        color.setAlphaF(0.6f);
        m_ghosts[i].smoothed->setPen(QPen(color, 1.5));
        m_ghosts[i].test->setPen(QPen(color, 1, Qt::DotLine));
        m_ghosts[i].test->setScatterStyle(QCPScatterStyle(QCPScatterStyle::ssCircle, QPen(color, 1.2), Qt::NoBrush, 6));
    }
}

const QCPGraph* CurvePane::ghostGraph(int index) const {
    return m_ghosts.at(static_cast<std::size_t>(index)).smoothed;
}

QStringList CurvePane::legendTexts() const {
    QStringList texts;
    for (int i = 0; i < m_legend->itemCount(); ++i)
        if (auto* item = qobject_cast<QCPPlottableLegendItem*>(m_legend->item(i)))
            texts += item->plottable()->name();
    return texts;
}

void CurvePane::buildItems() {
    m_lastTest = new QCPItemText(&m_plot);
    m_lastTest->position->setType(QCPItemPosition::ptAbsolute);
    m_lastTest->setClipAxisRect(m_axisRect);
    m_lastTest->setPadding(QMargins(4, 0, 4, 0));
    // A loss falls, so there is room above its end; accuracy rises, so there is room below.
    m_lastTest->setPositionAlignment(
        Qt::AlignRight | (m_quantity == CurveQuantity::Loss ? Qt::AlignBottom : Qt::AlignTop));
    m_lastTest->setVisible(false);

    m_cursorLine = new QCPItemStraightLine(&m_plot);
    m_cursorDot = new QCPItemTracer(&m_plot);
    m_cursorText = new QCPItemText(&m_plot);
    for (QCPItemPosition* position : {m_cursorLine->point1, m_cursorLine->point2, m_cursorDot->position}) {
        position->setAxes(xAxis(), yAxis());
        position->setAxisRect(m_axisRect);
    }
    m_cursorDot->setStyle(QCPItemTracer::tsCircle);
    m_cursorDot->setSize(8);
    m_cursorText->position->setType(QCPItemPosition::ptAbsolute);
    m_cursorText->setTextAlignment(Qt::AlignLeft);
    m_cursorText->setPadding(QMargins(8, 4, 8, 4));
    for (QCPAbstractItem* item : cursorItems()) {
        item->setClipAxisRect(m_axisRect);
        item->setLayer(QStringLiteral("cursor"));
        item->setVisible(false);
    }
}

std::array<QCPAbstractItem*, 3> CurvePane::cursorItems() const {
    return {m_cursorLine, m_cursorDot, m_cursorText};
}

void CurvePane::setLogarithmic(bool logarithmic) {
    if (logarithmic) {
        yAxis()->setScaleType(QCPAxis::stLogarithmic);
        yAxis()->setTicker(QSharedPointer<LogCurveTicker>::create());
    } else {
        yAxis()->setScaleType(QCPAxis::stLinear);
        yAxis()->setTicker(QSharedPointer<CurveTicker>::create(
            m_quantity == CurveQuantity::Accuracy ? CurveTicker::Unit::Percent : CurveTicker::Unit::Plain));
        yAxis()->ticker()->setTickCount(5);
    }
}

void CurvePane::rebuild(const RunCurves& curves) {
    for (QCPGraph* graph : std::initializer_list<QCPGraph*>{m_raw, m_smoothed, m_test})
        graph->data()->clear();
    for (const EventMark& mark : m_events) {
        m_plot.removeItem(mark.line);
        m_plot.removeItem(mark.label);
    }
    m_events.clear();
    m_smoother = ExponentialSmoother(m_smoothing);
    m_stepsDrawn = 0;
    m_epochsDrawn = 0;
    m_lowestPositive = 0;
    m_highest = 0;
    xAxis()->setTicker(QSharedPointer<CurveTicker>::create(
        m_axis == CurveAxis::Steps ? CurveTicker::Unit::Whole : CurveTicker::Unit::Plain));
    append(curves);
}

void CurvePane::append(const RunCurves& curves) {
    const auto& steps = curves.steps();
    QVector<QCPGraphData> raw;
    QVector<QCPGraphData> smoothed;
    raw.reserve(static_cast<qsizetype>(steps.size() - m_stepsDrawn));
    smoothed.reserve(raw.capacity());
    for (; m_stepsDrawn < steps.size(); ++m_stepsDrawn) {
        const double x = curves.position(steps[m_stepsDrawn], m_axis);
        const double y = value(steps[m_stepsDrawn], m_quantity);
        raw.append({x, y});
        smoothed.append({x, m_smoother.add(y)});
        include(y);
    }
    m_raw->data()->add(raw, true);
    m_smoothed->data()->add(smoothed, true);
    for (; m_epochsDrawn < curves.epochs().size(); ++m_epochsDrawn) {
        const EpochResult& epoch = curves.epochs()[m_epochsDrawn];
        const double y = testValue(epoch, m_quantity);
        m_test->data()->add({curves.position(epoch, m_axis), y});
        include(y);
    }
    thinMarkers(*m_test);
    while (m_events.size() < curves.events().size())
        addEventMark(curves, curves.events()[m_events.size()]);
    updateLastTest();
    m_legend->setVisible(!curves.isEmpty() || !m_ghosts.empty()); // an empty plot has a sentence to say instead
}

void CurvePane::include(double value) {
    if (!std::isfinite(value))
        return;
    m_highest = std::max(m_highest, value);
    if (value > 0)
        m_lowestPositive = m_lowestPositive > 0 ? std::min(m_lowestPositive, value) : value;
}

QCPRange CurvePane::fullValueRange() const {
    if (m_quantity == CurveQuantity::Accuracy)
        return {0, 1.02};
    // A ghost that went astray must not flatten the curves that it stands behind.
    const double greatest =
        m_highest > 0 ? std::max(m_highest, std::min(m_highestGhost, 2 * m_highest)) : m_highestGhost;
    if (isLogarithmic()) {
        double least = m_lowestPositive > 0 ? m_lowestPositive : m_lowestGhost;
        if (m_lowestGhost > 0)
            least = std::min(least, m_lowestGhost);
        const double highest = greatest > 0 ? greatest : 3;
        return {(least > 0 ? std::min(least, highest / 2) : 0.01) / 1.2, highest * 1.2};
    }
    return {0, greatest > 0 ? greatest * 1.05 : 2.5};
}

void CurvePane::addEventMark(const RunCurves& curves, const RunEvent& event) {
    const double x = curves.position(event, m_axis);
    EventMark mark{new QCPItemStraightLine(&m_plot), new QCPItemText(&m_plot)};
    for (QCPItemPosition* position : {mark.line->point1, mark.line->point2, mark.label->position}) {
        position->setAxes(xAxis(), yAxis());
        position->setAxisRect(m_axisRect);
        position->setTypeX(QCPItemPosition::ptPlotCoords);
        position->setTypeY(QCPItemPosition::ptAxisRectRatio);
    }
    mark.line->point1->setCoords(x, 0);
    mark.line->point2->setCoords(x, 1);
    mark.line->setClipAxisRect(m_axisRect);
    mark.label->position->setCoords(x, 0);
    const QString rate = QLocale().toString(static_cast<double>(event.value), 'g', 3);
    mark.label->setText(
        curves.hasSchedule() ? tr("learning rate %1 × schedule").arg(rate) : tr("learning rate %1").arg(rate));
    mark.label->setPadding(QMargins(4, 2, 4, 2));
    mark.label->setClipAxisRect(m_axisRect);
    m_events.push_back(mark);
    applyStyle(m_style, m_plot.font());
}

void CurvePane::updateLastTest() {
    const auto data = m_test->data();
    m_lastTest->setVisible(!data->isEmpty());
    if (data->isEmpty())
        return;
    m_lastTest->setText(valueLabel((data->constEnd() - 1)->value));
}

QString CurvePane::valueLabel(double value) const {
    return m_quantity == CurveQuantity::Accuracy ? percentText(value) : valueText(value, 3);
}

double CurvePane::smoothedEnd() const {
    const auto data = m_smoothed->data();
    return data->isEmpty() ? std::numeric_limits<double>::quiet_NaN() : (data->constEnd() - 1)->value;
}

const QCPGraph* CurvePane::rawGraph() const {
    return m_raw;
}

const QCPGraph* CurvePane::smoothedGraph() const {
    return m_smoothed;
}

QStringList CurvePane::eventLabels() const {
    QStringList labels;
    for (const EventMark& mark : m_events)
        labels.append(mark.label->text());
    return labels;
}

void CurvePane::applyStyle(const PlotStyle& style, const QFont& font) {
    m_style = style;
    m_smallFont = font;
    m_smallFont.setPointSizeF(font.pointSizeF() * 0.9);
    QFont bold = font;
    bold.setBold(true);
    m_title->setFont(bold);
    m_title->setTextColor(style.text);
    m_legend->setFont(m_smallFont);
    m_legend->setTextColor(style.text);
    m_legend->setIconSize(QFontMetrics(m_smallFont).height() * 2, QFontMetrics(m_smallFont).height());
    for (QCPAxis* axis : {xAxis(), yAxis()}) {
        axis->setBasePen(QPen(style.axis, 1));
        axis->setTickPen(QPen(style.axis, 1));
        axis->setTickLabelFont(m_smallFont);
        axis->setTickLabelColor(style.mutedText);
        axis->setLabelFont(m_smallFont);
        axis->setLabelColor(style.mutedText);
        axis->grid()->setPen(QPen(style.grid, 1));
        axis->grid()->setZeroLinePen(Qt::NoPen);
        axis->grid()->setSubGridVisible(false);
    }
    styleGhosts();
    m_raw->setPen(QPen(style.rawTraining, 1));
    m_smoothed->setPen(QPen(style.training, 2));
    m_test->setPen(QPen(style.test, 1.5, Qt::DashLine));
    m_test->setScatterStyle(QCPScatterStyle(QCPScatterStyle::ssDiamond, QPen(style.test, 1.5), QBrush(style.test), 8));
    QColor veil = style.background;
    veil.setAlphaF(0.8f);
    m_lastTest->setFont(bold);
    m_lastTest->setColor(style.test);
    m_lastTest->setBrush(veil);
    for (const EventMark& mark : m_events) {
        mark.line->setPen(QPen(style.event, 1, Qt::DotLine));
        mark.label->setFont(m_smallFont);
        mark.label->setColor(style.event);
        mark.label->setBrush(veil);
    }
    m_cursorLine->setPen(QPen(style.axis, 1));
    m_cursorDot->setPen(QPen(style.background, 1.5));
    m_cursorDot->setBrush(style.training);
    m_cursorText->setFont(m_smallFont);
    m_cursorText->setColor(style.text);
    m_cursorText->setBrush(style.background);
    m_cursorText->setPen(QPen(style.axis, 1));
}

void CurvePane::placeLabels() {
    if (!m_test->data()->isEmpty()) {
        const QCPGraphData& last = *(m_test->data()->constEnd() - 1);
        const bool above = m_quantity == CurveQuantity::Loss;
        const QFontMetrics metrics(m_lastTest->font());
        const int height = metrics.height() + 1;
        const int width = metrics.horizontalAdvance(m_lastTest->text()) + 8;
        const QRect inside = m_axisRect->rect().adjusted(1, 1, -1, -1);
        const double right = std::max<double>(xAxis()->coordToPixel(last.key) + 8, inside.left() + width);
        const double marker = yAxis()->coordToPixel(last.value);
        // At the pane's edge on the marker's other side; the veil behind it keeps it legible.
        const double top = above ? marker - 8 - height : marker + 8;
        const double other = above ? marker + 8 : marker - 8 - height;
        const bool fits = top >= inside.top() && top + height <= inside.bottom();
        const double kept =
            std::clamp<double>(fits ? top : other, inside.top(), std::max(inside.top(), inside.bottom() - height));
        m_lastTest->position->setCoords(std::min<double>(right, inside.right()), above ? kept + height : kept);
    }
    const QFontMetrics metrics(m_smallFont);
    const QRect rect = m_axisRect->rect();
    double nextLeft = std::numeric_limits<double>::infinity();
    for (auto mark = m_events.rbegin(); mark != m_events.rend(); ++mark) {
        const double pixel = xAxis()->coordToPixel(mark->line->point1->key());
        const double width = metrics.horizontalAdvance(mark->label->text()) + 8;
        const bool toTheLeft = pixel + width > rect.right();
        const double left = toTheLeft ? pixel - width : pixel;
        mark->label->setPositionAlignment((toTheLeft ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignTop);
        // Said once, over the loss; over the accuracy the line is enough. The later change wins where room is short.
        const bool fits = m_quantity == CurveQuantity::Loss && left + width <= nextLeft;
        mark->label->setVisible(fits);
        if (fits)
            nextLeft = left;
    }
}

QRectF CurvePane::lastTestLabelRect() const {
    return {m_lastTest->topLeft->pixelPosition(), m_lastTest->bottomRight->pixelPosition()};
}

void CurvePane::showCursor(const RunCurves& curves, std::optional<std::size_t> stepIndex, bool withPosition) {
    const bool shown = stepIndex && *stepIndex < m_stepsDrawn;
    for (QCPAbstractItem* item : cursorItems())
        item->setVisible(shown);
    if (!shown)
        return;
    const StepPoint& point = curves.steps()[*stepIndex];
    const double x = curves.position(point, m_axis);
    const double smoothed = m_smoothed->data()->at(static_cast<int>(*stepIndex))->value;
    m_cursorLine->point1->setCoords(x, yAxis()->range().lower);
    m_cursorLine->point2->setCoords(x, yAxis()->range().upper);
    m_cursorDot->position->setCoords(x, smoothed);
    m_cursorText->setText(cursorLines(curves, point, smoothed, withPosition));

    // Beside the line, on the side that has room, in the half of the pane where the curve is not.
    const QRect rect = m_axisRect->rect();
    const double pixelX = xAxis()->coordToPixel(x);
    const double pixelY = yAxis()->coordToPixel(smoothed);
    const bool left = pixelX > rect.center().x();
    const bool below = pixelY < rect.center().y();
    m_cursorText->setPositionAlignment(
        (left ? Qt::AlignRight : Qt::AlignLeft) | (below ? Qt::AlignBottom : Qt::AlignTop));
    m_cursorText->position->setCoords(pixelX + (left ? -8 : 8), below ? rect.bottom() - 4 : rect.top() + 4);
}

QString CurvePane::cursorLines(
    const RunCurves& curves, const StepPoint& point, double smoothed, bool withPosition) const {
    QStringList lines;
    if (withPosition)
        lines += tr("Step %1, epoch %2, %3")
                     .arg(countText(point.step),
                         QLocale().toString(
                             static_cast<double>(point.step) / static_cast<double>(curves.stepsPerEpoch()), 'f', 2),
                         secondsText(point.seconds));
    lines += tr("Training %1, smoothed %2").arg(valueLabel(value(point, m_quantity)), valueLabel(smoothed));
    if (const EpochResult* epoch = curves.epochAt(point.step))
        lines += tr("Test %1 after epoch %2").arg(valueLabel(testValue(*epoch, m_quantity))).arg(epoch->epoch);
    return lines.join(QLatin1Char('\n'));
}

} // namespace kernelscope
