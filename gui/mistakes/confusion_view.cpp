// SPDX-License-Identifier: GPL-3.0-or-later
#include "mistakes/confusion_view.h"

#include "widgets/number_text.h"

#include <QAccessibleWidget>
#include <QKeyEvent>
#include <QMouseEvent>

#include <algorithm>
#include <cmath>
#include <utility>

namespace kernelscope {
namespace {

constexpr double greatestSide = 100;
constexpr int mostSums = 20; // classes; beyond them sums would be too many numbers to read

class AccessibleConfusionView : public QAccessibleWidget {
public:
    explicit AccessibleConfusionView(ConfusionView* view) : QAccessibleWidget(view, QAccessible::Chart) {}

    QString text(QAccessible::Text which) const override {
        if (which == QAccessible::Value || which == QAccessible::Description)
            return static_cast<const ConfusionView*>(widget())->summary();
        if (which == QAccessible::Help)
            return ConfusionView::tr("The arrows choose a cell, a row or a column, Escape chooses nothing.");
        return QAccessibleWidget::text(which);
    }
};

QAccessibleInterface* makeInterface(const QString& className, QObject* object) {
    if (className == QLatin1String("kernelscope::ConfusionView"))
        if (auto* view = qobject_cast<ConfusionView*>(object))
            return new AccessibleConfusionView(view);
    return nullptr;
}

} // namespace

void installConfusionAccessibility() {
    static const bool installed = [] {
        QAccessible::installFactory(makeInterface);
        return true;
    }();
    Q_UNUSED(installed)
}

int ConfusionView::Layout::edge(int index) const {
    return static_cast<int>(std::lround(index * side));
}

ConfusionView::ConfusionView(QWidget* parent) : QWidget(parent) {
    installConfusionAccessibility();
    setObjectName(QStringLiteral("confusionView"));
    setAccessibleName(tr("Confusion matrix"));
    setFocusPolicy(Qt::StrongFocus);
    setMouseTracking(true);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Expanding);
}

void ConfusionView::setEvaluated(EvaluatedPtr evaluated) {
    const int before = classes();
    m_evaluated = std::move(evaluated);
    if (classes() != before) {
        m_hovered.reset();
        choose({});
    }
    forget();
}

void ConfusionView::setLogarithmic(bool logarithmic) {
    m_logarithmic = logarithmic;
    forget();
}

void ConfusionView::choose(CellChoice choice) {
    choice.truth = std::clamp(choice.truth, -1, classes() - 1);
    choice.predicted = std::clamp(choice.predicted, -1, classes() - 1);
    if (choice == m_choice)
        return;
    m_choice = choice;
    update();
    QAccessibleValueChangeEvent event(this, summary());
    QAccessible::updateAccessibility(&event);
    emit chosen(choice);
}

QString ConfusionView::summary() const {
    return m_evaluated ? choiceText(*m_evaluated, m_choice) : tr("Nothing has been tested yet.");
}

QSize ConfusionView::sizeHint() const {
    return QSize(46, 40) * fontMetrics().averageCharWidth();
}

QSize ConfusionView::minimumSizeHint() const {
    return QSize(34, 28) * fontMetrics().averageCharWidth();
}

void ConfusionView::forget() {
    m_picture = QPixmap();
    arrange();
    update();
}

void ConfusionView::arrange() {
    m_layout = {};
    const int n = classes();
    if (n == 0)
        return;
    const QFontMetrics metrics = fontMetrics();
    int widest = 0;
    for (const QString& name : m_evaluated->names)
        widest = std::max(widest, metrics.horizontalAdvance(name) + 2); // rounded: what just fits must not be cut
    const int line = metrics.height();
    if (n <= mostSums)
        m_layout.sums = metrics.horizontalAdvance(countText(m_evaluated->matrix.total())) + gap;
    const int sumsHeight = m_layout.sums > 0 ? line + gap : 0;
    m_layout.rowNames = std::min(widest, width() / 4) + gap;
    const auto sideFor = [&](int above) {
        const int across = width() - line - m_layout.rowNames - m_layout.sums - 2;
        const int down = height() - line - above - sumsHeight - 2;
        return std::clamp(std::min(across, down) / static_cast<double>(n), 1.0, greatestSide);
    };
    m_layout.columnNames = line + gap;
    m_layout.side = sideFor(m_layout.columnNames);
    m_layout.turned = widest > m_layout.side - 2;
    if (m_layout.turned) {
        m_layout.columnNames = std::min(widest, height() / 4) + gap;
        m_layout.side = sideFor(m_layout.columnNames);
    }
    m_layout.origin = {line + m_layout.rowNames, line + m_layout.columnNames};
}

int ConfusionView::nameStep() const {
    return std::max(1, static_cast<int>(std::ceil(fontMetrics().height() / m_layout.side)));
}

QRect ConfusionView::cellRect(CellChoice at) const {
    if (classes() == 0 || at.isNothing())
        return {};
    const QPoint origin = m_layout.origin;
    const int left = at.predicted < 0 ? origin.x() - m_layout.rowNames : origin.x() + m_layout.edge(at.predicted);
    const int right = at.predicted < 0 ? origin.x() : origin.x() + m_layout.edge(at.predicted + 1);
    const int top = at.truth < 0 ? origin.y() - m_layout.columnNames : origin.y() + m_layout.edge(at.truth);
    const int bottom = at.truth < 0 ? origin.y() : origin.y() + m_layout.edge(at.truth + 1);
    return {left, top, right - left, bottom - top};
}

std::optional<CellChoice> ConfusionView::at(const QPoint& point) const {
    const int n = classes();
    const auto indexOf = [&](int distance, int names) -> std::optional<int> {
        if (distance < -names || distance >= m_layout.edge(n))
            return std::nullopt;
        if (distance < 0)
            return -1;
        int index = std::min(n - 1, static_cast<int>(distance / m_layout.side));
        while (index > 0 && distance < m_layout.edge(index))
            --index;
        while (index + 1 < n && distance >= m_layout.edge(index + 1))
            ++index;
        return index;
    };
    if (n == 0)
        return std::nullopt;
    const std::optional<int> truth = indexOf(point.y() - m_layout.origin.y(), m_layout.columnNames);
    const std::optional<int> predicted = indexOf(point.x() - m_layout.origin.x(), m_layout.rowNames);
    if (!truth || !predicted || (*truth < 0 && *predicted < 0))
        return std::nullopt;
    return CellChoice{*truth, *predicted};
}

void ConfusionView::resizeEvent(QResizeEvent*) {
    forget();
}

void ConfusionView::changeEvent(QEvent* event) {
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange || event->type() == QEvent::FontChange)
        forget();
}

void ConfusionView::mousePressEvent(QMouseEvent* event) {
    if (event->button() != Qt::LeftButton)
        return;
    const std::optional<CellChoice> hit = at(event->position().toPoint());
    choose(!hit || *hit == m_choice ? CellChoice{} : *hit);
}

void ConfusionView::mouseMoveEvent(QMouseEvent* event) {
    const std::optional<CellChoice> hit = at(event->position().toPoint());
    if (hit == m_hovered)
        return;
    m_hovered = hit;
    setCursor(hit ? Qt::PointingHandCursor : Qt::ArrowCursor);
    update();
    emit hovered(hit);
}

void ConfusionView::leaveEvent(QEvent*) {
    if (!m_hovered)
        return;
    m_hovered.reset();
    update();
    emit hovered(std::nullopt);
}

void ConfusionView::keyPressEvent(QKeyEvent* event) {
    CellChoice next = m_choice;
    switch (event->key()) {
    case Qt::Key_Left:
        next.predicted = std::max(next.predicted - 1, -1);
        break;
    case Qt::Key_Right:
        ++next.predicted;
        break;
    case Qt::Key_Up:
        next.truth = std::max(next.truth - 1, -1);
        break;
    case Qt::Key_Down:
        ++next.truth;
        break;
    case Qt::Key_Home:
        next.predicted = 0;
        break;
    case Qt::Key_End:
        next.predicted = classes() - 1;
        break;
    case Qt::Key_Escape:
        if (m_choice.isNothing()) {
            QWidget::keyPressEvent(event);
            return;
        }
        next = {};
        break;
    default:
        QWidget::keyPressEvent(event);
        return;
    }
    choose(next);
}

} // namespace kernelscope
