// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/commands.h"
#include "cli/option_checks.h"
#include "cli/output.h"
#include "cli/output_files.h"
#include "cli/signal_stop.h"
#include "cli/train_report.h"
#include "devices/devices.h"
#include "files/checkpoint_file.h"
#include "files/run_record_json.h"
#include "files/safetensors.h"
#include "network/network_json.h"
#include "training/fit.h"
#include "training/stopping.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <filesystem>
#include <limits>
#include <memory>
#include <optional>
#include <system_error>
#include <utility>
#include <vector>

namespace kernelscope {
namespace {

namespace fs = std::filesystem;

/// What was asked for on the command line.
struct TrainOptions {
    std::string data = "digits";
    std::string model = "classic";
    std::string device = "cpu";
    std::string optimizer = "adam";
    std::optional<float> learningRate;
    std::optional<float> weightDecay;
    std::string schedule = "constant";
    TrainingSpec spec;
    std::string record;
    std::string weights;
    std::string checkpoint;
    std::string resume;
    double checkpointSeconds = RunFiles().checkpointSeconds;
    bool namesData = false;   ///< --data was given.
    bool namesDevice = false; ///< --device was given.
    bool json = false;
};

TrainingSpec specOf(const TrainOptions& options) {
    TrainingSpec spec = options.spec;
    for (const OptimizerKind kind : allOptimizers)
        if (options.optimizer == name(kind))
            spec.optimizer.kind = kind;
    for (const ScheduleKind kind : allSchedules)
        if (options.schedule == name(kind))
            spec.schedule.kind = kind;
    spec.optimizer.learningRate = options.learningRate.value_or(usualLearningRate(spec.optimizer.kind));
    spec.optimizer.weightDecay = options.weightDecay.value_or(usualWeightDecay(spec.optimizer.kind));
    return spec;
}

/// A path that leads to the same place from any folder: a checkpoint keeps it. Names of built-in sets stay as they are.
std::string fromAnywhere(const std::string& data) {
    std::error_code failed;
    const fs::path absolute = fs::absolute(data, failed);
    return failed || data == kDigitsSource || data == kColorDigitsSource ? data : absolute.string();
}

/// The data set that a run began with.
DataSetPtr openAgain(const std::string& source) {
    try {
        return openDataSet(source);
    } catch (const Error& error) {
        ErrorParts parts = error.parts();
        std::error_code ignored;
        if (!fs::exists(source, ignored))
            parts = {"Cannot find the run's data set", source, "nothing there", "the data that the run began with", ""};
        parts.advice += (parts.advice.empty() ? "" : " ");
        parts.advice += "If it lies elsewhere now, name it with --data.";
        throw Error(parts);
    }
}

/// What to train: as the options say, or as the checkpoint does.
RunSetup setupOf(TrainOptions& options) {
    RunSetup setup;
    if (options.resume.empty()) {
        setup.network = openNetwork(options.model);
        setup.spec = specOf(options);
        setup.deviceId = options.device;
        setup.data = openDataSet(fromAnywhere(options.data));
    } else {
        CheckpointPtr checkpoint = loadCheckpoint(options.resume);
        const RunRecord& record = checkpoint->record;
        const std::string device = options.namesDevice ? options.device : record.device.id;
        DataSetPtr data = options.namesData ? openDataSet(fromAnywhere(options.data)) : openAgain(record.data.source);
        setup = resumeSetup(std::move(checkpoint), device, std::move(data));
        if (options.checkpoint.empty())
            options.checkpoint = options.resume; // goes on as it began
    }
    setup.files.checkpoint = options.checkpoint;
    setup.files.record = options.record;
    setup.files.checkpointSeconds = options.checkpointSeconds;
    setup.files.recordSeconds = std::min(setup.files.recordSeconds, options.checkpointSeconds);
    return setup;
}

/// Saves what was asked for; a path that could not be written to is cleared. The second file is tried even where the
/// first one failed.
bool save(TrainOptions& options, const RunResult& result) {
    bool saved = true;
    const auto attempt = [&](std::string& path, const auto& write) {
        if (path.empty())
            return;
        try {
            write(path);
        } catch (const Error& error) {
            printError(error, options.json);
            path.clear();
            saved = false;
        }
    };
    const RunRecord& record = result.record;
    attempt(options.record, [&](const std::string& path) { saveRunRecord(path, record); });
    attempt(options.weights, [&](const std::string& path) { saveWeights(path, result); });
    return saved;
}

/// Whether a stopped run can go on where it stopped, as far as that was asked for. A path that holds nothing of the
/// kind is cleared; why, was told when it was written.
bool isCheckpointKept(TrainOptions& options, const RunResult& result) {
    if (options.checkpoint.empty() || result.record.stop != StopReason::Stopped)
        return true;
    try {
        if (loadCheckpoint(options.checkpoint)->step() == result.weights->step)
            return true;
    } catch (const Error&) {
    }
    options.checkpoint.clear();
    return false;
}

void reportEnd(const TrainOptions& options, const RunResult& result) {
    const RunRecord& record = result.record;
    std::int64_t images = 0;
    for (const StepPoint& point : record.steps)
        images += point.count;
    const double seconds = record.phases.train;
    const double rate = seconds > 0 ? static_cast<double>(images) / seconds : 0;
    if (options.json) {
        nlohmann::ordered_json json{{"event", "finished"}, {"stop", name(record.stop)}, {"message", record.message},
            {"epochs", record.epochs.size()}, {"steps", record.steps.size()}, {"trainSeconds", seconds},
            {"testSeconds", record.phases.test}, {"imagesPerSecond", rate}, {"record", options.record},
            {"weights", options.weights}, {"checkpoint", options.checkpoint}};
        if (!record.epochs.empty())
            json["testAccuracy"] = keptResult(record).testAccuracy;
        if (record.keptEpoch > 0)
            json["keptEpoch"] = record.keptEpoch;
        printJson(json);
        return;
    }
    std::string text = endedAsPlanned(record.stop) ? "Done" : record.stop == StopReason::Failed ? "Failed" : "Stopped";
    if (!record.epochs.empty())
        text += ": test accuracy " + percent(keptResult(record).testAccuracy, 2) + " after epoch " +
                std::to_string(keptResult(record).epoch);
    text += record.epochs.empty() ? ": " : ", ";
    text += counted(static_cast<std::int64_t>(record.steps.size()), "step") + " in " + fixed(seconds, 2) +
            " s of training, " + thousands(std::llround(rate)) + " images/s.\n";
    if (!record.message.empty() && record.stop != StopReason::Failed) // an error is on stderr
        text += record.message + '\n';
    if (!options.record.empty())
        text += "Record:  " + options.record + '\n';
    if (!options.weights.empty())
        text += "Weights: " + options.weights + '\n';
    if (!options.checkpoint.empty() && record.stop == StopReason::Stopped)
        text += "Go on:   kernelscope-cli train --resume " + options.checkpoint + '\n';
    print(text);
}

int train(TrainOptions options) {
    RunControl control;
    const SignalStop signals(control);
    RunSetup setup = setupOf(options);
    const bool resumes = !options.resume.empty();
    // Nobody should learn after an hour of training that its result has no place to go.
    checkOutputs(std::array{OutputFile{"the record", options.record}, OutputFile{"the weights", options.weights},
                     OutputFile{"the checkpoint", options.checkpoint}},
        {resumes ? std::string() : options.model, {}, options.resume, setup.data->info().source});
    openBackend(setup.deviceId); // an unknown device is bad input, not a failure
    const DataSetPtr data = setup.data;
    const TrainingSpec spec = setup.spec;
    Trainer trainer(std::move(setup));
    for (const std::string& warning : labelWarnings(*data, spec))
        printWarning(warning, options.json);
    TrainReport report(trainer, options.json);

    RunResult result;
    try {
        result = trainer.run(control, report);
    } catch (const Error& error) {
        report.clearLine();
        printError(error, options.json);
        return exitFailure;
    }
    report.clearLine();
    const bool failed = result.record.stop == StopReason::Failed;
    if (failed)
        printError(result.record.message, options.json);
    const bool saved = save(options, result) && isCheckpointKept(options, result);
    reportEnd(options, result);
    if (!saved || failed)
        return exitFailure;
    if (result.record.stop == StopReason::NonFinite)
        return exitNonFinite;
    return result.record.stop == StopReason::Stopped ? exitSignal + signals.signal() : int{exitDone};
}

/// How weights are moved.
void addOptimizerOptions(CLI::App& sub, TrainOptions& options) {
    OptimizerSpec& optimizer = options.spec.optimizer;
    ScheduleSpec& schedule = options.spec.schedule;
    sub.add_option("--optimizer", options.optimizer, "How weights are moved along their gradients")
        ->check(CLI::IsMember({"sgd", "momentum", "nesterov", "adam", "adamw"}))
        ->capture_default_str();
    sub.add_option(
           "--learning-rate", options.learningRate, "0.001 for adam and adamw, 0.01 for the others, if not given")
        ->check(positive());
    sub.add_option("--momentum", optimizer.momentum, "For momentum and nesterov")
        ->check(belowOne())
        ->capture_default_str();
    sub.add_option("--beta1", optimizer.beta1, "For adam and adamw")->check(belowOne())->capture_default_str();
    sub.add_option("--beta2", optimizer.beta2, "For adam and adamw")->check(belowOne())->capture_default_str();
    sub.add_option("--epsilon", optimizer.epsilon, "For adam and adamw")->check(positive())->capture_default_str();
    sub.add_option("--weight-decay", options.weightDecay,
           "How strongly weights are drawn to zero, 0 to 1: apart from the gradient for adamw, added to it for the "
           "others; 0.01 for adamw, else 0, if not given. Biases and batch norm do not decay")
        ->check(numberBetween(0, 1));
    sub.add_option("--schedule", options.schedule,
           "How the learning rate changes: constant; step, times a factor every so many epochs; cosine, down to 0; "
           "one-cycle, up and then down, with --learning-rate as its top")
        ->check(CLI::IsMember({"constant", "step", "cosine", "one-cycle"}))
        ->capture_default_str();
    sub.add_option("--step-epochs", schedule.stepEpochs, "For the schedule step: epochs between two drops")
        ->check(wholeNumber(1, 100000))
        ->capture_default_str();
    sub.add_option("--step-factor", schedule.stepFactor, "For the schedule step: what each drop multiplies by")
        ->check(numberBetween(0, 1, true))
        ->capture_default_str();
    sub.add_option("--warmup", schedule.warmupEpochs,
           "Epochs, also parts of one, over which the learning rate rises in a line to where its schedule begins")
        ->type_name("EPOCHS")
        ->check(numberBetween(0, 100000))
        ->capture_default_str();
}

/// What is done to images, and when a run ends early.
void addAugmentationAndStopping(CLI::App& sub, TrainingSpec& spec) {
    sub.add_option("--shift", spec.augmentation.shift,
           "Move each training image by up to so many pixels in either direction, anew each time it is seen")
        ->type_name("PIXELS")
        ->check(wholeNumber(0, static_cast<std::uint64_t>(greatestShift())))
        ->capture_default_str();
    sub.add_flag("--flip", spec.augmentation.flip,
        "Mirror about half of the training images, left for right. Not for digits or letters");
    sub.add_option("--target-accuracy", spec.stopping.targetAccuracy,
           "Stop once the test accuracy after an epoch is as high, 0 to 1 (0: no target)")
        ->type_name("SHARE")
        ->check(numberBetween(0, 1))
        ->capture_default_str();
    sub.add_option("--patience", spec.stopping.patience,
           "Stop after so many epochs in a row without a lower test loss, and keep the weights of the epoch with the "
           "lowest (0: train all epochs, keep the last weights)")
        ->type_name("EPOCHS")
        ->check(wholeNumber(0, 100000))
        ->capture_default_str();
}

} // namespace

namespace {

/// All options that say what is trained cannot stand beside --resume: the checkpoint says it.
void excludeFrom(CLI::Option& resume, CLI::App& command) {
    for (CLI::Option* option : command.get_options()) {
        const std::string& name = option->get_name();
        const auto is = [&](const char* other) { return name == other; };
        constexpr std::array besides{
            "--data", "--device", "--record", "--save", "--checkpoint", "--checkpoint-seconds", "--resume", "--json"};
        if (option != command.get_help_ptr() && std::none_of(besides.begin(), besides.end(), is))
            resume.excludes(option);
    }
}

} // namespace

void addTrainCommand(CLI::App& app, Command& command) {
    auto options = std::make_shared<TrainOptions>();
    TrainingSpec& spec = options->spec;
    CLI::App* sub = app.add_subcommand("train", "Train a network and save its record and weights");
    CLI::Option* data = sub->add_option("--data", options->data, kDataHelp)->type_name("SOURCE")->capture_default_str();
    sub->add_option("--model", options->model, "classic, lenet-5, tiny, deep, vgg-small, or a network as a JSON file")
        ->type_name("NAME|FILE")
        ->capture_default_str();
    CLI::Option* device = sub->add_option("--device", options->device,
                                 "cpu (all cores), cpu:N (N threads), reference, cuda:N or cuda:N:tf32")
                              ->type_name("DEVICE")
                              ->capture_default_str();
    sub->add_option("--batch", spec.batchSize, "Images a step")->check(wholeNumber(1, 65536))->capture_default_str();
    sub->add_option("--epochs", spec.epochs, "Passes over the training images")
        ->check(wholeNumber(1, 100000))
        ->capture_default_str();
    sub->add_option("--seed", spec.seed, "Seed for first weights, order of images, dropout and augmentation")
        ->check(wholeNumber(0, std::numeric_limits<std::uint64_t>::max()))
        ->capture_default_str();
    sub->add_option("--train-samples", spec.trainSamples, "Only the first so many training images (0: all)")
        ->check(wholeNumber(0, std::numeric_limits<std::uint32_t>::max()))
        ->capture_default_str();
    addOptimizerOptions(*sub, *options);
    addAugmentationAndStopping(*sub, spec);
    sub->add_option("--record", options->record, "Save the run's figures as JSON, while it goes on and at its end")
        ->type_name("FILE")
        ->check(fileName());
    sub->add_option("--save", options->weights, "Save the weights as safetensors")
        ->type_name("FILE")
        ->check(fileName());
    sub->add_option("--checkpoint", options->checkpoint,
           "Keep all that is needed to go on in a file: after each epoch, in between and when stopped")
        ->type_name("FILE")
        ->check(fileName());
    sub->add_option("--checkpoint-seconds", options->checkpointSeconds,
           "Greatest age of the checkpoint (0: as often as it can be written)")
        ->type_name("SECONDS")
        ->check(numberBetween(0, 3600))
        ->capture_default_str();
    CLI::Option* resume = sub->add_option("--resume", options->resume,
        "Go on from a checkpoint, bit for bit on the same device. Only what is saved, --data and --device may be "
        "given");
    resume->type_name("FILE")->check(fileName());
    sub->add_flag(
        "--json", options->json, "Print one JSON object a line: started, progress, epoch, finished, warning, error");
    sub->footer(
        "For example:\n  kernelscope-cli train --device cpu:2 --record run.json --save weights.safetensors\n"
        "  kernelscope-cli train --data mnist --optimizer momentum --learning-rate 0.05 --batch 128\n"
        "  kernelscope-cli train --optimizer adamw --schedule one-cycle --shift 2 --epochs 20 --patience 4\n\n");
    excludeFrom(*resume, *sub);
    sub->callback([options, data, device, &command] {
        options->namesData = data->count() > 0;
        options->namesDevice = device->count() > 0;
        command = [options] { return train(*options); };
    });
}

} // namespace kernelscope
