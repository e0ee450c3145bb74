// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// A sentence that something is not as it should be, with buttons that mend it.
#pragma once

#include <QFrame>
#include <QString>
#include <QVariantAnimation>

#include <functional>
#include <vector>

class QHBoxLayout;
class QLabel;
class QPushButton;

namespace kernelscope {

/// A band across a page; hidden while there is nothing to say.
class Notice : public QFrame {
    Q_OBJECT

public:
    enum class Kind { Information, Problem };

    /// A button and what it does.
    struct Remedy {
        QString text;
        QString toolTip;
        std::function<void()> apply;
        QString whyNot = {}; ///< Why it cannot be done now, for the tooltip of the button, which is disabled then.
    };

    /// @param objectName also the stem of the buttons' names: "inputNotice" has "inputNotice0", ...
    Notice(Kind kind, const char* objectName, QWidget* parent);

    void show(const QString& text, std::vector<Remedy> remedies = {});
    void dismiss();
    QString text() const;
    /// Somebody wanted what this notice forbids: it glows for a moment, is said again, and its first button gets the
    /// focus. Nothing while it is hidden.
    void demandAttention();

protected:
    void paintEvent(QPaintEvent* event) override;
    void changeEvent(QEvent* event) override;

private:
    void showIcon();
    void sayAloud();

    Kind m_kind;
    QLabel* m_icon;
    QLabel* m_text;
    QHBoxLayout* m_buttonRow;
    std::vector<QPushButton*> m_buttons;
    std::vector<Remedy> m_remedies;
    QVariantAnimation m_glow; ///< From 1 to 0.
};

} // namespace kernelscope
