// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// What will be trained in one line; a click opens the form behind it.
#pragma once

#include <QWidget>

class QLabel;
class QPushButton;
class QToolButton;

namespace kernelscope {

/// A disclosure button with the setup in words, and beside it either the badge that says that the setup is the
/// article's, or the button that makes it so.
class SetupLine : public QWidget {
    Q_OBJECT

public:
    explicit SetupLine(QWidget* parent = nullptr);

    /// "classic, Built-in digits, Adam 0.001, batch 32, 5 epochs".
    void setSummary(const QString& summary);
    void setArticle(bool isArticle);
    void setEditable(bool editable);
    void setOpen(bool open);

    /// What the article names and what is our reading of it.
    static QString articleExplanation();

signals:
    void openChanged(bool open);
    void articleRequested();

private:
    QToolButton* m_disclosure;
    QLabel* m_badge;
    QPushButton* m_reset;
};

} // namespace kernelscope
