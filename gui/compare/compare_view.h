// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "compare/comparison.h"

#include <QWidget>

#include <set>

class QCheckBox;
class QComboBox;
class QLabel;
class QPushButton;
class QSortFilterProxyModel;
class QStackedWidget;
class QTableView;

namespace kernelscope {

class AccuracyPlot;
class EpochBars;
class FileSaver;
class RunTableModel;
struct RecordedRun;

/// Runs side by side: bars, accuracy over time, table, and the result as a sentence. What CompareWorkspace fills from
/// the session.
class CompareView : public QWidget {
    Q_OBJECT

public:
    explicit CompareView(QWidget* parent = nullptr);

    /// The records must live until the next call. None: what to do is said instead.
    void setRuns(std::vector<NumberedRun> runs);
    /// Which runs have their box ticked.
    void setGhosts(const std::set<int>& numbers);
    /// What the button that measures every device says of itself.
    void setSweep(bool possible, const QString& progress);
    /// Offers records that come with the program, in a menu; without any there is no button for it.
    void offerRecorded(const std::vector<RecordedRun>& recorded);
    /// What goes on meanwhile, in a line that is always there. Empty: how it is measured is said instead.
    void setStatus(const QString& text);

    /// Selects a run's row alone, and scrolls to it.
    void selectRun(int number);
    /// Numbers of the runs whose rows are selected.
    std::vector<int> selectedRuns() const;
    QString csv() const;

signals:
    void sweepWanted();
    void removeWanted(int number);
    void recordWanted(const QString& file); ///< One of those that were offered.
    void ghostChosen(int number, bool isGhost);
    /// The file could not be written.
    void failed(const QString& title, const QString& message);

protected:
    void keyPressEvent(QKeyEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;

private:
    void fitColumns();
    QWidget* makeEmptyPage();
    QWidget* makeRunsPage();
    QWidget* makeTable();
    QPushButton* makeSweepButton(const QString& objectName);
    QPushButton* makeRecordedButton(const QString& objectName);
    void showComparison();
    void fillBaselines();
    QLabel* makeStatus(const QString& objectName, QWidget* page);
    void onSelectionChanged();
    void selectRuns(const std::vector<int>& numbers);
    void removeSelected();
    void copySelected();
    void exportCsv();

    std::vector<NumberedRun> m_runs;
    QStackedWidget* m_pages;
    QLabel* m_sentence = nullptr;
    EpochBars* m_bars = nullptr;
    AccuracyPlot* m_plot = nullptr;
    QComboBox* m_baseline = nullptr;
    QCheckBox* m_logarithmic = nullptr;
    QTableView* m_table = nullptr;
    QPushButton* m_remove = nullptr;
    QPushButton* m_copy = nullptr;
    RunTableModel* m_model;
    QSortFilterProxyModel* m_sorted;
    FileSaver* m_saver;
    bool m_hasOwnWidths = false;                 ///< Somebody has drawn a column to another width.
    std::vector<QPushButton*> m_sweepButtons;    ///< One on each page.
    std::vector<QPushButton*> m_recordedButtons; ///< Likewise.
    std::vector<QLabel*> m_statuses;             ///< Likewise.
};

} // namespace kernelscope
