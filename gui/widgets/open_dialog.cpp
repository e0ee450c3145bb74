// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/open_dialog.h"

#include "widgets/last_folder.h"

#include <QFileDialog>
#include <QFileInfo>

namespace kernelscope {

void askWhatToOpen(QWidget* parent, const OpenQuestion& question, const std::function<void(const QString&)>& chosen) {
    auto* dialog = new QFileDialog(parent, question.title, lastFolder(), question.filter);
    dialog->setObjectName(question.objectName);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setFileMode(question.filter.isEmpty() ? QFileDialog::Directory : QFileDialog::ExistingFile);
    QObject::connect(dialog, &QFileDialog::fileSelected, parent, [chosen](const QString& path) {
        setLastFolder(QFileInfo(path).absolutePath()); // of a folder: where its neighbours are
        chosen(path);
    });
    dialog->open();
}

} // namespace kernelscope
