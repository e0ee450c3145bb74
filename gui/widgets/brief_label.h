// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// A line that says less where there is less room.
#pragma once

#include <QLabel>

namespace kernelscope {

/// Shows its text where that fits, and a shorter one where not. Only the shorter one asks for room, so give it what
/// is left over; text() and what is
/// read out are the whole one.
class BriefLabel : public QLabel {
    Q_OBJECT

public:
    explicit BriefLabel(QWidget* parent = nullptr);

    void setTexts(const QString& whole, const QString& brief);
    /// What is on show now.
    QString shownText() const;

    QSize sizeHint() const override { return minimumSizeHint(); }
    QSize minimumSizeHint() const override;

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    QString m_brief;
};

} // namespace kernelscope
