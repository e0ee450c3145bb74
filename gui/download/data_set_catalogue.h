// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// The famous data sets that can be fetched from the internet, and where they are kept.
#pragma once

#include <QByteArray>
#include <QList>
#include <QString>
#include <QStringList>

namespace kernelscope {

/// A file of which everything is known before it is asked for, so that it does not matter who delivers it.
struct RemoteFile {
    QString name;      ///< Below the data set's folder: "train-images-idx3-ubyte.gz".
    QStringList urls;  ///< The same file on different servers, the preferred one first.
    qint64 bytes = 0;  ///< Its exact size.
    QByteArray sha256; ///< 64 hexadecimal digits in lower case.
};

/// One data set that can be had.
struct DataSetOffer {
    QString id;      ///< "mnist"; also the name of its folder.
    QString name;    ///< "MNIST".
    QString content; ///< For people: what is in it.
    QString origin;  ///< For people: who made it, and under which licence it is given.
    QList<RemoteFile> files;

    /// All files together.
    qint64 bytes() const;
    /// Servers that it comes from, each once: "storage.googleapis.com".
    QStringList hosts() const;
};

/// MNIST, Fashion-MNIST and CIFAR-10. Sizes and checksums are those that their publishers or the mirrors give.
const QList<DataSetOffer>& dataSetOffers();

/// Where the files of data sets are kept, below the user's cache folder (XDG_CACHE_HOME).
QString dataCacheFolder();

/// The folder of one data set.
QString cacheFolderOf(const DataSetOffer& offer);

/// Whether all its files are there in their full size. Their checksums were compared before they got their names.
bool isCached(const DataSetOffer& offer);

} // namespace kernelscope
