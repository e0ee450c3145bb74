// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QTimer>
#include <QWidget>

namespace kernelscope {

class Session;
class StripView;

/// The session's network along the bottom of the window: choose a layer, choose an image, watch activations live.
class NetworkStrip : public QWidget {
    Q_OBJECT

public:
    explicit NetworkStrip(Session& session, QWidget* parent = nullptr);

    StripView* view() const { return m_view; }

private:
    void showNetwork();
    void showSample();
    void showResult();
    void stepSample(int step);
    void randomSample();

    Session& m_session;
    StripView* m_view;
    QTimer m_throttle; ///< Thumbnails follow training at most so often.
};

} // namespace kernelscope
