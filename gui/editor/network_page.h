// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// The page on which a network is built.
#pragma once

#include "app/session.h"
#include "editor/network_editor.h"
#include "editor/network_fix.h"
#include "editor/notice.h"

#include <QWidget>

#include <vector>

class QAbstractButton;
class QAction;
class QBoxLayout;
class QLineEdit;
class QPushButton;

namespace kernelscope {

class FileSaver;
class LayerList;

/// The layers as a list, the values of the selected one, and what the whole takes; above them the kinds of layers to
/// add, and notices about what does not fit, each with buttons that mend it.
class NetworkPage : public QWidget {
    Q_OBJECT

public:
    /// @param editor of the session's network; outlives the page, which may be made late: networks that were replaced
    /// before can still be gone back to.
    NetworkPage(Session& session, NetworkEditor& editor, QWidget* parent = nullptr);
    ~NetworkPage() override;

    /// Hands an edit to the session that waits for a moment of rest.
    /// @return false where the network shown does not fit together; the page says why, and the user must decide.
    bool commit();
    /// Points at what does not fit: somebody wanted to train it.
    void demandAttention();

    NetworkEditor& editor() { return *m_editor; }

signals:
    /// A network was opened here, from a file.
    void fileOpened(const QString& path);

protected:
    void dragEnterEvent(QDragEnterEvent* event) override;
    void dropEvent(QDropEvent* event) override;

private:
    QBoxLayout* buildFileRow();
    QBoxLayout* buildAddRow();
    QWidget* buildList();
    QWidget* buildSide();
    QAction* addAction(const char* name, const QString& text, const char* icon, const QString& toolTip,
        const QKeySequence& key, std::function<void()> run);
    void buildActions();
    void refresh();
    void showNotices();
    Notice::Remedy remedy(const NetworkFix& fix);
    void openFile(const QString& path);
    void chooseFile();
    void chooseTarget();
    void showFileError(const QString& message);

    Session& m_session;
    NetworkEditor* m_editor;
    QLineEdit* m_name;
    LayerList* m_list;
    QAction* m_undo = nullptr;
    QAction* m_redo = nullptr;
    QAction* m_up = nullptr;
    QAction* m_down = nullptr;
    QAction* m_duplicate = nullptr;
    QAction* m_remove = nullptr;
    QPushButton* m_presets;
    QPushButton* m_open;
    std::vector<QAbstractButton*> m_addButtons;
    Notice* m_readOnly;
    Notice* m_problem;
    Notice* m_inputNotice;
    Notice* m_classesNotice;
    Notice* m_fileNotice;
    FileSaver* m_saver;
};

} // namespace kernelscope
