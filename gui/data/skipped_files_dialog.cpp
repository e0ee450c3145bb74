// SPDX-License-Identifier: GPL-3.0-or-later
#include "data/skipped_files_dialog.h"

#include "app/file_saver.h"
#include "train/form_widgets.h"
#include "widgets/number_text.h"
#include "widgets/save_dialog.h"

#include <QClipboard>
#include <QDialogButtonBox>
#include <QGuiApplication>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QVBoxLayout>

#include <algorithm>

namespace kernelscope {

SkippedFilesDialog::SkippedFilesDialog(const std::vector<SkippedFile>& files, QWidget* parent)
    : QDialog(parent),
      m_list(new QPlainTextEdit(text(files), this)),
      m_error(errorText("skippedError", this)),
      m_saver(new FileSaver(this)) {
    setObjectName(QStringLiteral("skippedFilesDialog"));
    setWindowTitle(tr("Files that were left out"));
    setAttribute(Qt::WA_DeleteOnClose);
    m_list->setObjectName(QStringLiteral("skippedList"));
    m_list->setAccessibleName(tr("Files and reasons"));
    m_list->setReadOnly(true);
    m_list->setTabChangesFocus(true);
    m_list->setLineWrapMode(QPlainTextEdit::NoWrap);
    int widest = 0;
    for (const SkippedFile& file : files)
        widest = std::max(widest, m_list->fontMetrics().horizontalAdvance(QString::fromStdString(file.file)));
    m_list->setTabStopDistance(widest + 2 * m_list->fontMetrics().averageCharWidth()); // the reasons, in a column

    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Close, this);
    QPushButton* copy = buttons->addButton(tr("C&opy all"), QDialogButtonBox::ActionRole);
    copy->setObjectName(QStringLiteral("copySkipped"));
    QPushButton* save = buttons->addButton(tr("&Save as…"), QDialogButtonBox::ActionRole);
    save->setObjectName(QStringLiteral("saveSkipped"));
    connect(
        copy, &QPushButton::clicked, this, [this] { QGuiApplication::clipboard()->setText(m_list->toPlainText()); });
    connect(save, &QPushButton::clicked, this, &SkippedFilesDialog::chooseTarget);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);

    auto* layout = new QVBoxLayout(this);
    auto* heading = new QLabel(files.size() == 1 ? tr("One file was left out; all others are used.")
                                                 : tr("%1 files were left out; all others are used.")
                                                       .arg(countText(static_cast<std::int64_t>(files.size()))),
        this);
    heading->setWordWrap(true);
    layout->addWidget(heading);
    layout->addWidget(m_list, 1);
    layout->addWidget(m_error);
    layout->addWidget(buttons);
    resize(fontMetrics().averageCharWidth() * 90, fontMetrics().height() * 22);
}

QString SkippedFilesDialog::text(const std::vector<SkippedFile>& files) {
    QStringList lines;
    for (const SkippedFile& file : files)
        lines << QString::fromStdString(file.file) + QLatin1Char('\t') + QString::fromStdString(file.reason);
    return lines.join(QLatin1Char('\n'));
}

void SkippedFilesDialog::chooseTarget() {
    askWhereToSave(this,
        {tr("Save the list"), tr("skipped-files.txt"), tr("Text (*.txt)"), QStringLiteral("txt"),
            QStringLiteral("saveSkippedDialog")},
        [this](const QString& path) {
            m_saver->save(path, (m_list->toPlainText() + QLatin1Char('\n')).toStdString(),
                [this](const std::optional<QString>& failure) { showMessage(m_error, failure.value_or(QString())); });
        });
}

} // namespace kernelscope
