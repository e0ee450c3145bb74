// SPDX-License-Identifier: GPL-3.0-or-later
#include "train/train_workspace.h"

#include "data/data_page.h"
#include "draw/draw_page.h"
#include "editor/network_editor.h"
#include "editor/network_page.h"
#include "mistakes/mistakes_page.h"
#include "train/run_page.h"

#include <QButtonGroup>
#include <QHBoxLayout>
#include <QShortcut>
#include <QStackedWidget>
#include <QToolButton>
#include <QVBoxLayout>

#include <algorithm>

namespace kernelscope {

TrainWorkspace::TrainWorkspace(Session& session, QWidget* parent)
    : QWidget(parent),
      m_session(session),
      m_editor(new NetworkEditor(session, this)),
      m_buttonRow(new QHBoxLayout),
      m_buttons(new QButtonGroup(this)),
      m_stack(new QStackedWidget(this)) {
    setObjectName(QStringLiteral("trainWorkspace"));
    m_buttonRow->setContentsMargins(16, 8, 16, 0);
    m_buttonRow->setSpacing(4);
    m_buttonRow->addStretch();
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addLayout(m_buttonRow);
    layout->addWidget(m_stack, 1);
    connect(m_buttons, &QButtonGroup::idClicked, this,
        [this](int id) { showPage(m_pages[static_cast<std::size_t>(id)].name); });
    addPages();
    showPage(m_pages.front().name); // the run's page answers the window's buttons, so it is always there
}

TrainWorkspace::~TrainWorkspace() {
    delete m_stack; // pages use the editor to their end, and children go in the order in which they were made
}

void TrainWorkspace::addPages() {
    addPage("run", tr("Run"), tr("Set up a training and watch its curves"), [this] {
        m_run = new RunPage(m_session, m_stack);
        connect(m_run, &RunPage::networkEditRequested, this, [this] { showPage(QStringLiteral("network")); });
        connect(m_run, &RunPage::compareRequested, this, &TrainWorkspace::compareRequested);
        connect(m_run, &RunPage::attentionRequested, this, [this] {
            showPage(QStringLiteral("run"));
            emit attentionRequested();
        });
        return m_run;
    });
    addPage("network", tr("Network"), tr("Build the network, layer by layer"), [this] {
        m_network = new NetworkPage(m_session, *m_editor, m_stack);
        connect(m_network, &NetworkPage::fileOpened, this, &TrainWorkspace::networkFileOpened);
        return m_network;
    });
    addPage("data", tr("Data"), tr("See what is learnt from, or choose other data"), [this] {
        auto* page = new DataPage(m_session, m_stack);
        connect(page, &DataPage::networkEditRequested, this, [this] { showPage(QStringLiteral("network")); });
        connect(page, &DataPage::lookRequested, this, &TrainWorkspace::lookRequested);
        return page;
    });
    addPage("draw", tr("Draw"), tr("Draw something and see what the network says"), [this] {
        m_draw = new DrawPage(m_session, m_stack);
        connect(m_draw, &DrawPage::lookRequested, this, &TrainWorkspace::lookRequested);
        return m_draw;
    });
    addPage("mistakes", tr("Mistakes"), tr("What the network takes for what, and every image it gets wrong"), [this] {
        auto* mistakes = new MistakesPage(m_session, m_stack);
        connect(mistakes, &MistakesPage::lookRequested, this, &TrainWorkspace::lookRequested);
        return mistakes;
    });
}

void TrainWorkspace::addPage(
    const char* name, const QString& title, const QString& tip, std::function<QWidget*()> make) {
    const int number = static_cast<int>(m_pages.size());
    auto* button = new QToolButton(this);
    button->setObjectName(QStringLiteral("%1PageButton").arg(QLatin1String(name)));
    button->setText(title);
    button->setAccessibleName(title);
    button->setCheckable(true);
    button->setAutoRaise(true);
    button->setFocusPolicy(Qt::StrongFocus);
    const QKeySequence key(QStringLiteral("Alt+%1").arg(number + 1));
    button->setToolTip(tr("%1 (%2)").arg(tip, key.toString(QKeySequence::NativeText)));
    m_buttons->addButton(button, number);
    m_buttonRow->insertWidget(number, button);
    const QString pageName = QString::fromLatin1(name);
    connect(new QShortcut(key, this), &QShortcut::activated, this, [this, pageName] { showPage(pageName); });
    m_pages.push_back({pageName, std::move(make), nullptr});
}

QStringList TrainWorkspace::pages() const {
    QStringList names;
    for (const Page& page : m_pages)
        names << page.name;
    return names;
}

QString TrainWorkspace::currentPage() const {
    for (const Page& page : m_pages)
        if (page.widget && page.widget == m_stack->currentWidget())
            return page.name;
    return {};
}

void TrainWorkspace::showPage(const QString& name) {
    const auto wanted = std::find_if(m_pages.begin(), m_pages.end(), [&](const Page& p) { return p.name == name; });
    if (wanted == m_pages.end())
        return;
    if (!wanted->widget) {
        wanted->widget = wanted->make();
        m_stack->addWidget(wanted->widget);
    }
    m_buttons->button(static_cast<int>(wanted - m_pages.begin()))->setChecked(true);
    if (m_stack->currentWidget() == wanted->widget && m_stack->count() > 1)
        return;
    m_stack->setCurrentWidget(wanted->widget);
    emit pageChanged(name);
}

void TrainWorkspace::openPicture(const QString& path) {
    showPage(QStringLiteral("draw"));
    m_draw->openPicture(path);
}

bool TrainWorkspace::commitSetup() {
    // An edit of a moment ago counts; a network that does not fit together is no setup.
    if (m_network && !m_network->commit()) {
        emit attentionRequested();
        showPage(QStringLiteral("network"));
        m_network->demandAttention();
        return false;
    }
    return m_run->commitSetup();
}

} // namespace kernelscope
