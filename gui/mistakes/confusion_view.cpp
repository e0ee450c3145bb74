// SPDX-License-Identifier: GPL-3.0-or-later
#include "mistakes/confusion_view.h"

#include "mistakes/confusion_colors.h"
#include "train/plot_style.h"
#include "widgets/color_scale.h"
#include "widgets/number_text.h"

#include <QAccessibleWidget>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>

#include <algorithm>
#include <cmath>
#include <utility>

namespace kernelscope {
namespace {

constexpr int gap = 6;
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

QFont smaller(QFont font, double factor) {
    font.setPointSizeF(font.pointSizeF() * factor);
    return font;
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

void ConfusionView::paintEvent(QPaintEvent*) {
    if (classes() == 0)
        return;
    const double ratio = devicePixelRatioF();
    if (m_picture.isNull()) {
        m_picture = QPixmap(size() * ratio);
        m_picture.setDevicePixelRatio(ratio);
        m_picture.fill(Qt::transparent);
        QPainter painter(&m_picture);
        painter.setFont(font());
        paintMatrix(painter);
    }
    QPainter painter(this);
    painter.drawPixmap(0, 0, m_picture);
    if (m_hovered && *m_hovered != m_choice)
        paintFrame(painter, *m_hovered, palette().color(QPalette::Dark), 1);
    if (!m_choice.isNothing())
        paintFrame(painter, m_choice, palette().color(QPalette::Highlight), hasFocus() ? 3 : 2);
    else if (hasFocus())
        paintFrame(painter, {}, palette().color(QPalette::Highlight), 2);
}

void ConfusionView::paintMatrix(QPainter& painter) const {
    paintCells(painter);
    paintNames(painter);
    if (m_layout.sums > 0)
        paintSums(painter);
}

void ConfusionView::paintCells(QPainter& painter) const {
    const ConfusionMatrix& matrix = m_evaluated->matrix;
    const ConfusionColors colors(matrix, m_logarithmic, palette());
    const int n = classes();
    const int side = m_layout.edge(n);
    std::int64_t most = 0;
    for (int truth = 0; truth < n; ++truth)
        for (int predicted = 0; predicted < n; ++predicted)
            most = std::max(most, matrix.count(truth, predicted));
    // The counts in the largest type in which all of them fit, or not at all.
    bool hasNumbers = false;
    for (const double factor : {1.0, 0.9, 0.8}) {
        const QFont tried = smaller(font(), factor);
        const QFontMetrics metrics(tried);
        hasNumbers =
            metrics.horizontalAdvance(countText(most)) + 4 <= m_layout.side && metrics.height() <= m_layout.side;
        if (hasNumbers) {
            painter.setFont(tried);
            break;
        }
    }
    const QRect all(m_layout.origin, QSize(side, side));
    painter.fillRect(all, colors.mistakes(0));
    for (int truth = 0; truth < n; ++truth)
        for (int predicted = 0; predicted < n; ++predicted) {
            const std::int64_t count = matrix.count(truth, predicted);
            if (count == 0 && truth != predicted)
                continue; // most cells, where there are many
            const QRect rect = cellRect({truth, predicted});
            const QColor color = colors.cell(truth, predicted);
            painter.fillRect(rect, color);
            if (!hasNumbers || count == 0)
                continue;
            painter.setPen(textColorOn(color.rgb()));
            painter.drawText(rect, Qt::AlignCenter, countText(count));
        }
    painter.setFont(font());
    if (m_layout.side >= 8) {
        painter.setPen(palette().color(QPalette::Midlight));
        for (int i = 1; i < n; ++i) {
            painter.drawLine(all.left() + m_layout.edge(i), all.top(), all.left() + m_layout.edge(i), all.bottom());
            painter.drawLine(all.left(), all.top() + m_layout.edge(i), all.right(), all.top() + m_layout.edge(i));
        }
    }
    painter.setPen(palette().color(QPalette::Dark));
    painter.drawRect(all);
}

void ConfusionView::paintNames(QPainter& painter) const {
    const QFontMetrics metrics = fontMetrics();
    const int n = classes();
    const int line = metrics.height();
    const int side = m_layout.edge(n);
    const QPoint origin = m_layout.origin;
    const auto elided = [&](int index, int room) {
        return metrics.elidedText(m_evaluated->names[static_cast<std::size_t>(index)], Qt::ElideRight, room);
    };
    painter.setPen(palette().color(QPalette::WindowText));
    for (int i = 0; i < n; i += nameStep()) {
        const QRect row = cellRect({i, -1});
        const int middle = row.center().y();
        painter.drawText(QRect(row.left(), middle - line / 2, row.width() - gap, line),
            Qt::AlignRight | Qt::AlignVCenter, elided(i, row.width() - gap));
        const QRect column = cellRect({-1, i});
        if (!m_layout.turned) {
            painter.drawText(
                column.adjusted(0, 0, 0, -gap / 2), Qt::AlignHCenter | Qt::AlignBottom, elided(i, column.width()));
            continue;
        }
        painter.save();
        painter.translate(column.center().x() - line / 2, column.bottom() - gap / 2);
        painter.rotate(-90);
        painter.drawText(QRect(0, 0, column.height() - gap, line), Qt::AlignLeft | Qt::AlignVCenter,
            elided(i, column.height() - gap));
        painter.restore();
    }
    painter.setPen(palette().color(QPalette::PlaceholderText));
    painter.drawText(
        QRect(origin.x(), 0, std::max(side, width() - origin.x()), line), Qt::AlignLeft, tr("was taken for →"));
    painter.save();
    painter.translate(0, origin.y() + side);
    painter.rotate(-90);
    painter.drawText(QRect(0, 0, std::max(side, height()), line), Qt::AlignLeft, tr("is really"));
    painter.restore();
}

void ConfusionView::paintSums(QPainter& painter) const {
    const ConfusionMatrix& matrix = m_evaluated->matrix;
    const int side = m_layout.edge(classes());
    const int right = m_layout.origin.x() + side + 1;
    const int below = m_layout.origin.y() + side + 1;
    const int line = fontMetrics().height();
    painter.setPen(palette().color(QPalette::PlaceholderText));
    // In the largest type that leaves air between those below the columns, or these not at all.
    const auto text = [](std::int64_t count) { return QString::number(count); }; // as narrow as can be
    std::int64_t most = 0;
    for (int i = 0; i < classes(); ++i)
        most = std::max(most, matrix.taken(i));
    QFont sumFont = font();
    bool fits = false;
    for (const double factor : {1.0, 0.9, 0.8, 0.7}) {
        sumFont = smaller(font(), factor);
        fits = QFontMetrics(sumFont).horizontalAdvance(text(most)) + gap <= m_layout.side;
        if (fits)
            break;
    }
    painter.setFont(sumFont);
    for (int i = 0; i < classes(); ++i) {
        const QRect row = cellRect({i, 0});
        if (line <= m_layout.side)
            painter.drawText(QRect(right, row.top(), m_layout.sums, row.height()), Qt::AlignRight | Qt::AlignVCenter,
                text(matrix.images(i)));
    }
    for (int i = 0; fits && i < classes(); ++i) {
        const QRect column = cellRect({0, i});
        painter.drawText(
            QRect(column.left(), below + gap / 2, column.width(), line), Qt::AlignCenter, text(matrix.taken(i)));
    }
    painter.drawText(
        QRect(right, below + gap / 2, m_layout.sums, line), Qt::AlignRight | Qt::AlignVCenter, text(matrix.total()));
}

void ConfusionView::paintFrame(QPainter& painter, CellChoice around, const QColor& color, int width) const {
    const int side = m_layout.edge(classes());
    QRect rect = around.isNothing() ? QRect(m_layout.origin, QSize(side, side)) : cellRect(around);
    if (!around.isNothing() && around.predicted < 0)
        rect.setRight(m_layout.origin.x() + side);
    if (!around.isNothing() && around.truth < 0)
        rect.setBottom(m_layout.origin.y() + side);
    if (m_layout.side < 8) // around it, else nothing of it would be left
        rect.adjust(-width, -width, width - 1, width - 1);
    painter.setPen(QPen(color, width, Qt::SolidLine, Qt::SquareCap, Qt::MiterJoin));
    painter.setBrush(Qt::NoBrush);
    painter.drawRect(rect);
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
