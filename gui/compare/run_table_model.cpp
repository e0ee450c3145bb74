// SPDX-License-Identifier: GPL-3.0-or-later
#include "compare/run_table_model.h"

#include "widgets/number_text.h"

#include <QDateTime>
#include <QFont>
#include <QLocale>

namespace kernelscope {
namespace {

/// Amounts stand at the right of their columns, names at the left; behind the amounts everything stands at the right,
/// so that no name touches the amount before it.
bool isAtTheRight(int column) {
    switch (column) {
    case RunTableModel::Number:
    case RunTableModel::Device:
    case RunTableModel::Threads: // says more of the device's name than by itself
    case RunTableModel::NetworkName:
    case RunTableModel::Data:
        return false;
    default:
        return true;
    }
}

bool isNumeric(int column) {
    switch (column) {
    case RunTableModel::Number: // a name rather than an amount
    case RunTableModel::Device:
    case RunTableModel::NetworkName:
    case RunTableModel::Data:
    case RunTableModel::Date:
    case RunTableModel::Stop:
        return false;
    default:
        return true;
    }
}

/// A field of RFC 4180: quoted where it must be.
QString csvField(QString field) {
    if (!field.contains(QLatin1Char(',')) && !field.contains(QLatin1Char('"')) && !field.contains(QLatin1Char('\n')))
        return field;
    return QLatin1Char('"') + field.replace(QLatin1Char('"'), QStringLiteral("\"\"")) + QLatin1Char('"');
}

} // namespace

void RunTableModel::setRuns(std::vector<NumberedRun> runs) {
    beginResetModel();
    m_runs = std::move(runs);
    endResetModel();
}

int RunTableModel::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : static_cast<int>(m_runs.size());
}

int RunTableModel::columnCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : ColumnCount;
}

QVariant RunTableModel::value(const RunRecord& record, int number, int column) const {
    const std::optional<EpochTime> time = epochTime(record);
    const bool isMeasured = time && !time->isEstimate;
    switch (column) {
    case Number:
        return number;
    case Device:
        return deviceLabel(record.device);
    case Threads:
        return record.device.threads;
    case NetworkName:
        return QString::fromStdString(record.network.name);
    case Data:
        return QString::fromStdString(record.data.name);
    case Batch:
        return record.spec.batchSize;
    case LearningRate:
        return static_cast<double>(record.spec.optimizer.learningRate);
    case Seed:
        return QVariant::fromValue<qulonglong>(record.spec.seed);
    case Epochs:
        return static_cast<int>(record.epochs.size());
    case SecondsPerEpoch:
        return isMeasured ? QVariant(time->median) : QVariant();
    case ImagesPerSecond:
        return isMeasured ? QVariant(imagesPerSecond(record, *time)) : QVariant();
    case TestAccuracy:
        return record.epochs.empty() ? QVariant() : QVariant(record.epochs.back().testAccuracy);
    case Load:
        return record.phases.load;
    case Date:
        return QString::fromStdString(record.date);
    case Stop:
        return QString::fromLatin1(name(record.stop));
    default:
        return {};
    }
}

QString RunTableModel::text(const RunRecord& record, int number, int column) const {
    const QVariant held = value(record, number, column);
    switch (column) {
    case LearningRate: {
        // First and last say enough: a slider that was played with leaves hundreds of changes.
        const QString first = QString::number(held.toDouble());
        if (record.events.empty())
            return first;
        const QString last = QString::number(static_cast<double>(record.events.back().value));
        const auto changes = static_cast<int>(record.events.size());
        if (changes == 1)
            return QStringLiteral("%1 → %2").arg(first, last);
        return tr("%1 → %2 (%3 changes)").arg(first, last).arg(changes);
    }
    case Batch:
        return countText(held.toInt());
    case SecondsPerEpoch:
        return held.isNull() ? tr("no whole epoch") : secondsText(held.toDouble());
    case ImagesPerSecond:
        return held.isNull() ? QStringLiteral("–") : countText(static_cast<std::int64_t>(held.toDouble()));
    case TestAccuracy:
        return held.isNull() ? QStringLiteral("–") : percentText(held.toDouble());
    case Load:
        return secondsText(held.toDouble());
    case Date: {
        const QDateTime utc = QDateTime::fromString(held.toString(), Qt::ISODate);
        return utc.isValid() ? utc.toLocalTime().toString(QStringLiteral("yyyy-MM-dd HH:mm")) : held.toString();
    }
    case Stop:
        switch (record.stop) {
        case StopReason::Completed:
            return tr("completed");
        case StopReason::Stopped:
            return tr("stopped");
        case StopReason::NonFinite:
            return tr("not finite");
        case StopReason::Failed:
            return tr("failed");
        case StopReason::TargetReached:
            return tr("target reached");
        case StopReason::NoImprovement:
            return tr("no improvement");
        }
        return {};
    default:
        return held.toString();
    }
}

QVariant RunTableModel::data(const QModelIndex& index, int role) const {
    if (!index.isValid())
        return {};
    const NumberedRun& run = m_runs[static_cast<std::size_t>(index.row())];
    switch (role) {
    case Qt::DisplayRole:
        return text(*run.record, run.number, index.column());
    case Qt::UserRole:
        return value(*run.record, run.number, index.column());
    case Qt::TextAlignmentRole:
        return QVariant::fromValue(
            isAtTheRight(index.column()) ? Qt::AlignRight | Qt::AlignVCenter : Qt::AlignLeft | Qt::AlignVCenter);
    case Qt::FontRole:
        return isNumeric(index.column()) ? QVariant(numberFont(QFont())) : QVariant();
    case Qt::ToolTipRole:
        if (index.column() == Device)
            return tr("%1, %2, %3")
                .arg(QString::fromStdString(run.record->device.name),
                    QString::fromStdString(run.record->device.instructionSet),
                    QString::fromStdString(run.record->device.precision));
        return index.column() == Stop ? QString::fromStdString(run.record->message) : QVariant();
    default:
        return {};
    }
}

QVariant RunTableModel::headerData(int section, Qt::Orientation orientation, int role) const {
    if (orientation == Qt::Horizontal && role == Qt::TextAlignmentRole)
        return QVariant::fromValue(
            isAtTheRight(section) ? Qt::AlignRight | Qt::AlignVCenter : Qt::AlignLeft | Qt::AlignVCenter);
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole)
        return {};
    switch (section) {
    case Number:
        return tr("Run");
    case Device:
        return tr("Device");
    case Threads:
        return tr("Threads");
    case NetworkName:
        return tr("Network");
    case Data:
        return tr("Data");
    case Batch:
        return tr("Batch");
    case LearningRate:
        return tr("Learning rate");
    case Seed:
        return tr("Seed");
    case Epochs:
        return tr("Epochs");
    case SecondsPerEpoch:
        return tr("Epoch (median)");
    case ImagesPerSecond:
        return tr("Images/s");
    case TestAccuracy:
        return tr("Test accuracy");
    case Load:
        return tr("Load");
    case Date:
        return tr("Date");
    case Stop:
        return tr("Ended");
    default:
        return {};
    }
}

QString RunTableModel::csv() const {
    QString result = QStringLiteral(
        "run,device,threads,network,data,batchSize,learningRate,seed,epochs,secondsPerEpoch,imagesPerSecond,"
        "testAccuracy,loadSeconds,date,stop\r\n");
    for (const NumberedRun& run : m_runs) {
        QStringList fields;
        for (int column = 0; column < ColumnCount; ++column) {
            const QVariant held = value(*run.record, run.number, column);
            fields += held.typeId() == QMetaType::Double
                          ? QString::number(held.toDouble(), 'g', column == LearningRate ? 6 : 9)
                          : csvField(held.toString());
        }
        result += fields.join(QLatin1Char(',')) + QStringLiteral("\r\n");
    }
    return result;
}

} // namespace kernelscope
