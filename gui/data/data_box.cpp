// SPDX-License-Identifier: GPL-3.0-or-later
#include "data/data_box.h"

#include "download/data_set_catalogue.h"

#include <QDir>
#include <QFileDialog>
#include <QFileInfo>

namespace kernelscope {

DataBox::DataBox(QWidget* parent) : QComboBox(parent) {
    setObjectName(QStringLiteral("dataBox"));
    setAccessibleName(tr("Data"));
    setToolTip(tr("The images to learn from. The built-in ones are drawn by this program and need no download."));
    setMinimumContentsLength(12);
    setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    connect(this, &QComboBox::activated, this, [this] {
        const QString source = currentData().toString();
        setCurrentIndex(findData(m_source)); // until it is opened, the present one is what holds
        emit sourceChosen(source);
    });
    fill();
}

void DataBox::showData(const DataInfo* current, const QStringList& recent) {
    m_source = current ? QString::fromStdString(current->source) : QString();
    m_title = current ? QString::fromStdString(current->name) : QString();
    m_recent = recent;
    fill();
}

void DataBox::showPopup() {
    fill(); // something may have been downloaded, or removed
    QComboBox::showPopup();
}

void DataBox::addSource(const QString& title, const QString& source) {
    if (findData(source) >= 0)
        return;
    addItem(title, source);
    if (QDir::isAbsolutePath(source))
        setItemData(count() - 1, QDir::toNativeSeparators(source), Qt::ToolTipRole);
}

void DataBox::fill() {
    clear();
    addSource(tr("Built-in digits"), QString::fromLatin1(kDigitsSource));
    addSource(tr("Built-in colour digits"), QString::fromLatin1(kColorDigitsSource));
    if (!m_source.isEmpty())
        addSource(m_title, m_source);
    for (const DataSetOffer& offer : dataSetOffers())
        if (isCached(offer))
            addSource(offer.name, cacheFolderOf(offer));
    for (const QString& path : m_recent)
        if (QFileInfo::exists(path))
            addSource(QFileInfo(path).fileName(), path);
    setCurrentIndex(m_source.isEmpty() ? 0 : findData(m_source));
}

void chooseDataFile(QWidget* parent, const std::function<void(const QString&)>& chosen) {
    auto* dialog = new QFileDialog(parent, DataBox::tr("Open a file of data"), QString(),
        DataBox::tr("Data (*.npz *.gz *.tgz *.tar *.bin *ubyte *.idx);;All files (*)"));
    dialog->setObjectName(QStringLiteral("dataDialog"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setFileMode(QFileDialog::ExistingFile);
    QObject::connect(dialog, &QFileDialog::fileSelected, parent, chosen);
    dialog->open();
}

void chooseDataFolder(QWidget* parent, const std::function<void(const QString&)>& chosen) {
    auto* dialog = new QFileDialog(parent, DataBox::tr("Open a folder of data"));
    dialog->setObjectName(QStringLiteral("dataDialog"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setFileMode(QFileDialog::Directory);
    QObject::connect(dialog, &QFileDialog::fileSelected, parent, chosen);
    dialog->open();
}

} // namespace kernelscope
