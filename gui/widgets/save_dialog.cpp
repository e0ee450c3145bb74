// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/save_dialog.h"

#include "widgets/last_folder.h"

#include <QFileDialog>
#include <QFileInfo>

namespace kernelscope {

void askWhereToSave(QWidget* parent, const SaveQuestion& question, const std::function<void(const QString&)>& chosen) {
    const QFileInfo file(question.file);
    const QString folder = file.isAbsolute() ? file.path() : lastFolder();
    auto* dialog = new QFileDialog(parent, question.title, folder, question.filter);
    dialog->setObjectName(question.objectName);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    dialog->setDefaultSuffix(question.suffix);
    dialog->selectFile(file.fileName());
    QObject::connect(dialog, &QFileDialog::fileSelected, parent, [chosen](const QString& path) {
        setLastFolder(QFileInfo(path).absolutePath());
        chosen(path);
    });
    dialog->open();
}

} // namespace kernelscope
