// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/confusion_matrix.h"
#include "analysis/evaluation_csv.h"
#include "base/stopwatch.h"
#include "cli/commands.h"
#include "cli/option_checks.h"
#include "cli/output.h"
#include "cli/output_files.h"
#include "devices/devices.h"
#include "files/atomic_file.h"
#include "files/safetensors.h"
#include "network/network_json.h"
#include "probe/probe.h"
#include "training/fit.h"

#include <algorithm>
#include <array>
#include <memory>
#include <numeric>
#include <optional>
#include <span>
#include <utility>

namespace kernelscope {
namespace {

using Json = nlohmann::ordered_json;

/// What was asked for on the command line.
struct EvaluateOptions {
    std::string weights;
    std::string model;
    std::string data = "digits";
    std::string device = "cpu";
    std::string csv;
    std::size_t logits = 0;
    bool confusion = false;
    bool json = false;
};

std::vector<std::uint32_t> indicesFrom(std::size_t first, std::size_t count) {
    std::vector<std::uint32_t> indices(count);
    std::iota(indices.begin(), indices.end(), static_cast<std::uint32_t>(first));
    return indices;
}

/// A data set whose test images are sorted by their class, so that each class is a stretch that can be evaluated.
class SortedByClass final : public DataSet {
public:
    explicit SortedByClass(DataSetPtr data)
        : m_data(std::move(data)),
          m_order(indicesFrom(0, m_data->info().testCount)),
          m_ranges(static_cast<std::size_t>(m_data->info().classes)) {
        m_data->require(Split::Test, m_order);
        const auto labelOf = [this](std::uint32_t i) { return m_data->label(Split::Test, i); };
        std::stable_sort(
            m_order.begin(), m_order.end(), [&](std::uint32_t a, std::uint32_t b) { return labelOf(a) < labelOf(b); });
        for (const std::uint32_t i : m_order)
            ++m_ranges[labelOf(i)].count;
        for (std::size_t c = 1; c < m_ranges.size(); ++c)
            m_ranges[c].first = m_ranges[c - 1].first + m_ranges[c - 1].count;
    }

    /// Where the test images of each class lie.
    const std::vector<SampleRange>& ranges() const { return m_ranges; }

    /// From this set's order to the data's own.
    std::vector<Prediction> inDataOrder(std::span<const Prediction> predictions) const {
        std::vector<Prediction> ordered(predictions.size());
        for (std::size_t i = 0; i < predictions.size(); ++i)
            ordered[m_order[i]] = predictions[i];
        return ordered;
    }

    const DataInfo& info() const override { return m_data->info(); }
    void require(Split split, std::span<const std::uint32_t> indices) const override {
        if (split == Split::Train)
            m_data->require(split, indices);
    }
    std::span<const std::uint8_t> image(Split split, std::size_t index) const override {
        return m_data->image(split, inOrder(split, index));
    }
    std::uint8_t label(Split split, std::size_t index) const override {
        return m_data->label(split, inOrder(split, index));
    }

private:
    std::size_t inOrder(Split split, std::size_t index) const { return split == Split::Test ? m_order[index] : index; }

    DataSetPtr m_data;
    std::vector<std::uint32_t> m_order;
    std::vector<SampleRange> m_ranges;
};

/// Weights with the network in their metadata, or with the one that was named.
WeightsFile openWeights(const EvaluateOptions& options) {
    if (options.model.empty())
        return loadWeights(options.weights);
    const Network network = openNetwork(options.model);
    WeightValues values = loadWeights(options.weights, compile(network));
    return {network, std::move(values.parameters), std::move(values.state), {}};
}

/// The first test images' logits, computed by the reference layers: one JSON object for each image.
void printLogits(const WeightsFile& weights, const DataSet& data, std::size_t count) {
    const Probe probe(weights.network);
    Snapshot snapshot;
    snapshot.parameters = weights.parameters;
    snapshot.state = weights.state;
    const std::vector<std::uint32_t> indices = indicesFrom(0, std::min(count, data.info().testCount));
    data.require(Split::Test, indices);
    for (const std::uint32_t i : indices) {
        const int label = data.label(Split::Test, i);
        const ProbeResult result = probe.look(snapshot, imageTensor(data, Split::Test, i), label);
        printJson({{"image", i}, {"label", label}, {"predicted", result.predicted}, {"loss", result.loss},
            {"logits", result.outputs.back().values}});
    }
}

/// What came out, class by class and in all.
struct Results {
    std::string network;
    DataInfo data;
    DeviceInfo device;
    std::vector<Evaluation> classes;
    Evaluation total;
    ConfusionMatrix confusion;
    double seconds = 0;
};

Json orNull(const std::optional<double>& score) {
    return score ? Json(*score) : Json();
}

void printResultsAsJson(const Results& results, bool confusion) {
    Json perClass = Json::array();
    Json matrix = Json::array();
    for (int c = 0; c < results.confusion.classes(); ++c) {
        const Evaluation& part = results.classes[static_cast<std::size_t>(c)];
        const ClassScores scores = scoresOf(results.confusion, c);
        perClass.push_back({{"class", results.data.classNames[static_cast<std::size_t>(c)]},
            {"accuracy", part.accuracy()}, {"loss", part.loss()}, {"correct", part.correct}, {"count", part.count},
            {"precision", orNull(scores.precision)}, {"recall", orNull(scores.recall)}, {"f1", orNull(scores.f1)}});
        Json row = Json::array();
        for (int predicted = 0; predicted < results.confusion.classes(); ++predicted)
            row.push_back(results.confusion.count(c, predicted));
        matrix.push_back(std::move(row));
    }
    const Evaluation& total = results.total;
    Json all{{"event", "evaluated"}, {"network", results.network}, {"data", results.data.name},
        {"device", results.device.id}, {"testAccuracy", total.accuracy()}, {"testLoss", total.loss()},
        {"correct", total.correct}, {"count", total.count}, {"seconds", results.seconds},
        {"classes", std::move(perClass)}};
    if (confusion)
        all["confusion"] = std::move(matrix);
    printJson(all);
}

std::string confusionText(const Results& results) {
    std::vector<std::string> heads{"really \\ taken for"};
    heads.insert(heads.end(), results.data.classNames.begin(), results.data.classNames.end());
    Table table(std::move(heads));
    for (int truth = 0; truth < results.confusion.classes(); ++truth) {
        std::vector<std::string> row{results.data.classNames[static_cast<std::size_t>(truth)]};
        for (int predicted = 0; predicted < results.confusion.classes(); ++predicted) {
            const std::int64_t count = results.confusion.count(truth, predicted);
            row.push_back(count == 0 ? "." : thousands(count));
        }
        table.addRow(std::move(row));
    }
    return table.text();
}

void printResults(const Results& results, bool confusion) {
    const auto score = [](const std::optional<double>& value) { return value ? percent(*value, 2) : std::string("-"); };
    Table table({"class", "accuracy", "precision", "F1", "correct", "images", "loss"});
    const auto addRow = [&](const std::string& name, const Evaluation& part, const std::optional<double>& precision,
                            const std::optional<double>& f1) {
        table.addRow({name, part.count > 0 ? percent(part.accuracy(), 2) : "-", score(precision), score(f1),
            thousands(part.correct), thousands(part.count), part.count > 0 ? fixed(part.loss(), 4) : "-"});
    };
    for (int c = 0; c < results.confusion.classes(); ++c) {
        const ClassScores scores = scoresOf(results.confusion, c);
        addRow(results.data.classNames[static_cast<std::size_t>(c)], results.classes[static_cast<std::size_t>(c)],
            scores.precision, scores.f1);
    }
    table.addRule();
    const MeanScores mean = meanScoresOf(results.confusion);
    addRow("all", results.total, mean.precision, mean.f1);
    print(results.network + " on the test images of " + results.data.name + ", " + results.device.name + ":\n" +
          table.text());
    if (confusion)
        print('\n' + confusionText(results));
}

int evaluate(const EvaluateOptions& options) {
    const WeightsFile weights = openWeights(options);
    const DataSetPtr data = openDataSet(options.data);
    requireFit(compile(weights.network), data->info());
    const std::unique_ptr<Backend> backend = openBackend(options.device);
    if (options.logits > 0) {
        printLogits(weights, *data, options.logits);
        return exitDone;
    }
    checkOutputs(
        std::array{OutputFile{"the table", options.csv}}, {options.model, options.weights, {}, data->info().source});

    const auto sorted = std::make_shared<SortedByClass>(data);
    const std::unique_ptr<Executor> executor = backend->load(weights.network, sorted, TrainingSpec());
    executor->write(Arena::Parameters, weights.parameters);
    executor->write(Arena::State, weights.state);
    Results results{weights.network.name, data->info(), backend->device(), {}, {}, ConfusionMatrix(), 0};
    std::vector<Prediction> predictions(data->info().testCount);
    Stopwatch watch;
    for (const SampleRange& range : sorted->ranges()) {
        const auto places = std::span(predictions).subspan(range.first, range.count);
        const Evaluation part = range.count > 0 ? executor->evaluate(range, places) : Evaluation();
        results.classes.push_back(part);
        results.total.lossSum += part.lossSum;
        results.total.correct += part.correct;
        results.total.count += part.count;
    }
    results.seconds = watch.seconds();
    results.confusion = confusionOf(*sorted, predictions);
    if (!options.csv.empty()) {
        const std::vector<Prediction> inOrder = sorted->inDataOrder(predictions);
        writeFileAtomically(options.csv, predictionsCsv(*data, inOrder, indicesFrom(0, inOrder.size())));
    }
    if (options.json)
        printResultsAsJson(results, options.confusion);
    else
        printResults(results, options.confusion);
    return exitDone;
}

} // namespace

void addEvaluateCommand(CLI::App& app, Command& command) {
    auto options = std::make_shared<EvaluateOptions>();
    CLI::App* sub = app.add_subcommand("evaluate", "Test saved weights on a data set's test images");
    sub->add_option("--weights", options->weights, "Weights as safetensors")->type_name("FILE")->required();
    sub->add_option("--model", options->model, "The weights' network, where their file does not hold it")
        ->type_name("NAME|FILE");
    sub->add_option("--data", options->data, kDataHelp)->type_name("SOURCE")->capture_default_str();
    sub->add_option("--device", options->device, "cpu (all cores), cpu:N (N threads), reference, cuda:N or cuda:N:tf32")
        ->type_name("DEVICE")
        ->capture_default_str();
    CLI::Option* logits = sub->add_option("--logits", options->logits,
        "Instead, print the logits of the first N test images as JSON lines, computed by the reference layers");
    sub->add_flag("--confusion", options->confusion, "Also print what was taken for what: a row for each true class")
        ->excludes(logits);
    sub->add_option("--csv", options->csv,
           "Save a line for each test image: its number, from 1, its true class, the three most probable classes and "
           "their "
           "probabilities")
        ->type_name("FILE")
        ->check(fileName())
        ->excludes(logits);
    sub->add_flag("--json", options->json, "Print one JSON object");
    sub->callback([options, &command] { command = [options] { return evaluate(*options); }; });
}

} // namespace kernelscope
