// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/file_saver.h"
#include "gui/made_up_run.h"
#include "train/plots_panel.h"
#include "train/run_csv.h"
#include "train/training_plot.h"

#include <QFileDialog>
#include <QLabel>
#include <QMenu>
#include <QPushButton>
#include <QSignalSpy>
#include <QtTest>

#include <memory>

using namespace kernelscope;
using tests::madeUpRun;

namespace {

QList<QStringList> rowsOf(const QByteArray& csv) {
    QList<QStringList> rows;
    for (const QByteArray& line : csv.trimmed().split('\n'))
        rows.append(QString::fromLatin1(line).split(','));
    return rows;
}

} // namespace

class ExportTest : public QObject {
    Q_OBJECT

    QTemporaryDir m_folder;

    QString path(const char* name) const { return m_folder.filePath(QLatin1String(name)); }

    static QByteArray content(const QString& path) {
        QFile file(path);
        return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
    }

private slots:
    void initTestCase() {
        QCoreApplication::setAttribute(Qt::AA_DontUseNativeDialogs);
        QVERIFY(m_folder.isValid());
    }

    void csvHoldsEveryFigureOfTheRecord() {
        RunRecord record = madeUpRun(7, 3);
        record.events.push_back({RunEvent::Kind::LearningRate, 9, 0.0005f});
        const QList<QStringList> rows = rowsOf(QByteArray::fromStdString(runCsv(record)));
        QCOMPARE(rows.size(), 1 + 21);
        QCOMPARE(
            rows[0].join(','), QStringLiteral("step,epoch,seconds,train_loss,train_correct,train_count,learning_rate,"
                                              "test_loss,test_accuracy"));
        for (int i = 0; i < 21; ++i) {
            const StepPoint& point = record.steps[static_cast<std::size_t>(i)];
            const QStringList& row = rows[i + 1];
            QCOMPARE(row.size(), 9);
            QCOMPARE(row[0].toLongLong(), point.step);
            QCOMPARE(row[1].toInt(), i / 7 + 1);
            QCOMPARE(row[2].toDouble(), point.seconds); // bit for bit
            QCOMPARE(row[3].toFloat(), point.loss);
            QCOMPARE(row[4].toInt(), point.correct);
            QCOMPARE(row[5].toInt(), point.count);
            QCOMPARE(row[6].toFloat(), point.step < 9 ? 0.001f : 0.0005f);
            const bool tested = point.step % 7 == 0;
            QCOMPARE(row[7].isEmpty(), !tested);
            if (tested) {
                const EpochResult& epoch = record.epochs[static_cast<std::size_t>(i / 7)];
                QCOMPARE(row[7].toDouble(), epoch.testLoss);
                QCOMPARE(row[8].toDouble(), epoch.testAccuracy);
            }
        }
    }

    void csvDoesNotDependOnTheLocale() {
        QLocale::setDefault(QLocale(QLocale::German));
        const std::string csv = runCsv(madeUpRun(3, 1));
        QLocale::setDefault(QLocale::c());
        QCOMPARE(csv, runCsv(madeUpRun(3, 1)));
    }

    void csvLeavesOutWhatIsNotFinite() {
        RunRecord record = madeUpRun(2, 1);
        record.steps[0].loss = std::numeric_limits<float>::quiet_NaN();
        QCOMPARE(rowsOf(QByteArray::fromStdString(runCsv(record)))[1][3], QString());
    }

    void filesAreWhatTheirNamesSay() {
        const RunRecord record = madeUpRun(50, 2);
        PlotsPanel panel([&record] { return &record; });
        panel.resize(800, 500);
        panel.plot().begin(record);
        PlotExport exporter(
            panel.plot(), [&record] { return &record; }, nullptr);

        exporter.save(PlotFormat::Csv, path("run.csv"));
        QTRY_VERIFY(QFile::exists(path("run.csv")));
        QCOMPARE(content(path("run.csv")), QByteArray::fromStdString(runCsv(record)));

        exporter.save(PlotFormat::Png, path("run.png"));
        QTRY_VERIFY(QFile::exists(path("run.png")));
        const QImage image(path("run.png"));
        QCOMPARE(image.size(), panel.plot().size() * 2);
        // The curves are on it, in both halves, in their colours.
        const PlotStyle style = PlotStyle::fromPalette(panel.palette());
        int upper = 0;
        int lower = 0;
        for (int y = 0; y < image.height(); ++y)
            for (int x = 0; x < image.width(); ++x)
                if (image.pixelColor(x, y) == style.training)
                    ++(y < image.height() / 2 ? upper : lower);
        QVERIFY(upper > 100);
        QVERIFY(lower > 100);

        exporter.save(PlotFormat::Pdf, path("run.pdf"));
        QTRY_VERIFY(QFile::exists(path("run.pdf")));
        const QByteArray pdf = content(path("run.pdf"));
        QVERIFY(pdf.startsWith("%PDF-1."));
        QVERIFY(pdf.trimmed().endsWith("%%EOF"));
        QVERIFY2(pdf.size() < 500'000, "vectors, not a picture");
    }

    void failuresAreToldAndLeaveOldFiles() {
        const RunRecord record = madeUpRun(5, 1);
        PlotsPanel panel([&record] { return &record; });
        panel.plot().begin(record);
        PlotExport exporter(
            panel.plot(), [&record] { return &record; }, nullptr);
        QFile file(path("file"));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write("old");
        file.close();
        const QString impossible = path("file") + QStringLiteral("/run.csv"); // its folder is a file
        QSignalSpy failed(&exporter, &PlotExport::failed);
        const std::vector<PlotFormat> formats{PlotFormat::Csv, PlotFormat::Png, PlotFormat::Pdf};
        for (const PlotFormat format : formats)
            exporter.save(format, impossible); // none waits for the one before
        QTRY_COMPARE(failed.size(), static_cast<qsizetype>(formats.size()));
        for (const QList<QVariant>& problem : failed)
            QVERIFY2(problem[0].toString().contains(impossible), qPrintable(problem[0].toString()));
        QCOMPARE(content(path("file")), QByteArray("old"));

        PlotExport empty(
            panel.plot(), [] { return nullptr; }, nullptr);
        QSignalSpy nothing(&empty, &PlotExport::failed);
        empty.save(PlotFormat::Csv, path("none.csv"));
        QCOMPARE(nothing.size(), 1);
        QVERIFY(!QFile::exists(path("none.csv")));
    }

    /// What was asked for is on the disk, whoever asked goes away at once.
    void savingOutlivesTheSaver() {
        auto saver = std::make_unique<FileSaver>();
        int told = 0;
        for (int i = 0; i < 3; ++i)
            saver->save(path(qPrintable(QStringLiteral("waiting%1").arg(i))), std::to_string(i),
                [&told](const std::optional<QString>&) { ++told; });
        saver.reset();
        for (int i = 0; i < 3; ++i)
            QCOMPARE(content(path(qPrintable(QStringLiteral("waiting%1").arg(i)))), QByteArray::number(i));
        QCOMPARE(told, 0);
    }

    void menuAsksForAFileAndSaves() {
        RunRecord record = madeUpRun(5, 1);
        const RunRecord* shown = nullptr;
        PlotsPanel panel([&shown] { return shown; });
        panel.show();
        QVERIFY(QTest::qWaitForWindowExposed(&panel));
        auto* button = panel.findChild<QPushButton*>(QStringLiteral("exportButton"));
        QMenu* menu = button->menu();
        const auto action = [menu](const char* name) {
            for (QAction* candidate : menu->actions())
                if (candidate->objectName() == QLatin1String(name))
                    return candidate;
            return static_cast<QAction*>(nullptr);
        };
        menu->popup(QPoint());
        QVERIFY(!action("exportCsv")->isEnabled()); // nothing to export yet
        menu->hide();
        shown = &record;
        panel.plot().begin(record);
        menu->popup(QPoint());
        QVERIFY(action("exportCsv")->isEnabled());
        menu->hide();

        action("exportCsv")->trigger();
        QTRY_VERIFY(panel.findChild<QFileDialog*>(QStringLiteral("exportDialog")));
        auto* dialog = panel.findChild<QFileDialog*>(QStringLiteral("exportDialog"));
        QVERIFY(dialog->isVisible()); // and the window goes on answering
        dialog->setDirectory(m_folder.path());
        dialog->findChild<QLineEdit*>(QStringLiteral("fileNameEdit"))->setText(path("menu")); // the suffix is added
        static_cast<QDialog*>(dialog)->accept();
        QTRY_COMPARE(content(path("menu.csv")), QByteArray::fromStdString(runCsv(record)));
        auto* notice = panel.findChild<QLabel*>(QStringLiteral("exportNotice"));
        QTRY_VERIFY(notice->isVisible());
        QVERIFY(notice->text().contains(path("menu.csv")));
    }
};

QTEST_MAIN(ExportTest)
#include "export_test.moc"
