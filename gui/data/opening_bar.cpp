// SPDX-License-Identifier: GPL-3.0-or-later
#include "data/opening_bar.h"

#include "widgets/number_text.h"

#include <QFileInfo>
#include <QHBoxLayout>
#include <QLabel>
#include <QProgressBar>
#include <QPushButton>

#include <chrono>

namespace kernelscope {
namespace {

using namespace std::chrono_literals;

/// What takes less than this needs no bar, which would only flicker.
constexpr qint64 momentMs = 300;

constexpr int barSteps = 1000;

} // namespace

OpeningBar::OpeningBar(Session& session, QWidget* parent)
    : QFrame(parent),
      m_session(session),
      m_text(new QLabel(this)),
      m_bar(new QProgressBar(this)),
      m_cancel(new QPushButton(tr("Cancel"), this)) {
    setObjectName(QStringLiteral("openingBar"));
    m_text->setObjectName(QStringLiteral("openingText"));
    m_text->setTextFormat(Qt::PlainText);
    m_bar->setObjectName(QStringLiteral("openingProgress"));
    m_bar->setAccessibleName(tr("How much of the data is read"));
    m_bar->setRange(0, barSteps);
    m_bar->setTextVisible(false);
    m_bar->setFixedHeight(8);
    m_bar->setMinimumWidth(fontMetrics().averageCharWidth() * 20);
    m_cancel->setObjectName(QStringLiteral("cancelOpening"));
    m_cancel->setAccessibleName(tr("Cancel the opening"));
    m_cancel->setToolTip(tr("The data stays what it is"));
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(16, 6, 16, 6);
    row->setSpacing(12);
    row->addWidget(m_text);
    row->addWidget(m_bar, 1);
    row->addWidget(m_cancel);
    hide();

    connect(m_cancel, &QPushButton::clicked, &session, &Session::cancelOpening);
    connect(&session, &Session::dataLoading, this, &OpeningBar::begin);
    connect(&session, &Session::dataChanged, this, &OpeningBar::end);
    connect(&session, &Session::dataCancelled, this, &OpeningBar::end);
    connect(&session, &Session::failed, this, &OpeningBar::end);
    m_timer.setInterval(100ms);
    connect(&m_timer, &QTimer::timeout, this, &OpeningBar::refresh);
    if (!session.openingSource().isEmpty())
        begin(session.openingSource());
}

QString OpeningBar::text() const {
    return m_text->text();
}

void OpeningBar::begin(const QString& source) {
    m_name = QFileInfo(source).fileName();
    if (m_name.isEmpty())
        m_name = source;
    m_elapsed.start();
    m_timer.start();
}

void OpeningBar::end() {
    if (!m_session.openingSource().isEmpty())
        return; // something else failed
    m_timer.stop();
    hide();
}

void OpeningBar::refresh() {
    if (m_elapsed.elapsed() < momentMs)
        return;
    const double fraction = m_session.openingFraction();
    const double seconds = static_cast<double>(m_elapsed.elapsed()) / 1000;
    m_bar->setValue(static_cast<int>(fraction * barSteps));
    QString text = tr("Opening %1 …").arg(m_name);
    if (fraction > 0.02)
        text = tr("Opening %1 … %2, about %3 s left")
                   .arg(m_name, percentText(fraction, 0),
                       countText(static_cast<std::int64_t>(seconds / fraction * (1 - fraction)) + 1));
    m_text->setText(text);
    setVisible(true);
}

} // namespace kernelscope
