// SPDX-License-Identifier: GPL-3.0-or-later
#include "look/look_workspace.h"

#include "app/class_names.h"
#include "app/session.h"
#include "look/look_view.h"

#include <QVBoxLayout>

namespace kernelscope {
namespace {

/// Milliseconds between two refreshes: 20 a second look live.
constexpr int refreshInterval = 50;

} // namespace

LookWorkspace::LookWorkspace(Session& session, QWidget* parent)
    : QWidget(parent),
      m_session(session),
      m_view(new LookView(this)) {
    setObjectName(QStringLiteral("lookWorkspace"));
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->addWidget(m_view);
    m_throttle.setSingleShot(true);
    m_throttle.setInterval(refreshInterval);
    connect(&m_throttle, &QTimer::timeout, this, &LookWorkspace::showValues);
    connect(&session, &Session::networkChanged, this, &LookWorkspace::showLayer);
    connect(&session, &Session::selectedLayerChanged, this, &LookWorkspace::showLayer);
    connect(&session, &Session::snapshotChanged, this, &LookWorkspace::showValuesSoon);
    connect(&session, &Session::probeChanged, this, &LookWorkspace::showValuesSoon);
    connect(&session, &Session::dataChanged, this, &LookWorkspace::showValuesSoon);
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
    m_view->setNoResultReason(noResultReason());
    m_view->setValues(m_session.snapshot(), m_session.probeResult());
}

QString LookWorkspace::noResultReason() const {
    const DataSetPtr dataSet = m_session.data();
    if (m_session.looksAtPicture())
        return tr("The image is on its way through the network…");
    if (!dataSet)
        return tr("There is no image to look at yet: the data is being opened.");
    if (dataSet->info().shape != m_session.network().input)
        return tr("The images of %1 are %2, but the network takes %3. Choose other data or another network in Train.")
            .arg(QString::fromStdString(dataSet->info().name),
                QString::fromStdString(toFullString(dataSet->info().shape)),
                QString::fromStdString(toFullString(m_session.network().input)));
    if (!m_session.dataFits())
        return tr("The images of %1 are of %2 classes, but the network tells %3 apart. Choose other data or another "
                  "network in Train.")
            .arg(QString::fromStdString(dataSet->info().name))
            .arg(dataSet->info().classes)
            .arg(m_session.plan().classes);
    return tr("The image is on its way through the network…");
}

} // namespace kernelscope
