// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/last_folder.h"

#include <QDir>

namespace kernelscope {
namespace {

QString& theLastFolder() {
    static QString folder;
    return folder;
}

} // namespace

QString lastFolder() {
    return QDir(theLastFolder()).exists() ? theLastFolder() : QString();
}

void setLastFolder(const QString& folder) {
    theLastFolder() = folder;
}

} // namespace kernelscope
