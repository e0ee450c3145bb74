// SPDX-License-Identifier: GPL-3.0-or-later
#include "mistakes/mistakes_export.h"

#include "analysis/evaluation_csv.h"
#include "files/atomic_file.h"
#include "widgets/save_dialog.h"

#include <QDir>
#include <QMenu>
#include <QStandardPaths>

#include <array>
#include <filesystem>

namespace kernelscope {
namespace {

struct Entry {
    MistakesTable table;
    const char* name;
    const char* action;
    const char* tip;
    const char* file;
};

constexpr std::array entries{
    Entry{MistakesTable::Matrix, "exportMatrix", QT_TRANSLATE_NOOP("kernelscope::MistakesExport", "Confusion &matrix…"),
        QT_TRANSLATE_NOOP("kernelscope::MistakesExport", "A line for each true class, a column for each predicted one"),
        "kernelscope-confusion.csv"},
    Entry{MistakesTable::Classes, "exportClasses", QT_TRANSLATE_NOOP("kernelscope::MistakesExport", "Each &class…"),
        QT_TRANSLATE_NOOP("kernelscope::MistakesExport", "Images, precision, recall and F1 of each class"),
        "kernelscope-classes.csv"},
    Entry{MistakesTable::Images, "exportImages", QT_TRANSLATE_NOOP("kernelscope::MistakesExport", "Listed &images…"),
        QT_TRANSLATE_NOOP("kernelscope::MistakesExport",
            "The images of the gallery in its order, with their three most probable classes"),
        "kernelscope-mistakes.csv"},
};

} // namespace

MistakesExport::MistakesExport(const MistakesModel& model, QObject* parent) : QObject(parent), m_model(model) {
    connect(&m_job, &BackgroundJob::done, this, [this] { emit saved(m_path); });
    connect(&m_job, &BackgroundJob::failed, this, &MistakesExport::failed);
}

void MistakesExport::addActions(QMenu& menu, QWidget& window) {
    for (const Entry& entry : entries) {
        QAction* action = menu.addAction(tr(entry.action));
        action->setObjectName(QLatin1String(entry.name));
        action->setToolTip(tr(entry.tip));
        action->setStatusTip(tr(entry.tip));
        connect(action, &QAction::triggered, this, [this, &entry, &window] { ask(entry.table, window); });
    }
    menu.setToolTipsVisible(true);
    connect(&menu, &QMenu::aboutToShow, this, [this, &menu] {
        for (QAction* action : menu.actions())
            action->setEnabled(m_model.evaluated() && !m_job.isRunning());
    });
}

void MistakesExport::ask(MistakesTable table, QWidget& window) {
    const Entry& entry = entries.at(static_cast<std::size_t>(table));
    askWhereToSave(&window,
        {tr("Export"),
            QDir(QStandardPaths::writableLocation(QStandardPaths::DocumentsLocation))
                .filePath(QLatin1String(entry.file)),
            tr("CSV tables (*.csv)"), QStringLiteral("csv"), QStringLiteral("mistakesExportDialog")},
        [this, text = csv(table)](const QString& path) { write(text, path); });
}

std::string MistakesExport::csv(MistakesTable table) const {
    const EvaluatedPtr& evaluated = m_model.evaluated();
    if (!evaluated)
        return {};
    const std::vector<std::string>& names = evaluated->data->info().classNames;
    switch (table) {
    case MistakesTable::Matrix:
        return confusionCsv(evaluated->matrix, names);
    case MistakesTable::Classes:
        return classesCsv(evaluated->matrix, names);
    case MistakesTable::Images:
        break;
    }
    return predictionsCsv(*evaluated->data, evaluated->images(), m_model.images());
}

void MistakesExport::save(MistakesTable table, const QString& path) {
    if (m_model.evaluated())
        write(csv(table), path);
}

void MistakesExport::write(const std::string& text, const QString& path) {
    if (m_job.isRunning())
        return;
    m_path = path;
    m_job.start([file = std::filesystem::path(path.toStdU16String()), text] { writeFileAtomically(file, text); });
}

} // namespace kernelscope
