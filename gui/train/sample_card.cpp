// SPDX-License-Identifier: GPL-3.0-or-later
#include "train/sample_card.h"

#include "train/class_bars.h"
#include "train/form_widgets.h"
#include "train/plot_style.h"
#include "train/sample_image.h"
#include "widgets/heading.h"
#include "widgets/number_text.h"
#include "widgets/scrolled_page.h"

#include <QEvent>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QRandomGenerator>
#include <QSpinBox>
#include <QToolButton>
#include <QVBoxLayout>

#include <limits>

namespace kernelscope {
namespace {

/// Of more classes only the likeliest are shown.
constexpr int mostBars = 10;

} // namespace

SampleCard::SampleCard(QWidget* parent)
    : QWidget(parent),
      m_heading(new QLabel(tr("Test image"), this)),
      m_image(new SampleImage(this)),
      m_verdict(new QLabel(this)),
      m_source(mutedText("answerSource", this)),
      m_number(new QSpinBox(this)),
      m_bars(new ClassBars(this)) {
    setObjectName(QStringLiteral("sampleCard"));
    makeHeading(m_heading);
    m_heading->setObjectName(QStringLiteral("sampleHeading"));
    m_heading->setTextFormat(Qt::PlainText);
    m_heading->setBuddy(m_number);

    m_number->setObjectName(QStringLiteral("sampleNumber"));
    m_number->setAccessibleName(tr("Number of the test image"));
    m_number->setToolTip(
        tr("Which of the test images is shown, here and wherever an image flows through the network."));
    m_number->setRange(1, 1);
    m_number->setGroupSeparatorShown(true);
    m_number->setKeyboardTracking(false);
    connect(m_number, &QSpinBox::valueChanged, this,
        [this](int number) { emit sampleChosen(static_cast<std::size_t>(number - 1)); });
    // The number of the test image that was on show before a picture took its place is a choice as well.
    if (auto* field = m_number->findChild<QLineEdit*>())
        connect(field, &QLineEdit::returnPressed, this, [this] {
            if (m_isPicture)
                emit sampleChosen(static_cast<std::size_t>(m_number->value() - 1));
        });

    QToolButton* previous = button("previousSample", Qt::LeftArrow, tr("Previous image"), tr("The test image before"));
    QToolButton* next = button("nextSample", Qt::RightArrow, tr("Next image"), tr("The next test image"));
    auto* random = new QPushButton(tr("Random"), this);
    random->setObjectName(QStringLiteral("randomSample"));
    random->setToolTip(tr("Any of the test images"));
    connect(previous, &QToolButton::clicked, this, [this] { stepBy(-1); });
    connect(next, &QToolButton::clicked, this, [this] { stepBy(1); });
    connect(random, &QPushButton::clicked, this,
        [this] { choose(QRandomGenerator::global()->bounded(1, m_number->maximum() + 1)); });

    m_bars->setMostRows(mostBars);
    m_verdict->setObjectName(QStringLiteral("verdict"));
    m_verdict->setWordWrap(true);
    m_verdict->setTextFormat(Qt::RichText);

    auto* choice = new QHBoxLayout;
    choice->setSpacing(4);
    choice->addWidget(previous);
    choice->addWidget(m_number, 1);
    choice->addWidget(next);
    choice->addWidget(random);

    auto* words = new QVBoxLayout;
    words->setSpacing(4);
    words->addWidget(m_verdict);
    words->addWidget(m_source);
    words->addStretch(1);
    auto* top = new QHBoxLayout;
    top->setSpacing(12);
    top->addWidget(m_image);
    top->addLayout(words, 1);

    auto* layout = new LeastHeightLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(8);
    layout->addWidget(m_heading);
    layout->addLayout(choice);
    layout->addLayout(top);
    layout->addWidget(m_bars);
    layout->addStretch(1);
}

QToolButton* SampleCard::button(const char* objectName, Qt::ArrowType arrow, const QString& text, const QString& tip) {
    auto* result = new QToolButton(this);
    result->setObjectName(QLatin1String(objectName));
    result->setArrowType(arrow);
    result->setText(text);
    result->setAccessibleName(text);
    result->setToolTip(tip);
    result->setFocusPolicy(Qt::StrongFocus);
    return result;
}

void SampleCard::setData(const DataInfo& info) {
    m_names = info.classNames;
    const auto most = std::min<std::size_t>(info.testCount, std::numeric_limits<int>::max());
    const QSignalBlocker blocker(m_number);
    m_number->setRange(1, std::max(1, static_cast<int>(most)));
    m_number->setSuffix(tr(" of %1").arg(countText(static_cast<std::int64_t>(info.testCount))));
    m_bars->setClasses(m_names);
}

void SampleCard::setSample(std::size_t index) {
    const QSignalBlocker blocker(m_number);
    m_number->setValue(static_cast<int>(index) + 1);
}

void SampleCard::setPicture(bool isPicture, const QString& title) {
    m_isPicture = isPicture;
    QString heading = title;
    if (!heading.isEmpty())
        heading[0] = heading[0].toUpper();
    m_image->setAccessibleName(isPicture ? heading : tr("Test image"));
    m_heading->setText(isPicture ? heading.replace(QLatin1Char('&'), QLatin1String("&&")) : tr("Test image"));
}

void SampleCard::stepBy(int by) {
    // Round and round, so that a button never does nothing.
    const int count = m_number->maximum();
    // A picture stands between the test image before and the one after that.
    if (m_isPicture && by < 0)
        ++by;
    choose((m_number->value() - 1 + by + count) % count + 1);
}

void SampleCard::choose(int number) {
    if (number == m_number->value())
        emit sampleChosen(static_cast<std::size_t>(number - 1));
    else
        m_number->setValue(number);
}

void SampleCard::setAnswer(const ProbeResultPtr& result, const QString& title) {
    m_answer = result;
    showVerdict();
    if (!result) {
        m_verdict->clear();
        m_image->setTensor({});
        m_bars->setAnswer({}, -1, -1);
        m_source->clear();
        return;
    }
    m_image->setTensor(result->input);
    m_bars->setAnswer(result->probabilities, result->predicted, result->label);
    m_source->setText(title);
}

void SampleCard::setUnanswered(const Tensor& image, int label) {
    setAnswer(nullptr, QString());
    m_image->setTensor(image);
    m_verdict->setText(tr("It is %1.").arg(QStringLiteral("<b>%1</b>").arg(className(label))));
    m_source->setText(tr("The network cannot read it"));
}

QString SampleCard::className(int index) const {
    return index >= 0 && static_cast<std::size_t>(index) < m_names.size()
               ? QString::fromStdString(m_names[static_cast<std::size_t>(index)]).toHtmlEscaped()
               : countText(index);
}

void SampleCard::showVerdict() {
    if (!m_answer) // a sentence without an answer has no colours
        return;
    const ProbeResult& result = *m_answer;
    const double sure = static_cast<double>(result.probabilities.at(static_cast<std::size_t>(result.predicted)));
    const QString answer = tr("%1, says the network, %2 sure.")
                               .arg(QStringLiteral("<b>%1</b>").arg(className(result.predicted)), percentText(sure, 1));
    if (result.label < 0) {
        m_verdict->setText(answer + QStringLiteral("<br>") + tr("Nobody told its true class."));
        return;
    }
    const bool right = result.predicted == result.label;
    const QString sign = right ? tr("✓ Right") : tr("✗ Wrong: it is %1").arg(className(result.label));
    const QColor color = right ? rightColor(palette()) : wrongColor(palette());
    m_verdict->setText(answer + QStringLiteral("<br><span style=\"color:%1\">%2</span>").arg(color.name(), sign));
}

void SampleCard::changeEvent(QEvent* event) {
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange)
        showVerdict();
}

} // namespace kernelscope
