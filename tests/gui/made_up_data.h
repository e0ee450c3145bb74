// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// Small data sets on disk.
#pragma once

#include "network/shape.h"

#include <QByteArray>
#include <QDir>
#include <QFile>
#include <QString>

#include <algorithm>
#include <initializer_list>

namespace kernelscope::testing {

inline bool writeBytes(const QString& path, const QByteArray& bytes) {
    QFile file(path);
    return file.open(QIODevice::WriteOnly) && file.write(bytes) == bytes.size();
}

/// An IDX header of unsigned bytes.
inline QByteArray idxHeader(std::initializer_list<int> dimensions) {
    QByteArray bytes("\0\0\x08", 3);
    bytes += static_cast<char>(dimensions.size());
    for (const int dimension : dimensions)
        for (const int shift : {24, 16, 8, 0})
            bytes += static_cast<char>(dimension >> shift & 0xff);
    return bytes;
}

/// Four files as MNIST's: image i has the label i % 10; pixel p is label * 20 + p, at most 50 above.
inline bool writeIdxFolder(const QString& folder, const Shape& shape, int trainCount, int testCount) {
    const auto write = [&](const QString& stem, int count) {
        QByteArray images = idxHeader({count, shape.height, shape.width});
        QByteArray labels = idxHeader({count});
        for (int i = 0; i < count; ++i) {
            labels += static_cast<char>(i % 10);
            for (int pixel = 0; pixel < shape.height * shape.width; ++pixel)
                images += static_cast<char>(i % 10 * 20 + std::min(pixel, 50));
        }
        return writeBytes(folder + QStringLiteral("/%1-images-idx3-ubyte").arg(stem), images) &&
               writeBytes(folder + QStringLiteral("/%1-labels-idx1-ubyte").arg(stem), labels);
    };
    return QDir().mkpath(folder) && write(QStringLiteral("train"), trainCount) &&
           write(QStringLiteral("t10k"), testCount);
}

} // namespace kernelscope::testing
