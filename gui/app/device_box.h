// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// On what to train.
#pragma once

#include <QComboBox>

namespace kernelscope {

class Session;

/// The devices of this machine. Those that cannot be used are listed too, disabled, with the reason below their name.
class DeviceBox : public QComboBox {
    Q_OBJECT

public:
    explicit DeviceBox(Session& session, QWidget* parent = nullptr);

private:
    void fill();
    void showCurrent();

    Session& m_session;
};

} // namespace kernelscope
