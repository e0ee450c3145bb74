// SPDX-License-Identifier: GPL-3.0-or-later
#include "editor/epoch_estimate.h"

#include "base/error.h"

#include <algorithm>
#include <cmath>

namespace kernelscope {
namespace {

/// The same layers on the same input, whatever the networks are called.
bool trainsAlike(const Network& a, const Network& b) {
    return a.input == b.input && a.layers == b.layers;
}

double median(std::vector<double> values) {
    std::sort(values.begin(), values.end());
    const std::size_t half = values.size() / 2;
    return values.size() % 2 ? values[half] : (values[half - 1] + values[half]) / 2;
}

/// Images a second over the whole epochs; 0 where there is none.
double epochsRate(const RunRecord& record) {
    const std::size_t images = record.spec.trainSamples > 0 ? record.spec.trainSamples : record.data.trainCount;
    std::vector<double> seconds;
    for (const EpochResult& epoch : record.epochs)
        if (epoch.trainSeconds > 0)
            seconds.push_back(epoch.trainSeconds);
    return seconds.empty() ? 0 : static_cast<double>(images) / median(std::move(seconds));
}

double stepsRate(const RunRecord& record) {
    if (record.steps.size() < 2)
        return 0;
    const double seconds = record.steps.back().seconds - record.steps.front().seconds;
    double images = 0;
    for (std::size_t i = 1; i < record.steps.size(); ++i)
        images += record.steps[i].count;
    return seconds > 0 ? images / seconds : 0;
}

} // namespace

std::optional<MeasuredRate> rateOf(const RunRecord& record, int run) {
    double rate = epochsRate(record);
    if (!(rate > 0))
        rate = stepsRate(record);
    if (!(rate > 0) || !std::isfinite(rate))
        return std::nullopt;
    try {
        return MeasuredRate{record.device.id, record.network, record.spec.batchSize,
            compile(record.network, Fusion::Off).flops.training(), rate, run};
    } catch (const Error&) {
        return std::nullopt; // a record from elsewhere, of a network that is none
    }
}

std::optional<EpochEstimate> estimateEpoch(const std::vector<MeasuredRate>& rates, const std::string& deviceId,
    const Network& network, std::int64_t trainingFlops, int batchSize, std::size_t images) {
    using Basis = EpochEstimate::Basis;
    const MeasuredRate* best = nullptr;
    Basis bestBasis = Basis::OtherNetwork;
    double bestDistance = 0;
    for (const MeasuredRate& rate : rates) {
        if (rate.deviceId != deviceId || !(rate.imagesPerSecond > 0))
            continue;
        const bool sameNetwork = trainsAlike(rate.network, network);
        const Basis basis = !sameNetwork                  ? Basis::OtherNetwork
                            : rate.batchSize == batchSize ? Basis::SameTraining
                                                          : Basis::OtherBatch;
        if (basis == Basis::OtherNetwork && (rate.trainingFlops <= 0 || trainingFlops <= 0))
            continue;
        // How many times apart: in work for an image, and, less decisive, in batch size.
        const auto apart = [](double a, double b) { return std::abs(std::log(a / b)); };
        double distance = apart(rate.batchSize, batchSize) * (sameNetwork ? 1.0 : 0.25);
        if (!sameNetwork)
            distance += apart(static_cast<double>(rate.trainingFlops), static_cast<double>(trainingFlops));
        if (!best || basis < bestBasis || (basis == bestBasis && distance <= bestDistance)) {
            best = &rate;
            bestBasis = basis;
            bestDistance = distance;
        }
    }
    if (!best)
        return std::nullopt;
    const double work = static_cast<double>(images);
    const double seconds = bestBasis == Basis::OtherNetwork
                               ? work * static_cast<double>(trainingFlops) / best->flopsPerSecond()
                               : work / best->imagesPerSecond;
    return EpochEstimate{seconds, bestBasis, *best};
}

} // namespace kernelscope
