// SPDX-License-Identifier: GPL-3.0-or-later
#include "mistakes/mistakes_page.h"

#include "base/error.h"
#include "mistakes/class_table.h"
#include "mistakes/confusion_legend.h"
#include "mistakes/confusion_view.h"
#include "mistakes/epoch_bar.h"
#include "mistakes/evaluate_bar.h"
#include "mistakes/gallery.h"
#include "mistakes/mistakes_export.h"
#include "mistakes/prediction_card.h"
#include "training/fit.h"
#include "widgets/number_text.h"
#include "widgets/passing_notice.h"

#include <QCheckBox>
#include <QComboBox>
#include <QDir>
#include <QItemSelectionModel>
#include <QLabel>
#include <QPushButton>
#include <QSignalBlocker>
#include <QStackedWidget>
#include <QVBoxLayout>

#include <chrono>
#include <utility>

namespace kernelscope {

using namespace std::chrono_literals;

MistakesPage::MistakesPage(Session& session, QWidget* parent)
    : QWidget(parent),
      m_session(session),
      m_model(new MistakesModel(this)),
      m_evaluation(new SnapshotEvaluation(this)),
      m_export(new MistakesExport(*m_model, this)),
      m_stack(new QStackedWidget(this)) {
    setObjectName(QStringLiteral("mistakesPage"));
    m_stack->addWidget(buildEmpty());
    m_stack->addWidget(buildContent());
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(m_stack);
    m_throttle.setSingleShot(true);
    m_throttle.setInterval(50ms); // a tiny network has hundreds of epochs a second
    connectSession();
    connectViews();
    takeEpochs();
    refreshPossibilities();
}

MistakesPage::~MistakesPage() = default;

void MistakesPage::connectSession() {
    connect(&m_throttle, &QTimer::timeout, this, &MistakesPage::takeEpochs);
    connect(&m_session, &Session::predictionsChanged, this, [this] {
        if (isVisible() && !m_throttle.isActive())
            m_throttle.start();
    });
    for (const auto signal : {&Session::dataChanged, &Session::networkChanged, &Session::snapshotChanged,
             &Session::viewsFrozenChanged}) // which also comes where a comparison begins and where it is over
        connect(&m_session, signal, this, &MistakesPage::refreshPossibilities);
    connect(&m_session.run(), &RunSource::stateChanged, this, &MistakesPage::refreshPossibilities);
}

void MistakesPage::connectViews() {
    for (EvaluateBar* bar : {m_emptyEvaluate, m_evaluate})
        connect(bar, &EvaluateBar::requested, this, &MistakesPage::evaluate);
    connect(m_evaluation, &SnapshotEvaluation::done, this,
        [this](const EvaluatedPtr& evaluated, const SnapshotPtr& weights, const QString& title) {
            m_tested = {evaluated, weights, title};
            showTested();
        });
    connect(m_evaluation, &SnapshotEvaluation::failed, this,
        [this](const QString& message) { emit m_session.failed(tr("The network could not be evaluated"), message); });
    connect(m_export, &MistakesExport::saved, this,
        [this](const QString& path) { m_notice->tell(tr("Saved %1.").arg(QDir::toNativeSeparators(path))); });
    connect(m_export, &MistakesExport::failed, m_notice, &PassingNotice::insist);
    connect(m_backToRun, &QPushButton::clicked, this, [this] {
        m_showsTested = false;
        m_epochs->follow();
        showEpoch(m_epochs->current());
    });
    connect(m_epochs, &EpochBar::currentChanged, this, [this](int place) {
        if (!m_showsTested)
            showEpoch(place);
    });
    connect(m_logarithmic, &QCheckBox::toggled, m_matrix, &ConfusionView::setLogarithmic);
    connect(m_logarithmic, &QCheckBox::toggled, m_legend, &ConfusionLegend::setLogarithmic);
    connect(m_matrix, &ConfusionView::chosen, this, &MistakesPage::showChoice);
    connect(m_matrix, &ConfusionView::hovered, this, &MistakesPage::showReadout);
    connect(m_showAll, &QPushButton::clicked, this, [this] {
        m_matrix->choose({});
        m_gallery->setFocus();
    });
    connect(m_table, &ClassTable::classChosen, this, [this](int ofClass) { m_matrix->choose({ofClass, -1}); });
    connect(m_order, &QComboBox::currentIndexChanged, this, [this] {
        listWith([this] { m_model->setOrder(m_order->currentData().value<MistakesModel::Order>()); });
        m_gallery->scrollToTop();
    });
    connect(m_gallery->selectionModel(), &QItemSelectionModel::currentChanged, this, [this] {
        m_choseImage = m_choseImage || !m_lists;
        showImage();
    });
    connect(m_gallery, &Gallery::opened, this, &MistakesPage::lookAtImage);
    connect(m_card, &PredictionCard::lookRequested, this, &MistakesPage::lookAtImage);
}

void MistakesPage::showEvent(QShowEvent* event) {
    QWidget::showEvent(event);
    takeEpochs(); // what came while nobody looked
}

void MistakesPage::takeEpochs() {
    const RunPredictions& predictions = m_session.predictions();
    std::vector<int> epochs;
    for (const EpochPredictionsPtr& epoch : predictions.epochs.epochs())
        epochs.push_back(epoch->epoch);
    if (predictions.run != m_run && !epochs.empty()) {
        // A new run, with something to show.
        m_run = predictions.run;
        m_showsTested = false;
        m_epochs->follow();
    }
    const RunRecord* record = m_session.currentRecord();
    m_epochs->setEpochs(std::move(epochs), record ? record->spec.epochs : 0);
    refreshPossibilities();
}

void MistakesPage::showEpoch(int place) {
    const RunPredictions& predictions = m_session.predictions();
    const std::vector<EpochPredictionsPtr>& kept = predictions.epochs.epochs();
    if (place < 0 || static_cast<std::size_t>(place) >= kept.size()) {
        // A run that has just begun. What was tested before stays; the last run's epochs are gone.
        if (m_tested.evaluated)
            showTested();
        else
            display(nullptr, {});
        return;
    }
    const EpochPredictionsPtr& epoch = kept[static_cast<std::size_t>(place)];
    if (evaluated() && evaluated()->predictions == epoch)
        return;
    display(std::make_shared<const Evaluated>(predictions.data, epoch),
        tr("Run %1 after epoch %2").arg(predictions.run).arg(epoch->epoch));
}

void MistakesPage::showTested() {
    m_showsTested = true;
    display(m_tested.evaluated, m_tested.title);
}

void MistakesPage::display(EvaluatedPtr evaluated, const QString& title) {
    m_stack->setCurrentIndex(evaluated ? 1 : 0);
    m_title->setText(evaluated ? tr("%1, on the %2 test images of %3")
                                     .arg(title, countText(evaluated->matrix.total()),
                                         QString::fromStdString(evaluated->data->info().name))
                               : QString());
    m_title->setToolTip(m_title->text());
    m_notice->dismiss();
    listWith([&] { m_model->setEvaluated(evaluated); });
    m_matrix->setEvaluated(evaluated);
    m_legend->setEvaluated(evaluated);
    m_table->setEvaluated(evaluated);
    if (evaluated) {
        const MeanScores mean = meanScoresOf(evaluated->matrix);
        m_means->setText(tr("Mean: precision %1, recall %2, F1 %3")
                             .arg(scoreText(mean.precision), scoreText(mean.recall), scoreText(mean.f1)));
    }
    showChoice();
    refreshPossibilities();
}

void MistakesPage::listWith(const std::function<void()>& change) {
    const QModelIndex before = m_gallery->currentIndex();
    const std::optional<std::uint32_t> image =
        before.isValid() && m_choseImage ? std::optional(m_model->images()[static_cast<std::size_t>(before.row())])
                                         : std::nullopt;
    m_lists = true;
    {
        const QSignalBlocker blocker(m_gallery->selectionModel());
        change();
    }
    const int row = image ? m_model->rowOf(*image) : -1;
    m_choseImage = row >= 0;
    m_gallery->setCurrentIndex(m_model->index(row < 0 ? 0 : row));
    m_gallery->viewport()->update();
    m_lists = false;
    showImage();
}

void MistakesPage::showChoice() {
    const CellChoice choice = m_matrix->choice();
    listWith([&] { m_model->setChoice(choice); });
    m_showAll->setVisible(!choice.isNothing());
    const auto count = static_cast<std::int64_t>(m_model->images().size());
    if (!evaluated()) {
        m_listTitle->clear();
    } else if (choice.isNothing()) {
        m_listTitle->setText(count == 1 ? tr("1 mistake") : tr("%1 mistakes").arg(countText(count)));
        m_gallery->setEmptyText(tr("Every test image was recognised."));
    } else {
        const QString taken = choice.predicted < 0 ? tr("something else") : evaluated()->name(choice.predicted);
        const QString what = choice.truth < 0 ? tr("wrongly taken for %1").arg(taken)
                             : choice.truth == choice.predicted
                                 ? tr("%1, recognised").arg(taken)
                                 : tr("%1 taken for %2").arg(evaluated()->name(choice.truth), taken);
        m_listTitle->setText(
            count == 1 ? tr("1 image: %1").arg(what) : tr("%1 images: %2").arg(countText(count), what));
        m_gallery->setEmptyText(tr("There is no such image."));
    }
    showReadout(std::nullopt);
}

void MistakesPage::showReadout(std::optional<CellChoice> hovered) {
    m_readout->setText(evaluated() ? choiceText(*evaluated(), hovered.value_or(m_matrix->choice())) : QString());
}

void MistakesPage::showImage() {
    const QModelIndex current = m_gallery->currentIndex();
    const bool valid = current.isValid() && static_cast<std::size_t>(current.row()) < m_model->images().size();
    m_card->showImage(
        evaluated(), valid ? std::optional(m_model->images()[static_cast<std::size_t>(current.row())]) : std::nullopt);
}

QString MistakesPage::whyNotEvaluated() const {
    const DataSetPtr set = m_session.data();
    if (!set)
        return tr("The data is being opened.");
    if (!m_session.snapshot())
        return tr("The first weights are being drawn.");
    try {
        requireFit(m_session.plan(), set->info());
    } catch (const Error& error) {
        return QString::fromStdString(error.what());
    }
    if (m_session.isMeasuring())
        return tr("A comparison goes on, and its runs have the computer to themselves. Evaluate when it is over.");
    if (set->info().testCount == 0)
        return tr("%1 has no test images.").arg(QString::fromStdString(set->info().name));
    return {};
}

void MistakesPage::refreshPossibilities() {
    const QString problem = whyNotEvaluated();
    const QString what =
        problem.isEmpty() ? tr("Puts all test images of %1 through the weights on show: %2")
                                .arg(QString::fromStdString(m_session.data()->info().name), m_session.snapshotTitle())
                          : problem;
    for (EvaluateBar* bar : {m_emptyEvaluate, m_evaluate})
        bar->setPossible(problem.isEmpty(), what);
    m_emptyText->setText(
        tr("After each epoch of a training the network is tested on images that it has never seen. Here you see what "
           "it "
           "takes for what, and every image that it gets wrong. Train, or evaluate what is on show now.") +
        QStringLiteral("\n\n") + what);
    m_backToRun->setVisible(m_showsTested && !m_session.predictions().epochs.isEmpty());
    m_epochs->setVisible(!m_showsTested);
    showEarlier();
    const bool sameData = evaluated() && evaluated()->data == m_session.data();
    m_card->setLookable(sameData && evaluated()->data->info().shape == m_session.network().input,
        sameData ? tr("The network takes other images.")
                 : tr("Other data has been opened since. Open %1 again to look at its images.")
                       .arg(evaluated() ? QString::fromStdString(evaluated()->data->info().name) : QString()));
}

void MistakesPage::showEarlier() {
    const std::vector<EpochPredictionsPtr>& kept = m_session.predictions().epochs.epochs();
    const int before = kept.empty() ? 0 : kept.front()->epoch - 1;
    const bool isCut = m_session.continuesRun() && before > 0 && !m_showsTested;
    m_earlier->setVisible(isCut);
    if (isCut)
        m_earlier->setText(before == 1 ? tr("This run went on from a checkpoint, which does not hold the answers of "
                                            "its first epoch.")
                                       : tr("This run went on from a checkpoint, which does not hold the answers of "
                                            "its first %1 epochs.")
                                             .arg(countText(before)));
}

void MistakesPage::evaluate() {
    if (whyNotEvaluated().isEmpty())
        m_evaluation->start(m_session.network(), m_session.snapshot(), m_session.data(), QStringLiteral("cpu"),
            m_session.snapshotTitle());
}

void MistakesPage::lookAtImage() {
    const QModelIndex current = m_gallery->currentIndex();
    if (!current.isValid() || !evaluated() || evaluated()->data != m_session.data())
        return;
    m_session.setSample(m_model->images()[static_cast<std::size_t>(current.row())]);
    emit lookRequested();
}

} // namespace kernelscope
