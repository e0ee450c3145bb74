// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// The data sets that are at hand.
#pragma once

#include "data/data_set.h"

#include <QComboBox>
#include <QStringList>

#include <functional>

namespace kernelscope {

/// A box of the built-in images, the data sets that were downloaded, those that were used lately, and the present one.
class DataBox : public QComboBox {
    Q_OBJECT

public:
    explicit DataBox(QWidget* parent = nullptr);

    /// @param current null where there is no data. @param recent paths, the latest first.
    void showData(const DataInfo* current, const QStringList& recent);

    void showPopup() override;

signals:
    void sourceChosen(const QString& source); ///< As openDataSet() understands it.

private:
    void fill();
    void addSource(const QString& title, const QString& source);

    QString m_source; ///< The present one.
    QString m_title;
    QStringList m_recent;
};

/// Asks for a data file, or a folder of data, and calls back with its path. @param parent of the dialog, "dataDialog".
void chooseDataFile(QWidget* parent, const std::function<void(const QString&)>& chosen);
void chooseDataFolder(QWidget* parent, const std::function<void(const QString&)>& chosen);

} // namespace kernelscope
