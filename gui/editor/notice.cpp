// SPDX-License-Identifier: GPL-3.0-or-later
#include "editor/notice.h"

#include "app/svg_icon.h"

#include <QAccessible>
#include <QEvent>
#include <QHBoxLayout>
#include <QLabel>
#include <QPainter>
#include <QPushButton>
#include <QStyle>

namespace kernelscope {

Notice::Notice(Kind kind, const char* objectName, QWidget* parent)
    : QFrame(parent),
      m_kind(kind),
      m_icon(new QLabel(this)),
      m_text(new QLabel(this)),
      m_buttonRow(new QHBoxLayout) {
    setObjectName(QLatin1String(objectName));
    m_text->setWordWrap(true);
    m_text->setTextFormat(Qt::PlainText);
    m_text->setTextInteractionFlags(Qt::TextSelectableByMouse);
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(12, 6, 8, 6);
    layout->setSpacing(10);
    layout->addWidget(m_icon);
    layout->addWidget(m_text, 1);
    m_buttonRow->setSpacing(6);
    layout->addLayout(m_buttonRow);
    m_glow.setStartValue(1.0);
    m_glow.setEndValue(0.0);
    m_glow.setDuration(900);
    connect(&m_glow, &QVariantAnimation::valueChanged, this, qOverload<>(&QWidget::update));
    showIcon();
    setVisible(false);
}

QString Notice::text() const {
    return isHidden() ? QString() : m_text->text();
}

void Notice::show(const QString& text, std::vector<Remedy> remedies) {
    const bool isNew = isHidden() || text != m_text->text();
    m_remedies = std::move(remedies);
    while (m_buttons.size() < m_remedies.size()) {
        const std::size_t number = m_buttons.size();
        auto* button = new QPushButton(this);
        button->setObjectName(QStringLiteral("%1%2").arg(objectName()).arg(number));
        connect(button, &QPushButton::clicked, this, [this, number] {
            const std::function<void()> apply = m_remedies[number].apply; // which may show other remedies
            apply();
        });
        m_buttonRow->addWidget(button);
        m_buttons.push_back(button);
    }
    for (std::size_t i = 0; i < m_buttons.size(); ++i) {
        m_buttons[i]->setVisible(i < m_remedies.size());
        if (i >= m_remedies.size())
            continue;
        m_buttons[i]->setText(m_remedies[i].text);
        m_buttons[i]->setToolTip(m_remedies[i].whyNot.isEmpty() ? m_remedies[i].toolTip : m_remedies[i].whyNot);
        m_buttons[i]->setEnabled(m_remedies[i].whyNot.isEmpty());
        m_buttons[i]->setAccessibleName(m_remedies[i].text);
    }
    m_text->setText(text);
    setVisible(true);
    if (!isNew)
        return;
    setAccessibleName(text);
    sayAloud();
}

void Notice::sayAloud() {
    QAccessibleEvent alert(this, QAccessible::Alert); // screen readers say it at once
    QAccessible::updateAccessibility(&alert);
}

void Notice::demandAttention() {
    if (isHidden())
        return;
    sayAloud();
    if (style()->styleHint(QStyle::SH_Widget_Animation_Duration, nullptr, this) > 0)
        m_glow.start();
    for (QPushButton* button : m_buttons)
        if (!button->isHidden() && button->isEnabled()) {
            button->setFocus(Qt::ShortcutFocusReason);
            break;
        }
}

void Notice::dismiss() {
    setVisible(false);
}

void Notice::showIcon() {
    const bool isProblem = m_kind == Kind::Problem;
    const int size = fontMetrics().height() + 2;
    m_icon->setPixmap(svgIcon(isProblem ? "warning" : "info", isProblem ? QPalette::BrightText : QPalette::Link)
                          .pixmap(QSize(size, size), devicePixelRatioF()));
}

void Notice::changeEvent(QEvent* event) {
    QFrame::changeEvent(event);
    if (event->type() == QEvent::PaletteChange)
        showIcon();
}

void Notice::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const QColor stroke = palette().color(m_kind == Kind::Problem ? QPalette::BrightText : QPalette::Link);
    QColor tint = stroke;
    const float glow = m_glow.state() == QAbstractAnimation::Running ? m_glow.currentValue().toFloat() : 0.0f;
    tint.setAlphaF(0.12f + 0.4f * glow);
    painter.setPen(Qt::NoPen);
    painter.setBrush(tint);
    painter.drawRoundedRect(rect(), 5, 5);
}

} // namespace kernelscope
