// SPDX-License-Identifier: GPL-3.0-or-later
// What NetworkPage is made of; what it shows is in network_page.cpp.
#include "editor/network_page.h"

#include "app/svg_icon.h"
#include "editor/estimate_rows.h"
#include "editor/layer_list.h"
#include "editor/layer_pane.h"
#include "editor/totals_card.h"
#include "widgets/number_text.h"

#include <QAction>
#include <QFrame>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QPushButton>
#include <QScrollArea>
#include <QStyle>
#include <QToolButton>
#include <QVBoxLayout>

namespace kernelscope {
namespace {

QToolButton* actionButton(QAction* action, QWidget* parent, Qt::ToolButtonStyle style) {
    auto* button = new QToolButton(parent);
    button->setDefaultAction(action);
    button->setObjectName(action->objectName() + QStringLiteral("Button"));
    button->setToolButtonStyle(style);
    button->setAutoRaise(true);
    button->setFocusPolicy(Qt::StrongFocus);
    button->setAccessibleName(action->text());
    return button;
}

QFrame* line(QWidget* parent) {
    auto* frame = new QFrame(parent);
    frame->setFrameShape(QFrame::HLine);
    frame->setFrameShadow(QFrame::Plain);
    frame->setForegroundRole(QPalette::Mid);
    return frame;
}

} // namespace

QAction* NetworkPage::addAction(const char* name, const QString& text, const char* icon, const QString& toolTip,
    const QKeySequence& key, std::function<void()> run) {
    auto* action = new QAction(svgIcon(icon), text, this);
    action->setObjectName(QLatin1String(name));
    action->setShortcut(key);
    action->setShortcutContext(Qt::WidgetWithChildrenShortcut);
    action->setToolTip(tr("%1 (%2)").arg(toolTip, key.toString(QKeySequence::NativeText)));
    connect(action, &QAction::triggered, this, std::move(run));
    return action;
}

void NetworkPage::buildActions() {
    m_undo = addAction("undoEdit", tr("Undo"), "undo", tr("Undo"), QKeySequence(Qt::CTRL | Qt::Key_Z),
        [this] { m_editor->undoStack().undo(); });
    m_redo = addAction("redoEdit", tr("Redo"), "redo", tr("Redo"), QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_Z),
        [this] { m_editor->undoStack().redo(); });
    for (QAction* action : {m_undo, m_redo}) {
        action->setShortcutContext(Qt::WindowShortcut); // wherever the focus is, as long as the page is on show
        QWidget::addAction(action);
    }
    m_up = addAction("moveLayerUp", tr("Up"), "move-up", tr("Move the selected layer towards the input"),
        QKeySequence(Qt::ALT | Qt::Key_Up), [this] { m_editor->move(m_editor->selected(), m_editor->selected() - 1); });
    m_down = addAction("moveLayerDown", tr("Down"), "move-down", tr("Move the selected layer towards the output"),
        QKeySequence(Qt::ALT | Qt::Key_Down),
        [this] { m_editor->move(m_editor->selected(), m_editor->selected() + 1); });
    m_duplicate =
        addAction("duplicateLayer", tr("Duplicate"), "duplicate", tr("Put a copy of the selected layer behind it"),
            QKeySequence(Qt::CTRL | Qt::Key_D), [this] { m_editor->duplicate(m_editor->selected()); });
    m_remove = addAction("removeLayer", tr("Remove"), "remove", tr("Remove the selected layer"),
        QKeySequence(Qt::Key_Delete), [this] { m_editor->remove(m_editor->selected()); });
    // Only where the list has the focus: in a box these keys are its own.
    for (QAction* action : {m_up, m_down, m_duplicate, m_remove})
        m_list->addAction(action);
}

QBoxLayout* NetworkPage::buildFileRow() {
    m_name->setObjectName(QStringLiteral("networkName"));
    m_name->setAccessibleName(tr("Name of the network"));
    m_name->setToolTip(tr("What the network is called, in files and in the table of runs"));
    m_name->setMaxLength(80);
    m_name->setMaximumWidth(fontMetrics().averageCharWidth() * 34);
    connect(m_name, &QLineEdit::editingFinished, this, [this] {
        if (m_name->isModified())
            m_editor->rename(m_name->text());
        refresh();
    });
    auto* label = new QLabel(tr("Na&me"), this);
    label->setBuddy(m_name);

    m_presets->setObjectName(QStringLiteral("presetButton"));
    m_presets->setAccessibleName(tr("Start from a built-in network"));
    m_presets->setToolTip(tr("One of the built-in networks as a starting point; Undo brings the present one back"));
    auto* menu = new QMenu(m_presets);
    menu->setObjectName(QStringLiteral("presetMenu"));
    for (const std::string& name : presetNames()) {
        const QString title = QString::fromStdString(name);
        const Plan plan = compile(preset(name), Fusion::Off);
        QAction* action = menu->addAction(
            tr("%1 (%2, %3 layers, %4 parameters)")
                .arg(title, shapeText(plan.network.input), countText(static_cast<std::int64_t>(plan.layers.size())),
                    countText(static_cast<std::int64_t>(plan.parameterCount))));
        action->setData(title);
        connect(action, &QAction::triggered, this,
            [this, name, title] { m_editor->replace(preset(name), tr("start from %1").arg(title)); });
    }
    m_presets->setMenu(menu);
    m_presets->setMinimumWidth(m_presets->sizeHint().width() + fontMetrics().averageCharWidth() * 2); // for its arrow

    m_open->setObjectName(QStringLiteral("openNetworkButton"));
    m_open->setToolTip(tr("A network described in a JSON file. It can be dropped here as well."));
    connect(m_open, &QPushButton::clicked, this, &NetworkPage::chooseFile);
    auto* save = new QPushButton(tr("&Save as…"), this);
    save->setObjectName(QStringLiteral("saveNetworkButton"));
    save->setToolTip(tr("Saves the network as it is shown as a JSON file, which the command line reads as well"));
    connect(save, &QPushButton::clicked, this, &NetworkPage::chooseTarget);

    auto* row = new QHBoxLayout;
    row->setSpacing(8);
    row->addWidget(label);
    row->addWidget(m_name, 1);
    row->addWidget(m_presets);
    row->addWidget(m_open);
    row->addWidget(save);
    row->addStretch();
    row->addWidget(actionButton(m_undo, this, Qt::ToolButtonTextBesideIcon));
    row->addWidget(actionButton(m_redo, this, Qt::ToolButtonTextBesideIcon));
    return row;
}

QBoxLayout* NetworkPage::buildAddRow() {
    auto* row = new QHBoxLayout;
    row->setSpacing(4);
    row->addWidget(new QLabel(tr("Add"), this));
    row->addSpacing(4);
    for (const LayerKind& kind : layerCatalogue()) {
        auto* button = new QToolButton(this);
        const QString name = QString::fromStdString(kind.name);
        button->setObjectName(QStringLiteral("add-%1").arg(name));
        button->setText(catalogueText(kind.label));
        button->setIcon(svgIcon(QStringLiteral("layer-%1").arg(name)));
        button->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
        button->setAutoRaise(true);
        button->setFocusPolicy(Qt::StrongFocus);
        button->setAccessibleName(tr("Add %1").arg(button->text()));
        button->setToolTip(QStringLiteral("<p>%1</p><p>%2</p>")
                               .arg(catalogueText(kind.tip).toHtmlEscaped(),
                                   tr("Added behind the selected layer, or where it fits.").toHtmlEscaped()));
        connect(button, &QToolButton::clicked, this, [this, &kind] { m_editor->add(kind); });
        row->addWidget(button);
        m_addButtons.push_back(button);
    }
    row->addStretch();
    return row;
}

QWidget* NetworkPage::buildList() {
    auto* host = new QWidget(this);
    auto* layout = new QVBoxLayout(host);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(6);
    layout->addWidget(m_list, 1);
    auto* row = new QHBoxLayout;
    row->setSpacing(4);
    for (QAction* action : {m_up, m_down, m_duplicate, m_remove})
        row->addWidget(actionButton(action, host, Qt::ToolButtonTextBesideIcon));
    row->addStretch();
    layout->addLayout(row);
    return host;
}

QWidget* NetworkPage::buildSide() {
    auto* side = new QWidget(this);
    auto* layout = new QHBoxLayout(side);
    layout->setContentsMargins(0, 0, 6, 0); // off the scroll bar
    layout->setSpacing(20);
    const int letter = fontMetrics().averageCharWidth();
    auto* pane = new LayerPane(*m_editor, side);
    pane->setFixedWidth(letter * 38);
    auto* totals = new QWidget(side);
    auto* column = new QVBoxLayout(totals);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(12);
    column->addWidget(new TotalsCard(*m_editor, m_session, totals));
    column->addWidget(line(totals));
    column->addWidget(new EstimateRows(*m_editor, m_session, totals));
    column->addStretch();
    totals->setFixedWidth(letter * 38);
    layout->addWidget(pane);
    layout->addWidget(totals);
    // The list beside it keeps its place, however much there is to say.
    auto* scroll = new QScrollArea(this);
    scroll->setObjectName(QStringLiteral("networkSideScroll"));
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setFocusPolicy(Qt::NoFocus);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    scroll->setWidgetResizable(true);
    scroll->setWidget(side);
    scroll->setFixedWidth(side->sizeHint().width() + style()->pixelMetric(QStyle::PM_ScrollBarExtent));
    scroll->setMinimumHeight(fontMetrics().height() * 20);
    return scroll;
}

} // namespace kernelscope
