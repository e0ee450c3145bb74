// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "strip/thumbnail.h"

#include <QAbstractButton>
#include <QStringList>

namespace kernelscope {

/// One stage of the network on the strip: a layer, or the answer at the end. A button, so that mouse, keyboard and
/// screen readers treat it as one.
class StageCard : public QAbstractButton {
    Q_OBJECT

public:
    /// How much room a stage deserves.
    enum class Format {
        Full, ///< Name, thumbnail, figures.
        Slim, ///< A narrow card for what keeps its values in their places: activations, dropout, batch norm, flatten.
    };
    /// What a slim card draws in place of a thumbnail.
    enum class Glyph { None, Relu, LeakyRelu, Tanh, Sigmoid, Dropout, BatchNorm, Flatten };

    StageCard(Format format, Glyph glyph, QWidget* parent = nullptr);

    /// A card that is looked at only: no click, no hand, no light under the pointer.
    void setInert();
    /// @param figures short lines below the thumbnail.
    void setTexts(const QString& name, const QString& caption, const QStringList& figures);
    /// Shows it at once.
    void setThumbnail(Thumbnail thumbnail);
    /// Keeps the old one in view until reveal() blends over to this one.
    void prepareThumbnail(Thumbnail thumbnail);
    /// @param amount 0: the old thumbnail, 1: the new one.
    void reveal(double amount);

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

protected:
    bool hitButton(const QPoint& position) const override;
    void paintEvent(QPaintEvent* event) override;
    void enterEvent(QEnterEvent* event) override;
    void leaveEvent(QEvent* event) override;

private:
    QFont smallFont() const;
    void paintFull(QPainter& painter, const QRectF& inner);
    void paintSlim(QPainter& painter, const QRectF& inner);
    void paintThumbnail(QPainter& painter, const QRectF& area);

    Format m_format;
    bool m_isInert = false;
    Glyph m_glyph;
    QString m_caption;
    QStringList m_figures;
    Thumbnail m_old;
    Thumbnail m_new;
    double m_revealed = 1;
};

} // namespace kernelscope
