// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/commands.h"
#include "cli/output.h"
#include "cli/output_files.h"
#include "cli/signal_stop.h"
#include "cli/train_options.h"
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
#include <memory>
#include <system_error>
#include <utility>

namespace kernelscope {
namespace {

namespace fs = std::filesystem;

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

} // namespace

void addTrainCommand(CLI::App& app, Command& command) {
    auto options = std::make_shared<TrainOptions>();
    CLI::App* sub = app.add_subcommand("train", "Train a network and save its record and weights");
    addTrainOptions(*sub, *options);
    sub->callback([options, sub, &command] {
        options->namesData = sub->count("--data") > 0;
        options->namesDevice = sub->count("--device") > 0;
        command = [options] { return train(*options); };
    });
}

} // namespace kernelscope
