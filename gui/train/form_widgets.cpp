// SPDX-License-Identifier: GPL-3.0-or-later
#include "train/form_widgets.h"

#include "train/plot_style.h"
#include "widgets/heading.h"

#include <QEvent>
#include <QLocale>
#include <QVBoxLayout>

namespace kernelscope {
namespace {

/// A wrapped label whose colour follows the palette of whatever it stands in.
class ToneLabel : public QLabel {
public:
    enum class Tone { Muted, Wrong };

    ToneLabel(Tone tone, QWidget* parent) : QLabel(parent), m_tone(tone) {
        setWordWrap(true);
        setTextFormat(Qt::PlainText);
        applyTone();
    }

protected:
    void changeEvent(QEvent* event) override {
        QLabel::changeEvent(event);
        if (event->type() == QEvent::PaletteChange || event->type() == QEvent::ParentChange)
            applyTone();
    }

private:
    void applyTone() {
        const QPalette outer = parentWidget() ? parentWidget()->palette() : QPalette();
        const QColor color = m_tone == Tone::Wrong
                                 ? wrongColor(outer)
                                 : blend(outer.color(QPalette::Window), outer.color(QPalette::WindowText), 0.7);
        QPalette own = palette();
        if (own.color(QPalette::Active, QPalette::WindowText) == color)
            return; // else setPalette() would come back here for ever
        own.setColor(QPalette::WindowText, color);
        setPalette(own);
    }

    Tone m_tone;
};

/// Shows as many decimals as the value has: 0.9, 0.999.
class FractionBox : public QDoubleSpinBox {
public:
    using QDoubleSpinBox::QDoubleSpinBox;
    QString textFromValue(double value) const override {
        return QLocale().toString(value, 'f', QLocale::FloatingPointShortest);
    }
};

} // namespace

QLabel* mutedText(const char* objectName, QWidget* parent) {
    auto* label = new ToneLabel(ToneLabel::Tone::Muted, parent);
    label->setObjectName(QLatin1String(objectName));
    QFont small = label->font();
    small.setPointSizeF(small.pointSizeF() * 0.9);
    label->setFont(small);
    return label;
}

QLabel* errorText(const char* objectName, QWidget* parent) {
    auto* label = new ToneLabel(ToneLabel::Tone::Wrong, parent);
    label->setObjectName(QLatin1String(objectName));
    label->setTextInteractionFlags(Qt::TextSelectableByMouse);
    label->hide();
    return label;
}

void showMessage(QLabel* errorText, const QString& message) {
    errorText->setText(message.isEmpty() ? QString() : QStringLiteral("⚠ ") + message);
    errorText->setVisible(!message.isEmpty());
}

QDoubleSpinBox* fractionBox(const char* objectName, QWidget* parent) {
    auto* box = new FractionBox(parent);
    box->setObjectName(QLatin1String(objectName));
    box->setDecimals(4);
    box->setRange(0, 0.9999);
    box->setSingleStep(0.01);
    box->setKeyboardTracking(false);
    return box;
}

void addRow(QFormLayout& form, const QString& label, QWidget* field) {
    form.addRow(label, field);
    form.labelForField(field)->setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Expanding);
}

std::pair<QWidget*, QFormLayout*> formGroup(const QString& title, QWidget* parent) {
    auto* group = new QWidget(parent);
    auto* form = new QFormLayout;
    form->setHorizontalSpacing(8);
    form->setVerticalSpacing(8);
    form->setFieldGrowthPolicy(QFormLayout::AllNonFixedFieldsGrow);
    auto* layout = new QVBoxLayout(group);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(8);
    layout->addWidget(heading(title, group));
    layout->addLayout(form);
    return {group, form};
}

} // namespace kernelscope
