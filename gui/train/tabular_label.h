// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// A number that changes without jumping.
#pragma once

#include <QString>
#include <QWidget>

namespace kernelscope {

/// One line of text in which every digit has the same width, in whatever font the platform has, and whose space is
/// reserved for the longest text to come.
class TabularLabel : public QWidget {
    Q_OBJECT

public:
    /// @param longest a text as long as any that will be shown.
    explicit TabularLabel(const QString& longest, QWidget* parent = nullptr);

    const QString& text() const { return m_text; }
    void setText(const QString& text);
    /// Reserves more space (never less, or the layout would jump).
    void reserve(const QString& longest);

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override { return sizeHint(); }

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    int widthOf(const QString& text) const;
    int digitWidth() const;

    QString m_longest;
    QString m_text;
};

} // namespace kernelscope
