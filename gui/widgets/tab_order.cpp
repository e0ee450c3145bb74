// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/tab_order.h"

#include <QFormLayout>
#include <QGridLayout>
#include <QLayout>
#include <QSet>
#include <QSplitter>
#include <QWidget>

#include <algorithm>
#include <vector>

namespace kernelscope {
namespace {

/// Goes through widgets and layouts as they are read, and notes what takes the focus.
class Reader {
public:
    void read(QWidget* widget) {
        if (m_seen.contains(widget) || widget->isWindow())
            return;
        m_seen.insert(widget);
        if (widget->focusPolicy() != Qt::NoFocus)
            m_stops.push_back(widget);
        if (widget->layout())
            read(widget->layout());
        if (const auto* splitter = qobject_cast<QSplitter*>(widget))
            for (int i = 0; i < splitter->count(); ++i)
                read(splitter->widget(i));
        for (QObject* child : widget->children())
            if (auto* inside = qobject_cast<QWidget*>(child))
                read(inside);
    }

    const std::vector<QWidget*>& stops() const { return m_stops; }

private:
    void read(QLayout* layout) {
        std::vector<int> order(static_cast<std::size_t>(layout->count()));
        for (int i = 0; i < layout->count(); ++i)
            order[static_cast<std::size_t>(i)] = i;
        // The cells of a grid are numbered as they were filled.
        if (const auto* grid = qobject_cast<QGridLayout*>(layout))
            std::stable_sort(
                order.begin(), order.end(), [grid](int a, int b) { return place(*grid, a) < place(*grid, b); });
        if (const auto* form = qobject_cast<QFormLayout*>(layout))
            std::stable_sort(
                order.begin(), order.end(), [form](int a, int b) { return place(*form, a) < place(*form, b); });
        for (const int i : order) {
            QLayoutItem* item = layout->itemAt(i);
            if (item->widget())
                read(item->widget());
            else if (item->layout())
                read(item->layout());
        }
    }

    static std::pair<int, int> place(const QGridLayout& grid, int index) {
        int row = 0;
        int column = 0;
        int rows = 0;
        int columns = 0;
        grid.getItemPosition(index, &row, &column, &rows, &columns);
        return {row, column};
    }

    static std::pair<int, int> place(const QFormLayout& form, int index) {
        int row = 0;
        QFormLayout::ItemRole role = QFormLayout::LabelRole;
        form.getItemPosition(index, &row, &role);
        return {row, static_cast<int>(role)};
    }

    QSet<const QWidget*> m_seen;
    std::vector<QWidget*> m_stops;
};

} // namespace

void orderTabsAsRead(QWidget& part) {
    Reader reader;
    reader.read(&part);
    for (std::size_t i = 1; i < reader.stops().size(); ++i)
        QWidget::setTabOrder(reader.stops()[i - 1], reader.stops()[i]);
}

} // namespace kernelscope
