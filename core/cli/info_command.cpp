// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/commands.h"
#include "cli/option_checks.h"
#include "cli/output.h"
#include "cli/quiet_data.h"
#include "cli/step_profile.h"
#include "data/statistics.h"
#include "devices/devices.h"
#include "files/safetensors.h"
#include "network/network_json.h"
#include "training/fit.h"

#include <array>
#include <memory>

namespace kernelscope {
namespace {

using Json = nlohmann::ordered_json;

/// What was asked for on the command line.
struct InfoOptions {
    std::string model;
    std::string weights;
    std::string data;
    std::string profile;
    int batch = 32;
    bool json = false;
};

std::string megaflop(std::int64_t operations) {
    return fixed(static_cast<double>(operations) * 1e-6, 3);
}

void showPlan(const Plan& plan, bool json) {
    if (json) {
        Json layers = Json::array();
        for (std::size_t i = 0; i < plan.layers.size(); ++i) {
            const LayerInfo& layer = plan.layers[i];
            layers.push_back({{"name", layer.name}, {"what", describe(plan.network.layers[i])},
                {"in", toFullString(layer.in)}, {"out", toFullString(layer.out)}, {"parameters", layer.parameters},
                {"forwardFlops", layer.flops.forward}, {"backwardFlops", layer.flops.backward},
                {"parameterBytes", layer.parameterBytes}, {"activationBytes", layer.activationBytes}});
        }
        printJson({{"event", "network"}, {"name", plan.network.name}, {"classes", plan.classes},
            {"parameters", plan.parameterCount}, {"forwardFlops", plan.flops.forward},
            {"backwardFlops", plan.flops.backward}, {"layers", std::move(layers)}});
        return;
    }
    Table table({"layer", "what ", "in", "out", "parameters", "forward", "backward", "weights", "output"});
    std::int64_t parameterBytes = 0;
    std::int64_t activationBytes = 0;
    for (std::size_t i = 0; i < plan.layers.size(); ++i) {
        const LayerInfo& layer = plan.layers[i];
        table.addRow({layer.name, describe(plan.network.layers[i]), toString(layer.in), toString(layer.out),
            thousands(layer.parameters), megaflop(layer.flops.forward), megaflop(layer.flops.backward),
            thousands(layer.parameterBytes), thousands(layer.activationBytes)});
        parameterBytes += layer.parameterBytes;
        activationBytes += layer.activationBytes;
    }
    table.addRule();
    table.addRow(
        {"sum", "", "", "", thousands(static_cast<std::int64_t>(plan.parameterCount)), megaflop(plan.flops.forward),
            megaflop(plan.flops.backward), thousands(parameterBytes), thousands(activationBytes)});
    print(plan.network.name + ", for one image: MFLOP counted densely from the shapes, bytes in float32\n" +
          table.text());
}

void showDataJson(const DataSet& data, const DataStatistics& statistics) {
    const DataInfo& info = data.info();
    const auto toJson = [&](Split split) {
        Json channels = Json::array();
        for (const ChannelStatistics& channel : statistics.of(split).channels)
            channels.push_back({{"mean", channel.mean}, {"deviation", channel.deviation}});
        return Json{{"channels", std::move(channels)}, {"classCounts", statistics.of(split).classCounts}};
    };
    Json skipped = Json::array();
    for (const SkippedFile& file : data.skipped())
        skipped.push_back({{"file", file.file}, {"reason", file.reason}});
    printJson({{"event", "data"}, {"name", info.name}, {"source", info.source}, {"shape", toFullString(info.shape)},
        {"classes", info.classes}, {"classNames", info.classNames}, {"trainImages", info.trainCount},
        {"testImages", info.testCount}, {"note", info.note}, {"train", toJson(Split::Train)},
        {"test", toJson(Split::Test)}, {"skipped", std::move(skipped)}});
}

void showData(const DataSet& data, bool json) {
    const DataStatistics statistics = measureStatistics(data);
    if (json) {
        showDataJson(data, statistics);
        return;
    }
    const DataInfo& info = data.info();
    const auto counted = [](std::size_t count) { return thousands(static_cast<std::int64_t>(count)); };
    print(info.name + ": " + counted(info.trainCount) + " training and " + counted(info.testCount) +
          " test images of " + toFullString(info.shape) + ", " + std::to_string(info.classes) + " classes\n" +
          (info.note.empty() ? "" : "Note: " + info.note + '\n'));

    Table classes({"class", "name ", "training", "test"});
    for (std::size_t i = 0; i < info.classNames.size(); ++i)
        classes.addRow({std::to_string(i), info.classNames[i], counted(statistics.train.classCounts[i]),
            counted(statistics.test.classCounts[i])});
    print(classes.text());

    Table channels({"channel", "mean", "deviation", "test mean", "deviation"});
    static constexpr std::array kColors = {"red", "green", "blue"};
    for (std::size_t c = 0; c < statistics.train.channels.size(); ++c) {
        const ChannelStatistics& train = statistics.train.channels[c];
        const ChannelStatistics& test = statistics.test.channels[c];
        channels.addRow({statistics.train.channels.size() == 3 ? kColors[c] : std::to_string(c), fixed(train.mean, 4),
            fixed(train.deviation, 4), fixed(test.mean, 4), fixed(test.deviation, 4)});
    }
    print("Brightness of the pixels, 0 to 1, in the training and the test images:\n" + channels.text());

    if (data.skipped().empty())
        return;
    print("Files left out:\n");
    for (const SkippedFile& file : data.skipped())
        print("  " + file.file + ": " + file.reason + '\n');
}

void showProfile(const StepProfile& profile, bool json) {
    if (json) {
        Json steps = Json::array();
        for (const StepProfile::Entry& step : profile.steps)
            steps.push_back(
                {{"layers", step.layers}, {"forwardSeconds", step.forward}, {"backwardSeconds", step.backward},
                    {"forwardFlops", step.flops.forward}, {"backwardFlops", step.flops.backward}});
        printJson({{"event", "profile"}, {"device", profile.device.id}, {"batchSize", profile.batchSize},
            {"stepSeconds", profile.wholeStep}, {"updateSeconds", profile.update}, {"steps", std::move(steps)}});
        return;
    }
    const auto milliseconds = [](double seconds) { return fixed(seconds * 1e3, 3); };
    // Without multiply-adds or a time that the clock can see, a rate would be noise.
    const auto rate = [](std::int64_t operations, double seconds) {
        return operations > 0 && seconds > 0 ? fixed(static_cast<double>(operations) / seconds * 1e-9, 1) : "";
    };
    Table table({"step", "forward ms", "GFLOP/s", "backward ms", "GFLOP/s"});
    double sum = profile.update;
    for (const StepProfile::Entry& step : profile.steps) {
        table.addRow({step.layers, milliseconds(step.forward), rate(step.flops.forward, step.forward),
            milliseconds(step.backward), rate(step.flops.backward, step.backward)});
        sum += step.forward + step.backward;
    }
    table.addRow({"update", "", "", milliseconds(profile.update), ""});
    print("One training step of " + std::to_string(profile.batchSize) + " images on " + profile.device.name + " (" +
          profile.device.instructionSet + ", " + std::to_string(profile.device.threads) +
          (profile.device.threads == 1 ? " thread" : " threads") + "), medians, measured step by step:\n" +
          table.text() + "Sum of the parts " + milliseconds(sum) + " ms; as training runs it " +
          milliseconds(profile.wholeStep) + " ms, " +
          thousands(static_cast<std::int64_t>(profile.batchSize / profile.wholeStep)) + " images/s.\n");
}

int showInfo(const InfoOptions& options) {
    if (!options.model.empty() && !options.weights.empty())
        throw Error({"Cannot describe two networks at once", "", "", "either --model or --weights", ""});
    const bool wantsNetwork = !options.model.empty() || !options.weights.empty() || options.data.empty();
    if (!options.data.empty())
        showData(*openDataSet(options.data), options.json);
    if (!wantsNetwork && options.profile.empty())
        return exitDone;

    const Network network = !options.weights.empty() ? loadWeights(options.weights).network
                                                     : openNetwork(options.model.empty() ? "classic" : options.model);
    if (wantsNetwork)
        showPlan(compile(network), options.json);
    if (options.profile.empty())
        return exitDone;
    const DataSetPtr data = openQuietly(options.data.empty() ? "digits" : options.data);
    requireFit(compile(network), data->info());
    showProfile(profileSteps(*openBackend(options.profile), network, data, options.batch), options.json);
    return exitDone;
}

} // namespace

void addInfoCommand(CLI::App& app, Command& command) {
    auto options = std::make_shared<InfoOptions>();
    CLI::App* sub = app.add_subcommand("info", "Describe a network layer by layer, saved weights or a data set");
    sub->add_option(
           "--model", options->model, "classic (if nothing is named), lenet-5, tiny, deep, vgg-small, or a JSON file")
        ->type_name("NAME|FILE");
    sub->add_option("--weights", options->weights, "Weights as safetensors")->type_name("FILE");
    sub->add_option("--data", options->data, kDataHelp)->type_name("SOURCE");
    sub->add_option("--profile", options->profile, "Also measure each step of one training step on this device")
        ->type_name("DEVICE");
    sub->add_option("--batch", options->batch, "Images of the step that is measured")
        ->check(wholeNumber(1, 65536))
        ->capture_default_str();
    sub->add_flag("--json", options->json, "Print one JSON object a line: data, network, profile");
    sub->callback([options, &command] { command = [options] { return showInfo(*options); }; });
}

} // namespace kernelscope
