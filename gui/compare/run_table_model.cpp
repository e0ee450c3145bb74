// SPDX-License-Identifier: GPL-3.0-or-later
#include "compare/run_table_model.h"

#include "compare/recorded_runs.h"
#include "training/stopping.h"
#include "widgets/device_text.h"
#include "widgets/number_text.h"
#include "widgets/setup_text.h"

#include <QDateTime>
#include <QFont>
#include <QLocale>

#include <algorithm>

namespace kernelscope {
namespace {

/// Amounts stand at the right of their columns, names at the left; behind the amounts everything stands at the right,
/// so that no name touches the amount before it.
bool isAtTheRight(int column) {
    switch (column) {
    case RunTableModel::Number:
    case RunTableModel::Ghost:
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
    case RunTableModel::Ghost:
    case RunTableModel::Device:
    case RunTableModel::NetworkName:
    case RunTableModel::Data:
    case RunTableModel::Date:
    case RunTableModel::Stop:
    case RunTableModel::Optimizer:
    case RunTableModel::Schedule:
    case RunTableModel::Augmentation:
    case RunTableModel::EarlyEnd:
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

void RunTableModel::setGhosts(const std::set<int>& numbers) {
    if (m_runs.empty())
        return;
    for (NumberedRun& run : m_runs)
        run.isGhost = numbers.contains(run.number);
    emit dataChanged(index(0, Ghost), index(rowCount() - 1, Ghost), {Qt::CheckStateRole, Qt::UserRole});
}

bool RunTableModel::isTelling(int column) const {
    if (column == Threads)
        return false; // the device's name says so
    if (column == Stop)
        return std::any_of(m_runs.begin(), m_runs.end(),
            [](const NumberedRun& run) { return run.record->stop != StopReason::Completed; });
    if (column < Optimizer)
        return true;
    for (const NumberedRun& run : m_runs)
        if (value(*run.record, 0, column) != value(*m_runs.front().record, 0, column))
            return true;
    return false;
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
        return record.epochs.empty() ? QVariant() : QVariant(keptResult(record).testAccuracy);
    case Load:
        return record.phases.load;
    case Date:
        return QString::fromStdString(record.date);
    case Stop:
        return QString::fromLatin1(name(record.stop));
    case Optimizer:
        return QString::fromLatin1(name(record.spec.optimizer.kind));
    case WeightDecay:
        return static_cast<double>(record.spec.optimizer.weightDecay);
    case Schedule:
        return scheduleText(record.spec.schedule);
    case Augmentation:
        return augmentationText(record.spec.augmentation);
    case EarlyEnd:
        return stoppingText(record.spec.stopping);
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
    case Optimizer:
        return optimizerTitle(record.spec.optimizer.kind);
    case WeightDecay:
        return QString::number(held.toDouble());
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
        case StopReason::Running:
            return tr("not yet");
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
    case Qt::CheckStateRole:
        return index.column() == Ghost ? QVariant(run.isGhost ? Qt::Checked : Qt::Unchecked) : QVariant();
    case Qt::AccessibleTextRole:
        return index.column() == Ghost ? QVariant(tr("Run %1 as a ghost").arg(run.number)) : QVariant();
    case Qt::UserRole:
        if (index.column() == Ghost)
            return run.isGhost;
        return value(*run.record, run.number, index.column());
    case Qt::TextAlignmentRole:
        return QVariant::fromValue(
            isAtTheRight(index.column()) ? Qt::AlignRight | Qt::AlignVCenter : Qt::AlignLeft | Qt::AlignVCenter);
    case Qt::FontRole:
        return isNumeric(index.column()) ? QVariant(numberFont(QFont())) : QVariant();
    case Qt::ToolTipRole:
        if (index.column() == Number && !run.file.isEmpty())
            return isShippedRecord(run.file) ? recordedText(*run.record)
                                             : tr("Opened from %1: %2").arg(run.file, recordedText(*run.record));
        if (index.column() == Ghost)
            return tr("Whether this run's curves stand faintly behind those in Train");
        if (index.column() == Device) {
            const DeviceInfo& device = run.record->device;
            const QString text =
                tr("%1, %2, %3")
                    .arg(QString::fromStdString(device.name), QString::fromStdString(device.instructionSet),
                        QString::fromStdString(device.precision));
            return device.driver.empty() ? text
                                         : tr("%1, driver for %2").arg(text, QString::fromStdString(device.driver));
        }
        return index.column() == Stop ? QString::fromStdString(run.record->message) : QVariant();
    default:
        return {};
    }
}

bool RunTableModel::setData(const QModelIndex& index, const QVariant& value, int role) {
    if (!index.isValid() || index.column() != Ghost || role != Qt::CheckStateRole)
        return false;
    NumberedRun& run = m_runs[static_cast<std::size_t>(index.row())];
    run.isGhost = value.toInt() == Qt::Checked;
    emit dataChanged(index, index, {Qt::CheckStateRole, Qt::UserRole});
    emit ghostChosen(run.number, run.isGhost);
    return true;
}

Qt::ItemFlags RunTableModel::flags(const QModelIndex& index) const {
    const Qt::ItemFlags usual = QAbstractTableModel::flags(index);
    return index.column() == Ghost ? usual | Qt::ItemIsUserCheckable : usual;
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
    case Ghost:
        return tr("Ghost");
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
    case Optimizer:
        return tr("Optimizer");
    case WeightDecay:
        return tr("Weight decay");
    case Schedule:
        return tr("Schedule");
    case Augmentation:
        return tr("Augmentation");
    case EarlyEnd:
        return tr("End");
    default:
        return {};
    }
}

QString RunTableModel::csv() const {
    QString result = QStringLiteral(
        "run,device,threads,network,data,batchSize,learningRate,seed,epochs,secondsPerEpoch,imagesPerSecond,"
        "testAccuracy,loadSeconds,date,stop,optimizer,weightDecay,schedule,augmentation,earlyEnd\r\n");
    for (const NumberedRun& run : m_runs) {
        QStringList fields;
        for (int column = 0; column < ColumnCount; ++column) {
            if (column == Ghost)
                continue;
            const QVariant held = value(*run.record, run.number, column);
            fields += held.typeId() == QMetaType::Double ? QString::number(held.toDouble(), 'g',
                                                               column == LearningRate || column == WeightDecay ? 6 : 9)
                                                         : csvField(held.toString());
        }
        result += fields.join(QLatin1Char(',')) + QStringLiteral("\r\n");
    }
    return result;
}

} // namespace kernelscope
