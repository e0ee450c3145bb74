// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/run_archive.h"

#include "files/run_record_json.h"
#include "files/safetensors.h"

#include <QDateTime>
#include <QDir>
#include <QFileInfo>
#include <QRegularExpression>
#include <QStandardPaths>

#include <exception>

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

std::optional<QString> saveRun(const RunResult& result, const QString& weightsPath, const QString& recordPath) {
    try {
        if (!weightsPath.isEmpty() && result.weights)
            saveWeights(weightsPath.toStdString(), result);
        if (!recordPath.isEmpty())
            saveRunRecord(recordPath.toStdString(), result.record);
    } catch (const std::exception& error) {
        return QString::fromStdString(error.what());
    }
    return std::nullopt;
}

ArchivedRun archiveRun(const RunResult& result) {
    const QString stem =
        QStringLiteral("%1/%2-%3")
            .arg(runsFolder(), QDateTime::currentDateTime().toString(QStringLiteral("yyyy-MM-dd-HHmmss")),
                fileNameOf(result.record.network.name));
    QDir().mkpath(runsFolder());
    QString folder = stem;
    for (int i = 2; !QDir().mkdir(folder); ++i) { // two windows may end a run in the same second
        if (!QFileInfo::exists(folder))
            return {folder, Session::tr("The folder %1 cannot be made.").arg(folder)};
        folder = QStringLiteral("%1-%2").arg(stem).arg(i);
    }
    ArchivedRun archived{
        folder, saveRun(result, folder + QStringLiteral("/weights.safetensors"), folder + QStringLiteral("/run.json"))};
    if (archived.failure)
        QDir(folder).removeRecursively(); // half a run is none
    return archived;
}

} // namespace kernelscope
