// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// How a run and its views share the computer.
#pragma once

#include <QComboBox>

namespace kernelscope {

class Session;

/// Watch or full speed; may be changed while a run goes on.
class PaceBox : public QComboBox {
    Q_OBJECT

public:
    explicit PaceBox(Session& session, QWidget* parent = nullptr);
};

} // namespace kernelscope
