// SPDX-License-Identifier: GPL-3.0-or-later
#include "editor/network_page.h"

#include "app/file_saver.h"
#include "editor/layer_list.h"
#include "widgets/number_text.h"
#include "widgets/open_dialog.h"
#include "widgets/save_dialog.h"
#include "widgets/scrolled_page.h"

#include <QAction>
#include <QDragEnterEvent>
#include <QFile>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QMimeData>
#include <QPushButton>
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
