// SPDX-License-Identifier: GPL-3.0-or-later
#include "download/data_set_catalogue.h"

#include <QCoreApplication>
#include <QFileInfo>
#include <QStandardPaths>
#include <QUrl>

#include <algorithm>

namespace kernelscope {
namespace {

struct Catalogue {
    Q_DECLARE_TR_FUNCTIONS(Catalogue)
};

struct FileFacts {
    const char* name;
    qint64 bytes;
    const char* sha256;
};

QList<RemoteFile> filesAt(const QStringList& folders, std::initializer_list<FileFacts> facts) {
    QList<RemoteFile> files;
    for (const FileFacts& fact : facts) {
        RemoteFile file{QString::fromLatin1(fact.name), {}, fact.bytes, fact.sha256};
        for (const QString& folder : folders)
            file.urls << folder + file.name;
        files << file;
    }
    return files;
}

QList<DataSetOffer> makeOffers() {
    return {
        {QStringLiteral("mnist"), QStringLiteral("MNIST"),
            Catalogue::tr("70,000 handwritten digits in grey, 28 × 28 pixels: the classic"),
            Catalogue::tr("By Y. LeCun, C. Cortes and C. Burges, after data of NIST. Licence: CC BY-SA 3.0."),
            filesAt({QStringLiteral("https://ossci-datasets.s3.amazonaws.com/mnist/"),
                        QStringLiteral("https://storage.googleapis.com/cvdf-datasets/mnist/")},
                {{"train-images-idx3-ubyte.gz", 9'912'422,
                     "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609"},
                    {"train-labels-idx1-ubyte.gz", 28'881,
                        "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c"},
                    {"t10k-images-idx3-ubyte.gz", 1'648'877,
                        "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6"},
                    {"t10k-labels-idx1-ubyte.gz", 4'542,
                        "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6"}})},
        {QStringLiteral("fashion-mnist"), QStringLiteral("Fashion-MNIST"),
            Catalogue::tr("70,000 pictures of clothes in grey, 28 × 28 pixels: MNIST's form, but harder"),
            Catalogue::tr("By Zalando Research. Licence: MIT."),
            filesAt({QStringLiteral("https://storage.googleapis.com/tensorflow/tf-keras-datasets/")},
                {{"train-images-idx3-ubyte.gz", 26'421'880,
                     "3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84"},
                    {"train-labels-idx1-ubyte.gz", 29'515,
                        "a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845"},
                    {"t10k-images-idx3-ubyte.gz", 4'422'102,
                        "346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073"},
                    {"t10k-labels-idx1-ubyte.gz", 5'148,
                        "67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5"}})},
        {QStringLiteral("cifar-10"), QStringLiteral("CIFAR-10"),
            Catalogue::tr("60,000 photos in colour, 32 × 32 pixels: planes, cars, birds, cats and six more"),
            Catalogue::tr("By A. Krizhevsky, V. Nair and G. Hinton. No licence is stated; its makers ask to be cited."),
            filesAt({QStringLiteral("https://www.cs.toronto.edu/~kriz/")},
                {{"cifar-10-binary.tar.gz", 170'052'171,
                    "c4a38c50a1bc5f3a1c5537f2155ab9d68f9f25eb1ed8d9ddda3db29a59bca1dd"}})},
    };
}

} // namespace

qint64 DataSetOffer::bytes() const {
    qint64 sum = 0;
    for (const RemoteFile& file : files)
        sum += file.bytes;
    return sum;
}

QStringList DataSetOffer::hosts() const {
    QStringList hosts;
    for (const RemoteFile& file : files)
        for (const QString& url : file.urls)
            if (const QString host = QUrl(url).host(); !hosts.contains(host))
                hosts << host;
    return hosts;
}

const QList<DataSetOffer>& dataSetOffers() {
    static const QList<DataSetOffer> offers = makeOffers();
    return offers;
}

QString dataCacheFolder() {
    return QStandardPaths::writableLocation(QStandardPaths::GenericCacheLocation) + QStringLiteral("/kernelscope/data");
}

QString cacheFolderOf(const DataSetOffer& offer) {
    return dataCacheFolder() + QLatin1Char('/') + offer.id;
}

bool isCached(const DataSetOffer& offer) {
    const QString folder = cacheFolderOf(offer);
    return std::all_of(offer.files.begin(), offer.files.end(), [&](const RemoteFile& file) {
        const QFileInfo info(folder + QLatin1Char('/') + file.name);
        return info.isFile() && info.size() == file.bytes;
    });
}

} // namespace kernelscope
