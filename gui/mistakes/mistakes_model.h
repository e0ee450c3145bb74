// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// The images of the gallery of mistakes.
#pragma once

#include "mistakes/evaluated.h"

#include <QAbstractListModel>
#include <QImage>

#include <vector>

namespace kernelscope {

/// Images that were mistaken, filtered by true and predicted class and ordered; a single cell of the confusion matrix
/// shows all of its images, on the diagonal those that were recognised.
class MistakesModel : public QAbstractListModel {
    Q_OBJECT

public:
    enum class Order {
        MostConfident, ///< The most certain mistakes first.
        LeastConfident,
        Index, ///< As in the data set.
    };
    Q_ENUM(Order)

    enum Role {
        PictureRole = Qt::UserRole, ///< QImage.
        CaptionRole,                ///< "4 → 9".
        TruthRole,                  ///< "4".
        TakenRole,                  ///< "9".
        CertaintyRole,              ///< "97.1 %".
        RightRole,                  ///< bool: it was recognised.
    };

    using QAbstractListModel::QAbstractListModel;

    void setEvaluated(EvaluatedPtr evaluated);
    void setChoice(CellChoice choice);
    void setOrder(Order order);

    const EvaluatedPtr& evaluated() const { return m_evaluated; }
    /// Indices of test images, row by row.
    const std::vector<std::uint32_t>& images() const { return m_images; }
    /// The row of an image, -1 where it is not listed.
    int rowOf(std::uint32_t image) const;

    int rowCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;

private:
    void list();
    bool isListed(std::size_t image) const;

    EvaluatedPtr m_evaluated;
    CellChoice m_choice;
    Order m_order = Order::MostConfident;
    std::vector<std::uint32_t> m_images;
};

} // namespace kernelscope
