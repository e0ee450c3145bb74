// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// One test image and what it was taken for.
#pragma once

#include "mistakes/evaluated.h"

#include <QWidget>

#include <cstdint>
#include <optional>

class QLabel;
class QPushButton;

namespace kernelscope {

class ClassBars;
class SampleImage;

/// The image enlarged, its true class, and the three classes that the network found most probable.
class PredictionCard : public QWidget {
    Q_OBJECT

public:
    explicit PredictionCard(QWidget* parent = nullptr);

    /// @param image index of a test image; nothing empties the card.
    void showImage(const EvaluatedPtr& evaluated, std::optional<std::uint32_t> image);
    /// Whether the image can be looked at; else why not.
    void setLookable(bool lookable, const QString& reason);

signals:
    /// The user wants to look at the image, layer by layer.
    void lookRequested();

private:
    SampleImage* m_image;
    QLabel* m_title;
    QLabel* m_verdict;
    ClassBars* m_bars;
    QPushButton* m_look;
    bool m_hasImage = false;
    bool m_lookable = true;
};

} // namespace kernelscope
