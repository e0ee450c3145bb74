// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/passing_notice.h"

#include <chrono>

namespace kernelscope {
namespace {

using namespace std::chrono_literals;

constexpr auto readingTime = 8s; // of a path, at leisure

} // namespace

PassingNotice::PassingNotice(QWidget* parent) : QLabel(parent) {
    setWordWrap(true);
    setTextFormat(Qt::PlainText);
    setTextInteractionFlags(Qt::TextSelectableByMouse);
    hide();
    m_timer.setSingleShot(true);
    m_timer.setInterval(readingTime);
    connect(&m_timer, &QTimer::timeout, this, &PassingNotice::dismiss);
}

void PassingNotice::tell(const QString& text) {
    insist(text);
    m_timer.start();
}

void PassingNotice::insist(const QString& text) {
    m_timer.stop();
    setText(text);
    setVisible(!text.isEmpty());
}

} // namespace kernelscope
