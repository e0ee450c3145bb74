// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/session_state.h"

#include <QFileInfo>

#include <exception>
#include <utility>

namespace kernelscope {
namespace {

/// As many as a person looks through.
constexpr int mostRecentData = 8;

bool isBuiltIn(const QString& source) {
    return source == QLatin1String(kDigitsSource) || source == QLatin1String(kColorDigitsSource);
}

} // namespace

void Session::openData(const QString& source) {
    if (!canEdit())
        return;
    m->continued.reset(); // other data is wanted than that of the run
    m->requestData(source);
}

void Session::Private::requestData(const QString& source) {
    nextSource = source;
    if (dataJob.isRunning())
        progress->cancel();
    else
        openNext();
}

const QString& Session::openingSource() const {
    return m->nextSource.isEmpty() ? m->openingSource : m->nextSource;
}

double Session::openingFraction() const {
    return m->progress && m->nextSource.isEmpty() ? m->progress->fraction() : 0;
}

const QStringList& Session::recentData() const {
    return m->recentData;
}

void Session::setRecentData(const QStringList& paths) {
    for (const QString& path : paths)
        if (!m->recentData.contains(path) && m->recentData.size() < mostRecentData)
            m->recentData << path;
}

void Session::cancelOpening() {
    m->nextSource.clear();
    m->continued.reset();
    if (m->progress)
        m->progress->cancel();
}

void Session::Private::take(DataSetPtr arrived) {
    data = std::move(arrived);
    dataSource = QString::fromStdString(data->info().source);
    if (!isBuiltIn(dataSource)) {
        recentData.removeAll(dataSource);
        recentData.prepend(dataSource);
        recentData = recentData.mid(0, mostRecentData);
    }
    if (spec.trainSamples > data->info().trainCount) {
        spec.trainSamples = 0;
        emit session->specChanged();
    }
    probe.cancel();
    probeResult.reset();
    if (sample >= data->info().testCount) {
        sample = 0;
        emit session->sampleChanged();
    }
    emit session->dataChanged();
    emit session->probeChanged();
    look();
}

void Session::Private::takeBuiltIn(const QString& source) {
    try {
        take(openDataSet(source.toStdString())); // makes itself in the background
    } catch (const std::exception& error) {
        emit session->failed(Session::tr("Cannot make the built-in images"), QString::fromStdString(error.what()),
            FailureSubject::Opening);
    }
}

void Session::Private::openNext() {
    if (nextSource.isEmpty() || dataJob.isRunning()) // an answer to failed() may have begun the next
        return;
    openingSource = std::exchange(nextSource, QString());
    emit session->dataLoading(openingSource);
    if (isBuiltIn(openingSource)) {
        takeBuiltIn(std::exchange(openingSource, QString()));
        continueNow();
        return;
    }
    opened = std::make_shared<DataSetPtr>();
    progress = std::make_shared<OpenProgress>();
    dataJob.start([place = opened, watched = progress, path = openingSource.toStdString()] {
        *place = openDataSet(path, watched.get());
    });
}

void Session::Private::onOpened() {
    const std::shared_ptr<DataSetPtr> arrived = std::exchange(opened, nullptr);
    const bool isWanted = !std::exchange(progress, nullptr)->isCancelled();
    openingSource.clear();
    if (isWanted) {
        take(std::move(*arrived));
        continueNow();
    } else if (nextSource.isEmpty())
        emit session->dataCancelled();
    openNext();
}

void Session::Private::onNotOpened(const QString& message) {
    const bool isWanted = !std::exchange(progress, nullptr)->isCancelled();
    openingSource.clear();
    if (isWanted || nextSource.isEmpty())
        continued.reset(); // the run cannot go on that needs it; one that needs what is next can
    if (isWanted)
        emit session->failed(Session::tr("Cannot open the data"), message, FailureSubject::Opening);
    else if (nextSource.isEmpty())
        emit session->dataCancelled();
    openNext();
}

void Session::Private::leaveOpening() {
    const QString source = session->openingSource();
    if (source.isEmpty())
        return;
    session->cancelOpening();
    emit session->told(Session::tr("%1 is no longer being opened.").arg(QFileInfo(source).fileName()),
        Session::tr("A run began with the data that was here. Open it again after the run."));
}

} // namespace kernelscope
