// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// What a data set holds, found out in a thread.
#pragma once

#include "app/background_job.h"
#include "data/statistics.h"

#include <QObject>
#include <QTimer>

#include <memory>
#include <optional>
#include <vector>

namespace kernelscope {

/// Goes through all images of a data set, which may still be in the making, so that the window never waits for one.
/// Tells which images can be asked for by now, and in the end how many there are of each class and how bright they are.
class DataSurvey : public QObject {
    Q_OBJECT

public:
    explicit DataSurvey(DataSetPtr data, QObject* parent = nullptr);
    /// Gives up; waits for a few images at most.
    ~DataSurvey() override;

    const DataSetPtr& data() const { return m_data; }

    /// Whether image() may be asked for this one; label() always may.
    bool isReady(Split split, std::size_t index) const;
    /// Makes the images around this one come first.
    void wish(Split split, std::size_t index) const;

    /// Whether everything is known.
    bool isComplete() const { return m_statistics.has_value(); }
    /// Part of the images that are ready, 0 to 1.
    double fraction() const;
    /// Null until completed().
    const DataStatistics* statistics() const { return m_statistics ? &*m_statistics : nullptr; }
    /// Images of a class, or of all (-1), in a split, in their order.
    std::vector<std::uint32_t> indices(Split split, int label) const;
    bool areAllReady() const;

signals:
    void advanced();  ///< More images are ready; some times a second.
    void completed(); ///< Everything is known.
    void failed(const QString& message);

private:
    struct Shared;

    static std::size_t chunkOf(const DataInfo& info, Split split, std::size_t index);

    DataSetPtr m_data;
    std::shared_ptr<Shared> m_shared;
    std::optional<DataStatistics> m_statistics;
    std::size_t m_shownChunks = 0;
    QTimer m_timer;
    BackgroundJob m_job; // last, so that it ends first
};

} // namespace kernelscope
