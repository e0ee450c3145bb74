// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// A line that comes and goes.
#pragma once

#include <QLabel>
#include <QTimer>

namespace kernelscope {

/// Says what became of something, as "Saved run.csv."; hidden while there is nothing to say.
class PassingNotice : public QLabel {
    Q_OBJECT

public:
    explicit PassingNotice(QWidget* parent = nullptr);

    /// For some seconds.
    void tell(const QString& text);
    /// Until something else is said: what went wrong.
    void insist(const QString& text);
    void dismiss() { insist({}); }

private:
    QTimer m_timer;
};

} // namespace kernelscope
