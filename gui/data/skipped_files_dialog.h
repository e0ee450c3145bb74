// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// The files of a data set that were left out, and why.
#pragma once

#include "data/data_set.h"

#include <QDialog>

#include <vector>

class QLabel;
class QPlainTextEdit;

namespace kernelscope {

class FileSaver;

/// A list that can be read, copied and saved.
class SkippedFilesDialog : public QDialog {
    Q_OBJECT

public:
    explicit SkippedFilesDialog(const std::vector<SkippedFile>& files, QWidget* parent = nullptr);

    /// A line for each file: its path, a tabulator, the reason.
    static QString text(const std::vector<SkippedFile>& files);

private:
    void chooseTarget();

    QPlainTextEdit* m_list;
    QLabel* m_error;
    FileSaver* m_saver;
};

} // namespace kernelscope
