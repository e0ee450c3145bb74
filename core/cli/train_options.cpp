// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/train_options.h"

#include "cli/option_checks.h"
#include "data/augmentation.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <limits>

namespace kernelscope {
namespace {

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

void addTrainOptions(CLI::App& sub, TrainOptions& options) {
    TrainingSpec& spec = options.spec;
    sub.add_option("--data", options.data, kDataHelp)->type_name("SOURCE")->capture_default_str();
    sub.add_option("--model", options.model, "classic, lenet-5, tiny, deep, vgg-small, or a network as a JSON file")
        ->type_name("NAME|FILE")
        ->capture_default_str();
    sub.add_option("--device", options.device, "cpu (all cores), cpu:N (N threads), reference, cuda:N or cuda:N:tf32")
        ->type_name("DEVICE")
        ->capture_default_str();
    sub.add_option("--batch", spec.batchSize, "Images a step")->check(wholeNumber(1, 65536))->capture_default_str();
    sub.add_option("--epochs", spec.epochs, "Passes over the training images")
        ->check(wholeNumber(1, 100000))
        ->capture_default_str();
    sub.add_option("--seed", spec.seed, "Seed for first weights, order of images, dropout and augmentation")
        ->check(wholeNumber(0, std::numeric_limits<std::uint64_t>::max()))
        ->capture_default_str();
    sub.add_option("--train-samples", spec.trainSamples, "Only the first so many training images (0: all)")
        ->check(wholeNumber(0, std::numeric_limits<std::uint32_t>::max()))
        ->capture_default_str();
    addOptimizerOptions(sub, options);
    addAugmentationAndStopping(sub, options.spec);
    sub.add_option("--record", options.record, "Save the run's figures as JSON, while it goes on and at its end")
        ->type_name("FILE")
        ->check(fileName());
    sub.add_option("--save", options.weights, "Save the weights as safetensors")->type_name("FILE")->check(fileName());
    sub.add_option("--checkpoint", options.checkpoint,
           "Keep all that is needed to go on in a file: after each epoch, in between and when stopped")
        ->type_name("FILE")
        ->check(fileName());
    sub.add_option("--checkpoint-seconds", options.checkpointSeconds,
           "Greatest age of the checkpoint (0: as often as it can be written)")
        ->type_name("SECONDS")
        ->check(numberBetween(0, 3600))
        ->capture_default_str();
    CLI::Option* resume = sub.add_option("--resume", options.resume,
        "Go on from a checkpoint, bit for bit on the same device. Only what is saved, --data and --device may be "
        "given");
    resume->type_name("FILE")->check(fileName());
    sub.add_flag(
        "--json", options.json, "Print one JSON object a line: started, progress, epoch, finished, warning, error");
    sub.footer("For example:\n  kernelscope-cli train --device cpu:2 --record run.json --save weights.safetensors\n"
               "  kernelscope-cli train --data mnist --optimizer momentum --learning-rate 0.05 --batch 128\n"
               "  kernelscope-cli train --optimizer adamw --schedule one-cycle --shift 2 --epochs 20 --patience 4\n\n");
    excludeFrom(*resume, sub);
}

} // namespace kernelscope
