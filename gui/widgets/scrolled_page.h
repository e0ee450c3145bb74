// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// Pages of which everything can be reached at large type or in a small window.
#pragma once

#include <QVBoxLayout>

namespace kernelscope {

/// A column that asks for no more height than it needs. Where a text wraps in it, Qt's own asks for the height that all
/// of it would like to have, and a page scrolls although it could shrink.
class LeastHeightLayout : public QVBoxLayout {
    Q_OBJECT

public:
    using QVBoxLayout::QVBoxLayout;
    int heightForWidth(int width) const override;

private:
    mutable bool m_isAsked = false;
};

/// Fills a widget that has no layout yet with a page that scrolls where it has too little room.
/// @param objectName of the scroll area.
void fillScrolled(QWidget& widget, QWidget* page, const char* objectName);

/// The same for a page that shrinks with the window: it scrolls only where it can shrink no further.
void fillScrolledLast(QWidget& widget, QWidget* page, const char* objectName);

} // namespace kernelscope
