// SPDX-License-Identifier: GPL-3.0-or-later
#include "strip/sample_controls.h"

#include <QEvent>
#include <QHBoxLayout>
#include <QPainter>
#include <QSignalBlocker>
#include <QToolButton>

#include <functional>

namespace kernelscope {
namespace {

/// An icon drawn in a 16 x 16 box in the palette's colour, sharp at every scale up to four.
QIcon drawnIcon(const QColor& color, const std::function<void(QPainter&)>& draw) {
    QPixmap pixmap(64, 64);
    pixmap.fill(Qt::transparent);
    QPainter painter(&pixmap);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.scale(4, 4);
    painter.setBrush(color);
    painter.setPen(Qt::NoPen);
    draw(painter);
    return QIcon(pixmap);
}

} // namespace

SampleControls::SampleControls(QWidget* parent) : QWidget(parent) {
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(0);
    m_previous =
        addButton(QStringLiteral("previousSample"), tr("Previous image"), tr("The test image before this one"));
    m_next = addButton(QStringLiteral("nextSample"), tr("Next image"), tr("The test image after this one"));
    m_random = addButton(QStringLiteral("randomSample"), tr("Any other image"), tr("A test image drawn at random"));
    m_flow = addButton(QStringLiteral("flowButton"), tr("Let images flow"),
        tr("A new test image flows through the network every few seconds"));
    m_flow->setCheckable(true);
    connect(m_previous, &QToolButton::clicked, this, &SampleControls::previousWanted);
    connect(m_next, &QToolButton::clicked, this, &SampleControls::nextWanted);
    connect(m_random, &QToolButton::clicked, this, &SampleControls::randomWanted);
    connect(m_flow, &QToolButton::toggled, this, [this](bool playing) {
        drawIcons();
        emit flowToggled(playing);
    });
    drawIcons();
}

QToolButton* SampleControls::addButton(const QString& objectName, const QString& name, const QString& toolTip) {
    auto* button = new QToolButton(this);
    button->setObjectName(objectName);
    button->setAccessibleName(name);
    button->setToolTip(toolTip);
    button->setAutoRaise(true);
    button->setIconSize({14, 14});
    button->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    layout()->addWidget(button);
    return button;
}

void SampleControls::setFlow(bool playing, bool available) {
    const QSignalBlocker blocker(m_flow);
    m_flow->setChecked(playing);
    m_flow->setVisible(available);
    drawIcons();
}

void SampleControls::changeEvent(QEvent* event) {
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange)
        drawIcons();
}

void SampleControls::drawIcons() {
    const QColor color = palette().color(QPalette::ButtonText);
    m_previous->setIcon(drawnIcon(color, [](QPainter& p) {
        p.drawPolygon(QPolygonF{{11.0, 2.5}, {4.0, 8.0}, {11.0, 13.5}});
    }));
    m_next->setIcon(drawnIcon(color, [](QPainter& p) {
        p.drawPolygon(QPolygonF{{5.0, 2.5}, {12.0, 8.0}, {5.0, 13.5}});
    }));
    m_random->setIcon(drawnIcon(color, [&color](QPainter& p) {
        for (const QPointF& dot :
            {QPointF(5.2, 5.2), QPointF(10.8, 5.2), QPointF(8, 8), QPointF(5.2, 10.8), QPointF(10.8, 10.8)})
            p.drawEllipse(dot, 1.2, 1.2);
        p.setBrush(Qt::NoBrush);
        p.setPen(QPen(color, 1.4));
        p.drawRoundedRect(QRectF(2, 2, 12, 12), 2.5, 2.5);
    }));
    const bool playing = m_flow->isChecked();
    m_flow->setIcon(drawnIcon(color, [playing](QPainter& p) {
        if (playing) {
            p.drawRect(QRectF(4, 3, 3, 10));
            p.drawRect(QRectF(9, 3, 3, 10));
        } else {
            p.drawPolygon(QPolygonF{{4.5, 2.5}, {13.0, 8.0}, {4.5, 13.5}});
        }
    }));
}

} // namespace kernelscope
