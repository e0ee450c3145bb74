// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/run_archive.h"

#include <QDateTime>
#include <QDir>
#include <QRegularExpression>
#include <QStandardPaths>

namespace kernelscope {
namespace {

/// The network's name with everything taken out that a file system might mind.
QString fileNameOf(const std::string& networkName) {
    QString name = QString::fromStdString(networkName);
    // Letters of every script; precomposed, so that a letter is one character.
    name = name.normalized(QString::NormalizationForm_C);
    name.replace(QRegularExpression(QStringLiteral("[^\\p{L}\\p{M}\\p{N}._-]+")), QStringLiteral("-"));
    name.truncate(40);
    if (!name.isEmpty() && name.back().isHighSurrogate())
        name.chop(1); // half a letter
    name.remove(
        QRegularExpression(QStringLiteral("^[.-]+|[.-]+$"))); // what stands there hides a file, or looks cut off
    return name.isEmpty() ? QStringLiteral("network") : name;
}

} // namespace

QString runsFolder() {
    return QStandardPaths::writableLocation(QStandardPaths::GenericDataLocation) + QStringLiteral("/kernelscope/runs");
}

ArchivedRun archiveRun(const Session& session, const FinishedRun& run) {
    const QString stem =
        QStringLiteral("%1/%2-%3")
            .arg(runsFolder(), QDateTime::currentDateTime().toString(QStringLiteral("yyyy-MM-dd-HHmmss")),
                fileNameOf(run.result->record.network.name));
    QString folder = stem;
    for (int i = 2; QDir(folder).exists(); ++i)
        folder = QStringLiteral("%1-%2").arg(stem).arg(i);
    if (!QDir().mkpath(folder))
        return {folder, Session::tr("The folder %1 cannot be made.").arg(folder)};
    return {folder,
        session.saveRun(run, folder + QStringLiteral("/weights.safetensors"), folder + QStringLiteral("/run.json"))};
}

} // namespace kernelscope
