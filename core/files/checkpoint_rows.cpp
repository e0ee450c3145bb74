// SPDX-License-Identifier: GPL-3.0-or-later
#include "files/checkpoint_rows.h"

#include <cmath>
#include <cstdint>

namespace kernelscope {
namespace {

constexpr double greatestSeconds = 1e12;
constexpr std::int64_t wholeFloats = 1 << 24; ///< Whole numbers up to here are floats without rounding.

void addWhole(std::vector<float>& row, std::int64_t value) {
    row.push_back(static_cast<float>(value / wholeFloats));
    row.push_back(static_cast<float>(value % wholeFloats));
}

/// As the sum of so many floats, each what the ones before leave over.
void addDouble(std::vector<float>& row, double value, int parts) {
    for (int i = 0; i < parts; ++i) {
        const auto part = static_cast<float>(value);
        row.push_back(part);
        value = std::isfinite(part) ? value - static_cast<double>(part) : 0;
    }
}

bool isWhole(float value, float least, float most) {
    return value >= least && value <= most && std::floor(value) == value;
}

/// Takes a row apart from its begin to its end.
class RowReader {
public:
    explicit RowReader(std::span<const float> row) : m_row(row) {}

    float single() { return m_row[m_at++]; }
    double number(int parts) {
        double sum = 0;
        for (int i = 0; i < parts; ++i)
            sum += static_cast<double>(single());
        return sum;
    }
    /// A whole number from 0 on; -1 where it is none.
    std::int64_t whole() {
        const float high = single();
        const float low = single();
        constexpr float most = wholeFloats - 1;
        if (!isWhole(high, 0, most) || !isWhole(low, 0, most))
            return -1;
        return static_cast<std::int64_t>(high) * wholeFloats + static_cast<std::int64_t>(low);
    }

private:
    std::span<const float> m_row;
    std::size_t m_at = 0;
};

bool isSeconds(double value) {
    return value >= 0 && value <= greatestSeconds;
}

bool isShare(double value) {
    return value >= 0 && value <= 1;
}

} // namespace

std::vector<float> rowsOf(std::span<const StepPoint> steps) {
    std::vector<float> rows;
    rows.reserve(steps.size() * stepColumns);
    for (const StepPoint& point : steps) {
        addWhole(rows, point.step);
        addDouble(rows, point.seconds, 2);
        for (const float value : {point.loss, static_cast<float>(point.correct), static_cast<float>(point.count)})
            rows.push_back(value);
    }
    return rows;
}

std::vector<float> rowsOf(std::span<const EpochResult> epochs) {
    std::vector<float> rows;
    rows.reserve(epochs.size() * epochColumns);
    for (const EpochResult& epoch : epochs) {
        addWhole(rows, epoch.lastStep);
        for (const double value : {epoch.trainLoss, epoch.trainAccuracy, epoch.testLoss, epoch.testAccuracy,
                 epoch.trainSeconds, epoch.testSeconds, epoch.endSeconds})
            addDouble(rows, value, 3);
    }
    return rows;
}

std::vector<float> rowsOf(std::span<const RunEvent> events) {
    std::vector<float> rows;
    rows.reserve(events.size() * eventColumns);
    for (const RunEvent& event : events) {
        addWhole(rows, event.step);
        rows.push_back(event.value);
    }
    return rows;
}

std::optional<StepPoint> stepOfRow(std::span<const float, stepColumns> row, const StepPoint& before, int batchSize) {
    RowReader reader(row);
    StepPoint point;
    point.step = reader.whole();
    point.seconds = reader.number(2);
    point.loss = reader.single();
    const float correct = reader.single();
    const float count = reader.single();
    if (point.step != before.step + 1 || !(point.seconds >= before.seconds && point.seconds <= greatestSeconds) ||
        !std::isfinite(point.loss) || !isWhole(count, 1, static_cast<float>(batchSize)) || !isWhole(correct, 0, count))
        return std::nullopt;
    point.correct = static_cast<int>(correct);
    point.count = static_cast<int>(count);
    return point;
}

std::optional<EpochResult> epochOfRow(std::span<const float, epochColumns> row, const EpochResult& before) {
    RowReader reader(row);
    EpochResult epoch;
    epoch.epoch = before.epoch + 1;
    epoch.lastStep = reader.whole();
    for (double* value : {&epoch.trainLoss, &epoch.trainAccuracy, &epoch.testLoss, &epoch.testAccuracy,
             &epoch.trainSeconds, &epoch.testSeconds, &epoch.endSeconds})
        *value = reader.number(3);
    if (epoch.lastStep <= before.lastStep || !std::isfinite(epoch.trainLoss) || !isShare(epoch.trainAccuracy) ||
        !isShare(epoch.testAccuracy) || !isSeconds(epoch.trainSeconds) || !isSeconds(epoch.testSeconds) ||
        !isSeconds(epoch.endSeconds))
        return std::nullopt;
    return epoch;
}

std::optional<RunEvent> eventOfRow(
    std::span<const float, eventColumns> row, const RunEvent& before, std::int64_t steps) {
    RowReader reader(row);
    RunEvent event;
    event.step = reader.whole();
    event.value = reader.single();
    if (event.step < 1 || event.step < before.step || event.step > steps + 1 || !std::isfinite(event.value))
        return std::nullopt;
    return event;
}

} // namespace kernelscope
