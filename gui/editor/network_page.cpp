// SPDX-License-Identifier: GPL-3.0-or-later
#include "editor/network_page.h"

#include "app/file_saver.h"
#include "app/svg_icon.h"
#include "editor/estimate_rows.h"
#include "editor/layer_list.h"
#include "editor/layer_pane.h"
#include "editor/totals_card.h"
#include "widgets/number_text.h"
#include "widgets/open_dialog.h"
#include "widgets/save_dialog.h"
#include "widgets/scrolled_page.h"

#include <QAction>
#include <QDragEnterEvent>
#include <QFile>
#include <QFrame>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QMimeData>
#include <QPushButton>
#include <QScrollArea>
#include <QStyle>
#include <QToolButton>
#include <QUrl>
#include <QVBoxLayout>

namespace kernelscope {
namespace {

/// A run's record says in its first line that it is one; whatever else is wrong with a file, the editor says.
bool isRunRecord(const QString& path) {
    constexpr qint64 peeked = 512;
    QFile file(path);
    return file.open(QIODevice::ReadOnly) && file.read(peeked).contains("\"kernelscope-run\"");
}

/// The one network file that is being dragged; empty where it is anything else.
QString draggedNetwork(const QMimeData* mime) {
    const QList<QUrl> urls = mime->urls();
    if (urls.size() != 1 || !urls.front().isLocalFile())
        return {};
    const QString path = urls.front().toLocalFile();
    return path.endsWith(QLatin1String(".json"), Qt::CaseInsensitive) && !isRunRecord(path) ? path : QString();
}

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

NetworkPage::NetworkPage(Session& session, NetworkEditor& editor, QWidget* parent)
    : QWidget(parent),
      m_session(session),
      m_editor(&editor),
      m_name(new QLineEdit(this)),
      m_list(new LayerList(*m_editor, session, this)),
      m_presets(new QPushButton(tr("Start from"), this)),
      m_open(new QPushButton(tr("O&pen…"), this)),
      m_readOnly(new Notice(Notice::Kind::Information, "readOnlyNotice", this)),
      m_problem(new Notice(Notice::Kind::Problem, "problemNotice", this)),
      m_inputNotice(new Notice(Notice::Kind::Information, "inputNotice", this)),
      m_classesNotice(new Notice(Notice::Kind::Information, "classesNotice", this)),
      m_fileNotice(new Notice(Notice::Kind::Problem, "fileNotice", this)),
      m_saver(new FileSaver(this)) {
    setObjectName(QStringLiteral("networkPage"));
    setAcceptDrops(true);
    buildActions();

    auto* columns = new QHBoxLayout;
    columns->setSpacing(20);
    columns->addWidget(buildList(), 1);
    columns->addWidget(buildSide());

    auto* page = new QWidget;
    auto* layout = new LeastHeightLayout(page);
    layout->setContentsMargins(16, 12, 16, 12);
    layout->setSpacing(10);
    layout->addLayout(buildFileRow());
    layout->addLayout(buildAddRow());
    for (Notice* notice : {m_readOnly, m_fileNotice, m_problem, m_inputNotice, m_classesNotice})
        layout->addWidget(notice);
    layout->addLayout(columns, 1);

    fillScrolled(*this, page, "networkScroll");

    connect(m_editor, &NetworkEditor::draftChanged, this, [this] {
        m_fileNotice->dismiss();
        refresh();
    });
    connect(&session, &Session::dataChanged, m_fileNotice, &Notice::dismiss);
    connect(m_editor, &NetworkEditor::selectionChanged, this, &NetworkPage::refresh);
    connect(m_editor, &NetworkEditor::editableChanged, this, &NetworkPage::refresh);
    connect(m_editor, &NetworkEditor::setupChanged, this, &NetworkPage::refresh);
    connect(&m_editor->undoStack(), &QUndoStack::indexChanged, this, &NetworkPage::refresh);
    refresh();
}

NetworkPage::~NetworkPage() {
    m_name->disconnect(this); // it loses the focus on its way out, and would tell what is half gone
}

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
    layout->setContentsMargins(0, 0, 0, 0);
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

void NetworkPage::refresh() {
    const bool canEdit = m_editor->canEdit();
    const QUndoStack& stack = m_editor->undoStack();
    const auto showStep = [&](QAction* action, bool isPossible, const QString& verb, const QString& text) {
        action->setEnabled(canEdit && isPossible);
        const QString what = isPossible ? tr("%1 %2").arg(verb, text) : verb;
        action->setToolTip(tr("%1 (%2)").arg(what, action->shortcut().toString(QKeySequence::NativeText)));
    };
    showStep(m_undo, stack.canUndo(), tr("Undo"), stack.undoText());
    showStep(m_redo, stack.canRedo(), tr("Redo"), stack.redoText());
    const int selected = m_editor->selected();
    const int last = static_cast<int>(m_editor->draft().layers.size()) - 1;
    m_up->setEnabled(canEdit && selected > 0);
    m_down->setEnabled(canEdit && selected >= 0 && selected < last);
    m_duplicate->setEnabled(canEdit && selected >= 0);
    m_remove->setEnabled(canEdit && selected >= 0);
    for (QAbstractButton* button : m_addButtons)
        button->setEnabled(canEdit);
    for (QWidget* widget : std::initializer_list<QWidget*>{m_name, m_presets, m_open})
        widget->setEnabled(canEdit);
    const QString name = QString::fromStdString(m_editor->draft().name);
    if (!m_name->hasFocus() || !m_name->isModified())
        m_name->setText(name);
    showNotices();
}

Notice::Remedy NetworkPage::remedy(const NetworkFix& fix) {
    const auto text = [&] {
        const QString number = countText(fix.value);
        switch (fix.kind) {
        case NetworkFix::Kind::InsertFlatten:
            return tr("Insert flatten");
        case NetworkFix::Kind::AddOutput:
            return tr("Add a dense layer of %1").arg(number);
        case NetworkFix::Kind::RemoveLayer:
            return tr("Remove the layer");
        case NetworkFix::Kind::UseDataShape:
            return tr("Use the data's shape");
        case NetworkFix::Kind::UseClasses:
            return tr("Use %1 units").arg(number);
        case NetworkFix::Kind::ChangeField:
            break;
        }
        const LayerField* field = findField(m_editor->draft().layers[fix.layer], fix.field);
        return tr("%1 %2", "a field and its new value: Kernel size 3")
            .arg(field ? catalogueText(field->label) : QString::fromStdString(fix.field), number);
    };
    return {text(), tr("One step, which Undo takes back"), [this, fix] { m_editor->apply(fix); }};
}

void NetworkPage::showNotices() {
    const std::optional<DataMeasures> wanted = m_editor->data();
    if (m_editor->canEdit())
        m_readOnly->dismiss();
    else
        m_readOnly->show(tr("A run goes on with this network. It can be edited when the run has ended."),
            {{tr("Stop the run"), tr("Ends the run; what was learnt is kept"), [this] { m_session.run().stop(); }}});

    const NetworkOutline& outline = m_editor->outline();
    if (outline.compiles()) {
        m_problem->dismiss();
    } else {
        std::vector<Notice::Remedy> remedies;
        for (const NetworkFix& fix : fixesOf(m_editor->draft(), wanted ? wanted->classes : 0))
            if (remedies.size() < 3)
                remedies.push_back(remedy(fix));
        remedies.push_back(
            {tr("Go back to what fits"), tr("The last network whose layers fitted, which all other views still show"),
                [this] { m_editor->revert(); }});
        m_problem->show(withShapes(QString::fromStdString(outline.problem->message)), std::move(remedies));
    }

    const std::optional<NetworkFix> input = wanted ? inputFix(m_editor->draft(), *wanted) : std::nullopt;
    if (input)
        m_inputNotice->show(tr("The network reads images of %1, but the data's are %2. It cannot be trained on them.")
                                .arg(shapeText(m_editor->draft().input), shapeText(wanted->shape)),
            {remedy(*input)});
    else
        m_inputNotice->dismiss();
    const std::optional<NetworkFix> classes = wanted ? classesFix(m_editor->draft(), *wanted) : std::nullopt;
    if (classes)
        m_classesNotice->show(tr("The network has %1 outputs, but the data has %2 classes: one output for each.")
                                  .arg(countText(m_editor->plan()->classes), countText(wanted->classes)),
            {remedy(*classes)});
    else
        m_classesNotice->dismiss();
}

bool NetworkPage::commit() {
    if (m_name->isModified() && m_editor->canEdit())
        m_editor->rename(m_name->text());
    return m_editor->commit();
}

void NetworkPage::demandAttention() {
    m_problem->demandAttention();
}

void NetworkPage::showFileError(const QString& message) {
    m_fileNotice->show(message, {{tr("Dismiss"), tr("Hides this message"), [this] { m_fileNotice->dismiss(); }}});
}

void NetworkPage::openFile(const QString& path) {
    if (const std::optional<QString> failure = m_editor->open(path))
        showFileError(*failure);
    else
        emit fileOpened(path);
}

void NetworkPage::chooseFile() {
    askWhatToOpen(this,
        {tr("Open a network"), tr("Networks (*.json);;All files (*)"), QStringLiteral("openNetworkDialog")},
        [this](const QString& path) { openFile(path); });
}

void NetworkPage::chooseTarget() {
    const QString name = QString::fromStdString(m_editor->draft().name).replace(QLatin1Char('/'), QLatin1Char('-'));
    askWhereToSave(this,
        {tr("Save the network"), name, tr("Networks (*.json)"), QStringLiteral("json"),
            QStringLiteral("saveNetworkDialog")},
        [this](const QString& path) {
            m_saver->save(path, m_editor->text(), [this](const std::optional<QString>& failure) {
                if (failure)
                    showFileError(*failure);
                else
                    m_fileNotice->dismiss();
            });
        });
}

void NetworkPage::dragEnterEvent(QDragEnterEvent* event) {
    if (m_editor->canEdit() && !draggedNetwork(event->mimeData()).isEmpty())
        event->acceptProposedAction();
    else
        event->ignore(); // the window knows what to do with other files
}

void NetworkPage::dropEvent(QDropEvent* event) {
    event->acceptProposedAction();
    openFile(draggedNetwork(event->mimeData()));
}

} // namespace kernelscope
