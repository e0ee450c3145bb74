// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// What the window has to say without stopping anybody.
#pragma once

#include <QFrame>

class QLabel;
class QToolButton;

namespace kernelscope {

/// A line across the window with a message that stays until it is dismissed or replaced. Hidden while it has none.
class Banner : public QFrame {
    Q_OBJECT

public:
    enum class Kind { Information, Failure };
    Q_ENUM(Kind)

    explicit Banner(QWidget* parent = nullptr);

    void show(Kind kind, const QString& title, const QString& message);
    void dismiss();
    Kind kind() const { return m_kind; }
    QString text() const;

protected:
    void changeEvent(QEvent* event) override;
    void paintEvent(QPaintEvent* event) override;

private:
    void showIcon();

    Kind m_kind = Kind::Information;
    QLabel* m_icon;
    QLabel* m_text;
    QToolButton* m_close;
};

} // namespace kernelscope
