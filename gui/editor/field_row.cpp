// SPDX-License-Identifier: GPL-3.0-or-later
#include "editor/field_row.h"

#include "editor/network_editor.h"
#include "editor/slider_values.h"
#include "widgets/calm_wheel.h"
#include "widgets/limits_hint.h"

#include <QComboBox>
#include <QDoubleSpinBox>
#include <QGridLayout>
#include <QLabel>
#include <QLocale>
#include <QSlider>

#include <algorithm>
#include <cmath>

namespace kernelscope {
namespace {

/// Shows as many digits as the value has: 32, 0.5, 1e-05.
class FieldBox : public QDoubleSpinBox {
public:
    FieldBox(const LayerField& field, QWidget* parent) : QDoubleSpinBox(parent), m_scale(field.scale) {
        const bool isRatio = field.scale == FieldScale::RealRatio;
        setDecimals(field.isWhole() ? 0 : isRatio ? 9 : 4);
        setRange(field.least, field.most);
        setSingleStep(field.step);
        setKeyboardTracking(false);
        setGroupSeparatorShown(true);
        if (isRatio)
            setStepType(QAbstractSpinBox::AdaptiveDecimalStepType);
    }

    QString textFromValue(double value) const override {
        if (m_scale == FieldScale::RealRatio)
            return QLocale().toString(value, 'g', 6).toLower();
        return m_scale == FieldScale::Real ? QLocale().toString(value, 'f', QLocale::FloatingPointShortest)
                                           : QDoubleSpinBox::textFromValue(value);
    }

    double valueFromText(const QString& text) const override {
        bool ok = false;
        const double value = QLocale().toDouble(text.trimmed(), &ok);
        return ok ? value : QDoubleSpinBox::valueFromText(text);
    }

    QValidator::State validate(QString& text, int& position) const override {
        if (m_scale != FieldScale::RealRatio)
            return QDoubleSpinBox::validate(text, position);
        bool ok = false;
        const double value = QLocale().toDouble(text.trimmed(), &ok);
        if (ok && value >= minimum() && value <= maximum())
            return QValidator::Acceptable;
        for (const QChar c : text)
            if (!c.isDigit() && !QStringLiteral(".,eE+- ").contains(c))
                return QValidator::Invalid;
        return QValidator::Intermediate;
    }

private:
    FieldScale m_scale;
};

} // namespace

FieldRow::FieldRow(const LayerField& field, QGridLayout& grid, int row, QWidget* parent)
    : QObject(parent),
      m_field(field),
      m_label(new QLabel(catalogueText(field.label), parent)) {
    grid.addWidget(m_label, row, 0);
    m_label->setToolTip(catalogueText(field.tip));
    if (field.scale == FieldScale::Choice)
        buildChoice(grid, row, parent);
    else
        buildNumber(grid, row, parent);
}

void FieldRow::buildChoice(QGridLayout& grid, int row, QWidget* parent) {
    m_choice = new QComboBox(parent);
    m_choice->setObjectName(QStringLiteral("%1Choice").arg(QString::fromStdString(m_field.name)));
    m_choice->setAccessibleName(catalogueText(m_field.label));
    m_choice->setToolTip(catalogueText(m_field.tip));
    for (const std::string& choice : m_field.choices)
        m_choice->addItem(catalogueText(choice));
    m_label->setBuddy(m_choice);
    grid.addWidget(m_choice, row, 1, 1, 2);
    calmWheel(*m_choice);
    connect(m_choice, &QComboBox::activated, this, [this](int index) {
        emit edited(index);
        emit gestureEnded();
    });
}

void FieldRow::buildNumber(QGridLayout& grid, int row, QWidget* parent) {
    const QString name = QString::fromStdString(m_field.name);
    m_slider = new QSlider(Qt::Horizontal, parent);
    m_slider->setObjectName(QStringLiteral("%1Slider").arg(name));
    m_slider->setAccessibleName(tr("%1, slider").arg(catalogueText(m_field.label)));
    m_slider->setMinimumWidth(m_slider->fontMetrics().averageCharWidth() * 12);
    m_box = new FieldBox(m_field, parent);
    m_box->setObjectName(QStringLiteral("%1Box").arg(name));
    m_box->setAccessibleName(catalogueText(m_field.label));
    m_label->setBuddy(m_box);
    grid.addWidget(m_slider, row, 1);
    grid.addWidget(m_box, row, 2);
    calmWheel(*m_slider);
    calmWheel(*m_box);
    tellLimits(*m_box);
    connect(m_slider, &QSlider::valueChanged, this, [this](int stop) {
        if (!m_isShowing)
            emit edited(m_stops[static_cast<std::size_t>(stop)]);
    });
    connect(m_slider, &QSlider::sliderReleased, this, [this] {
        emit gestureEnded();
        showSlider(); // its stops stood still while it was dragged
    });
    connect(m_box, &QDoubleSpinBox::valueChanged, this, [this](double value) {
        if (m_isShowing)
            return;
        emit edited(value);
        // What was refused is shown no longer.
        show(m_value, m_limits);
    });
    connect(m_box, &QAbstractSpinBox::editingFinished, this, &FieldRow::gestureEnded);
}

void FieldRow::show(double value, const FieldLimits& limits) {
    m_value = value;
    m_limits = limits;
    m_isShowing = true;
    if (m_choice) {
        m_choice->setCurrentIndex(static_cast<int>(std::lround(value)));
    } else {
        m_box->setRange(std::min(m_field.least, value), std::max(m_field.most, value));
        m_box->setValue(value);
        if (!m_slider->isSliderDown())
            showSlider();
        const QLocale locale;
        const QString range = tr("%1 Possible here: %2 to %3.")
                                  .arg(catalogueText(m_field.tip), locale.toString(limits.least, 'g', 6),
                                      locale.toString(limits.most, 'g', 6));
        m_box->setToolTip(range);
        m_slider->setToolTip(range);
    }
    m_isShowing = false;
}

void FieldRow::showSlider() {
    const bool wasShowing = std::exchange(m_isShowing, true);
    m_stops = sliderValues(m_field, m_limits, m_value);
    m_slider->setRange(0, static_cast<int>(m_stops.size()) - 1);
    const auto nearest = std::min_element(m_stops.begin(), m_stops.end(),
        [this](double a, double b) { return std::abs(a - m_value) < std::abs(b - m_value); });
    m_slider->setValue(static_cast<int>(nearest - m_stops.begin()));
    m_slider->setPageStep(std::max(1, static_cast<int>(m_stops.size()) / 8));
    m_isShowing = wasShowing;
}

void FieldRow::setEnabled(bool enabled) {
    if (m_choice)
        m_choice->setEnabled(enabled);
    for (QWidget* widget : {static_cast<QWidget*>(m_slider), static_cast<QWidget*>(m_box)})
        if (widget)
            widget->setEnabled(enabled && m_limits.least < m_limits.most);
}

} // namespace kernelscope
