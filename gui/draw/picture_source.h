// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/background_job.h"
#include "draw/drawing.h"

#include <QByteArray>
#include <QImage>
#include <QObject>
#include <QString>

#include <memory>
#include <optional>

class QMimeData;

namespace kernelscope {

/// What is to become a picture on the pad: a file, the bytes of one, or what an application has put on the clipboard.
struct PictureSource {
    QString path;     ///< Not empty: a file.
    QByteArray bytes; ///< Else, if not empty: a file's content.
    QImage image;     ///< Else: pixels.
    QString name;     ///< In messages.

    /// The first of these that was dropped or pasted and could be a picture; none where there is nothing of the kind.
    static std::optional<PictureSource> from(const QMimeData& mime);
    /// Whether a file is called like a picture, so that other files stay for others to open.
    static bool isPictureName(const QString& path);
    /// Whether from() would give one; nothing is decoded.
    static bool isIn(const QMimeData& mime);
};

/// Reads pictures in a thread: PNG and JPEG by core/, other common forms by Qt's readers. Whatever a file claims,
/// nothing is allocated beyond a picture's limits (core/data/picture.h). The newest picture that is asked for wins.
class PictureReader : public QObject {
    Q_OBJECT

public:
    explicit PictureReader(QObject* parent = nullptr);

    void read(const PictureSource& source);
    /// What is being read arrives nowhere.
    void forget();
    bool isReading() const { return m_isWanted; }

signals:
    void started();
    void finished(const std::shared_ptr<const kernelscope::PadPicture>& picture, const QString& name);
    /// Names the picture, what was found and what was expected.
    void failed(const QString& message);

private:
    void onDone();
    void onFailed(const QString& message);
    bool startNext();

    BackgroundJob m_job;
    std::shared_ptr<std::shared_ptr<const PadPicture>> m_place;
    QString m_name;
    bool m_isWanted = false;
    std::optional<PictureSource> m_next;
};

} // namespace kernelscope
