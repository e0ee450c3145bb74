// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// The test image on show and what the network says of it.
#pragma once

#include "app/session.h"

#include <QWidget>

class QLabel;
class QSpinBox;
class QToolButton;

namespace kernelscope {

class ClassBars;
class SampleImage;

/// Image, answer and probabilities, live while a run goes on; buttons for another image.
class SampleCard : public QWidget {
    Q_OBJECT

public:
    explicit SampleCard(QWidget* parent = nullptr);

    /// @param testCount images to choose from.
    void setData(const DataInfo& info);
    void setSample(std::size_t index);
    /// Whether a picture is on show, and none of the test images; `title` is what it is called: "your drawing".
    void setPicture(bool isPicture, const QString& title);
    /// @param title of the weights that answered, for example "Step 1,234". A null result empties the card.
    void setAnswer(const ProbeResultPtr& result, const QString& title);
    /// An image that the network cannot read: it is shown with its class, and nobody answers.
    void setUnanswered(const Tensor& image, int label);

signals:
    void sampleChosen(std::size_t index);

protected:
    void changeEvent(QEvent* event) override;

private:
    QToolButton* button(const char* objectName, Qt::ArrowType arrow, const QString& text, const QString& tip);
    void stepBy(int by);
    /// Emits sampleChosen() even where the number is the one that stands there.
    void choose(int number);
    /// In the palette's colours of right and wrong.
    void showVerdict();
    /// As HTML; the number where there is no name.
    QString className(int index) const;

    QLabel* m_heading;
    SampleImage* m_image;
    QLabel* m_verdict;
    QLabel* m_source;
    QSpinBox* m_number;
    ClassBars* m_bars;
    ProbeResultPtr m_answer;
    std::vector<std::string> m_names;
    bool m_isPicture = false;
};

} // namespace kernelscope
