// SPDX-License-Identifier: GPL-3.0-or-later
// For tests: the built command, run as its users run it.
#pragma once

#include <QJsonDocument>
#include <QJsonObject>
#include <QList>
#include <QProcess>
#include <QString>
#include <QStringList>

#include <functional>

namespace kernelscope::testing {

constexpr int commandPatience = 120'000; // milliseconds; only ever waited for where something is broken

/// How a run of the command ended.
struct Outcome {
    int code = -1;
    QString out;
    QString error;

    /// Each line of stdout as the JSON object that it must be.
    QList<QJsonObject> events() const {
        QList<QJsonObject> all;
        for (const QString& line : out.split('\n', Qt::SkipEmptyParts)) {
            const QJsonDocument document = QJsonDocument::fromJson(line.toUtf8());
            if (!document.isObject())
                qWarning("no JSON object: %s", qPrintable(line));
            all.append(document.object());
        }
        return all;
    }
};

inline Outcome finish(QProcess& process) {
    if (!process.waitForFinished(commandPatience))
        process.kill();
    Outcome outcome;
    outcome.code = process.exitStatus() == QProcess::NormalExit ? process.exitCode() : -1;
    outcome.out = QString::fromUtf8(process.readAllStandardOutput());
    outcome.error = QString::fromUtf8(process.readAllStandardError());
    return outcome;
}

inline Outcome runCommand(const QStringList& arguments, const std::function<void(QProcess&)>& prepare = {}) {
    QProcess process;
    if (prepare)
        prepare(process);
    process.start(KERNELSCOPE_CLI, arguments);
    return finish(process);
}

} // namespace kernelscope::testing
