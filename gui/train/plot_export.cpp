// SPDX-License-Identifier: GPL-3.0-or-later
#include "train/plot_export.h"

#include "app/file_saver.h"
#include "train/run_csv.h"
#include "train/training_plot.h"
#include "widgets/save_dialog.h"

#include <QBuffer>
#include <QDir>
#include <QMenu>
#include <QPdfWriter>
#include <QStandardPaths>

#include <array>
#include <filesystem>
#include <string_view>

namespace kernelscope {
namespace {

constexpr int pngScale = 2;
constexpr QSize pdfSize(1000, 640); // logical pixels that fill the page's width

struct Format {
    PlotFormat format;
    const char* name;
    const char* action;
    const char* tip;
    const char* filter;
    const char* suffix;
};

constexpr std::array formats{
    Format{PlotFormat::Png, "exportPng", QT_TRANSLATE_NOOP("kernelscope::PlotExport", "&Picture (PNG)…"),
        QT_TRANSLATE_NOOP("kernelscope::PlotExport", "The plots as they are on the screen, at twice the resolution"),
        QT_TRANSLATE_NOOP("kernelscope::PlotExport", "PNG pictures (*.png)"), "png"},
    Format{PlotFormat::Pdf, "exportPdf", QT_TRANSLATE_NOOP("kernelscope::PlotExport", "&Document (PDF)…"),
        QT_TRANSLATE_NOOP("kernelscope::PlotExport", "The plots as vectors on white, for print and papers"),
        QT_TRANSLATE_NOOP("kernelscope::PlotExport", "PDF documents (*.pdf)"), "pdf"},
    Format{PlotFormat::Csv, "exportCsv", QT_TRANSLATE_NOOP("kernelscope::PlotExport", "&Figures (CSV)…"),
        QT_TRANSLATE_NOOP(
            "kernelscope::PlotExport", "Every step's and every test's figures, for spreadsheets and scripts"),
        QT_TRANSLATE_NOOP("kernelscope::PlotExport", "CSV tables (*.csv)"), "csv"},
};

const Format& entry(PlotFormat format) {
    return formats.at(static_cast<std::size_t>(format));
}

QByteArray png(TrainingPlot& plot) {
    QImage image(plot.size() * pngScale, QImage::Format_RGB32);
    image.fill(plot.palette().color(QPalette::Base));
    {
        QCPPainter painter(&image);
        painter.scale(pngScale, pngScale);
        plot.render(painter, plot.size(), false);
    }
    QByteArray bytes;
    QBuffer buffer(&bytes);
    buffer.open(QIODevice::WriteOnly);
    image.save(&buffer, "PNG");
    return bytes;
}

QByteArray pdf(TrainingPlot& plot) {
    QByteArray bytes;
    QBuffer buffer(&bytes);
    buffer.open(QIODevice::WriteOnly);
    QPdfWriter writer(&buffer);
    writer.setCreator(QStringLiteral("Kernelscope"));
    writer.setTitle(plot.accessibleName());
    // The page is as large as the picture, at 96 dots an inch on screen and 72 points an inch on paper.
    writer.setPageSize(QPageSize(QSizeF(pdfSize) * 72 / 96, QPageSize::Point));
    writer.setPageMargins(QMarginsF());
    writer.setResolution(96);
    {
        QCPPainter painter;
        painter.begin(&writer);
        plot.render(painter, pdfSize, true);
    }
    return bytes;
}

} // namespace

PlotExport::PlotExport(TrainingPlot& plot, RecordGetter record, QObject* parent)
    : QObject(parent),
      m_plot(plot),
      m_record(std::move(record)),
      m_saver(new FileSaver(this)) {}

void PlotExport::addActions(QMenu& menu, QWidget& window) {
    for (const Format& format : formats) {
        QAction* action = menu.addAction(tr(format.action));
        action->setObjectName(QLatin1String(format.name));
        action->setToolTip(tr(format.tip));
        action->setStatusTip(tr(format.tip));
        connect(action, &QAction::triggered, this, [this, &format, &window] { ask(format.format, window); });
    }
    menu.setToolTipsVisible(true);
    connect(&menu, &QMenu::aboutToShow, this, [this, &menu] {
        for (QAction* action : menu.actions())
            action->setEnabled(m_record() && !m_plot.curves().isEmpty());
    });
}

void PlotExport::ask(PlotFormat format, QWidget& window) {
    const Format& what = entry(format);
    askWhereToSave(&window,
        {tr("Export"),
            QDir(QStandardPaths::writableLocation(QStandardPaths::DocumentsLocation))
                .filePath(QStringLiteral("kernelscope-run.") + QLatin1String(what.suffix)),
            tr(what.filter), QLatin1String(what.suffix), QStringLiteral("exportDialog")},
        [this, format](const QString& path) { save(format, path); });
}

void PlotExport::save(PlotFormat format, const QString& path) {
    const RunRecord* record = m_record();
    if (!record) {
        emit failed(tr("There is no run to export yet."));
        return;
    }
    const std::string content = format == PlotFormat::Csv   ? runCsv(*record)
                                : format == PlotFormat::Png ? png(m_plot).toStdString()
                                                            : pdf(m_plot).toStdString();
    if (content.empty()) {
        emit failed(tr("The picture could not be drawn. There may be too little memory for it."));
        return;
    }
    m_saver->save(path, content, [this, path](const std::optional<QString>& failure) {
        if (failure)
            emit failed(*failure);
        else
            emit saved(path);
    });
}

} // namespace kernelscope
