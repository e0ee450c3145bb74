// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/theme.h"

#include "app/flat_style.h"

#include <QApplication>
#include <QEvent>
#include <QToolTip>

namespace kernelscope {
namespace {

/// The few colours that a palette is made of.
struct Colours {
    const char* window;
    const char* base;
    const char* alternateBase;
    const char* button;
    const char* text;
    const char* quietText; ///< Placeholders and captions.
    const char* disabledText;
    const char* accent; ///< Okabe and Ito's blue, so dark or light that white text stands on it.
    const char* link;
    const char* border;
    const char* faintBorder;
    const char* strongBorder;
    const char* alarm;
    const char* toolTip;
    const char* toolTipText;
};

constexpr Colours lightColours{"#f3f4f6", "#ffffff", "#f6f7f9", "#ffffff", "#1a1d21", "#5d6570", "#8b929c", "#0072b2",
    "#0064a0", "#c6cbd3", "#e2e5ea", "#868e99", "#b3261e", "#23272e", "#f5f6f8"};

constexpr Colours darkColours{"#1b1e23", "#14161a", "#1f2329", "#2b3038", "#e8eaed", "#a3abb6", "#757d88", "#1a7abd",
    "#56b4e9", "#3d444e", "#2b3038", "#79828e", "#ff8a80", "#e8eaed", "#1b1e23"};

QPalette paletteOf(const Colours& c) {
    QPalette p;
    const auto set = [&p](QPalette::ColorRole role, const char* colour) { p.setColor(role, QColor(colour)); };
    set(QPalette::Window, c.window);
    set(QPalette::WindowText, c.text);
    set(QPalette::Base, c.base);
    set(QPalette::AlternateBase, c.alternateBase);
    set(QPalette::Text, c.text);
    set(QPalette::PlaceholderText, c.quietText);
    set(QPalette::Button, c.button);
    set(QPalette::ButtonText, c.text);
    set(QPalette::BrightText, c.alarm);
    set(QPalette::Highlight, c.accent);
    set(QPalette::HighlightedText, "#ffffff");
    set(QPalette::Link, c.link);
    set(QPalette::LinkVisited, c.link);
    set(QPalette::ToolTipBase, c.toolTip);
    set(QPalette::ToolTipText, c.toolTipText);
    set(QPalette::Light, c.base);
    set(QPalette::Midlight, c.faintBorder);
    set(QPalette::Mid, c.border);
    set(QPalette::Dark, c.strongBorder);
    set(QPalette::Shadow, c.strongBorder);
    for (const QPalette::ColorRole role : {QPalette::WindowText, QPalette::Text, QPalette::ButtonText})
        p.setColor(QPalette::Disabled, role, QColor(c.disabledText));
    p.setColor(QPalette::Disabled, QPalette::Highlight, QColor(c.border));
    p.setColor(QPalette::Disabled, QPalette::HighlightedText, QColor(c.disabledText));
    return p;
}

bool isDarkPalette(const QPalette& palette) {
    return palette.color(QPalette::Window).lightness() < palette.color(QPalette::WindowText).lightness();
}

} // namespace

Theme::Theme(QObject* parent) : QObject(parent), m_systemIsDark(isDarkPalette(QApplication::palette())) {
    QApplication::setStyle(new FlatStyle);
    QApplication::instance()->installEventFilter(this);
    apply();
}

void Theme::setMode(Mode mode) {
    if (mode == m_mode)
        return;
    m_mode = mode;
    apply();
}

bool Theme::isDark() const {
    return m_mode == Mode::System ? m_systemIsDark : m_mode == Mode::Dark;
}

QPalette Theme::lightPalette() {
    return paletteOf(lightColours);
}

QPalette Theme::darkPalette() {
    return paletteOf(darkColours);
}

bool Theme::eventFilter(QObject* watched, QEvent* event) {
    // The desktop's colours changed: an empty palette shows for a moment what they are.
    if (event->type() == QEvent::ThemeChange && !m_applying) {
        m_applying = true;
        QApplication::setPalette(QPalette());
        m_systemIsDark = isDarkPalette(QApplication::palette());
        apply();
        m_applying = false;
    }
    return QObject::eventFilter(watched, event);
}

void Theme::apply() {
    const QPalette palette = isDark() ? darkPalette() : lightPalette();
    QApplication::setPalette(palette);
    QToolTip::setPalette(palette);
}

} // namespace kernelscope
