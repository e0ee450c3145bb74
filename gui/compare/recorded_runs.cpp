// SPDX-License-Identifier: GPL-3.0-or-later
#include "compare/recorded_runs.h"

#include "files/run_record_json.h"

#include <QCoreApplication>
#include <QDir>
#include <QFile>

#include <exception>

namespace kernelscope {
namespace {

QString tr(const char* text) {
    return QCoreApplication::translate("RecordedRuns", text);
}

} // namespace

std::vector<RecordedRun> recordedRuns(const QString& folder) {
    std::vector<RecordedRun> runs;
    for (const QFileInfo& info : QDir(folder).entryInfoList({QStringLiteral("*.json")}, QDir::Files, QDir::Name)) {
        QFile file(info.filePath());
        try {
            if (!file.open(QIODevice::ReadOnly))
                continue;
            const std::string text = file.readAll().toStdString();
            const std::string source = info.filePath().toStdString();
            runs.push_back({info.filePath(), std::make_shared<const RunRecord>(runRecordFromJson(
                                                 parseRunRecord(text, "Cannot read the run record", source), source))});
        } catch (const std::exception& error) {
            qWarning("%s", error.what());
        }
    }
    return runs;
}

bool isShippedRecord(const QString& file) {
    return file.startsWith(QLatin1String(":/"));
}

QString recordedDay(const RunRecord& record) {
    return QString::fromStdString(record.date.substr(0, 10));
}

QString recordedText(const RunRecord& record) {
    return tr("recorded on %1, %2").arg(QString::fromStdString(record.device.name), recordedDay(record));
}

QString recordTitle(const RunRecord& record) {
    return tr("%1 (%2, %3): %4, batch %5, %6")
        .arg(QString::fromStdString(record.device.name), QString::fromStdString(record.device.instructionSet),
            QString::fromStdString(record.device.precision), QString::fromStdString(record.network.name))
        .arg(record.spec.batchSize)
        .arg(recordedDay(record));
}

} // namespace kernelscope
