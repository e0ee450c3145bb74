// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// The Train workspace.
#pragma once

#include "app/session.h"

#include <QWidget>

#include <functional>
#include <vector>

class QButtonGroup;
class QHBoxLayout;
class QStackedWidget;

namespace kernelscope {

class DrawPage;
class NetworkEditor;
class NetworkPage;
class RunPage;

/// Everything that a training is made of, a page each: the run with its curves first, beside it what it is about. One
/// page at a time, chosen by the row of buttons on top or by Alt and a digit.
class TrainWorkspace : public QWidget {
    Q_OBJECT

public:
    explicit TrainWorkspace(Session& session, QWidget* parent = nullptr);
    ~TrainWorkspace() override;

    /// Names of the pages in their order; "run" is the first.
    QStringList pages() const;
    QString currentPage() const;
    /// Ignored where there is no such page.
    void showPage(const QString& name);

    /// Puts a picture file on the pad and shows it.
    void openPicture(const QString& path);

    /// Takes over what is typed in the form or edited in the network but not yet committed.
    /// @return false where a field holds no legal value, or the network's layers do not fit; it is shown then.
    bool commitSetup();

signals:
    void pageChanged(const QString& name);
    /// A field in here needs the user; whoever hides this workspace shows it now.
    void attentionRequested();
    /// The user wants to see runs side by side.
    void compareRequested();
    /// The user wants to see in Look what the session looks at.
    void lookRequested();
    /// A network was opened from a file.
    void networkFileOpened(const QString& path);

private:
    /// A page is made when it is first shown: a window must open at once.
    struct Page {
        QString name;
        std::function<QWidget*()> make;
        QWidget* widget = nullptr;
    };

    void addPages();
    /// @param name also the stem of the button's objectName: "runPageButton".
    void addPage(const char* name, const QString& title, const QString& tip, std::function<QWidget*()> make);

    Session& m_session;
    NetworkEditor* m_editor; ///< Made first: what becomes of the network before its page is shown can be undone there.
    QHBoxLayout* m_buttonRow;
    QButtonGroup* m_buttons;
    QStackedWidget* m_stack;
    RunPage* m_run = nullptr;
    NetworkPage* m_network = nullptr; ///< Null until it is first shown.
    DrawPage* m_draw = nullptr;       ///< Alike.
    std::vector<Page> m_pages;
};

} // namespace kernelscope
