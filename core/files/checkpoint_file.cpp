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
constexpr const char* advice = "Is it a checkpoint that this program saved, and complete?";
constexpr double greatestSeconds = 1e12;

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

    /// The rows of a tensor, each of which `toValue` makes a value of after the one before, or nothing where it cannot
    /// have been. They are walked over twice, a few at a time: a value may take more memory than its row, and only a
    /// tensor that makes sense to its end gets it.
    template <std::size_t columns, class Value, class ToValue>
    std::vector<Value> rows(const std::string& name, const ToValue& toValue) {
        const TensorEntry* tensor = file.find(name);
        if (!tensor || tensor->shape.size() != 2 || tensor->shape[1] != static_cast<std::int64_t>(columns))
            refuse((tensor ? shapeText(tensor->shape) + " for the tensor" : std::string("no tensor")) + " \"" + name +
                       "\"",
                "rows of " + std::to_string(columns) + " values");
        constexpr std::size_t rowsAtOnce = 1024;
        const auto count = static_cast<std::size_t>(tensor->shape[0]);
        std::vector<float> buffer(std::min(count, rowsAtOnce) * columns);
        std::vector<Value> result;
        for (const bool keep : {false, true}) {
            if (keep)
                result.reserve(count);
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
                if (keep)
                    result.push_back(*value);
            }
        }
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
    checkpoint.dataId = fields.unsigned64("data");
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
void checkMoment(const Reader& reader, const Checkpoint& checkpoint) {
    const RunRecord& record = checkpoint.record;
    const TrainingSpec& spec = record.spec;
    const auto images = static_cast<std::int64_t>(spec.trainSamples ? spec.trainSamples : record.data.trainCount);
    const std::int64_t perEpoch = (images + spec.batchSize - 1) / spec.batchSize;
    const auto epochs = static_cast<std::int64_t>(record.epochs.size());
    if (epochs > spec.epochs)
        reader.refuse(std::to_string(epochs) + " epochs", "at most " + std::to_string(spec.epochs));
    for (std::int64_t i = 0; i < epochs; ++i)
        if (record.epochs[static_cast<std::size_t>(i)].lastStep != (i + 1) * perEpoch)
            reader.refuse("an epoch that ends elsewhere than at step " + std::to_string((i + 1) * perEpoch), "");
    if (record.keptEpoch < 0 || record.keptEpoch > epochs)
        reader.refuse("weights kept of epoch " + std::to_string(record.keptEpoch), "one of " + std::to_string(epochs));
    const std::int64_t inEpoch = checkpoint.step() - epochs * perEpoch;
    const std::int64_t most = epochs == spec.epochs ? 0 : perEpoch;
    if (inEpoch < 0 || inEpoch > most)
        reader.refuse(std::to_string(checkpoint.step()) + " steps after " + std::to_string(epochs) + " epochs",
            std::to_string(epochs * perEpoch) + " to " + std::to_string(epochs * perEpoch + most));
    const EpochSums& sums = checkpoint.sums;
    const std::int64_t count = std::min(images, inEpoch * spec.batchSize);
    if (sums.count != count || sums.correct < 0 || sums.correct > sums.count)
        reader.refuse(
            "sums over " + std::to_string(sums.count) + " images, " + std::to_string(sums.correct) + " of them right",
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
        {"trainSeconds", checkpoint.sums.trainSeconds}, {"data", checkpoint.dataId},
        {"keptEpoch", checkpoint.record.keptEpoch}};
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
    header.metadata = {{"format", "kernelscope-checkpoint"}, {"version", "1"}, {"record", text(toJson(bare))},
        {"progress", text(progress)}};
    const std::string begin = headerText(header);
    parts.front() = std::as_bytes(std::span(begin));
    writeFileAtomically(path, parts);
}

CheckpointPtr loadCheckpoint(const fs::path& path) {
    Reader reader{SafetensorsFile(path, doing)};
    const std::string& source = reader.file.source();
    if (reader.metadata("format") != "kernelscope-checkpoint")
        reader.refuse("a file of another kind", "a checkpoint of a run");
    if (reader.metadata("version") != "1")
        throw Error({doing, source, "version " + reader.metadata("version"), "version 1",
            "Use a newer version of this program."});
    auto checkpoint = std::make_shared<Checkpoint>();
    const std::string inFile = source + ", metadata";
    const std::string& text = reader.metadata("record");
    checkpoint->record = runRecordFromJson(parseRunRecord(text, doing, inFile), inFile);
    const std::shared_ptr<Snapshot> best =
        readProgress(parseJson(reader.metadata("progress"), doing, inFile), *checkpoint, inFile);
    const RunRecord& record = checkpoint->record;
    const Plan plan = compile(record.network);
    checkpoint->parameters = reader.finiteValues("parameters", plan.parameterCount);
    checkpoint->state = reader.finiteValues("state", plan.stateCount);
    checkpoint->moments =
        reader.values("moments", momentsPerParameter(record.spec.optimizer.kind) * plan.parameterCount);
    const int batchSize = record.spec.batchSize;
    checkpoint->record.epochs = reader.rows<epochColumns, EpochResult>("epochs", epochOfRow);
    checkpoint->record.events = reader.rows<eventColumns, RunEvent>("events", eventOfRow);
    checkpoint->record.steps = reader.rows<stepColumns, StepPoint>(
        "steps", [&](auto row, const StepPoint& before) { return stepOfRow(row, before, batchSize); });
    if (best) {
        best->parameters = reader.finiteValues("best.parameters", plan.parameterCount);
        best->state = reader.finiteValues("best.state", plan.stateCount);
        checkpoint->best = best;
    }
    const std::size_t tensors = best ? 8 : 6;
    if (reader.file.header().tensors.size() != tensors)
        reader.refuse(std::to_string(reader.file.header().tensors.size()) + " tensors", std::to_string(tensors));
    checkMoment(reader, *checkpoint);
    checkBest(reader, *checkpoint);
    return checkpoint;
}

} // namespace kernelscope
