// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QTimer>
#include <QWidget>

namespace kernelscope {

class LookView;
class Session;

/// The Look workspace: the layer that is selected in the strip, its weights and feature maps, live while training.
class LookWorkspace : public QWidget {
    Q_OBJECT

public:
    explicit LookWorkspace(Session& session, QWidget* parent = nullptr);

    LookView* view() const { return m_view; }

protected:
    void showEvent(QShowEvent* event) override;

private:
    void showLayer();
    void showValues();
    void showValuesSoon();
    QString noResultReason() const;

    Session& m_session;
    LookView* m_view;
    QTimer m_throttle; ///< However fast training is, the view is filled at most so often, and only while seen.
};

} // namespace kernelscope
