// SPDX-License-Identifier: GPL-3.0-or-later
#include "data/data_box.h"

#include "download/data_set_catalogue.h"
#include "widgets/open_dialog.h"

#include <QDir>
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
    askWhatToOpen(parent,
        {DataBox::tr("Open a file of data"),
            DataBox::tr("Data (*.npz *.gz *.tgz *.tar *.bin *ubyte *.idx);;All files (*)"),
            QStringLiteral("dataDialog")},
        chosen);
}

void chooseDataFolder(QWidget* parent, const std::function<void(const QString&)>& chosen) {
    askWhatToOpen(parent, {DataBox::tr("Open a folder of data"), QString(), QStringLiteral("dataDialog")}, chosen);
}

} // namespace kernelscope
