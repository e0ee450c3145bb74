// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// The page on which one sees what a network is trained on.
#pragma once

#include "app/session.h"
#include "data/data_survey.h"

#include <QWidget>

#include <memory>

class QComboBox;
class QLabel;
class QPushButton;
class QSpinBox;

namespace kernelscope {

class AugmentationPanel;
class ClassCounts;
class DataBox;
class EnlargedImage;
class ImageGrid;

/// What the data set is and holds on the left, its images in the middle, the chosen one on the right with what
/// augmentation makes of it.
class DataPage : public QWidget {
    Q_OBJECT

public:
    explicit DataPage(Session& session, QWidget* parent = nullptr);
    ~DataPage() override;

signals:
    /// The user wants to change the network by hand.
    void networkEditRequested();
    /// A test image was put on show; whoever can shows the place where one looks through the network.
    void lookRequested();

private:
    QWidget* buildSourceRow();
    QWidget* buildFacts();
    QWidget* buildBrowser();
    QWidget* buildChosen();
    void showData();
    void showFacts();
    void showStatistics();
    void showImages();
    void showChosen();
    void showEditable();
    void onAdvanced();
    void look();
    void zoom(int steps);
    Split split() const;

    Session& m_session;
    std::unique_ptr<DataSurvey> m_survey; ///< Of the session's data; null where there is none.

    DataBox* m_data;
    std::vector<QPushButton*> m_sourceButtons;
    QLabel* m_name;
    QLabel* m_facts;
    QLabel* m_statistics;
    QPushButton* m_skipped;
    ClassCounts* m_counts;
    QComboBox* m_split;
    QComboBox* m_class;
    QSpinBox* m_number;
    QComboBox* m_size;
    QLabel* m_shown;
    ImageGrid* m_grid;
    QLabel* m_title;
    QLabel* m_className;
    EnlargedImage* m_image;
    QLabel* m_pixel;
    QLabel* m_imageFacts;
    QPushButton* m_look;
    AugmentationPanel* m_augmentation;
    bool m_chosenIsShown = false; ///< The chosen image was there to be shown.
};

} // namespace kernelscope
