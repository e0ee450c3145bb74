// SPDX-License-Identifier: GPL-3.0-or-later
#include "compare/accuracy_plot.h"

#include "widgets/device_text.h"
#include "widgets/number_text.h"
#include "widgets/series_style.h"

#include <QVBoxLayout>

#include <qcustomplot.h>

#include <algorithm>
#include <array>

namespace kernelscope {
namespace {

constexpr std::array markers{QCPScatterStyle::ssDisc, QCPScatterStyle::ssSquare, QCPScatterStyle::ssTriangle,
    QCPScatterStyle::ssDiamond, QCPScatterStyle::ssCross, QCPScatterStyle::ssPlus, QCPScatterStyle::ssStar};

} // namespace

AccuracyPlot::AccuracyPlot(QWidget* parent) : QWidget(parent), m_plot(new QCustomPlot(this)) {
    setObjectName(QStringLiteral("accuracyPlot"));
    m_plot->setObjectName(QStringLiteral("accuracyPlotCanvas"));
    const QString name = tr("Test accuracy over training time");
    setAccessibleName(name);
    m_plot->setAccessibleName(name);
    m_plot->setToolTip(tr("Test accuracy after each epoch, over the seconds spent in training steps.\n"
                          "Drag to move, turn the wheel to zoom, double-click to see all."));
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->addWidget(m_plot);
    setMinimumSize(260, 180);
    m_plot->xAxis->setLabel(tr("training seconds"));
    m_plot->yAxis->setLabel(tr("test accuracy, %"));
    m_plot->setInteractions(QCP::iRangeDrag | QCP::iRangeZoom);
    m_plot->legend->setVisible(true);
    // Below the plot, where it covers no curve.
    auto* below = new QCPLayoutGrid;
    m_plot->plotLayout()->addElement(1, 0, below);
    below->addElement(0, 0, m_plot->legend);
    below->setMargins(QMargins(4, 0, 4, 2));
    m_plot->legend->setFillOrder(QCPLegend::foRowsFirst);
    m_plot->plotLayout()->setRowStretchFactor(1, 0.001);
    connect(m_plot, &QCustomPlot::mouseDoubleClick, this, [this] {
        m_plot->rescaleAxes();
        m_plot->replot();
    });
    applyPalette();
}

int AccuracyPlot::curveCount() const {
    return m_plot->graphCount();
}

void AccuracyPlot::setRuns(const std::vector<NumberedRun>& runs) {
    m_plot->clearGraphs();
    m_numbers.clear();
    for (const NumberedRun& run : runs) {
        if (run.record->epochs.empty())
            continue;
        QCPGraph* graph = m_plot->addGraph();
        m_numbers.push_back(run.number);
        const QString name = tr("Run %1, %2").arg(run.number).arg(deviceLabel(run.record->device));
        graph->setName(run.file.isEmpty() ? name : tr("%1, recorded").arg(name));
        for (const EpochResult& epoch : run.record->epochs)
            graph->addData(epoch.endSeconds, 100 * epoch.testAccuracy);
    }
    applyPalette();
    m_plot->rescaleAxes();
    // Single points have no range of their own, and points on the frame are hard to see.
    QCPRange across = m_plot->xAxis->range();
    m_plot->xAxis->setRange(0, across.upper * 1.08);
    const QCPRange up = m_plot->yAxis->range();
    const double margin = std::max(0.5, up.size() * 0.12);
    const double lower = up.lower - margin;
    // A little above 100 %, for the points there, but no tick: nothing is more than all.
    m_plot->yAxis->setRange(lower, std::min(100 + 0.05 * (100 - lower), up.upper + margin));
    m_plot->replot(QCustomPlot::rpQueuedReplot);
}

void AccuracyPlot::changeEvent(QEvent* event) {
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange || event->type() == QEvent::FontChange) {
        applyPalette();
        m_plot->replot(QCustomPlot::rpQueuedReplot);
    }
}

void AccuracyPlot::applyPalette() {
    const QPalette& colors = palette();
    const QColor text = colors.color(QPalette::Text);
    QColor grid = text;
    grid.setAlpha(35);
    m_plot->setBackground(colors.color(QPalette::Base));
    for (QCPAxis* axis : {m_plot->xAxis, m_plot->yAxis}) {
        axis->setBasePen(QPen(text));
        axis->setTickPen(QPen(text));
        axis->setSubTickPen(Qt::NoPen);
        axis->setLabelColor(text);
        axis->setTickLabelColor(text);
        axis->setLabelFont(font());
        axis->setTickLabelFont(numberFont(font()));
        axis->grid()->setPen(QPen(grid));
        axis->grid()->setZeroLinePen(QPen(grid));
    }
    m_plot->legend->setBrush(colors.color(QPalette::Base));
    m_plot->legend->setBorderPen(Qt::NoPen);
    m_plot->legend->setTextColor(text);
    m_plot->legend->setFont(font());
    for (int i = 0; i < m_plot->graphCount(); ++i) {
        const int number = m_numbers[static_cast<std::size_t>(i)];
        const QColor color = seriesColor(number - 1, isDark(colors.color(QPalette::Base)));
        QCPGraph* graph = m_plot->graph(i);
        graph->setPen(QPen(color, 2));
        graph->setScatterStyle(
            QCPScatterStyle(markers[static_cast<std::size_t>(number - 1) % markers.size()], color, color, 8));
    }
}

} // namespace kernelscope
