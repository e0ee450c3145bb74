// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// Opening what this program saves.
#pragma once

#include "app/background_job.h"
#include "files/saved_file.h"

#include <QObject>
#include <QString>
#include <QStringList>

#include <memory>
#include <optional>

namespace kernelscope {

/// Reads a file in a background thread and says what it holds: a network, weights, a run's record, a checkpoint, or
/// none of them. One file after the other, in the order in which they were asked for.
class FileOpener : public QObject {
    Q_OBJECT

public:
    explicit FileOpener(QObject* parent = nullptr);

    void open(const QString& path);

signals:
    void networkOpened(const QString& path, const kernelscope::Network& network);
    void weightsOpened(const QString& path, const kernelscope::WeightsFile& weights);
    void recordOpened(const QString& path, const kernelscope::RunRecord& record);
    void checkpointOpened(const QString& path, const kernelscope::CheckpointPtr& checkpoint);
    /// The file is none of these.
    void otherFound(const QString& path);
    void failed(const QString& path, const QString& message);

private:
    void begin();
    void tell();

    QString m_path; ///< What the job reads.
    QStringList m_waiting;
    std::shared_ptr<std::optional<SavedFile>> m_read;
    BackgroundJob m_job; ///< Last, so that its thread ends first.
};

} // namespace kernelscope
