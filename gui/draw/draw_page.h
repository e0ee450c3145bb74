// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// The page "Draw" of the Train workspace.
#pragma once

#include "app/session.h"
#include "draw/picture_source.h"
#include "probe/probe_service.h"

#include <QTimer>
#include <QWidget>

#include <memory>

class QAction;
class QCheckBox;
class QLabel;
class QLayout;
class QPushButton;
class QSlider;
class QToolButton;

namespace kernelscope {

class ClassBars;
class DrawPad;
class FileSaver;
class Notice;
class SampleImage;

/// A pad to draw on, the image that the network is fed with, and what the network on show says to it: live, while one
/// draws and while it learns. Pictures that are opened, dropped or pasted take a drawing's place.
class DrawPage : public QWidget {
    Q_OBJECT

public:
    explicit DrawPage(Session& session, QWidget* parent = nullptr);
    ~DrawPage() override;

    /// Puts a picture file on the pad, as soon as it is read.
    void openPicture(const QString& path);
    /// Writes the image that is fed in as PNG, in the background; what goes wrong is shown.
    void saveInput(const QString& path);
    /// The image that is fed in: without values while the pad is empty.
    const Tensor& input() const { return m_input; }

signals:
    /// The session looks at the drawing now; the user wants to see it in the Look workspace.
    void lookRequested();

protected:
    void showEvent(QShowEvent* event) override;
    void dragEnterEvent(QDragEnterEvent* event) override;
    void dropEvent(QDropEvent* event) override;

private:
    void build();
    QLayout* buildTools();
    QLayout* buildPadColumn();
    QLayout* buildInputColumn();
    QLayout* buildAnswerColumn();
    QAction* addAction(const char* name, const QString& text, const char* icon, const QKeySequence& key,
        Qt::ShortcutContext context, std::function<void()> run);
    QToolButton* toolButton(QAction* action);
    void connectSession();
    void connectReader();

    /// The network or the data changed: frame, texts and names follow.
    void showSetup();
    void showHistory();
    void showHow();
    /// Input and answer follow, at most 30 times a second.
    void refreshSoon();
    void refresh();
    void takeInput();
    void showAnswer(const ProbeResultPtr& result);
    void paste();
    void choosePicture();
    void chooseSavePath();
    void lookInside();
    void sendToLook();
    bool isPictureInColour() const;
    bool isPlacedByMass() const;

    Session& m_session;
    std::shared_ptr<const Network> m_network; ///< The session's, to be shared with the probe's thread.
    DrawPad* m_pad;
    QSlider* m_thickness;
    QToolButton* m_eraser;
    QAction* m_undo = nullptr;
    QAction* m_redo = nullptr;
    QAction* m_clear = nullptr;
    Notice* m_problem;
    Notice* m_reading;
    QLabel* m_inputTitle;
    SampleImage* m_image;
    QLabel* m_how;
    QCheckBox* m_byMass;
    QCheckBox* m_inverts;
    QPushButton* m_save;
    FileSaver* m_saver;
    QLabel* m_verdict;
    ClassBars* m_bars;
    QLabel* m_weights;
    QPushButton* m_look;

    QStringList m_names; ///< Of the classes.
    Tensor m_input;
    bool m_isInputStale = true;
    bool m_wereDigits = false; ///< What m_byMass was set for last; the user may have chosen otherwise since.
    bool m_isSetUp = false;
    QTimer m_throttle;
    QTimer m_readingSince; ///< Nobody needs to be told of a tenth of a second.
    PictureReader m_reader;
    ProbeService m_probe; ///< Its own: the strip's image is looked through beside it.
};

} // namespace kernelscope
