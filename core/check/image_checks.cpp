// SPDX-License-Identifier: GPL-3.0-or-later
#include "check/check_groups.h"
#include "check/scaled_difference.h"
#include "reference/reference_backend.h"

#include <algorithm>
#include <cstdlib>

namespace kernelscope::check {
namespace {

/// A training step with augmentation must be, bit for bit, the step of the same device on images that the definition
/// (data/augmentation.h) changed before.
std::vector<CheckFigure> compareAugmentation(const AugmentationSpec& augmentation, const Backend& backend) {
    constexpr std::size_t count = 50;
    constexpr int batch = 50;
    constexpr std::int64_t step = 7;
    const Network network{
        "small", {3, 9, 12}, {Conv{4, 3, 1, 0}, Activation{ActivationKind::Tanh}, Flatten{}, Dense{4}}};
    const DataSetPtr data = randomImages(network.input, 4, count, 1);
    TrainingSpec spec;
    spec.batchSize = batch;
    spec.augmentation = augmentation;
    // Not in the data set's order: what happens to an image goes by its place in the batch.
    std::vector<std::uint32_t> samples = firstSamples(count);
    std::reverse(samples.begin(), samples.end());

    MemoryDataSet::Part changed;
    for (std::size_t position = 0; position < count; ++position) {
        const auto image = data->image(Split::Train, samples[position]);
        std::vector<std::uint8_t> out(image.size());
        augment(image, network.input, drawAugmentation(augmentation, spec.seed, step, position), out);
        changed.pixels.insert(changed.pixels.end(), out.begin(), out.end());
        changed.labels.push_back(data->label(Split::Train, samples[position]));
    }
    const auto prepared = std::make_shared<const MemoryDataSet>(data->info(), changed, changed);
    TrainingSpec plain = spec;
    plain.augmentation = {};

    const std::unique_ptr<Executor> augmenting = loadForTraining(backend, network, data, spec);
    const std::unique_ptr<Executor> expected = loadForTraining(backend, network, prepared, plain);
    const std::unique_ptr<Executor> untouched = loadForTraining(backend, network, data, plain);
    const double evaluated = augmenting->evaluate({Split::Train, 0, count}).lossSum;
    const double asTheyAre = untouched->evaluate({Split::Train, 0, count}).lossSum;
    trainOn(*augmenting, samples, batch, step, 0.01f);
    trainOn(*expected, firstSamples(count), batch, step, 0.01f);
    return {
        {"gradients that differ from those of images changed before",
            static_cast<double>(
                differingValues(contentsOf(*augmenting, Arena::Gradients), contentsOf(*expected, Arena::Gradients))),
            0},
        {"loss of images that are only looked at", std::abs(evaluated - asTheyAre), 0},
    };
}

/// Losses, right answers and the three most probable classes over ranges of any length.
std::vector<CheckFigure> compareEvaluation(const Backend& backend) {
    const double tolerance = toleranceOf(backend.device().precision).forward;
    const Network network = preset("lenet-5");
    const DataSetPtr data = randomImages(network.input, 10, 150, 70);
    TrainingSpec spec;
    const std::unique_ptr<Executor> reference = loadForTraining(ReferenceBackend(), network, data, spec);
    const std::unique_ptr<Executor> executor = loadForTraining(backend, network, data, spec);
    double losses = 0;
    double probabilities = 0;
    std::size_t classes = 0;
    std::int64_t counts = 0;
    for (const SampleRange range : {SampleRange{Split::Test, 0, 70}, SampleRange{Split::Test, 69, 1},
             SampleRange{Split::Train, 17, 123}, SampleRange{Split::Test, 5, 0}}) {
        std::vector<Prediction> expectedImages(range.count);
        std::vector<Prediction> foundImages(range.count);
        const Evaluation expected = reference->evaluate(range, expectedImages);
        const Evaluation found = executor->evaluate(range, foundImages);
        losses = std::max(losses, scaledDifference(std::vector{expected.loss()}, std::vector{found.loss()}, 1.0));
        counts += std::abs(found.count - expected.count);
        // The count of right answers goes by the same images as the predictions do.
        std::int64_t right = 0;
        for (std::size_t i = 0; i < range.count; ++i) {
            right += foundImages[i].classes[0] == data->label(range.split, range.first + i);
            probabilities = std::max(
                probabilities, scaledDifference(expectedImages[i].probabilities, foundImages[i].probabilities, 1.0));
            // Classes that are as good as equally probable may change places.
            for (std::size_t k = 0; k < expectedImages[i].classes.size(); ++k) {
                const auto& p = expectedImages[i].probabilities;
                const bool isNear = (k > 0 && static_cast<double>(p[k - 1] - p[k]) < 2 * tolerance) ||
                                    (k + 1 < p.size() && static_cast<double>(p[k] - p[k + 1]) < 2 * tolerance) ||
                                    k + 1 == p.size();
                classes += !isNear && expectedImages[i].classes[k] != foundImages[i].classes[k];
            }
        }
        counts += std::abs(found.correct - right);
    }
    return {
        {"mean loss", losses, tolerance},
        {"probabilities", probabilities, tolerance},
        {"classes that differ", static_cast<double>(classes), 0},
        {"images counted wrongly", static_cast<double>(counts), 0},
    };
}

} // namespace

std::vector<CheckCase> imageChecks() {
    std::vector<CheckCase> cases;
    const auto add = [&](const char* name, AugmentationSpec augmentation) {
        cases.push_back({"images", name,
            [augmentation](const Backend& backend) { return compareAugmentation(augmentation, backend); }});
    };
    add("moved", {4, false});
    add("mirrored", {0, true});
    add("moved and mirrored", {2, true});
    cases.push_back({"images", "what they are taken for", compareEvaluation});
    return cases;
}

} // namespace kernelscope::check
