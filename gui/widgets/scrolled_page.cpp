// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/scrolled_page.h"

#include <QScrollArea>
#include <QVBoxLayout>

namespace kernelscope {
namespace {

/// Wants no more height than what stands in it cannot do without: a wrapped text in it would make a scroll area ask for
/// the height that everything would like to have.
class LeastLayout : public QVBoxLayout {
public:
    using QVBoxLayout::QVBoxLayout;
    bool hasHeightForWidth() const override { return false; }
};

} // namespace

int LeastHeightLayout::heightForWidth(int width) const {
    if (m_isAsked) // by minimumHeightForWidth(), which has all heights worked out here
        return QVBoxLayout::heightForWidth(width);
    m_isAsked = true;
    const int height = minimumHeightForWidth(width);
    m_isAsked = false;
    return height;
}

void fillScrolled(QWidget& widget, QWidget* page, const char* objectName) {
    auto* scroll = new QScrollArea(&widget);
    scroll->setObjectName(QLatin1String(objectName));
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setFocusPolicy(Qt::NoFocus);
    scroll->setWidgetResizable(true);
    scroll->setWidget(page);
    auto* outer = new QVBoxLayout(&widget);
    outer->setContentsMargins(0, 0, 0, 0);
    outer->addWidget(scroll);
}

void fillScrolledLast(QWidget& widget, QWidget* page, const char* objectName) {
    auto* squeezed = new QWidget;
    auto* layout = new LeastLayout(squeezed);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(page);
    fillScrolled(widget, squeezed, objectName);
}

} // namespace kernelscope
