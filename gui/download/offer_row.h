// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "download/data_set_catalogue.h"

#include <QFrame>

class QLabel;
class QProgressBar;
class QPushButton;

namespace kernelscope {

/// One data set in the dialog: what it is, where it comes from, its buttons, and its progress.
class OfferRow : public QFrame {
    Q_OBJECT

public:
    explicit OfferRow(const DataSetOffer& offer, QWidget* parent);

    enum class State {
        Available,
        Partial,     ///< Some of it has arrived at an earlier time.
        Downloading, ///< This one.
        Waiting,     ///< While another one is being downloaded.
        Here,        ///< Complete, and can be opened.
    };
    /// @param canOpen false while a run goes on.
    void setState(State state, bool canOpen);
    void setProgress(double fraction, const QString& text);
    void focusButton();

signals:
    void getClicked();
    void openClicked();
    void cancelClicked();

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    QPushButton* m_get;
    QPushButton* m_open;
    QPushButton* m_cancel;
    QProgressBar* m_bar;
    QLabel* m_status;
    QString m_name;
};

} // namespace kernelscope
