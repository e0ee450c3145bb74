// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/stopwatch.h"
#include "cli/commands.h"
#include "cli/option_checks.h"
#include "cli/output.h"
#include "devices/devices.h"
#include "files/safetensors.h"
#include "network/network_json.h"
#include "probe/probe.h"
#include "training/fit.h"

#include <algorithm>
#include <memory>
#include <numeric>
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
    std::size_t logits = 0;
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

int evaluate(const EvaluateOptions& options) {
    const WeightsFile weights = openWeights(options);
    const DataSetPtr data = openDataSet(options.data);
    const DataInfo& info = data->info();
    requireFit(compile(weights.network), info);
    const std::unique_ptr<Backend> backend = openBackend(options.device);
    if (options.logits > 0) {
        printLogits(weights, *data, options.logits);
        return exitDone;
    }

    const auto sorted = std::make_shared<SortedByClass>(data);
    const std::unique_ptr<Executor> executor = backend->load(weights.network, sorted, TrainingSpec());
    executor->write(Arena::Parameters, weights.parameters);
    executor->write(Arena::State, weights.state);
    Evaluation total;
    std::vector<Evaluation> classes;
    Stopwatch watch;
    for (const SampleRange& range : sorted->ranges()) {
        classes.push_back(range.count > 0 ? executor->evaluate(range) : Evaluation());
        total.lossSum += classes.back().lossSum;
        total.correct += classes.back().correct;
        total.count += classes.back().count;
    }
    const double seconds = watch.seconds();

    const DeviceInfo device = backend->device();
    if (options.json) {
        Json perClass = Json::array();
        for (std::size_t c = 0; c < classes.size(); ++c)
            perClass.push_back({{"class", info.classNames[c]}, {"accuracy", classes[c].accuracy()},
                {"loss", classes[c].loss()}, {"correct", classes[c].correct}, {"count", classes[c].count}});
        printJson(
            {{"event", "evaluated"}, {"network", weights.network.name}, {"data", info.name}, {"device", device.id},
                {"testAccuracy", total.accuracy()}, {"testLoss", total.loss()}, {"correct", total.correct},
                {"count", total.count}, {"seconds", seconds}, {"classes", std::move(perClass)}});
        return exitDone;
    }
    Table table({"class", "accuracy", "correct", "images", "loss"});
    const auto addRow = [&](const std::string& name, const Evaluation& part) {
        table.addRow(
            {name, percent(part.accuracy(), 2), thousands(part.correct), thousands(part.count), fixed(part.loss(), 4)});
    };
    for (std::size_t c = 0; c < classes.size(); ++c)
        addRow(info.classNames[c], classes[c]);
    table.addRule();
    addRow("all", total);
    print(weights.network.name + " on the test images of " + info.name + ", " + device.name + ":\n" + table.text());
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
    sub->add_option("--device", options->device, "cpu (all cores), cpu:N (N threads), reference or cuda:N")
        ->type_name("DEVICE")
        ->capture_default_str();
    sub->add_option("--logits", options->logits,
        "Instead, print the logits of the first N test images as JSON lines, computed by the reference layers");
    sub->add_flag("--json", options->json, "Print one JSON object");
    sub->callback([options, &command] { command = [options] { return evaluate(*options); }; });
}

} // namespace kernelscope
