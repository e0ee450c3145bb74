// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/session_keeper.h"

#include "app/session.h"
#include "app/settings.h"

#include <optional>

namespace kernelscope {

SessionKeeper::SessionKeeper(
    const Session& session, Settings& settings, std::chrono::milliseconds rest, QObject* parent)
    : QObject(parent),
      m_session(session),
      m_settings(settings) {
    m_rest.setSingleShot(true);
    m_rest.setInterval(rest);
    connect(&m_rest, &QTimer::timeout, this, &SessionKeeper::write);
    const auto wait = [this] { m_rest.start(); };
    connect(&session, &Session::networkChanged, this, wait);
    connect(&session, &Session::specChanged, this, wait);
    connect(&session, &Session::deviceIdChanged, this, wait);
    connect(&session, &Session::dataChanged, this, wait);
    connect(&session, &Session::paceChanged, this, wait);
    connect(&session, &Session::currentRecordChanged, this, &SessionKeeper::writeChanges); // a run began
    settings.onChange(wait);                                                               // by whatever view
}

SessionKeeper::~SessionKeeper() {
    m_settings.onChange([] {});
}

void SessionKeeper::writeChanges() {
    if (m_rest.isActive())
        write();
}

void SessionKeeper::write() {
    m_settings.save(m_session);
    m_rest.stop(); // which that started
    const std::optional<QString> failure = m_settings.write();
    if (!failure)
        emit written();
    else if (!m_hasTold)
        emit failed(*failure);
    m_hasTold = failure.has_value();
}

} // namespace kernelscope
