// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/start_trace.h"

#include "app/session.h"

#include <QEvent>
#include <QFile>
#include <QTimer>

#include <cstdio>
#include <ctime>
#include <unistd.h>

namespace kernelscope {
namespace {

/// Milliseconds since the kernel started this process, in steps of 10: what came before main() counts too.
double sinceProcessStart() {
    QFile file(QStringLiteral("/proc/self/stat"));
    if (!file.open(QIODevice::ReadOnly))
        return 0;
    // The name in parentheses may hold spaces; the start is the 20th field after it (22nd of all), in clock ticks.
    const QByteArray all = file.readAll();
    const QList<QByteArray> fields = all.mid(all.lastIndexOf(')') + 2).split(' ');
    timespec now{};
    clock_gettime(CLOCK_BOOTTIME, &now);
    const double nowSeconds = static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
    return 1000 * (nowSeconds - fields.value(19).toDouble() / static_cast<double>(sysconf(_SC_CLK_TCK)));
}

} // namespace

void StartTrace::watch(QObject& window, Session& session) {
    if (qEnvironmentVariableIsEmpty("KERNELSCOPE_TRACE_START"))
        return;
    auto* trace = new StartTrace(window);
    connect(&session, &Session::devicesChanged, trace, [] { print("devices listed"); });
    connect(
        &session, &Session::probeChanged, trace, [] { print("digit shown"); },
        static_cast<Qt::ConnectionType>(Qt::AutoConnection | Qt::SingleShotConnection));
}

StartTrace::StartTrace(QObject& window) : QObject(&window) {
    print("window made");
    window.installEventFilter(this);
}

bool StartTrace::eventFilter(QObject* watched, QEvent* event) {
    if (event->type() == QEvent::Paint && !m_painted) {
        m_painted = true;
        print("painting");
        QTimer::singleShot(0, this, [] { print("usable"); });
    }
    return QObject::eventFilter(watched, event);
}

void StartTrace::print(const char* what) {
    std::fprintf(stderr, "start: %6.0f ms  %s\n", sinceProcessStart(), what);
}

} // namespace kernelscope
