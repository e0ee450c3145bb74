// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/bench_command.h"
#include "cli/option_checks.h"
#include "cli/output.h"
#include "cli/quiet_data.h"
#include "cli/training_rate.h"
#include "data/made_up_pixels.h"
#include "devices/devices.h"
#include "network/network_json.h"
#include "training/run_record.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <memory>

namespace kernelscope {
namespace {

using Json = nlohmann::ordered_json;

/// What was asked for on the command line.
struct BenchTrainOptions {
    std::string model = "classic";
    std::string data;
    std::string device = "cpu";
    TrainingSpec spec;
    RateBudget budget;
    bool json = false;
};

/// The data named, or else what fits the network: the built-in digits, or pixels without meaning.
DataSetPtr chooseData(const BenchTrainOptions& options, const Plan& plan) {
    if (!options.data.empty())
        return openQuietly(options.data);
    for (const char* source : {kDigitsSource, kColorDigitsSource}) {
        const DataSetPtr digits = openQuietly(source);
        if (digits->info().shape == plan.network.input && digits->info().classes == plan.classes)
            return digits;
    }
    const auto batch = static_cast<std::size_t>(options.spec.batchSize);
    return madeUpPixels(plan.network.input, plan.classes, std::max<std::size_t>(2048, batch));
}

double giga(double value) {
    return value * 1e-9;
}

void showJson(const BenchTrainOptions& options, const Network& network, const DataSet& data, const TrainingRate& rate) {
    const BuildInfo build = buildInfo();
    const double images = rate.medianImagesPerSecond();
    const double executed = rate.executedFlopsPerImage();
    Json repeats = Json::array();
    for (const RateRepeat& repeat : rate.repeats)
        repeats.push_back(repeat.imagesPerSecond());
    Json steps = Json::array();
    for (const StepProfile::Entry& step : rate.profile.steps)
        steps.push_back({{"layers", step.layers}, {"forwardSeconds", step.forward}, {"backwardSeconds", step.backward},
            {"denseForwardFlops", step.flops.forward}, {"denseBackwardFlops", step.flops.backward}});
    Json json{{"event", "bench"}, {"measures", "train"}, {"model", network.name}, {"data", data.info().name},
        {"images", rate.distinctImages}, {"device", options.device}, {"chip", rate.device.name},
        {"backend", rate.device.backend}, {"instructionSet", rate.device.instructionSet},
        {"threads", rate.device.threads}, {"precision", rate.device.precision}, {"batch", rate.batchSize},
        {"seed", options.spec.seed}, {"imagesPerSecond", images}, {"leastImagesPerSecond", rate.leastImagesPerSecond()},
        {"mostImagesPerSecond", rate.mostImagesPerSecond()}, {"repeats", std::move(repeats)}, {"steps", rate.steps},
        {"stepSeconds", rate.batchSize / images}, {"warmUpSeconds", rate.warmUpSeconds},
        {"processorShare", rate.processorShare()}};
    if (executed > 0) {
        json["executedFlopsPerImage"] = executed;
        json["executedGflopPerSecond"] = giga(executed * images);
    } else {
        json["executedFlopsPerImage"] = nullptr;
        json["executedGflopPerSecond"] = nullptr;
    }
    json["denseFlopsPerImage"] = rate.denseFlops;
    json["denseEquivalentGflopPerSecond"] = giga(static_cast<double>(rate.denseFlops) * images);
    json["loss"] = rate.loss;
    json["timeByStep"] = std::move(steps);
    json["updateSeconds"] = rate.profile.update;
    json["profiledStepSeconds"] = rate.profile.wholeStep;
    json["build"] = build.version + " " + build.commit;
    printJson(json);
}

void showTable(const Network& network, const DataSet& data, const TrainingRate& rate) {
    const double images = rate.medianImagesPerSecond();
    const auto whole = [](double value) { return thousands(std::llround(value)); };
    const std::string threads =
        std::to_string(rate.device.threads) + (rate.device.threads == 1 ? " thread" : " threads");
    print(network.name + ", batch " + std::to_string(rate.batchSize) + ", on " + rate.device.name + " (" +
          rate.device.instructionSet + ", " + threads + ", " + rate.device.precision + "), " + data.info().name + ", " +
          whole(static_cast<double>(rate.distinctImages)) + " images in turn\n" + whole(images) +
          " images/s (median of " + std::to_string(rate.repeats.size()) + ", " + whole(rate.leastImagesPerSecond()) +
          " to " + whole(rate.mostImagesPerSecond()) + "), " + fixed(1e3 * rate.batchSize / images, 3) +
          " ms a step, " + counted(static_cast<std::int64_t>(rate.steps), "step") + "\n");

    Table counts({"operations of an image", "MFLOP", "GFLOP/s"});
    const double executed = rate.executedFlopsPerImage();
    if (executed > 0)
        counts.addRow({"executed", fixed(executed * 1e-6, 3), fixed(giga(executed * images), 1)});
    else
        counts.addRow({"executed", "not counted", ""});
    const auto dense = static_cast<double>(rate.denseFlops);
    counts.addRow({"counted densely from the shapes", fixed(dense * 1e-6, 3), fixed(giga(dense * images), 1)});
    print(counts.text());

    Table steps({"step by step, ms", "forward", "backward"});
    const auto milliseconds = [](double seconds) { return fixed(seconds * 1e3, 3); };
    double sum = rate.profile.update;
    for (const StepProfile::Entry& step : rate.profile.steps) {
        steps.addRow({step.layers, milliseconds(step.forward), milliseconds(step.backward)});
        sum += step.forward + step.backward;
    }
    steps.addRow({"update", "", milliseconds(rate.profile.update)});
    print(steps.text() + "Sum of the parts, measured one by one, " + milliseconds(sum) + " ms; as training runs them " +
          milliseconds(rate.profile.wholeStep) + " ms\n");
    if (rate.device.backend != "cuda")
        print(
            "The process got " + fixed(rate.processorShare(), 2) + " processors' worth of time for " + threads + ".\n");
}

int benchTrain(const BenchTrainOptions& options) {
    const Network network = openNetwork(options.model);
    const Plan plan = compile(network);
    const std::unique_ptr<Backend> backend = openBackend(options.device);
    const DataSetPtr data = chooseData(options, plan);
    const TrainingRate rate = measureTrainingRate(*backend, network, data, options.spec, options.budget);
    if (options.json)
        showJson(options, network, *data, rate);
    else
        showTable(network, *data, rate);
    return exitDone;
}

} // namespace

void addBenchTrainCommand(CLI::App& bench, Command& command) {
    auto options = std::make_shared<BenchTrainOptions>();
    CLI::App* sub = bench.add_subcommand("train", "How fast a device trains a network, and where the time goes");
    sub->add_option("--model", options->model, "classic, lenet-5, tiny, deep, vgg-small, or a network as a JSON file")
        ->type_name("NAME|FILE")
        ->capture_default_str();
    sub->add_option("--data", options->data,
           std::string(kDataHelp) + ". If not given, the digits that fit the network, or else made-up pixels")
        ->type_name("SOURCE");
    sub->add_option("--device", options->device, "cpu (all cores), cpu:N (N threads), reference, cuda:N or cuda:N:tf32")
        ->type_name("DEVICE")
        ->capture_default_str();
    sub->add_option("--batch", options->spec.batchSize, "Images a step")
        ->check(wholeNumber(1, 65536))
        ->capture_default_str();
    sub->add_option("--seed", options->spec.seed, "Seed for first weights, order of images and dropout")
        ->check(wholeNumber(0, std::numeric_limits<std::uint64_t>::max()))
        ->capture_default_str();
    sub->add_option("--seconds", options->budget.seconds, "How long to measure, all repeats together")
        ->check(numberBetween(0, 3600, true))
        ->capture_default_str();
    sub->add_option("--repeats", options->budget.repeats, "How many measurements to take the median of")
        ->check(wholeNumber(1, 1000))
        ->capture_default_str();
    sub->add_option("--warm-up", options->budget.warmUp, "Seconds to train before measuring")
        ->check(numberBetween(0, 3600))
        ->capture_default_str();
    sub->add_flag("--json", options->json, "Print one JSON object on one line");
    sub->footer("For example:\n  kernelscope-cli bench train --model classic --device cpu:1 --batch 128 --seconds 3 "
                "--json\n\n");
    sub->callback([options, &command] { command = [options] { return benchTrain(*options); }; });
}

} // namespace kernelscope
