// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QTimer>
#include <QWidget>

namespace kernelscope {

class LookView;
class Notice;
class Session;

/// The Look workspace: the layer that is selected in the strip, its weights and feature maps, live while training.
class LookWorkspace : public QWidget {
    Q_OBJECT

public:
    explicit LookWorkspace(Session& session, QWidget* parent = nullptr);

    LookView* view() const { return m_view; }

signals:
    /// The user wants to choose other data or another network: "data" or "network".
    void pageRequested(const QString& page);

protected:
    void showEvent(QShowEvent* event) override;

private:
    void showLayer();
    void showValues();
    void showValuesSoon();
    /// Why the images of the data do not suit the network; empty where they do, or where a picture is looked at.
    QString misfit() const;
    void showMisfit();

    Session& m_session;
    Notice* m_misfit;
    LookView* m_view;
    QTimer m_throttle; ///< However fast training is, the view is filled at most so often, and only while seen.
};

} // namespace kernelscope
