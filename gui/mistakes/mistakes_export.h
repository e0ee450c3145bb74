// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// Saves what the page of mistakes shows.
#pragma once

#include "app/background_job.h"
#include "mistakes/mistakes_model.h"

#include <QObject>

class QMenu;
class QWidget;

namespace kernelscope {

/// Which table.
enum class MistakesTable {
    Matrix,  ///< confusionCsv()
    Classes, ///< classesCsv()
    Images,  ///< predictionsCsv() of what the gallery lists, in its order.
};

/// Actions that ask for a file and save a table, written in a thread and never half.
class MistakesExport : public QObject {
    Q_OBJECT

public:
    explicit MistakesExport(const MistakesModel& model, QObject* parent = nullptr);

    /// @param window what the file dialogs belong to.
    void addActions(QMenu& menu, QWidget& window);
    /// The table as it would be saved.
    std::string csv(MistakesTable table) const;
    /// Saves; saved() or failed() follows. Ignored while the last table is being written.
    void save(MistakesTable table, const QString& path);

signals:
    void saved(const QString& path);
    void failed(const QString& message);

private:
    /// Saves what is on show now, however long somebody looks for a place and whatever epochs come meanwhile.
    void ask(MistakesTable table, QWidget& window);
    void write(const std::string& text, const QString& path);

    const MistakesModel& m_model;
    QString m_path;
    BackgroundJob m_job;
};

} // namespace kernelscope
