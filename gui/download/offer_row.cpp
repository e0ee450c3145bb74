// SPDX-License-Identifier: GPL-3.0-or-later
#include "download/offer_row.h"

#include "train/form_widgets.h"
#include "widgets/heading.h"
#include "widgets/number_text.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QPainter>
#include <QProgressBar>
#include <QPushButton>
#include <QVBoxLayout>

namespace kernelscope {
namespace {

constexpr int barSteps = 1000;

} // namespace

OfferRow::OfferRow(const DataSetOffer& offer, QWidget* parent)
    : QFrame(parent),
      m_get(new QPushButton(this)),
      m_open(new QPushButton(tr("Open"), this)),
      m_cancel(new QPushButton(tr("Cancel"), this)),
      m_bar(new QProgressBar(this)),
      m_status(mutedText("offerStatus", this)),
      m_name(offer.name) {
    setObjectName(offer.id);
    QLabel* title = heading(offer.name, this);
    auto* content = new QLabel(offer.content, this);
    content->setWordWrap(true);
    auto* origin = mutedText("offerOrigin", this);
    origin->setText(offer.origin);
    auto* source = mutedText("offerSource", this);
    source->setText(tr("%1 from %2").arg(bytesText(offer.bytes()), offer.hosts().join(tr(", or else "))));

    const auto name = [&](QPushButton* button, const char* suffix, const QString& accessibleName) {
        button->setObjectName(offer.id + QLatin1String(suffix));
        button->setAccessibleName(accessibleName);
        button->setAutoDefault(false); // Return in this window starts no download
    };
    name(m_get, "Get", tr("Get %1").arg(offer.name));
    name(m_open, "Open", tr("Open %1").arg(offer.name));
    name(m_cancel, "Cancel", tr("Cancel the download of %1").arg(offer.name));
    m_cancel->setToolTip(tr("What has arrived is kept, and need not be downloaded again"));
    m_bar->setObjectName(offer.id + QStringLiteral("Progress"));
    m_bar->setAccessibleName(tr("How much of %1 has arrived").arg(offer.name));
    m_bar->setRange(0, barSteps);
    m_bar->setTextVisible(false);
    m_bar->setFixedHeight(8);
    m_status->setObjectName(offer.id + QStringLiteral("Status"));
    connect(m_get, &QPushButton::clicked, this, &OfferRow::getClicked);
    connect(m_open, &QPushButton::clicked, this, &OfferRow::openClicked);
    connect(m_cancel, &QPushButton::clicked, this, &OfferRow::cancelClicked);

    auto* words = new QVBoxLayout;
    words->setSpacing(2);
    words->addWidget(title);
    words->addWidget(content);
    words->addWidget(source);
    words->addWidget(origin);
    auto* buttons = new QVBoxLayout;
    for (QPushButton* button : {m_get, m_open, m_cancel}) {
        button->setMinimumWidth(fontMetrics().averageCharWidth() * 12);
        buttons->addWidget(button);
    }
    buttons->addStretch();
    auto* top = new QHBoxLayout;
    top->setSpacing(16);
    top->addLayout(words, 1);
    top->addLayout(buttons);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(14, 10, 14, 10);
    layout->setSpacing(6);
    layout->addLayout(top);
    layout->addWidget(m_bar);
    layout->addWidget(m_status);
    setState(State::Available, true);
}

void OfferRow::setState(State state, bool canOpen) {
    const bool isDownloading = state == State::Downloading;
    const bool hadFocus = m_get->hasFocus() || m_open->hasFocus() || m_cancel->hasFocus();
    m_get->setText(state == State::Partial ? tr("Go on") : tr("Get"));
    m_get->setVisible(state != State::Here && !isDownloading);
    m_get->setEnabled(state != State::Waiting);
    m_open->setVisible(state == State::Here);
    m_open->setEnabled(canOpen);
    m_open->setToolTip(canOpen ? QString() : tr("A run goes on. It can be opened when the run has ended."));
    m_cancel->setVisible(isDownloading);
    m_bar->setVisible(isDownloading);
    m_status->setVisible(isDownloading || state == State::Here || state == State::Partial);
    if (state == State::Here)
        m_status->setText(tr("On this computer: complete, checked when it was downloaded."));
    else if (state == State::Partial)
        m_status->setText(tr("Part of it is on this computer already."));
    if (hadFocus)
        focusButton(); // its own button may have gone
}

void OfferRow::setProgress(double fraction, const QString& text) {
    m_bar->setValue(static_cast<int>(fraction * barSteps));
    m_status->setText(text);
}

void OfferRow::focusButton() {
    for (QPushButton* button : {m_get, m_open, m_cancel})
        if (!button->isHidden())
            button->setFocus();
}

void OfferRow::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(palette().color(QPalette::Mid));
    painter.setBrush(palette().color(QPalette::Base));
    painter.drawRoundedRect(QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5), 5, 5);
}

} // namespace kernelscope
