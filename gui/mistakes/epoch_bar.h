// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// Which epoch of a run is on show.
#pragma once

#include <QTimer>
#include <QWidget>

#include <vector>

class QLabel;
class QSlider;
class QToolButton;

namespace kernelscope {

/// A slider over the epochs that are kept, and a button that plays them one after the other. Follows the newest until
/// it is moved away from it.
class EpochBar : public QWidget {
    Q_OBJECT

public:
    explicit EpochBar(QWidget* parent = nullptr);

    /// Numbers of the epochs, growing. Keeps the one that is on show, or its neighbour, unless it follows.
    void setEpochs(std::vector<int> epochs, int planned);
    /// The newest from now on.
    void follow();
    bool isFollowing() const { return m_follows; }
    /// Place in the epochs, -1 where there is none.
    int current() const;

signals:
    /// Another epoch, or another one's place, is on show.
    void currentChanged(int place);

private:
    void moveTo(int place);
    void setPlaying(bool playing);
    void playNext();
    void describe();

    std::vector<int> m_epochs;
    int m_planned = 0;
    bool m_follows = true;
    QToolButton* m_play;
    QSlider* m_slider;
    QLabel* m_value;
    QTimer m_player;
};

} // namespace kernelscope
