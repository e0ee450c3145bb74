// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// What the window has to say without stopping anybody.
#pragma once

#include "app/failure_subject.h"

#include <QFrame>

#include <functional>
#include <optional>
#include <vector>

class QHBoxLayout;
class QLabel;
class QPushButton;
class QToolButton;

namespace kernelscope {

/// A line across the window with a message that stays until it is dismissed or replaced. Hidden while it has none.
class Banner : public QFrame {
    Q_OBJECT

public:
    enum class Kind { Information, Failure };
    Q_ENUM(Kind)

    explicit Banner(QWidget* parent = nullptr);

    /// Something that can be done about the message: a button.
    struct Choice {
        const char* objectName;
        QString text; ///< With its mnemonic.
        std::function<void()> choose;
    };

    /// @param choices as buttons, in this order; each also dismisses the message. A message with choices comes back
    /// when one without that took its place is dismissed, and a failure when the choices that did.
    void show(Kind kind, const QString& title, const QString& message, std::vector<Choice> choices = {});
    void showFailure(const QString& title, const QString& message, FailureSubject subject);
    /// Takes away the message of a failure that is over: the same succeeded.
    void withdraw(FailureSubject subject);
    void dismiss();
    /// Takes a message with choices away, also from under another one: there is nothing left to choose.
    void withdrawChoices();
    bool hasChoices() const { return isVisibleTo(parentWidget()) && !m_buttons.empty(); }
    Kind kind() const { return m_kind; }
    QString text() const;

protected:
    void changeEvent(QEvent* event) override;
    void paintEvent(QPaintEvent* event) override;

private:
    struct Message {
        Kind kind = Kind::Information;
        QString title;
        QString text;
        std::vector<Choice> choices;
        FailureSubject subject = FailureSubject::Other;
    };

    void replace(Message message);

    void display(const Message& message);
    void showIcon();

    Message m_shown;
    std::optional<Message> m_covered; ///< Comes back: choices under one without, or a failure under choices.

    Kind m_kind = Kind::Information;
    QLabel* m_icon;
    QLabel* m_text;
    QHBoxLayout* m_choices;
    std::vector<QPushButton*> m_buttons;
    QToolButton* m_close;
};

} // namespace kernelscope
