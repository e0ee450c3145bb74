// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/error.h"

#include <QCoreApplication>

namespace kernelscope {

/// The context of the downloader's sentences for translators.
struct DownloadText {
    Q_DECLARE_TR_FUNCTIONS(DownloadText)
};

/// Throws the Error of a download. @param sentence without its full stop. @param advice a whole sentence.
[[noreturn]] inline void failDownload(const QString& sentence, const QString& advice) {
    throw Error({sentence.toStdString(), {}, {}, {}, advice.toStdString()});
}

} // namespace kernelscope
