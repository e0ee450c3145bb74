// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// How far the reading of a data set is.
#pragma once

#include "app/session.h"

#include <QElapsedTimer>
#include <QFrame>
#include <QTimer>

class QLabel;
class QProgressBar;
class QPushButton;

namespace kernelscope {

/// A line with what is being opened, a bar, the time left and a button that gives it up. Hidden while nothing is
/// opened, and while what is opened takes less than a moment.
class OpeningBar : public QFrame {
    Q_OBJECT

public:
    explicit OpeningBar(Session& session, QWidget* parent = nullptr);

    /// "Opening cifar-10 … 41 %, 2 s left".
    QString text() const;

private:
    void begin(const QString& source);
    void end();
    void refresh();

    Session& m_session;
    QLabel* m_text;
    QProgressBar* m_bar;
    QPushButton* m_cancel;
    QString m_name;
    QElapsedTimer m_elapsed;
    QTimer m_timer;
};

} // namespace kernelscope
