// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/banner.h"

#include "app/svg_icon.h"

#include <QAccessible>
#include <QHBoxLayout>
#include <QLabel>
#include <QPainter>
#include <QPushButton>
#include <QToolButton>

#include <utility>

namespace kernelscope {

Banner::Banner(QWidget* parent)
    : QFrame(parent),
      m_icon(new QLabel(this)),
      m_text(new QLabel(this)),
      m_choices(new QHBoxLayout),
      m_close(new QToolButton(this)) {
    setObjectName("banner");
    m_text->setObjectName("bannerText");
    m_text->setWordWrap(true);
    m_text->setTextFormat(Qt::RichText);
    m_text->setTextInteractionFlags(Qt::TextSelectableByMouse); // with the keyboard it would look like a field
    m_text->setAccessibleName(tr("Message"));
    m_close->setObjectName("bannerClose");
    m_close->setIcon(svgIcon("close"));
    m_close->setAutoRaise(true);
    m_close->setAccessibleName(tr("Dismiss the message"));
    m_close->setToolTip(m_close->accessibleName());
    m_close->setFocusPolicy(Qt::StrongFocus);
    connect(m_close, &QToolButton::clicked, this, &Banner::dismiss);

    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(12, 8, 8, 8);
    layout->setSpacing(10);
    layout->addWidget(m_icon);
    layout->addWidget(m_text, 1);
    m_choices->setSpacing(6);
    layout->addLayout(m_choices);
    layout->addWidget(m_close);
    setVisible(false);
}

void Banner::show(Kind kind, const QString& title, const QString& message, std::vector<Choice> choices) {
    replace({kind, title, message, std::move(choices), FailureSubject::Other});
}

void Banner::showFailure(const QString& title, const QString& message, FailureSubject subject) {
    replace({Kind::Failure, title, message, {}, subject});
}

void Banner::replace(Message message) {
    // What can still be chosen comes back when what covers it is dismissed, and so does a failure that nobody has read.
    const bool isShown = isVisibleTo(parentWidget());
    if (message.choices.empty() ? hasChoices() : isShown && !hasChoices() && m_shown.kind == Kind::Failure)
        m_covered = std::move(m_shown);
    else if (!message.choices.empty())
        m_covered.reset();
    m_shown = std::move(message);
    display(m_shown);
}

void Banner::display(const Message& message) {
    m_kind = message.kind;
    for (QPushButton* button : std::exchange(m_buttons, {})) {
        button->hide();
        button->deleteLater(); // it may be what was pressed
    }
    for (const Choice& choice : message.choices) {
        auto* button = new QPushButton(choice.text, this);
        button->setObjectName(QLatin1String(choice.objectName));
        connect(button, &QPushButton::clicked, this, [this, act = choice.choose] {
            dismiss();
            act();
        });
        m_choices->addWidget(button);
        m_buttons.push_back(button);
    }
    showIcon();
    m_text->setText(
        QStringLiteral("<b>%1</b>&nbsp; %2").arg(message.title.toHtmlEscaped(), message.text.toHtmlEscaped()));
    setVisible(true);
    update();
    // Screen readers say it at once.
    QAccessibleEvent alert(this, QAccessible::Alert);
    setAccessibleName(message.title);
    setAccessibleDescription(message.text);
    QAccessible::updateAccessibility(&alert);
}

void Banner::showIcon() {
    const bool failure = m_kind == Kind::Failure;
    const int size = fontMetrics().height() + 2;
    m_icon->setPixmap(svgIcon(failure ? "warning" : "info", failure ? QPalette::BrightText : QPalette::Link)
                          .pixmap(QSize(size, size), devicePixelRatioF()));
}

void Banner::changeEvent(QEvent* event) {
    QFrame::changeEvent(event);
    if (event->type() == QEvent::PaletteChange)
        showIcon();
}

void Banner::dismiss() {
    setVisible(false);
    if (!m_covered)
        return;
    m_shown = *std::exchange(m_covered, std::nullopt);
    display(m_shown);
}

void Banner::withdrawChoices() {
    if (hasChoices())
        dismiss(); // what it covered comes back
    else
        m_covered.reset();
}

void Banner::withdraw(FailureSubject subject) {
    if (m_covered && m_covered->subject == subject && m_covered->kind == Kind::Failure)
        m_covered.reset();
    if (isVisibleTo(parentWidget()) && m_shown.subject == subject)
        dismiss();
}

QString Banner::text() const {
    return accessibleName() + QStringLiteral(" ") + accessibleDescription();
}

void Banner::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    const QColor stroke = palette().color(m_kind == Kind::Failure ? QPalette::BrightText : QPalette::Link);
    QColor tint = stroke;
    tint.setAlphaF(0.12f);
    painter.fillRect(rect(), palette().color(QPalette::Base));
    painter.fillRect(rect(), tint);
    painter.fillRect(QRect(0, 0, 4, height()), stroke);
}

} // namespace kernelscope
