// SPDX-License-Identifier: GPL-3.0-or-later
#include "files/checkpoint_file.h"

#include "base/error.h"
#include "files/atomic_file.h"
#include "files/checkpoint_rows.h"
#include "files/json_fields.h"
#include "files/json_numbers.h"
#include "files/run_record_json.h"
#include "files/safetensors_file.h"
#include "training/optimizer.h"
#include "training/stopping.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

namespace kernelscope {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

constexpr const char* doing = "Cannot read the checkpoint";
constexpr const char* saving = "Cannot save the checkpoint";
/// Version 1 had no "labels" in its progress.
constexpr const char* formatVersion = "2";
constexpr const char* advice = "Is it a checkpoint that this program saved, and complete?";
constexpr double greatestSeconds = 1e12;

/// "1 step", "2 steps".
std::string counted(std::int64_t count, const std::string& what) {
    return std::to_string(count) + " " + what + (count == 1 ? "" : "s");
}

/// A file that is being read, and its complaints.
struct Reader {
    SafetensorsFile file;

    [[noreturn]] void refuse(const std::string& found, const std::string& expected) const {
        throw Error({doing, file.source(), found, expected, advice});
    }

    const std::string& metadata(const char* key) const {
        const auto found = file.header().metadata.find(key);
        if (found == file.header().metadata.end())
            refuse(std::string("no \"") + key + "\" in its metadata", "a checkpoint of a run");
        return found->second;
    }

    std::vector<float> values(const std::string& name, std::size_t count) {
        file.requireShape(name, {static_cast<std::int64_t>(count)}, advice);
        std::vector<float> result(count);
        file.read(name, result);
        return result;
    }

    std::vector<float> finiteValues(const std::string& name, std::size_t count) {
        std::vector<float> result = values(name, count);
        if (!std::all_of(result.begin(), result.end(), [](float value) { return std::isfinite(value); }))
            refuse("a value that is infinite or not a number in \"" + name + "\"", "finite values");
        return result;
    }

    /// How many rows of so many columns a tensor has.
    std::size_t rowCount(const std::string& name, std::size_t columns) const {
        const TensorEntry* tensor = file.find(name);
        if (!tensor || tensor->shape.size() != 2 || tensor->shape[1] != static_cast<std::int64_t>(columns))
            refuse((tensor ? shapeText(tensor->shape) + " for the tensor" : std::string("no tensor")) + " \"" + name +
                       "\"",
                "rows of " + std::to_string(columns) + " values");
        return static_cast<std::size_t>(tensor->shape[0]);
    }

    /// Walks over the rows of a tensor, a few at a time: `toValue` makes a value of each after the one before, or
    /// nothing where it cannot have been, and `take` gets it.
    template <std::size_t columns, class Value, class ToValue, class Take>
    void forEachRow(const std::string& name, const ToValue& toValue, const Take& take) {
        constexpr std::size_t rowsAtOnce = 1024;
        const std::size_t count = rowCount(name, columns);
        std::vector<float> buffer(std::min(count, rowsAtOnce) * columns);
        Value before{};
        for (std::size_t i = 0; i < count; ++i) {
            const std::size_t inBuffer = i % rowsAtOnce;
            if (inBuffer == 0)
                file.read(name, std::span(buffer).first(std::min(count - i, rowsAtOnce) * columns), i * columns);
            const std::span<const float, columns> row(buffer.data() + inBuffer * columns, columns);
            const std::optional<Value> value = toValue(row, before);
            if (!value)
                refuse("figures that cannot have been in row " + std::to_string(i + 1) + " of \"" + name + "\"",
                    "those that follow the row before");
            before = *value;
            take(*value);
        }
    }

    /// Throws Error unless every row makes sense. Takes no memory.
    template <std::size_t columns, class Value, class ToValue>
    void checkRows(const std::string& name, const ToValue& toValue) {
        forEachRow<columns, Value>(name, toValue, [](const Value&) {});
    }

    /// The values of rows that were checked.
    template <std::size_t columns, class Value, class ToValue>
    std::vector<Value> rows(const std::string& name, const ToValue& toValue) {
        std::vector<Value> result;
        result.reserve(rowCount(name, columns));
        forEachRow<columns, Value>(name, toValue, [&](const Value& value) { result.push_back(value); });
        return result;
    }
};

/// The learning rate, the sums of the epoch and the rest that is in no record.
std::shared_ptr<Snapshot> readProgress(const Json& json, Checkpoint& checkpoint, const std::string& source) {
    JsonFields fields(json, doing, source, "progress");
    checkpoint.learningRate = static_cast<float>(
        fields.numberBetween("learningRate", 0, static_cast<double>(std::numeric_limits<float>::max())));
    if (!(checkpoint.learningRate > 0))
        fields.fail("learningRate", "0", "more than 0");
    checkpoint.sums.loss = fields.numberBetween("lossSum", -1e300, 1e300);
    checkpoint.sums.correct = fields.integer64("correct");
    checkpoint.sums.count = fields.integer64("count");
    checkpoint.sums.trainSeconds = fields.numberBetween("trainSeconds", 0, greatestSeconds);
    checkpoint.dataId.images = fields.unsigned64("data");
    if (fields.has("labels"))
        checkpoint.dataId.labels = fields.unsigned64("labels");
    checkpoint.record.keptEpoch = fields.integer("keptEpoch");
    std::shared_ptr<Snapshot> best;
    if (fields.has("bestStep")) {
        best = std::make_shared<Snapshot>();
        best->step = fields.integer64("bestStep");
        best->epoch = fields.numberBetween("bestEpoch", 0, 1e6);
        best->seconds = fields.numberBetween("bestSeconds", 0, greatestSeconds);
    }
    fields.finish();
    return best;
}

/// Throws Error unless steps, epochs and sums tell of one and the same moment of a run.
void checkMoment(const Reader& reader, const Checkpoint& checkpoint, std::int64_t steps) {
    const RunRecord& record = checkpoint.record;
    const TrainingSpec& spec = record.spec;
    const auto images = static_cast<std::int64_t>(spec.trainSamples ? spec.trainSamples : record.data.trainCount);
    const std::int64_t perEpoch = (images + spec.batchSize - 1) / spec.batchSize;
    const auto epochs = static_cast<std::int64_t>(record.epochs.size());
    if (epochs > spec.epochs)
        reader.refuse(counted(epochs, "epoch"), "at most " + std::to_string(spec.epochs));
    for (std::int64_t i = 0; i < epochs; ++i)
        if (record.epochs[static_cast<std::size_t>(i)].lastStep != (i + 1) * perEpoch)
            reader.refuse("an epoch that ends elsewhere than at step " + std::to_string((i + 1) * perEpoch), "");
    if (record.keptEpoch < 0 || record.keptEpoch > epochs)
        reader.refuse("weights kept of epoch " + std::to_string(record.keptEpoch), "one of " + std::to_string(epochs));
    const std::int64_t inEpoch = steps - epochs * perEpoch;
    const std::int64_t most = epochs == spec.epochs ? 0 : perEpoch;
    if (inEpoch < 0 || inEpoch > most)
        reader.refuse(counted(steps, "step") + " after " + counted(epochs, "epoch"),
            std::to_string(epochs * perEpoch) + " to " + std::to_string(epochs * perEpoch + most));
    const EpochSums& sums = checkpoint.sums;
    const std::int64_t count = std::min(images, inEpoch * spec.batchSize);
    if (sums.count != count || sums.correct < 0 || sums.correct > sums.count)
        reader.refuse(
            "sums over " + counted(sums.count, "image") + ", " + std::to_string(sums.correct) + " of them right",
            "sums over " + std::to_string(count));
}

/// Throws Error unless the best weights are there where the run keeps them, and of the epoch that was the best.
void checkBest(const Reader& reader, const Checkpoint& checkpoint) {
    const RunRecord& record = checkpoint.record;
    const int epoch = record.spec.stopping.patience > 0 ? bestEpoch(record.epochs) : 0;
    const std::string expected = epoch == 0 ? "none" : "those after epoch " + std::to_string(epoch);
    if (!checkpoint.best) {
        if (epoch != 0)
            reader.refuse("no best weights", expected);
        return;
    }
    const Snapshot& best = *checkpoint.best;
    if (epoch == 0 || best.step != record.epochs[static_cast<std::size_t>(epoch - 1)].lastStep || best.epoch != epoch)
        reader.refuse("best weights of step " + std::to_string(best.step), expected);
}

} // namespace

void saveCheckpoint(const fs::path& path, const Checkpoint& checkpoint) {
    Json progress{{"learningRate", shortestDouble(checkpoint.learningRate)}, {"lossSum", checkpoint.sums.loss},
        {"correct", checkpoint.sums.correct}, {"count", checkpoint.sums.count},
        {"trainSeconds", checkpoint.sums.trainSeconds}, {"data", checkpoint.dataId.images},
        {"keptEpoch", checkpoint.record.keptEpoch}};
    if (checkpoint.dataId.labels)
        progress["labels"] = *checkpoint.dataId.labels;
    // What there may be thousands of goes into tensors: metadata is a text that has to be parsed whole.
    RunRecord bare = checkpoint.record;
    const std::vector<float> steps = rowsOf(std::exchange(bare.steps, {}));
    const std::vector<float> epochs = rowsOf(std::exchange(bare.epochs, {}));
    const std::vector<float> events = rowsOf(std::exchange(bare.events, {}));
    bare.keptEpoch = 0;

    SafetensorsHeader header;
    std::vector<std::span<const std::byte>> parts(1);
    std::uint64_t at = 0;
    const auto add = [&](const char* name, std::span<const float> values, std::vector<std::int64_t> shape) {
        header.tensors.push_back({name, std::move(shape), at, at + values.size_bytes()});
        at += values.size_bytes();
        parts.push_back(std::as_bytes(values));
    };
    const auto addRow = [&](const char* name, std::span<const float> values) {
        add(name, values, {static_cast<std::int64_t>(values.size())});
    };
    addRow("parameters", checkpoint.parameters);
    addRow("state", checkpoint.state);
    addRow("moments", checkpoint.moments);
    const auto addRows = [&](const char* name, std::span<const float> values, std::size_t columns) {
        add(name, values, {static_cast<std::int64_t>(values.size() / columns), static_cast<std::int64_t>(columns)});
    };
    addRows("steps", steps, stepColumns);
    addRows("epochs", epochs, epochColumns);
    addRows("events", events, eventColumns);
    if (checkpoint.best) {
        progress["bestStep"] = checkpoint.best->step;
        progress["bestEpoch"] = checkpoint.best->epoch;
        progress["bestSeconds"] = checkpoint.best->seconds;
        addRow("best.parameters", checkpoint.best->parameters);
        addRow("best.state", checkpoint.best->state);
    }
    const auto text = [](const Json& json) { return json.dump(-1, ' ', false, Json::error_handler_t::replace); };
    header.metadata = {{"format", checkpointFormat}, {"version", formatVersion}, {"record", text(toJson(bare))},
        {"progress", text(progress)}};
    // What could not be read again is told now, while the run can still be kept in another way.
    requireReadable(header.metadata["record"], saving, path.string());
    const std::string begin = readableHeaderText(header, path.string(), saving);
    parts.front() = std::as_bytes(std::span(begin));
    writeFileAtomically(path, parts);
}

CheckpointPtr loadCheckpoint(const fs::path& path) {
    Reader reader{SafetensorsFile(path, doing)};
    const std::string& source = reader.file.source();
    const auto& metadata = reader.file.header().metadata;
    if (!metadata.contains("format") && metadata.contains(networkKey))
        throw Error({doing, source, "weights", "a checkpoint of a run",
            "Weights alone cannot go on: choose the file that the run was kept in (train --checkpoint)."});
    if (reader.metadata("format") != checkpointFormat)
        reader.refuse("a file of another kind", "a checkpoint of a run");
    if (const std::string& version = reader.metadata("version"); version != "1" && version != formatVersion)
        throw Error({doing, source, "version " + version, std::string("version ") + formatVersion + " or older",
            "Use a newer version of this program."});
    auto checkpoint = std::make_shared<Checkpoint>();
    const std::string inFile = source + ", metadata";
    const std::string& text = reader.metadata("record");
    checkpoint->record = runRecordFromJson(parseRunRecord(text, doing, inFile), inFile);
    const std::shared_ptr<Snapshot> best =
        readProgress(parseJson(reader.metadata("progress"), doing, inFile), *checkpoint, inFile);
    RunRecord& record = checkpoint->record;
    const std::size_t tensors = best ? 8 : 6;
    if (reader.file.header().tensors.size() != tensors)
        reader.refuse(
            counted(static_cast<std::int64_t>(reader.file.header().tensors.size()), "tensor"), std::to_string(tensors));

    // What takes more memory than its rows is kept last, when nothing is left to refuse.
    const auto toStep = [batchSize = record.spec.batchSize](
                            auto row, const StepPoint& before) { return stepOfRow(row, before, batchSize); };
    reader.checkRows<stepColumns, StepPoint>("steps", toStep);
    const auto steps = static_cast<std::int64_t>(reader.rowCount("steps", stepColumns)); // numbered from 1
    const auto toEvent = [steps](auto row, const RunEvent& before) { return eventOfRow(row, before, steps); };
    reader.checkRows<eventColumns, RunEvent>("events", toEvent);
    record.epochs = reader.rows<epochColumns, EpochResult>("epochs", epochOfRow);
    checkMoment(reader, *checkpoint, steps);
    if (best)
        checkpoint->best = best;
    checkBest(reader, *checkpoint);

    const Plan plan = compile(record.network);
    checkpoint->parameters = reader.finiteValues("parameters", plan.parameterCount);
    checkpoint->state = reader.finiteValues("state", plan.stateCount);
    checkpoint->moments =
        reader.values("moments", momentsPerParameter(record.spec.optimizer.kind) * plan.parameterCount);
    if (best) {
        best->parameters = reader.finiteValues("best.parameters", plan.parameterCount);
        best->state = reader.finiteValues("best.state", plan.stateCount);
    }
    record.events = reader.rows<eventColumns, RunEvent>("events", toEvent);
    record.steps = reader.rows<stepColumns, StepPoint>("steps", toStep);
    return checkpoint;
}

} // namespace kernelscope
