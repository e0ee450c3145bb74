// SPDX-License-Identifier: GPL-3.0-or-later
#include "files/checkpoint_file.h"

#include "base/error.h"
#include "files/atomic_file.h"
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

namespace kernelscope {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

constexpr const char* doing = "Cannot read the checkpoint";
constexpr const char* advice = "Is it a checkpoint that this program saved, and complete?";
constexpr double greatestSeconds = 1e12;

// A step as a row of floats: what has more bits than a float takes two.
constexpr std::size_t stepColumns = 7;
constexpr std::int64_t wholeFloats = 1 << 24; ///< Whole numbers below are floats without rounding.

std::vector<float> rowsOf(const std::vector<StepPoint>& steps) {
    std::vector<float> rows;
    rows.reserve(steps.size() * stepColumns);
    for (const StepPoint& point : steps) {
        const auto seconds = static_cast<float>(point.seconds);
        for (const float value :
            {static_cast<float>(point.step / wholeFloats), static_cast<float>(point.step % wholeFloats), seconds,
                static_cast<float>(point.seconds - static_cast<double>(seconds)), point.loss,
                static_cast<float>(point.correct), static_cast<float>(point.count)})
            rows.push_back(value);
    }
    return rows;
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

    std::vector<StepPoint> steps(int batchSize) {
        const TensorEntry* tensor = file.find("steps");
        if (!tensor || tensor->shape.size() != 2 || tensor->shape[1] != static_cast<std::int64_t>(stepColumns))
            refuse(tensor ? shapeText(tensor->shape) + " for the tensor \"steps\"" : "no tensor \"steps\"",
                "a row of 7 values for each step");
        // A few rows at a time: no second copy of what may be millions, and no room for all of them before the first
        // ones make sense.
        constexpr std::size_t rowsAtOnce = 1024;
        const auto count = static_cast<std::size_t>(tensor->shape[0]);
        std::vector<float> rows(std::min(count, rowsAtOnce) * stepColumns);
        std::vector<StepPoint> result;
        double before = 0;
        for (std::size_t i = 0; i < count; ++i) {
            const std::size_t inRows = i % rowsAtOnce;
            if (inRows == 0) {
                if (i == rowsAtOnce)
                    result.reserve(count);
                file.read(
                    "steps", std::span(rows).first(std::min(count - i, rowsAtOnce) * stepColumns), i * stepColumns);
            }
            const float* row = rows.data() + inRows * stepColumns;
            const double step = static_cast<double>(row[0]) * wholeFloats + static_cast<double>(row[1]);
            const double seconds = static_cast<double>(row[2]) + static_cast<double>(row[3]);
            const auto isCount = [](float value, float least, float most) {
                return value >= least && value <= most && std::floor(value) == value;
            };
            if (step != static_cast<double>(i + 1) || !(seconds >= before && seconds <= greatestSeconds) ||
                !std::isfinite(row[4]) || !isCount(row[6], 1, static_cast<float>(batchSize)) ||
                !isCount(row[5], 0, row[6]))
                refuse("figures that cannot have been in row " + std::to_string(i + 1) + " of \"steps\"",
                    "those of step " + std::to_string(i + 1));
            before = seconds;
            result.push_back({static_cast<std::int64_t>(i + 1), seconds, row[4], static_cast<int>(row[5]),
                static_cast<int>(row[6])});
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
        {"trainSeconds", checkpoint.sums.trainSeconds}, {"data", checkpoint.dataId}};
    const std::vector<float> steps = rowsOf(checkpoint.record.steps);
    RunRecord bare = checkpoint.record;
    bare.steps.clear();

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
    add("steps", steps,
        {static_cast<std::int64_t>(checkpoint.record.steps.size()), static_cast<std::int64_t>(stepColumns)});
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
    checkpoint->record = runRecordFromJson(parseJson(text, doing, inFile, limitsOfRecord(text)), inFile);
    const std::shared_ptr<Snapshot> best =
        readProgress(parseJson(reader.metadata("progress"), doing, inFile), *checkpoint, inFile);
    const RunRecord& record = checkpoint->record;
    const Plan plan = compile(record.network);
    checkpoint->parameters = reader.finiteValues("parameters", plan.parameterCount);
    checkpoint->state = reader.finiteValues("state", plan.stateCount);
    checkpoint->moments =
        reader.values("moments", momentsPerParameter(record.spec.optimizer.kind) * plan.parameterCount);
    checkpoint->record.steps = reader.steps(record.spec.batchSize);
    if (best) {
        best->parameters = reader.finiteValues("best.parameters", plan.parameterCount);
        best->state = reader.finiteValues("best.state", plan.stateCount);
        checkpoint->best = best;
    }
    const std::size_t tensors = best ? 6 : 4;
    if (reader.file.header().tensors.size() != tensors)
        reader.refuse(std::to_string(reader.file.header().tensors.size()) + " tensors", std::to_string(tensors));
    checkMoment(reader, *checkpoint);
    checkBest(reader, *checkpoint);
    return checkpoint;
}

} // namespace kernelscope
