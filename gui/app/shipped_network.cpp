// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/shipped_network.h"

#include <QFile>
#include <QTemporaryFile>

#include <exception>
#include <memory>

namespace kernelscope {

std::optional<WeightsFile> shippedNetwork() {
    QFile resource(QStringLiteral(":/networks/classic.safetensors"));
    if (!resource.exists())
        return std::nullopt;
    // The reader wants a file of the file system.
    const std::unique_ptr<QTemporaryFile> file(QTemporaryFile::createNativeFile(resource));
    if (!file)
        return std::nullopt;
    try {
        return loadWeights(file->fileName().toStdString());
    } catch (const std::exception& error) {
        qWarning("The shipped network cannot be read: %s", error.what());
        return std::nullopt;
    }
}

} // namespace kernelscope
