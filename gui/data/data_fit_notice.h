// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// That the network does not suit the data, with buttons that mend it.
#pragma once

#include "app/session.h"
#include "editor/notice.h"

namespace kernelscope {

/// Hidden while the session's network suits its data. Otherwise says what each expects, and offers to fit the network,
/// to take a built-in one that suits the data, or to change it by hand.
class DataFitNotice : public Notice {
    Q_OBJECT

public:
    explicit DataFitNotice(Session& session, QWidget* parent = nullptr);

signals:
    /// The user wants to change the network by hand.
    void networkEditRequested();

private:
    void refresh();

    Session& m_session;
};

} // namespace kernelscope
