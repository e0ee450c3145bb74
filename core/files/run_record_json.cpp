// SPDX-License-Identifier: GPL-3.0-or-later
#include "files/run_record_json.h"

#include "base/error.h"
#include "files/atomic_file.h"
#include "files/json_column.h"
#include "files/json_fields.h"
#include "files/json_numbers.h"
#include "network/network_json.h"

#include <charconv>
#include <cmath>
#include <functional>
#include <limits>

namespace kernelscope {
namespace {

using Json = nlohmann::ordered_json;

constexpr const char* doing = "Cannot read the run record";
constexpr double greatestSeconds = 1e12;

/// A float out of a double that may be null (not a number) but not beyond a float's range.
float toFloat(const JsonFields& fields, const std::string& key, double value) {
    if (std::abs(value) > static_cast<double>(std::numeric_limits<float>::max()))
        fields.fail(key, Json(value).dump(), "a number within the range of float32");
    return static_cast<float>(value);
}

/// A number of images. Products of such numbers, as checkpoints are checked with, must not overflow.
std::size_t size(JsonFields& fields, const std::string& key) {
    constexpr std::uint64_t most = std::numeric_limits<std::uint32_t>::max();
    const std::uint64_t value = fields.unsigned64(key);
    if (value > most)
        fields.fail(key, std::to_string(value), "at most " + std::to_string(most));
    return static_cast<std::size_t>(value);
}

double seconds(JsonFields& fields, const std::string& key) {
    return fields.numberBetween(key, 0, greatestSeconds);
}

Json toJson(const DeviceInfo& device) {
    Json json{{"id", device.id}, {"name", device.name}, {"backend", device.backend},
        {"instructionSet", device.instructionSet}, {"precision", device.precision}};
    if (!device.driver.empty())
        json["driver"] = device.driver;
    return json;
}

DeviceInfo deviceFromJson(JsonFields fields, int threads) {
    DeviceInfo device;
    device.id = fields.text("id");
    device.name = fields.text("name");
    device.backend = fields.text("backend");
    device.instructionSet = fields.text("instructionSet");
    device.precision = fields.text("precision");
    device.driver = fields.text("driver", "");
    device.threads = threads;
    fields.finish();
    return device;
}

Json toJson(const BuildInfo& build) {
    return {{"version", build.version}, {"commit", build.commit}, {"compiler", build.compiler}, {"type", build.type}};
}

BuildInfo buildFromJson(JsonFields fields) {
    BuildInfo build{fields.text("version"), fields.text("commit"), fields.text("compiler"), fields.text("type")};
    fields.finish();
    return build;
}

Json toJson(const TrainingSpec& spec) {
    const OptimizerSpec& optimizer = spec.optimizer;
    return {{"optimizer", name(optimizer.kind)}, {"learningRate", shortestDouble(optimizer.learningRate)},
        {"momentum", shortestDouble(optimizer.momentum)}, {"beta1", shortestDouble(optimizer.beta1)},
        {"beta2", shortestDouble(optimizer.beta2)}, {"epsilon", shortestDouble(optimizer.epsilon)},
        {"weightDecay", shortestDouble(optimizer.weightDecay)}, {"batchSize", spec.batchSize}, {"epochs", spec.epochs},
        {"seed", spec.seed}, {"trainSamples", spec.trainSamples}, {"schedule", name(spec.schedule.kind)},
        {"stepEpochs", spec.schedule.stepEpochs}, {"stepFactor", shortestDouble(spec.schedule.stepFactor)},
        {"warmupEpochs", shortestDouble(spec.schedule.warmupEpochs)}, {"shift", spec.augmentation.shift},
        {"flip", spec.augmentation.flip}, {"targetAccuracy", shortestDouble(spec.stopping.targetAccuracy)},
        {"patience", spec.stopping.patience}};
}

TrainingSpec specFromJson(JsonFields fields) {
    const auto constant = [&](const char* key) { return toFloat(fields, key, fields.number(key)); };
    // Fields that came later are optional, so that older records open.
    const auto optional = [&](const char* key, float fallback) {
        return toFloat(fields, key, fields.number(key, static_cast<double>(fallback)));
    };
    TrainingSpec spec;
    const std::string kind = fields.choice("optimizer", {"sgd", "momentum", "nesterov", "adam", "adamw"});
    for (const OptimizerKind known : allOptimizers)
        if (kind == name(known))
            spec.optimizer.kind = known;
    spec.optimizer.learningRate = constant("learningRate");
    spec.optimizer.momentum = constant("momentum");
    spec.optimizer.beta1 = constant("beta1");
    spec.optimizer.beta2 = constant("beta2");
    spec.optimizer.epsilon = constant("epsilon");
    spec.optimizer.weightDecay = optional("weightDecay", 0);
    spec.batchSize = fields.integer("batchSize");
    spec.epochs = fields.integer("epochs");
    spec.seed = fields.unsigned64("seed");
    spec.trainSamples = size(fields, "trainSamples");
    const std::string schedule =
        fields.choice("schedule", {"constant", "step", "cosine", "one-cycle"}, name(spec.schedule.kind));
    for (const ScheduleKind known : allSchedules)
        if (schedule == name(known))
            spec.schedule.kind = known;
    spec.schedule.stepEpochs = fields.integer("stepEpochs", spec.schedule.stepEpochs);
    spec.schedule.stepFactor = optional("stepFactor", spec.schedule.stepFactor);
    spec.schedule.warmupEpochs = optional("warmupEpochs", spec.schedule.warmupEpochs);
    spec.augmentation.shift = fields.integer("shift", spec.augmentation.shift);
    spec.augmentation.flip = fields.boolean("flip", spec.augmentation.flip);
    spec.stopping.targetAccuracy = optional("targetAccuracy", spec.stopping.targetAccuracy);
    spec.stopping.patience = fields.integer("patience", spec.stopping.patience);
    fields.finish();
    return spec;
}

Json toJson(const DataInfo& data) {
    return {{"name", data.name}, {"source", data.source}, {"channels", data.shape.channels},
        {"height", data.shape.height}, {"width", data.shape.width}, {"classes", data.classes},
        {"classNames", data.classNames}, {"trainCount", data.trainCount}, {"testCount", data.testCount}};
}

DataInfo dataFromJson(JsonFields fields) {
    constexpr int longestSide = 1 << 16;
    constexpr int mostClasses = 256;
    DataInfo data;
    data.name = fields.text("name");
    data.source = fields.text("source");
    data.shape.channels = fields.integerBetween("channels", 1, longestSide);
    data.shape.height = fields.integerBetween("height", 1, longestSide);
    data.shape.width = fields.integerBetween("width", 1, longestSide);
    data.classes = fields.integerBetween("classes", 2, mostClasses);
    data.classNames = fields.texts("classNames");
    if (data.classNames.size() != static_cast<std::size_t>(data.classes))
        fields.fail("classNames", std::to_string(data.classNames.size()) + " names", std::to_string(data.classes));
    data.trainCount = size(fields, "trainCount");
    data.testCount = size(fields, "testCount");
    fields.finish();
    return data;
}

Json toJson(const PhaseTimes& phases) {
    return {{"load", phases.load}, {"data", phases.data}, {"train", phases.train}, {"test", phases.test},
        {"snapshot", phases.snapshot}, {"paused", phases.paused}};
}

PhaseTimes phasesFromJson(JsonFields fields) {
    PhaseTimes phases;
    phases.load = seconds(fields, "load");
    phases.data = seconds(fields, "data");
    phases.train = seconds(fields, "train");
    phases.test = seconds(fields, "test");
    phases.snapshot = seconds(fields, "snapshot");
    phases.paused = seconds(fields, "paused");
    fields.finish();
    return phases;
}

/// JSON has no infinite numbers; a test loss can be one, and must come back as it was. (What is no number at all is
/// written as null.)
Json lossToJson(double loss) {
    return std::isinf(loss) ? Json("infinity") : Json(loss);
}

double lossFromJson(JsonFields& fields, const std::string& key) {
    if (fields.has(key) && fields.value(key) == "infinity")
        return std::numeric_limits<double>::infinity();
    return fields.number(key);
}

Json toJson(const EpochResult& epoch) {
    return {{"epoch", epoch.epoch}, {"lastStep", epoch.lastStep}, {"trainLoss", epoch.trainLoss},
        {"trainAccuracy", epoch.trainAccuracy}, {"testLoss", lossToJson(epoch.testLoss)},
        {"testAccuracy", epoch.testAccuracy}, {"trainSeconds", epoch.trainSeconds}, {"testSeconds", epoch.testSeconds},
        {"endSeconds", epoch.endSeconds}};
}

EpochResult epochFromJson(JsonFields fields, int epoch, std::int64_t after) {
    EpochResult result;
    result.epoch = fields.integerBetween("epoch", epoch, epoch);
    result.lastStep = fields.integer64("lastStep");
    if (result.lastStep <= after)
        fields.fail("lastStep", std::to_string(result.lastStep), "more than " + std::to_string(after));
    result.trainLoss = fields.number("trainLoss");
    result.trainAccuracy = fields.numberBetween("trainAccuracy", 0, 1);
    result.testLoss = lossFromJson(fields, "testLoss");
    result.testAccuracy = fields.numberBetween("testAccuracy", 0, 1);
    result.trainSeconds = seconds(fields, "trainSeconds");
    result.testSeconds = seconds(fields, "testSeconds");
    result.endSeconds = seconds(fields, "endSeconds");
    fields.finish();
    return result;
}

void readEpochs(JsonFields& fields, const std::function<void(const EpochResult&)>& take) {
    EpochResult before;
    fields.forEachObject("epochs", [&](JsonFields& object) {
        before = epochFromJson(object, before.epoch + 1, before.lastStep);
        take(before);
    });
}

Json toJson(const RunEvent& event) {
    return {{"kind", "learningRate"}, {"step", event.step}, {"value", shortestDouble(event.value)}};
}

RunEvent eventFromJson(JsonFields fields) {
    RunEvent event;
    fields.choice("kind", {"learningRate"});
    event.step = fields.integer64("step");
    if (event.step < 1)
        fields.fail("step", std::to_string(event.step), "a step from 1 on");
    event.value = toFloat(fields, "value", fields.number("value"));
    fields.finish();
    return event;
}

/// One array for each column: a fifth of the size that an object for each step would take.
Json toJson(const std::vector<StepPoint>& steps) {
    Json step = Json::array(), seconds = Json::array(), loss = Json::array(), correct = Json::array(),
         count = Json::array();
    for (const StepPoint& point : steps) {
        step.push_back(point.step);
        seconds.push_back(std::round(point.seconds * 1e9) / 1e9);
        loss.push_back(shortestDouble(point.loss));
        correct.push_back(point.correct);
        count.push_back(point.count);
    }
    return {{"step", std::move(step)}, {"seconds", std::move(seconds)}, {"loss", std::move(loss)},
        {"correct", std::move(correct)}, {"count", std::move(count)}};
}

/// Walks over the columns side by side, checks each step against the one before, and hands it over.
void readSteps(JsonFields fields, int batchSize, const std::function<void(const StepPoint&)>& take) {
    JsonColumn step = fields.column("step");
    JsonColumn seconds = fields.column("seconds");
    JsonColumn loss = fields.column("loss");
    JsonColumn correct = fields.column("correct");
    JsonColumn count = fields.column("count");
    const auto checkLength = [&](const char* key, const JsonColumn& column) {
        if (column.size() != step.size())
            fields.fail(
                key, std::to_string(column.size()) + " values", std::to_string(step.size()) + ", one for each step");
    };
    checkLength("seconds", seconds);
    checkLength("loss", loss);
    checkLength("correct", correct);
    checkLength("count", count);
    fields.finish();

    StepPoint before;
    for (std::size_t i = 0; i < step.size(); ++i) {
        StepPoint point;
        point.step = step.integer();
        if (point.step <= before.step)
            step.fail(std::to_string(point.step), "more than " + std::to_string(before.step));
        point.seconds = seconds.number();
        if (!(point.seconds >= before.seconds && point.seconds <= greatestSeconds))
            seconds.fail(Json(point.seconds).dump(), "a time that is not before the last one");
        const double wide = loss.number();
        if (std::abs(wide) > static_cast<double>(std::numeric_limits<float>::max()))
            loss.fail(Json(wide).dump(), "a number within the range of float32");
        point.loss = static_cast<float>(wide);
        const std::int64_t images = count.integer();
        if (images < 1 || images > batchSize)
            count.fail(std::to_string(images), "1 to " + std::to_string(batchSize));
        point.count = static_cast<int>(images);
        const std::int64_t right = correct.integer();
        if (right < 0 || right > images)
            correct.fail(std::to_string(right), "0 to " + std::to_string(images));
        point.correct = static_cast<int>(right);
        take(point);
        before = point;
    }
}

StopReason stopFromJson(JsonFields& fields) {
    const std::string stop = fields.choice(
        "stop", {"completed", "stopped", "non-finite", "failed", "target-reached", "no-improvement", "running"});
    for (const StopReason reason : {StopReason::Completed, StopReason::Stopped, StopReason::NonFinite,
             StopReason::TargetReached, StopReason::NoImprovement, StopReason::Running})
        if (stop == name(reason))
            return reason;
    return StopReason::Failed;
}

} // namespace

Json toJson(const RunRecord& record) {
    Json epochs = Json::array();
    for (const EpochResult& epoch : record.epochs)
        epochs.push_back(toJson(epoch));
    Json events = Json::array();
    for (const RunEvent& event : record.events)
        events.push_back(toJson(event));
    return {{"format", "kernelscope-run"}, {"version", 1}, {"date", record.date}, {"build", toJson(record.build)},
        {"device", toJson(record.device)}, {"threads", record.device.threads}, {"network", toJson(record.network)},
        {"hyperparameters", toJson(record.spec)}, {"data", toJson(record.data)}, {"stop", name(record.stop)},
        {"message", record.message}, {"keptEpoch", record.keptEpoch}, {"phases", toJson(record.phases)},
        {"epochs", std::move(epochs)}, {"events", std::move(events)}, {"steps", toJson(record.steps)}};
}

RunRecord runRecordFromJson(const JsonDocument& document, const std::string& source) {
    constexpr int mostThreads = 1 << 16;
    JsonFields fields(document, doing, source);
    fields.format("kernelscope-run", 1);
    RunRecord record;
    record.date = fields.text("date");
    record.build = buildFromJson(fields.object("build"));
    record.device = deviceFromJson(fields.object("device"), fields.integerBetween("threads", 1, mostThreads));
    record.network = networkFromJson(fields.value("network"), source);
    record.spec = specFromJson(fields.object("hyperparameters"));
    record.data = dataFromJson(fields.object("data"));
    record.stop = stopFromJson(fields);
    record.message = fields.text("message");
    record.phases = phasesFromJson(fields.object("phases"));
    // Once to check, and only then to keep: a value may take more memory than its text.
    std::size_t epochs = 0;
    readEpochs(fields, [&](const EpochResult&) { ++epochs; });
    record.keptEpoch = fields.integer("keptEpoch", 0);
    if (record.keptEpoch < 0 || static_cast<std::size_t>(record.keptEpoch) > epochs)
        fields.fail(
            "keptEpoch", std::to_string(record.keptEpoch), "0 to " + std::to_string(epochs) + ", an epoch of the run");
    std::size_t events = 0;
    fields.forEachObject("events", [&](JsonFields& event) {
        eventFromJson(event);
        ++events;
    });
    std::size_t steps = 0;
    readSteps(fields.object("steps"), record.spec.batchSize, [&](const StepPoint&) { ++steps; });
    fields.finish();
    try {
        compile(record.network);
        validate(record.spec, record.data.trainCount);
    } catch (const Error& error) {
        throw Error({doing, source, "a run that cannot have been", "", error.what()});
    }
    record.epochs.reserve(epochs);
    readEpochs(fields, [&](const EpochResult& epoch) { record.epochs.push_back(epoch); });
    record.events.reserve(events);
    fields.forEachObject("events", [&](JsonFields& event) { record.events.push_back(eventFromJson(event)); });
    record.steps.reserve(steps);
    readSteps(
        fields.object("steps"), record.spec.batchSize, [&](const StepPoint& point) { record.steps.push_back(point); });
    return record;
}

JsonDocument parseRunRecord(std::string_view text, const std::string& reading, const std::string& source) {
    // As much text as a network may have, and the names of 256 classes of a file name's length each.
    constexpr JsonLimits limits{.textBytes = JsonLimits().textBytes + (64 << 10)};
    return parseJsonDocument(text, reading, source,
        {"epochs", "events", "steps.step", "steps.seconds", "steps.loss", "steps.correct", "steps.count"}, limits);
}

void requireReadable(std::string_view text, const std::string& saving, const std::string& source) {
    try {
        parseRunRecord(text, saving, source);
    } catch (const Error& error) {
        const ErrorParts& parts = error.parts();
        throw Error({saving, source, parts.found, parts.expected + ", so that it can be read again",
            "Shorten the names of the network and of the data's classes."});
    }
}

void saveRunRecord(const std::filesystem::path& path, const RunRecord& record) {
    // One line for each field, epoch and column: for people who look into it, and for diff.
    const auto compact = [](const Json& part) { return part.dump(-1, ' ', false, Json::error_handler_t::replace); };
    std::string text;
    const Json json = toJson(record);
    for (const auto& [key, value] : json.items()) {
        text += (text.empty() ? "{\n  " : ",\n  ") + compact(key) + ": ";
        const bool lines = (key == "epochs" || key == "steps") && !value.empty();
        if (!lines) {
            text += compact(value);
            continue;
        }
        std::string inner;
        for (const auto& [innerKey, innerValue] : value.items())
            inner += (inner.empty() ? "\n    " : ",\n    ") +
                     (value.is_object() ? compact(innerKey) + ": " : std::string()) + compact(innerValue);
        text += (value.is_object() ? "{" : "[") + inner + (value.is_object() ? "\n  }" : "\n  ]");
    }
    Json bare = Json::object();
    for (const auto& [key, value] : json.items())
        if (key != "epochs" && key != "events" && key != "steps") // they stay in the text that is read
            bare[key] = value;
    requireReadable(compact(bare), "Cannot save the run record", path.string());
    writeFileAtomically(path, text + "\n}\n");
}

RunRecord loadRunRecord(const std::filesystem::path& path) {
    constexpr std::size_t limit = 256u << 20;
    const std::string text = readWholeFile(path, limit);
    return runRecordFromJson(parseRunRecord(text, doing, path.string()), path.string());
}

} // namespace kernelscope
