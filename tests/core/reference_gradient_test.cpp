// SPDX-License-Identifier: GPL-3.0-or-later
#include "layer_cases.h"

#include <QtTest>

#include <algorithm>

using namespace kernelscope;

namespace {

constexpr double stepSize = 1e-6; ///< Of the central differences.
/// Distance that branches keep from a kink: no perturbation of one value by stepSize moves any by more than that.
constexpr double margin = 10 * stepSize;

/// A batch of images that keep their distance, with labels, in double.
struct Batch {
    std::vector<std::vector<double>> images;
    std::vector<int> labels;
};

Batch drawBatch(const LayerCase& layerCase, ReferenceModel<double>& model, std::span<const double> parameters) {
    Batch batch;
    const auto classes = static_cast<std::uint32_t>(model.plan().classes);
    for (int i = 0; i < layerCase.batch; ++i) {
        const auto where = static_cast<std::uint32_t>(i);
        std::vector<double> image(layerCase.network.input.size());
        for (std::uint32_t attempt = 0; attempt < 1000; ++attempt) {
            for (std::size_t p = 0; p < image.size(); ++p)
                image[p] = static_cast<double>(
                    2 * unitFloat(layer_cases::word(layerCase.seed, 30001 + attempt, where, p)) - 1);
            model.forward(parameters, image);
            if (distanceFromKinks(model, GradientReach::Input) > margin)
                break;
            if (attempt == 999)
                throw std::runtime_error("no image without ties and kinks for " + layerCase.name);
        }
        batch.images.push_back(image);
        batch.labels.push_back(static_cast<int>(layer_cases::word(layerCase.seed, 30000, where, 0) % classes));
    }
    return batch;
}

double meanLoss(ReferenceModel<double>& model, std::span<const double> parameters, const Batch& batch) {
    double sum = 0;
    for (std::size_t i = 0; i < batch.images.size(); ++i) {
        model.forward(parameters, batch.images[i]);
        sum += model.loss(batch.labels[i]);
    }
    return sum / static_cast<double>(batch.images.size());
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
        layerCase.batch = std::min(layerCase.batch, model.plan().flops.forward > 3'000'000 ? 1 : 3);
        const std::vector<float> floats = caseParameters(layerCase, model.plan());
        std::vector<double> parameters(floats.begin(), floats.end());
        Batch batch = drawBatch(layerCase, model, parameters);

        std::vector<double> gradients(parameters.size());
        std::vector<std::vector<double>> imageGradients;
        for (std::size_t i = 0; i < batch.images.size(); ++i) {
            model.forward(parameters, batch.images[i]);
            model.backward(parameters, batch.labels[i], 1.0 / layerCase.batch, gradients);
            imageGradients.emplace_back(model.imageGradient().begin(), model.imageGradient().end());
        }

        // A few dozen values of each array; fewer, and one image, where the network is large, to keep within seconds.
        const double cost = 2.0 * layerCase.batch * static_cast<double>(model.plan().flops.forward);
        const auto most = static_cast<std::size_t>(std::clamp(2e7 / cost, 10.0, 36.0));
        for (const ParameterInfo& parameter : model.plan().parameters)
            for (const std::size_t index : spread(parameter.slice.size, most)) {
                const std::size_t at = parameter.slice.offset + index;
                const double numeric =
                    centralDifference(parameters[at], [&] { return meanLoss(model, parameters, batch); });
                const QString wrong = judged(parameter.name, index, gradients[at], numeric);
                QVERIFY2(wrong.isEmpty(), qPrintable(wrong));
            }
        for (std::size_t i = 0; i < batch.images.size(); ++i)
            for (const std::size_t index : spread(batch.images[i].size(), most)) {
                const double numeric = centralDifference(batch.images[i][index], [&] {
                    model.forward(parameters, batch.images[i]);
                    return model.loss(batch.labels[i]) / layerCase.batch; // the others do not change
                });
                const QString wrong = judged("image " + std::to_string(i), index, imageGradients[i][index], numeric);
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
        model.forward(parameters, batch.images[0]);
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
