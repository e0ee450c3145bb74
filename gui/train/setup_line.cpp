// SPDX-License-Identifier: GPL-3.0-or-later
#include "train/setup_line.h"

#include "train/plot_style.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QPainter>
#include <QPushButton>
#include <QToolButton>

namespace kernelscope {
namespace {

/// A label on a rounded ground, in the palette's colours.
class Badge : public QLabel {
public:
    using QLabel::QLabel;

protected:
    void paintEvent(QPaintEvent* event) override {
        QPainter painter(this);
        painter.setRenderHint(QPainter::Antialiasing);
        const QColor accent = rightColor(palette());
        painter.setPen(QPen(blend(palette().color(QPalette::Window), accent, 0.6), 1));
        painter.setBrush(blend(palette().color(QPalette::Window), accent, 0.15));
        const double radius = height() / 2.0 - 1;
        painter.drawRoundedRect(QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5), radius, radius);
        painter.end();
        QLabel::paintEvent(event);
    }
};

} // namespace

SetupLine::SetupLine(QWidget* parent)
    : QWidget(parent),
      m_disclosure(new QToolButton(this)),
      m_badge(new Badge(tr("The article's experiment, our reading of it"), this)),
      m_reset(new QPushButton(tr("Reset to the art&icle's"), this)) {
    setObjectName(QStringLiteral("setupLine"));
    m_disclosure->setObjectName(QStringLiteral("setupDisclosure"));
    m_disclosure->setCheckable(true);
    m_disclosure->setAutoRaise(true);
    m_disclosure->setArrowType(Qt::RightArrow);
    m_disclosure->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    m_disclosure->setFocusPolicy(Qt::StrongFocus);
    m_disclosure->setToolTip(tr("What will be trained: data, network and hyperparameters. Click to change them."));
    m_badge->setObjectName(QStringLiteral("articleBadge"));
    m_badge->setContentsMargins(12, 4, 12, 4);
    m_badge->setToolTip(QStringLiteral("<p>%1</p>").arg(articleExplanation()));
    m_badge->setAccessibleDescription(articleExplanation());
    m_reset->setObjectName(QStringLiteral("resetToArticle"));
    m_reset->setToolTip(
        tr("Sets network, data and hyperparameters to those of the article's experiment. The seed stays."));
    m_reset->hide();

    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(8);
    layout->addWidget(m_disclosure);
    layout->addStretch(1);
    layout->addWidget(m_badge);
    layout->addWidget(m_reset);

    connect(m_disclosure, &QToolButton::toggled, this, [this](bool open) {
        m_disclosure->setArrowType(open ? Qt::DownArrow : Qt::RightArrow);
        emit openChanged(open);
    });
    connect(m_reset, &QPushButton::clicked, this, &SetupLine::articleRequested);
}

void SetupLine::setSummary(const QString& summary) {
    // An ampersand in a file's name is none of ours.
    m_disclosure->setText(tr("Set&up: %1").arg(QString(summary).replace(QLatin1Char('&'), QStringLiteral("&&"))));
    m_disclosure->setAccessibleName(tr("Setup: %1").arg(summary));
}

void SetupLine::setArticle(bool isArticle) {
    m_badge->setVisible(isArticle);
    m_reset->setVisible(!isArticle);
}

void SetupLine::setEditable(bool editable) {
    m_reset->setEnabled(editable);
}

void SetupLine::setOpen(bool open) {
    m_disclosure->setChecked(open);
}

QString SetupLine::articleExplanation() {
    return tr(
        "The article names a Keras Sequential network, Adam, cross-entropy on whole-number labels, MNIST scaled to "
        "0..1, and five epochs timed on the CPU and then on a GPU. It does not give the layers or the batch size: two "
        "convolutions of 32 and 64 kernels with max-pooling, a dense layer of 64, and Keras's default batch of 32 "
        "are our reading. The built-in digits stand in for MNIST.");
}

} // namespace kernelscope
