// SPDX-License-Identifier: GPL-3.0-or-later
#include "draw/draw_page.h"

#include "app/svg_icon.h"
#include "draw/draw_pad.h"
#include "editor/notice.h"
#include "train/class_bars.h"
#include "train/form_widgets.h"
#include "train/sample_image.h"
#include "widgets/calm_wheel.h"
#include "widgets/heading.h"
#include "widgets/scrolled_page.h"

#include <QAction>
#include <QCheckBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QSlider>
#include <QToolButton>
#include <QVBoxLayout>

#include <cmath>
#include <functional>
#include <utility>

namespace kernelscope {
namespace {

/// Of more classes only the likeliest are shown.
constexpr int mostBars = 10;

} // namespace

void DrawPage::build() {
    auto* columns = new QHBoxLayout;
    columns->setSpacing(24);
    columns->addLayout(buildPadColumn(), 5);
    columns->addLayout(buildInputColumn());
    columns->addLayout(buildAnswerColumn(), 4);
    auto* page = new QWidget;
    auto* layout = new QVBoxLayout(page);
    layout->setContentsMargins(16, 12, 16, 12);
    layout->setSpacing(10);
    layout->addWidget(m_problem);
    layout->addWidget(m_reading);
    layout->addLayout(columns, 1);
    calmWheels(*page);

    fillScrolled(*this, page, "drawScroll");
}

QAction* DrawPage::addAction(const char* name, const QString& text, const char* icon, const QKeySequence& key,
    Qt::ShortcutContext context, std::function<void()> run) {
    auto* action = new QAction(svgIcon(QLatin1String(icon)), text, this);
    action->setObjectName(QLatin1String(name));
    action->setShortcut(key);
    action->setShortcutContext(context);
    action->setToolTip(tr("%1 (%2)").arg(text, key.toString(QKeySequence::NativeText)));
    connect(action, &QAction::triggered, this, std::move(run));
    QWidget::addAction(action);
    return action;
}

QToolButton* DrawPage::toolButton(QAction* action) {
    auto* button = new QToolButton(this);
    button->setDefaultAction(action);
    button->setObjectName(action->objectName() + QStringLiteral("Button"));
    button->setAccessibleName(action->text());
    button->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    button->setAutoRaise(true);
    button->setFocusPolicy(Qt::StrongFocus);
    return button;
}

QLayout* DrawPage::buildTools() {
    m_undo = addAction("undoStroke", tr("Undo"), "undo", QKeySequence(Qt::CTRL | Qt::Key_Z), Qt::WindowShortcut,
        [this] { m_pad->undo(); });
    m_redo = addAction("redoStroke", tr("Redo"), "redo", QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_Z),
        Qt::WindowShortcut, [this] { m_pad->redo(); });
    m_clear = addAction(
        "clearPad", tr("Clear"), "remove", QKeySequence(Qt::Key_Delete), Qt::WidgetWithChildrenShortcut, [this] {
            m_reader.forget();
            m_readingSince.stop();
            m_reading->dismiss();
            m_problem->dismiss();
            m_pad->clear();
        });
    m_eraser->setObjectName(QStringLiteral("eraser"));
    m_eraser->setText(tr("Erase"));
    m_eraser->setAccessibleName(tr("Erase"));
    m_eraser->setToolTip(tr("The pen takes ink away. The other end of a tablet's pen always does."));
    m_eraser->setCheckable(true);
    m_eraser->setAutoRaise(true);
    m_eraser->setFocusPolicy(Qt::StrongFocus);
    connect(m_eraser, &QToolButton::toggled, m_pad, &DrawPad::setErasing);
    auto* label = new QLabel(tr("&Thickness"), this);
    label->setBuddy(m_thickness);
    m_thickness->setObjectName(QStringLiteral("thickness"));
    m_thickness->setAccessibleName(tr("Thickness of the pen"));
    m_thickness->setToolTip(tr("How thick the pen draws. A tablet's pen draws thicker when it is pressed harder."));
    m_thickness->setRange(2, 20); // hundredths of the pad
    m_thickness->setPageStep(3);
    m_thickness->setValue(static_cast<int>(std::lround(m_pad->penWidth() * 100)));
    m_thickness->setMinimumWidth(fontMetrics().averageCharWidth() * 10);
    connect(m_thickness, &QSlider::valueChanged, this, [this](int value) { m_pad->setPenWidth(value / 100.0); });

    auto* row = new QHBoxLayout;
    row->setSpacing(4);
    row->addWidget(label);
    row->addWidget(m_thickness, 1);
    row->addWidget(m_eraser);
    row->addSpacing(8);
    for (QAction* action : {m_undo, m_redo, m_clear})
        row->addWidget(toolButton(action));
    return row;
}

QLayout* DrawPage::buildPadColumn() {
    auto* column = new QVBoxLayout;
    column->setSpacing(8);
    column->addLayout(buildTools());
    column->addWidget(m_pad, 1);
    QLabel* help = mutedText("padHelp", this);
    help->setText(tr("Draw with the mouse, a pen or a finger. By keyboard: arrow keys move the pen, Space puts it down "
                     "and lifts it; with Shift the steps are small."));
    column->addWidget(help);
    return column;
}

QLayout* DrawPage::buildInputColumn() {
    m_inputTitle->setObjectName(QStringLiteral("inputTitle"));
    m_image->setObjectName(QStringLiteral("fedImage"));
    m_image->setAccessibleName(tr("The image that is fed in"));
    const int side = m_image->sizeHint().width() * 2;
    m_image->setFixedSize(side, side);
    m_byMass->setObjectName(QStringLiteral("placeByMass"));
    m_byMass->setToolTip(tr("MNIST's digits fill a box of 20 × 20 pixels and have their centre of mass in the middle.\n"
                            "Without it, the pad is the image: for data that is not placed like that."));
    connect(m_byMass, &QCheckBox::toggled, this, [this] {
        m_isInputStale = true;
        showHow();
        refreshSoon();
    });
    m_inverts->setObjectName(QStringLiteral("invertPicture"));
    m_inverts->setToolTip(tr("Networks for digits learn from light ink on a dark ground.\n"
                             "A picture with a light ground is inverted by itself."));
    connect(m_inverts, &QCheckBox::toggled, this, [this](bool inverts) {
        m_pad->setInverts(inverts);
        showHow();
    });
    auto* open = new QPushButton(tr("Open &picture…"), this);
    open->setObjectName(QStringLiteral("openPicture"));
    open->setToolTip(tr("A picture takes the drawing's place. It may be dropped here or pasted as well (%1).")
                         .arg(QKeySequence(QKeySequence::Paste).toString(QKeySequence::NativeText)));
    connect(open, &QPushButton::clicked, this, &DrawPage::choosePicture);
    addAction("pastePicture", tr("Paste a picture"), "duplicate", QKeySequence(QKeySequence::Paste), Qt::WindowShortcut,
        [this] { paste(); });
    m_save->setObjectName(QStringLiteral("saveInput"));
    m_save->setToolTip(tr("Saves the image that is fed in, pixel for pixel, as PNG"));
    m_save->setEnabled(false);
    connect(m_save, &QPushButton::clicked, this, &DrawPage::chooseSavePath);

    auto* buttons = new QHBoxLayout;
    buttons->addWidget(open, 1);
    buttons->addWidget(m_save, 1);
    auto* column = new QVBoxLayout;
    column->setSpacing(8);
    column->addWidget(m_inputTitle);
    column->addWidget(m_image);
    m_how->setFixedWidth(side);
    column->addWidget(m_how);
    column->addWidget(m_byMass);
    column->addWidget(m_inverts);
    column->addStretch(1);
    column->addLayout(buttons);
    return column;
}

QLayout* DrawPage::buildAnswerColumn() {
    m_verdict->setObjectName(QStringLiteral("drawVerdict"));
    m_verdict->setWordWrap(true);
    m_verdict->setTextFormat(Qt::RichText);
    m_bars->setObjectName(QStringLiteral("drawBars"));
    m_bars->setMostRows(mostBars);
    m_look->setObjectName(QStringLiteral("lookInside"));
    m_look->setToolTip(tr("Shows what each layer makes of the drawing, in the strip below and in Look"));
    m_look->setEnabled(false); // until there is something to look at
    connect(m_look, &QPushButton::clicked, this, &DrawPage::lookInside);

    auto* column = new QVBoxLayout;
    column->setSpacing(8);
    column->addWidget(heading(tr("What the network says"), this));
    column->addWidget(m_verdict);
    column->addWidget(m_bars);
    column->addWidget(m_weights);
    column->addStretch(1);
    auto* row = new QHBoxLayout;
    row->addWidget(m_look);
    row->addStretch(1);
    column->addLayout(row);
    return column;
}

} // namespace kernelscope
