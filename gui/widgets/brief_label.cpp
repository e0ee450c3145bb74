// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/brief_label.h"

#include <QPainter>
#include <QStyle>

namespace kernelscope {

BriefLabel::BriefLabel(QWidget* parent) : QLabel(parent) {
    setTextFormat(Qt::PlainText);
    setProperty("elides", true);
}

void BriefLabel::setTexts(const QString& whole, const QString& brief) {
    if (whole == text() && brief == m_brief)
        return;
    m_brief = brief;
    setText(whole);
    setToolTip(brief == whole ? QString() : whole);
    updateGeometry();
}

QString BriefLabel::shownText() const {
    return fontMetrics().horizontalAdvance(text()) <= contentsRect().width() ? text() : m_brief;
}

QSize BriefLabel::minimumSizeHint() const {
    const QSize whole = QLabel::minimumSizeHint();
    return {fontMetrics().horizontalAdvance(m_brief) + 1, whole.height()};
}

void BriefLabel::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    style()->drawItemText(
        &painter, contentsRect(), static_cast<int>(alignment()), palette(), isEnabled(), shownText(), foregroundRole());
}

} // namespace kernelscope
