// SPDX-License-Identifier: GPL-3.0-or-later
#include "strip/network_strip.h"

#include "app/class_names.h"
#include "app/session.h"
#include "strip/strip_view.h"
#include "widgets/number_text.h"

#include <QRandomGenerator>
#include <QVBoxLayout>

namespace kernelscope {
namespace {

/// Milliseconds between two updates of the thumbnails: 20 a second look live.
constexpr int updateInterval = 50;

} // namespace

NetworkStrip::NetworkStrip(Session& session, QWidget* parent)
    : QWidget(parent),
      m_session(session),
      m_view(new StripView(this)) {
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->addWidget(m_view);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);

    m_throttle.setSingleShot(true);
    m_throttle.setInterval(updateInterval);
    connect(&m_throttle, &QTimer::timeout, this, &NetworkStrip::showResult);

    connect(&session, &Session::networkChanged, this, &NetworkStrip::showNetwork);
    connect(&session, &Session::selectedLayerChanged, this,
        [this] { m_view->setSelectedLayer(m_session.selectedLayer()); });
    connect(&session, &Session::sampleChanged, this, &NetworkStrip::showSample);
    connect(&session, &Session::dataChanged, this, &NetworkStrip::showSample);
    connect(&session, &Session::probeChanged, this, [this] {
        if (!m_throttle.isActive())
            m_throttle.start();
    });
    connect(&session.run(), &RunSource::stateChanged, this,
        [this](RunSource::State state) { m_view->setTraining(state != RunSource::State::Idle); });

    connect(m_view, &StripView::layerChosen, &session, &Session::selectLayer);
    connect(m_view, &StripView::sampleStepWanted, this, &NetworkStrip::stepSample);
    connect(m_view, &StripView::randomSampleWanted, this, &NetworkStrip::randomSample);
    connect(m_view, &StripView::flowSampleWanted, this, [this] {
        if (m_session.dataFits()) // else nothing could flow
            stepSample(1);
    });

    showNetwork();
}

void NetworkStrip::showNetwork() {
    m_view->setPlan(m_session.plan());
    m_view->setSelectedLayer(m_session.selectedLayer());
    m_view->setTraining(m_session.run().isBusy());
    showSample();
    showResult();
}

void NetworkStrip::showSample() {
    m_view->setClassNames(classNames(m_session));
    m_view->setSampleText(m_session.sampleTitle());
    if (m_session.looksAtPicture())
        m_view->endFlow(); // the next test image must not take the picture's place
}

void NetworkStrip::showResult() {
    if (const ProbeResultPtr result = m_session.probeResult())
        m_view->setResult(*result);
    else
        m_view->clearResult();
}

void NetworkStrip::stepSample(int step) {
    const DataSetPtr dataSet = m_session.data();
    const std::size_t count = dataSet ? dataSet->info().testCount : 0;
    if (count == 0)
        return;
    // A picture stands between the test image that was looked at before and the one after that.
    if (m_session.looksAtPicture() && step < 0)
        ++step;
    const std::size_t forward =
        step < 0 ? count - static_cast<std::size_t>(-step) % count : static_cast<std::size_t>(step);
    m_session.setSample((m_session.sample() + forward) % count);
}

void NetworkStrip::randomSample() {
    if (const DataSetPtr dataSet = m_session.data(); dataSet && dataSet->info().testCount > 0)
        m_session.setSample(QRandomGenerator::global()->bounded(static_cast<quint32>(dataSet->info().testCount)));
}

} // namespace kernelscope
