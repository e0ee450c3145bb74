// SPDX-License-Identifier: GPL-3.0-or-later
#include "look/look_workspace.h"

#include "app/class_names.h"
#include "app/session.h"
#include "editor/notice.h"
#include "look/look_view.h"
#include "widgets/number_text.h"
#include "widgets/scrolled_page.h"

#include <QVBoxLayout>

namespace kernelscope {
namespace {

/// Milliseconds between two refreshes: 20 a second look live.
constexpr int refreshInterval = 50;

} // namespace

LookWorkspace::LookWorkspace(Session& session, QWidget* parent)
    : QWidget(parent),
      m_session(session),
      m_misfit(new Notice(Notice::Kind::Information, "lookMisfit", this)),
      m_view(new LookView(this)) {
    setObjectName(QStringLiteral("lookWorkspace"));
    auto* page = new QWidget;
    auto* column = new QVBoxLayout(page);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    auto* band = new QVBoxLayout; // in line with the view below it
    band->setContentsMargins(14, 10, 14, 0);
    band->addWidget(m_misfit);
    column->addLayout(band);
    column->addWidget(m_view, 1);
    fillScrolledLast(*this, page, "lookScroll"); // in a small window everything can still be reached
    m_throttle.setSingleShot(true);
    m_throttle.setInterval(refreshInterval);
    connect(&m_throttle, &QTimer::timeout, this, &LookWorkspace::showValues);
    connect(&session, &Session::networkChanged, this, &LookWorkspace::showLayer);
    connect(&session, &Session::selectedLayerChanged, this, &LookWorkspace::showLayer);
    connect(&session, &Session::snapshotChanged, this, &LookWorkspace::showValuesSoon);
    connect(&session, &Session::probeChanged, this, &LookWorkspace::showValuesSoon);
    connect(&session, &Session::dataChanged, this, &LookWorkspace::showValuesSoon);
    connect(&session, &Session::sampleChanged, this, &LookWorkspace::showValuesSoon);
    connect(&session.run(), &RunSource::stateChanged, this, &LookWorkspace::showValuesSoon);
    showLayer();
}

void LookWorkspace::showEvent(QShowEvent* event) {
    QWidget::showEvent(event);
    showLayer();
}

void LookWorkspace::showLayer() {
    m_view->setLayer(m_session.plan(), m_session.selectedLayer());
    showValues();
}

void LookWorkspace::showValuesSoon() {
    if (isVisible() && !m_throttle.isActive())
        m_throttle.start();
}

void LookWorkspace::showValues() {
    m_view->setSnapshotTitle(m_session.snapshotTitle());
    m_view->setSampleTitle(m_session.sampleTitle());
    m_view->setClassNames(classNames(m_session));
    showMisfit();
    m_view->setNoResultReason(!misfit().isEmpty() ? tr("There is no image that the network can look at.")
                              : !m_session.data() ? tr("There is no image to look at yet: the data is being opened.")
                                                  : tr("The image is on its way through the network…"));
    m_view->setValues(m_session.snapshot(), m_session.probeResult());
}

QString LookWorkspace::misfit() const {
    const DataSetPtr dataSet = m_session.data();
    if (!dataSet || m_session.dataFits() || m_session.looksAtPicture())
        return {};
    const DataInfo& info = dataSet->info();
    const QString name = QString::fromStdString(info.name);
    if (info.shape != m_session.network().input)
        return tr("These weights were made for images of %1, but those of %2 are %3.")
            .arg(shapeText(m_session.network().input), name, shapeText(info.shape));
    return tr("These weights tell %1 classes apart, but the images of %2 are of %3.")
        .arg(countText(m_session.plan().classes), name, countText(info.classes));
}

void LookWorkspace::showMisfit() {
    const QString problem = misfit();
    if (problem.isEmpty()) {
        m_misfit->dismiss();
        return;
    }
    std::vector<Notice::Remedy> remedies;
    const QString whyNot = m_session.canEdit() ? QString() : tr("A run goes on with the present data.");
    const auto offer = [&](const char* source, const Shape& shape, const QString& text) {
        if (m_session.network().input == shape && m_session.plan().classes == 10)
            remedies.push_back({text, tr("Opens data that the network can look at"),
                [this, source] { m_session.openData(QString::fromLatin1(source)); }, whyNot});
    };
    offer(kDigitsSource, {1, 28, 28}, tr("Use the built-in digits"));
    offer(kColorDigitsSource, {3, 32, 32}, tr("Use the built-in digits in colour"));
    remedies.push_back(
        {tr("Choose data"), tr("Shows where data is opened"), [this] { emit pageRequested(QStringLiteral("data")); }});
    remedies.push_back({tr("Edit the network"), tr("Shows the network, whose weights then begin anew"),
        [this] { emit pageRequested(QStringLiteral("network")); }});
    m_misfit->show(problem, std::move(remedies));
}

} // namespace kernelscope
