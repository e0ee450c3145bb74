// SPDX-License-Identifier: GPL-3.0-or-later
#include "check/case_data.h"

#include <QtTest>

#include <algorithm>

using namespace kernelscope;

namespace {

constexpr double stepSize = 1e-6; ///< Of the central differences.
/// Distance that branches keep from a kink: no perturbation of one value by stepSize moves any by more than that.
constexpr double margin = 10 * stepSize;

/// A step in the middle of a run: its dropout masks stay the same, so that the loss has a derivative.
constexpr TrainingPass pass{7, 3, 0};

/// A batch of images that keep their distance, with labels, in double.
struct Batch {
    std::vector<double> images; ///< One behind the other.
    std::vector<int> labels;
    std::size_t size() const { return labels.size(); }
};

Batch drawBatch(const LayerCase& layerCase, ReferenceModel<double>& model, std::span<const double> parameters) {
    Batch batch;
    const auto classes = static_cast<std::uint32_t>(model.plan().classes);
    const auto count = static_cast<std::size_t>(layerCase.batch);
    const std::size_t size = layerCase.network.input.size();
    batch.images.resize(count * size);
    // Batch norm makes each image depend on the others: then all are drawn anew.
    const std::size_t piece = model.plan().stateCount > 0 ? count : 1;
    for (std::size_t at = 0; at < count; at += piece)
        for (std::uint32_t attempt = 0;; ++attempt) {
            if (attempt == 1000)
                throw std::runtime_error("no image without ties and kinks for " + layerCase.name);
            for (std::size_t i = at; i < at + piece; ++i)
                for (std::size_t p = 0; p < size; ++p)
                    batch.images[i * size + p] = static_cast<double>(
                        2 * unitFloat(
                                layer_cases::word(layerCase.seed, 30001 + attempt, static_cast<std::uint32_t>(i), p)) -
                        1);
            TrainingPass own = pass;
            own.firstPosition = at;
            model.forward(parameters, std::span(batch.images).subspan(at * size, piece * size), own);
            if (distanceFromKinks(model, GradientReach::Input) > margin)
                break;
        }
    for (std::uint32_t i = 0; i < count; ++i)
        batch.labels.push_back(static_cast<int>(layer_cases::word(layerCase.seed, 30000, i, 0) % classes));
    return batch;
}

/// Of the batch's images from one on, as a training step sees them.
double lossSum(ReferenceModel<double>& model, std::span<const double> parameters, const Batch& batch, std::size_t first,
    std::size_t count) {
    const std::size_t size = batch.images.size() / batch.size();
    TrainingPass own = pass;
    own.firstPosition = first;
    model.forward(parameters, std::span(batch.images).subspan(first * size, count * size), own);
    double sum = 0;
    for (std::size_t i = 0; i < count; ++i)
        sum += model.loss(batch.labels[first + i], i);
    return sum;
}

double meanLoss(ReferenceModel<double>& model, std::span<const double> parameters, const Batch& batch) {
    return lossSum(model, parameters, batch, 0, batch.size()) / static_cast<double>(batch.size());
}

/// Up to `most` indices below `count`: all, or spread evenly from the first to the last.
std::vector<std::size_t> spread(std::size_t count, std::size_t most) {
    std::vector<std::size_t> indices;
    const std::size_t taken = std::min(count, most);
    for (std::size_t i = 0; i < taken; ++i)
        indices.push_back(taken == 1 ? 0 : i * (count - 1) / (taken - 1));
    return indices;
}

/// (f(x + h) - f(x - h)) / 2h for one value, which is put back afterwards.
template <class Function>
double centralDifference(double& value, Function loss) {
    const double before = value;
    value = before + stepSize;
    const double above = loss();
    const double up = value;
    value = before - stepSize;
    const double below = loss();
    const double down = value;
    value = before;
    return (above - below) / (up - down);
}

QString judged(const std::string& what, std::size_t index, double analytic, double numeric) {
    // rtol 1e-6, atol 1e-8.
    if (std::abs(analytic - numeric) <= 1e-8 + 1e-6 * std::abs(numeric))
        return {};
    return QString("%1[%2]: backward pass %3, central difference %4")
        .arg(QString::fromStdString(what))
        .arg(index)
        .arg(analytic, 0, 'g', 12)
        .arg(numeric, 0, 'g', 12);
}

} // namespace

/// The backward passes against central differences of the forward passes, in double, for every row of the table.
class ReferenceGradientTest : public QObject {
    Q_OBJECT

private slots:
    void backwardIsTheDerivativeOfForward_data() {
        QTest::addColumn<int>("row");
        int row = 0;
        for (const LayerCase& layerCase : m_cases)
            QTest::newRow(layerCase.name.c_str()) << row++;
    }

    void backwardIsTheDerivativeOfForward() {
        QFETCH(int, row);
        LayerCase layerCase = m_cases.at(static_cast<std::size_t>(row));
        ReferenceModel<double> model(compile(layerCase.network, Fusion::Off), GradientReach::Input);
        const bool isLarge = model.plan().flops.forward > 3'000'000;
        const bool isNormalized = model.plan().stateCount > 0;
        // Behind a dense layer, a variance of three values is the least that is no matter of signs.
        layerCase.batch = std::min(layerCase.batch, isNormalized ? (isLarge ? 3 : 9) : isLarge ? 1 : 3);
        const std::vector<float> floats = caseParameters(layerCase, model.plan());
        std::vector<double> parameters(floats.begin(), floats.end());
        Batch batch = drawBatch(layerCase, model, parameters);

        std::vector<double> gradients(parameters.size());
        model.forward(parameters, batch.images, pass);
        model.backward(parameters, batch.labels, 1.0 / layerCase.batch, gradients);
        std::vector<std::vector<double>> imageGradients;
        for (std::size_t i = 0; i < batch.size(); ++i)
            imageGradients.emplace_back(model.imageGradient(i).begin(), model.imageGradient(i).end());

        // A few dozen values of each array; fewer, and one image, where the network is large, to keep within seconds.
        const double cost = 2.0 * layerCase.batch * static_cast<double>(model.plan().flops.forward);
        const auto most = static_cast<std::size_t>(std::clamp(2e7 / cost, cost > 3e7 ? 2.0 : 10.0, 36.0));
        for (const ParameterInfo& parameter : model.plan().parameters)
            for (const std::size_t index : spread(parameter.slice.size, most)) {
                const std::size_t at = parameter.slice.offset + index;
                const double numeric =
                    centralDifference(parameters[at], [&] { return meanLoss(model, parameters, batch); });
                const QString wrong = judged(parameter.name, index, gradients[at], numeric);
                QVERIFY2(wrong.isEmpty(), qPrintable(wrong));
            }
        const std::size_t size = layerCase.network.input.size();
        for (std::size_t i = 0; i < batch.size(); ++i)
            for (const std::size_t index : spread(size, most)) {
                const double numeric = centralDifference(batch.images[i * size + index], [&] {
                    if (isNormalized)
                        return meanLoss(model, parameters, batch);
                    return lossSum(model, parameters, batch, i, 1) / layerCase.batch; // the others do not change
                });
                const QString wrong = judged("image " + std::to_string(i), index, imageGradients[i][index], numeric);
                QVERIFY2(wrong.isEmpty(), qPrintable(wrong));
            }
    }

    /// When the network is used, the running statistics are constants, and dropout does nothing.
    void backwardWithRunningStatistics() {
        const Network network{"case", {2, 6, 6},
            {Conv{3, 3, 1, 0}, BatchNorm{}, Activation{ActivationKind::Tanh}, Dropout{}, Flatten{}, Dense{4}}};
        const LayerCase layerCase{"running", network, 1, 5};
        ReferenceModel<double> model(compile(network, Fusion::Off), GradientReach::Input);
        const std::vector<float> floats = caseParameters(layerCase, model.plan());
        const std::vector<float> running = caseState(layerCase, model.plan());
        std::vector<double> parameters(floats.begin(), floats.end());
        const std::vector<double> state(running.begin(), running.end());
        const Batch batch = drawBatch(layerCase, model, parameters);
        std::vector<double> gradients(parameters.size());
        const auto loss = [&] {
            model.forward(parameters, batch.images, state);
            return model.loss(2);
        };
        loss();
        model.backward(parameters, 2, 1.0, gradients);
        for (std::size_t i = 0; i < parameters.size(); ++i) {
            const QString wrong = judged("parameter", i, gradients[i], centralDifference(parameters[i], loss));
            QVERIFY2(wrong.isEmpty(), qPrintable(wrong));
        }
    }

    /// Each layer's own gradient, not only the ends of the chain: the image's gradient follows from the first layer's.
    void everyLayersOutputHasItsGradient() {
        const Network network = preset("tiny");
        ReferenceModel<double> model(compile(network, Fusion::Off), GradientReach::Input);
        const LayerCase layerCase{"tiny", network, 1, 5};
        const std::vector<float> floats = caseParameters(layerCase, model.plan());
        const std::vector<double> parameters(floats.begin(), floats.end());
        const Batch batch = drawBatch(layerCase, model, parameters);
        std::vector<double> gradients(parameters.size());
        model.forward(parameters, batch.images, pass);
        model.backward(parameters, 3, 1.0, gradients);
        // The loss's derivative by the logits is probability - 1 for the label, probability elsewhere.
        const auto logitGradient = model.outputGradient(network.layers.size() - 1);
        for (std::size_t k = 0; k < 10; ++k)
            QCOMPARE(logitGradient[k], model.probabilities()[k] - (k == 3 ? 1.0 : 0.0));
        // A bias is added to every output of its channel, so its gradient is the sum over the channel's.
        const Shape conv = model.plan().layers[0].out;
        const auto area = static_cast<std::size_t>(conv.height * conv.width);
        for (std::size_t c = 0; c < static_cast<std::size_t>(conv.channels); ++c) {
            double sum = 0;
            for (std::size_t i = 0; i < area; ++i)
                sum += model.outputGradient(0)[c * area + i];
            QVERIFY(std::abs(sum - gradients[model.plan().parameters[1].slice.offset + c]) < 1e-12);
        }
    }

private:
    const std::vector<LayerCase> m_cases = layerCases();
};

QTEST_APPLESS_MAIN(ReferenceGradientTest)
#include "reference_gradient_test.moc"
