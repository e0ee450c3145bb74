// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// The way back to runs of earlier sessions.
#pragma once

#include <QObject>
#include <QString>

class QMenu;

namespace kernelscope {

/// File > Earlier runs: the runs that are kept (run_archive.h), the newest first.
class EarlierRuns : public QObject {
    Q_OBJECT

public:
    using QObject::QObject;

    /// Fills the menu each time it opens.
    void fill(QMenu& menu);

signals:
    void chosen(const QString& recordPath);

private:
    void refill(QMenu& menu);
};

} // namespace kernelscope
