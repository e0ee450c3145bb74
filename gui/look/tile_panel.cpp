// SPDX-License-Identifier: GPL-3.0-or-later
#include "look/tile_panel.h"

#include "widgets/heading.h"
#include "widgets/scale_legend.h"
#include "widgets/unit_bars.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QStackedWidget>
#include <QVBoxLayout>

namespace kernelscope {

TilePanel::TilePanel(const QString& objectName, QWidget* parent)
    : QWidget(parent),
      m_title(new QLabel(this)),
      m_head(new QHBoxLayout),
      m_stack(new QStackedWidget(this)),
      m_grid(new TileGrid(this)),
      m_bars(new UnitBars(this)),
      m_legend(new ScaleLegend(this)) {
    setObjectName(objectName);
    m_grid->setObjectName(objectName + QStringLiteral("Grid"));
    m_grid->setToolTip(tr("Click, or use the arrow keys, to choose one"));
    m_bars->setObjectName(objectName + QStringLiteral("Bars"));
    m_bars->setToolTip(tr("Click, or use the arrow keys, to choose one"));
    m_legend->setObjectName(objectName + QStringLiteral("Legend"));
    makeHeading(m_title);
    m_title->setWordWrap(true);
    // The same with and without a control beside it, so that panels side by side begin at the same height.
    m_title->setMinimumHeight(QFontMetrics(m_title->font()).height() + 8);
    m_legend->setMaximumWidth(420);

    m_head->addWidget(m_title, 1);
    m_stack->addWidget(m_grid);
    m_stack->addWidget(m_bars);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->addLayout(m_head);
    column->addWidget(m_stack, 1);
    column->addWidget(m_legend);

    connect(m_grid, &TileGrid::chosen, this, &TilePanel::chosen);
    connect(m_grid, &TileGrid::chosen, this, &TilePanel::updateLegend);
    connect(m_grid, &TileGrid::hovered, this, &TilePanel::hovered);
    connect(m_bars, &UnitBars::chosen, this, &TilePanel::chosen);
}

void TilePanel::setTitle(const QString& title) {
    m_title->setText(title);
    m_grid->setAccessibleName(title);
    m_bars->setAccessibleName(title);
}

void TilePanel::addControl(QWidget* control) {
    m_head->addWidget(control);
}

void TilePanel::setTiles(Tiles tiles, std::vector<ColorScale> scales) {
    m_grid->setTiles(std::move(tiles), std::move(scales));
    m_stack->setCurrentWidget(m_grid);
    updateLegend();
}

void TilePanel::setBars(const std::vector<float>& values) {
    m_bars->setValues(values);
    m_stack->setCurrentWidget(m_bars);
    m_legend->hide();
}

void TilePanel::setNothing(const QString& text) {
    m_grid->setEmptyText(text);
    m_grid->setTiles({}, {});
    m_stack->setCurrentWidget(m_grid);
    m_legend->hide();
}

void TilePanel::setCurrent(int index) {
    m_grid->setCurrent(index);
    m_bars->setCurrent(index);
    updateLegend();
}

void TilePanel::markValue(float value) {
    m_legend->setMarked(value);
}

void TilePanel::updateLegend() {
    const bool isShown = m_stack->currentWidget() == m_grid && m_grid->current() >= 0;
    m_legend->setVisible(isShown);
    if (isShown)
        m_legend->setScale(m_grid->scale(m_grid->current()));
}

} // namespace kernelscope
