// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// The page that shows what a network gets wrong.
#pragma once

#include "app/session.h"
#include "mistakes/evaluated.h"
#include "mistakes/mistakes_model.h"
#include "mistakes/snapshot_evaluation.h"

#include <QTimer>
#include <QWidget>

#include <functional>
#include <optional>

class QBoxLayout;
class QCheckBox;
class QComboBox;
class QLabel;
class QPushButton;
class QStackedWidget;

namespace kernelscope {

class ClassTable;
class ConfusionLegend;
class ConfusionView;
class EpochBar;
class EvaluateBar;
class Gallery;
class MistakesExport;
class PassingNotice;
class PredictionCard;

/// The whole test set as the network sees it: confusion matrix, gallery of mistakes, a card for the image chosen there,
/// scores of each class. Of every epoch of the run that goes on or was last, or of the weights on show once they are
/// evaluated.
class MistakesPage : public QWidget {
    Q_OBJECT

public:
    explicit MistakesPage(Session& session, QWidget* parent = nullptr);
    ~MistakesPage() override;

    /// What is on show; null where nothing is.
    const EvaluatedPtr& evaluated() const { return m_model->evaluated(); }

signals:
    /// The user wants to see the sample that the session looks at, layer by layer.
    void lookRequested();

protected:
    void showEvent(QShowEvent* event) override;

private:
    /// Weights that were evaluated here.
    struct Tested {
        EvaluatedPtr evaluated;
        SnapshotPtr weights;
        QString title;
    };

    QWidget* buildEmpty();
    QWidget* buildContent();
    QBoxLayout* buildHeader();
    QWidget* buildMatrix();
    QWidget* buildGallery();
    QWidget* buildSide();
    void connectSession();
    void connectViews();

    void takeEpochs();
    void showEpoch(int place);
    void showTested();
    void display(EvaluatedPtr evaluated, const QString& title);
    void showChoice();
    void showReadout(std::optional<CellChoice> hovered);
    void showImage();
    void listWith(const std::function<void()>& change);
    void refreshPossibilities();
    void showEarlier();
    QString whyNotEvaluated() const;
    void evaluate();
    void lookAtImage();

    Session& m_session;
    MistakesModel* m_model;
    SnapshotEvaluation* m_evaluation;
    MistakesExport* m_export;
    Tested m_tested;
    bool m_showsTested = false;
    bool m_lists = false;      ///< The gallery is being filled: what becomes current then nobody chose.
    bool m_choseImage = false; ///< Somebody did: it stays current as long as it is listed.
    int m_run = 0;             ///< Whose epochs were shown last.
    QTimer m_throttle;

    QStackedWidget* m_stack;
    QLabel* m_emptyText = nullptr;
    EvaluateBar* m_emptyEvaluate = nullptr;
    QLabel* m_title = nullptr;
    PassingNotice* m_notice = nullptr;
    QPushButton* m_backToRun = nullptr;
    EvaluateBar* m_evaluate = nullptr;
    QPushButton* m_exportButton = nullptr;
    EpochBar* m_epochs = nullptr;
    QLabel* m_earlier = nullptr; ///< Why there are no epochs before the first on show.
    ConfusionView* m_matrix = nullptr;
    ConfusionLegend* m_legend = nullptr;
    QCheckBox* m_logarithmic = nullptr;
    QLabel* m_readout = nullptr;
    QLabel* m_listTitle = nullptr;
    QPushButton* m_showAll = nullptr;
    QComboBox* m_order = nullptr;
    Gallery* m_gallery = nullptr;
    PredictionCard* m_card = nullptr;
    ClassTable* m_table = nullptr;
    QLabel* m_means = nullptr;
};

} // namespace kernelscope
