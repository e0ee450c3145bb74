// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// How long the window took to open.
#pragma once

#include <QObject>

namespace kernelscope {

class Session;

/// With KERNELSCOPE_TRACE_START set in the environment, prints milliseconds since the process was started: when the
/// window was first painted, when its event loop was idle after that (from here on it can be used), when the devices
/// were listed, and when the digit on show had gone through the network.
class StartTrace : public QObject {
    Q_OBJECT

public:
    /// Does nothing unless asked for. @param window must be shown after this call.
    static void watch(QObject& window, Session& session);

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    explicit StartTrace(QObject& window);
    static void print(const char* what);

    bool m_painted = false;
};

} // namespace kernelscope
