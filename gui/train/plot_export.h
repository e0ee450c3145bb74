// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// The training plot as a file.
#pragma once

#include <QObject>
#include <QString>

#include <functional>

class QMenu;
class QWidget;

namespace kernelscope {

class FileSaver;
class TrainingPlot;
struct RunRecord;

/// Files that the plot can be saved as.
enum class PlotFormat {
    Png, ///< As on the screen, at twice the resolution.
    Pdf, ///< Vectors, black on white.
    Csv, ///< Every figure, see runCsv().
};

/// Saves the plot and its figures. Files are written whole or not at all.
class PlotExport : public QObject {
    Q_OBJECT

public:
    using RecordGetter = std::function<const RunRecord*()>;

    /// @param plot must outlive it; @param record gives the run on show, null where there is none.
    PlotExport(TrainingPlot& plot, RecordGetter record, QObject* parent);

    /// Adds one action for each format, which asks for a file. Disabled while there is nothing to save.
    void addActions(QMenu& menu, QWidget& window);

    /// Draws, then saves in the background: saved() or failed() follows.
    void save(PlotFormat format, const QString& path);

signals:
    void saved(const QString& path);
    void failed(const QString& message);

private:
    void ask(PlotFormat format, QWidget& window);

    TrainingPlot& m_plot;
    RecordGetter m_record;
    FileSaver* m_saver;
};

} // namespace kernelscope
