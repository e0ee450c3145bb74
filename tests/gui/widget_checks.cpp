// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/widget_checks.h"

#include <QtTest>
#include <QtWidgets>

#include <functional>
#include <map>

namespace kernelscope::testing {
namespace {

/// Like a path, from the last widget with a name: "runBar/QLabel 'Ready'".
QString described(const QWidget* widget) {
    QString own = QString::fromLatin1(widget->metaObject()->className());
    if (!widget->objectName().isEmpty())
        own = widget->objectName();
    if (const auto* label = qobject_cast<const QLabel*>(widget))
        own += QStringLiteral(" '%1'").arg(label->text().left(60));
    else if (const auto* button = qobject_cast<const QAbstractButton*>(widget))
        own += QStringLiteral(" '%1'").arg(button->text().left(60));
    for (const QWidget* parent = widget->parentWidget(); parent; parent = parent->parentWidget())
        if (!parent->objectName().isEmpty() && !parent->objectName().startsWith(QLatin1String("qt_")))
            return parent->objectName() + QLatin1Char('/') + own;
    return own;
}

/// Parts of one of Qt's own controls, whose matter they are.
bool isInnerPart(const QWidget* widget) {
    if (widget->objectName().startsWith(QLatin1String("qt_")))
        return true;
    for (const QWidget* parent = widget->parentWidget(); parent && !widget->isWindow(); parent = parent->parentWidget())
        if (qobject_cast<const QAbstractSpinBox*>(parent) || qobject_cast<const QComboBox*>(parent) ||
            qobject_cast<const QHeaderView*>(parent) || qobject_cast<const QMenuBar*>(parent) ||
            qobject_cast<const QScrollBar*>(parent))
            return true;
    return qobject_cast<const QScrollBar*>(widget) || qobject_cast<const QHeaderView*>(widget);
}

QList<QWidget*> visibleWidgets(const QWidget& window) {
    QList<QWidget*> widgets;
    for (QWidget* widget : window.findChildren<QWidget*>())
        if (widget->isVisible() && widget->window() == &window && !isInnerPart(widget))
            widgets << widget;
    return widgets;
}

void collect(const QMenu* menu, QSet<const QAction*>& actions) {
    for (const QAction* action : menu->actions()) {
        actions << action;
        if (action->menu())
            collect(action->menu(), actions);
    }
}

/// What lies in a scroll area may be larger than its viewport.
const QAbstractScrollArea* scrollAreaOf(const QWidget* widget) {
    const QWidget* viewport = widget->parentWidget();
    const auto* area = viewport ? qobject_cast<const QAbstractScrollArea*>(viewport->parentWidget()) : nullptr;
    return area && area->viewport() == viewport ? area : nullptr;
}

/// The space that a label has for its text.
QSize roomOf(const QLabel* label) {
    return label->contentsRect().size() - QSize(2 * label->margin(), 2 * label->margin());
}

QString sizes(QSize has, QSize needs) {
    return QStringLiteral(" has %1x%2, needs %3x%4")
        .arg(has.width())
        .arg(has.height())
        .arg(needs.width())
        .arg(needs.height());
}

/// Widest word of a plain text: no line can be narrower.
int widestWord(const QLabel* label) {
    if (Qt::mightBeRichText(label->text()))
        return 0;
    int widest = 0;
    for (const QString& word : label->text().split(QRegularExpression(QStringLiteral("[ \n]"))))
        widest = std::max(widest, label->fontMetrics().horizontalAdvance(word));
    return widest;
}

/// A rounding of half a pixel is no mistake.
constexpr int tolerance = 1;

std::optional<QSize> need(const QWidget* widget) {
    if (const auto* label = qobject_cast<const QLabel*>(widget)) {
        if (label->text().isEmpty() || label->property("elides").toBool())
            return std::nullopt;
        if (!label->wordWrap())
            return label->sizeHint();
        return QSize(widestWord(label), label->heightForWidth(label->width()));
    }
    if (const auto* button = qobject_cast<const QAbstractButton*>(widget)) {
        const auto* tool = qobject_cast<const QToolButton*>(button);
        const bool paintsItself = !tool && !qobject_cast<const QPushButton*>(button) &&
                                  !qobject_cast<const QCheckBox*>(button) && !qobject_cast<const QRadioButton*>(button);
        const bool showsText = !tool || tool->toolButtonStyle() != Qt::ToolButtonIconOnly ||
                               (tool->icon().isNull() && tool->arrowType() == Qt::NoArrow);
        if (button->text().isEmpty() || paintsItself || !showsText || button->property("elides").toBool())
            return std::nullopt;
        const QFontMetrics metrics(button->font());
        QSize text = metrics.size(Qt::TextShowMnemonic, button->text());
        if (!button->icon().isNull() && (!tool || tool->toolButtonStyle() == Qt::ToolButtonTextBesideIcon))
            text.rwidth() += button->iconSize().width() + 4;
        return QSize(text.width() + 4, std::max(text.height(), button->minimumSizeHint().height()));
    }
    if (const auto* box = qobject_cast<const QComboBox*>(widget)) {
        QStyleOptionComboBox option;
        option.initFrom(box);
        option.editable = box->isEditable();
        const QRect edit =
            box->style()->subControlRect(QStyle::CC_ComboBox, &option, QStyle::SC_ComboBoxEditField, box);
        const int missing = box->fontMetrics().horizontalAdvance(box->currentText()) - edit.width();
        return QSize(box->width() + std::max(0, missing), box->minimumSizeHint().height());
    }
    if (const auto* box = qobject_cast<const QAbstractSpinBox*>(widget))
        return QSize(box->width(), box->minimumSizeHint().height()); // of their width the next figure decides
    if (const auto* field = qobject_cast<const QLineEdit*>(widget))
        return QSize(0, field->minimumSizeHint().height());
    return std::nullopt;
}

} // namespace

QStringList unnamedWidgets(const QWidget& window) {
    QStringList mistakes;
    for (QWidget* widget : visibleWidgets(window)) {
        if (widget->focusPolicy() == Qt::NoFocus)
            continue;
        QAccessibleInterface* accessible = QAccessible::queryAccessibleInterface(widget);
        if (!accessible || accessible->text(QAccessible::Name).trimmed().isEmpty())
            mistakes << described(widget) + QStringLiteral(" has no accessible name");
    }
    return mistakes;
}

QStringList duplicateMnemonics(const QWidget& window) {
    QStringList mistakes;
    const auto add = [&](std::map<QString, QString>& known, const QString& text, const QString& owner) {
        const QString key = QKeySequence::mnemonic(text).toString();
        if (key.isEmpty())
            return;
        if (const auto [it, isNew] = known.try_emplace(key, owner); !isNew)
            mistakes << QStringLiteral("%1 is wanted by %2 and by %3").arg(key, it->second, owner);
    };
    // Whoever presses one wants one thing, wherever on the screen it stands.
    std::map<QString, QString> owners;
    for (const QMenuBar* bar : window.findChildren<QMenuBar*>())
        for (const QAction* action : bar->actions())
            add(owners, action->text(), action->text());
    for (const QShortcut* shortcut : window.findChildren<QShortcut*>())
        owners.try_emplace(shortcut->key().toString(), QStringLiteral("a shortcut"));
    for (const QWidget* widget : visibleWidgets(window)) {
        if (const auto* button = qobject_cast<const QAbstractButton*>(widget))
            add(owners, button->text(), described(widget));
        else if (const auto* box = qobject_cast<const QGroupBox*>(widget))
            add(owners, box->title(), described(widget));
        else if (const auto* label = qobject_cast<const QLabel*>(widget); label && label->buddy())
            add(owners, label->text(), described(widget));
    }
    for (const QMenu* menu : window.findChildren<QMenu*>()) {
        std::map<QString, QString> entries;
        for (const QAction* action : menu->actions())
            if (action->isVisible())
                add(entries, action->text(), QStringLiteral("%1 > %2").arg(menu->title(), action->text()));
    }
    return mistakes;
}

QStringList duplicateShortcuts(const QWidget& window) {
    QStringList mistakes;
    std::map<QString, QString> owners;
    const auto add = [&](const QKeySequence& key, const QString& owner) {
        if (key.isEmpty())
            return;
        if (const auto [it, isNew] = owners.try_emplace(key.toString(), owner); !isNew)
            mistakes << QStringLiteral("%1 is wanted by %2 and by %3").arg(key.toString(), it->second, owner);
    };
    const auto holds = [](Qt::ShortcutContext context) {
        return context == Qt::WindowShortcut || context == Qt::ApplicationShortcut;
    };
    for (const QAction* action : window.findChildren<QAction*>()) {
        // A menu's hold although it is closed, a page's as long as it is on show.
        const auto* owner = qobject_cast<const QWidget*>(action->parent());
        const bool isAsleep = owner && !qobject_cast<const QMenu*>(owner) && !owner->isVisible();
        if (holds(action->shortcutContext()) && !isAsleep)
            for (const QKeySequence& key : action->shortcuts())
                add(key, action->text());
    }
    for (const QShortcut* shortcut : window.findChildren<QShortcut*>()) {
        const auto* owner = qobject_cast<const QWidget*>(shortcut->parent());
        if (holds(shortcut->context()) && owner && owner->isVisible())
            add(shortcut->key(), QStringLiteral("a shortcut of ") + described(owner));
    }
    return mistakes;
}

QStringList unreachableActions(const QWidget& window) {
    QSet<const QAction*> reachable;
    for (const QMenuBar* bar : window.findChildren<QMenuBar*>())
        for (const QAction* action : bar->actions()) {
            reachable << action;
            if (action->menu())
                collect(action->menu(), reachable);
        }
    for (const QPushButton* button : window.findChildren<QPushButton*>())
        if (button->menu())
            collect(button->menu(), reachable);
    for (const QToolButton* button : window.findChildren<QToolButton*>()) {
        if (button->menu())
            collect(button->menu(), reachable);
        if (button->defaultAction())
            reachable << button->defaultAction();
    }
    QStringList mistakes;
    for (const QAction* action : window.findChildren<QAction*>()) {
        bool isOfQt = false; // a line edit's clear button, a text's context menu
        for (const QObject* owner = action->parent(); owner && !isOfQt; owner = owner->parent())
            isOfQt = qobject_cast<const QLineEdit*>(owner) || owner->objectName().startsWith(QLatin1String("qt_"));
        const auto* menu = qobject_cast<const QMenu*>(action->parent());
        if (isOfQt || action->isSeparator() || action->text().isEmpty() || (menu && menu->menuAction() == action))
            continue;
        if (!reachable.contains(action) && action->shortcut().isEmpty())
            mistakes << QStringLiteral("nothing leads to “%1” (%2)").arg(action->text(), action->objectName());
    }
    return mistakes;
}

QStringList tabOrderMistakes(QWidget& window) {
    QStringList mistakes;
    const auto isStop = [](const QWidget* widget) {
        return widget->isEnabled() && (widget->focusPolicy() & Qt::TabFocus) == Qt::TabFocus &&
               !qobject_cast<const QMenuBar*>(widget);
    };
    const auto isExclusive = [](const QWidget* widget) { // only the chosen one of a group is a stop
        const auto* button = qobject_cast<const QAbstractButton*>(widget);
        const bool isOneOfGroup =
            button && (button->autoExclusive() || (button->group() && button->group()->exclusive()));
        return isOneOfGroup && !button->isChecked();
    };
    QList<QWidget*> stops;
    for (QWidget* widget : visibleWidgets(window))
        if (isStop(widget))
            stops << widget;
    if (stops.isEmpty())
        return {};
    QList<QWidget*> visited;
    stops.front()->setFocus(Qt::TabFocusReason);
    for (qsizetype i = 0; i < 8 * stops.size() + 20; ++i) {
        QWidget* focused = QApplication::focusWidget();
        // The links of a text are stops of their own.
        if (!focused || (visited.contains(focused) && focused != visited.back()))
            break;
        if (!visited.contains(focused))
            visited << focused;
        QTest::keyClick(focused, Qt::Key_Tab);
    }
    for (const QWidget* stop : stops) {
        bool arrived = isExclusive(stop);
        for (const QWidget* widget : visited)
            arrived = arrived || widget == stop || stop->isAncestorOf(widget) || widget == stop->focusProxy();
        if (!arrived && stop->isEnabled())
            mistakes << QStringLiteral("Tab does not reach ") + described(stop);
    }
    // Where two stops meet in the tree, the parts that they belong to must follow the direction of reading.
    for (qsizetype i = 1; i < visited.size(); ++i) {
        const QWidget* common = visited[i - 1];
        while (common && common != visited[i] && !common->isAncestorOf(visited[i]))
            common = common->parentWidget();
        if (!common || common == visited[i] || common == visited[i - 1])
            continue;
        const auto partOf = [common](const QWidget* widget) {
            while (widget->parentWidget() != common)
                widget = widget->parentWidget();
            return widget->geometry();
        };
        const QRect from = partOf(visited[i - 1]);
        const QRect to = partOf(visited[i]);
        const bool sameRow = to.center().y() > from.top() && to.center().y() < from.bottom() &&
                             from.center().y() > to.top() && from.center().y() < to.bottom();
        const bool isBack = sameRow ? to.right() < from.left() : to.bottom() < from.top() && to.left() < from.right();
        if (isBack && visited[i] != stops.front())
            mistakes
                << QStringLiteral("Tab goes back from %1 to %2").arg(described(visited[i - 1]), described(visited[i]));
    }
    return mistakes;
}

QStringList clippedTexts(const QWidget& window) {
    QStringList mistakes;
    for (const QWidget* widget : visibleWidgets(window)) {
        const std::optional<QSize> needs = need(widget);
        if (!needs)
            continue;
        const auto* label = qobject_cast<const QLabel*>(widget);
        const QSize has = label && label->wordWrap() ? QSize(roomOf(label).width(), label->height()) : widget->size();
        if (has.width() + tolerance < needs->width() || has.height() + tolerance < needs->height())
            mistakes << described(widget) + sizes(has, *needs);
    }
    return mistakes;
}

QStringList misplacedWidgets(const QWidget& window) {
    QStringList mistakes;
    for (const QWidget* widget : visibleWidgets(window)) {
        const QWidget* parent = widget->parentWidget();
        if (const QAbstractScrollArea* area = scrollAreaOf(widget)) {
            if (area->horizontalScrollBarPolicy() == Qt::ScrollBarAlwaysOff && widget->width() > parent->width())
                mistakes << described(widget) + QStringLiteral(" is wider than what scrolls only upwards");
        } else if (parent && !widget->isWindow() && !parent->rect().contains(widget->geometry())) {
            mistakes << QStringLiteral("%1 leaves its parent").arg(described(widget)) +
                            sizes(
                                parent->size(), QSize(widget->geometry().right() + 1, widget->geometry().bottom() + 1));
        }
        const QLayout* layout = widget->layout();
        if (!layout)
            continue;
        QList<const QWidget*> managed;
        const std::function<void(const QLayout*)> walk = [&](const QLayout* of) {
            for (int i = 0; i < of->count(); ++i) {
                QLayoutItem* item = of->itemAt(i);
                if (const QWidget* child = item->widget(); child && child->isVisible())
                    managed << child;
                else if (item->layout())
                    walk(item->layout());
            }
        };
        walk(layout);
        for (qsizetype i = 0; i < managed.size(); ++i)
            for (qsizetype k = i + 1; k < managed.size(); ++k)
                if (managed[i]->geometry().intersects(managed[k]->geometry()))
                    mistakes << QStringLiteral("%1 and %2 overlap").arg(described(managed[i]), described(managed[k]));
    }
    return mistakes;
}

} // namespace kernelscope::testing
