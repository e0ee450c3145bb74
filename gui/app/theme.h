// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// Light and dark.
#pragma once

#include <QObject>
#include <QPalette>

namespace kernelscope {

/// The application's palette. Views take every colour from the palette and repaint on QEvent::PaletteChange, so that
/// this is the only place where light and dark are decided.
class Theme : public QObject {
    Q_OBJECT

public:
    enum class Mode {
        System, ///< As light or dark as the desktop's own palette.
        Light,
        Dark,
    };
    Q_ENUM(Mode)

    /// Remembers the desktop's palette and puts the application into Mode::System. There is one, made after the
    /// QApplication.
    explicit Theme(QObject* parent = nullptr);

    Mode mode() const { return m_mode; }
    void setMode(Mode mode);
    bool isDark() const;

    /// Contrast of text on its background is at least 4.5:1, of borders that matter and of the accent 3:1.
    static QPalette lightPalette();
    static QPalette darkPalette();

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void apply();

    Mode m_mode = Mode::System;
    bool m_systemIsDark = false;
    bool m_applying = false;
};

} // namespace kernelscope
