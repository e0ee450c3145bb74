// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/error.h"
#include "files/atomic_file.h"
#include "files/checkpoint_file.h"
#include "files/run_record_json.h"
#include "files/safetensors.h"
#include "gui/toy_run.h"
#include "size_limit.h"

#include <QElapsedTimer>
#include <QTemporaryDir>
#include <QtTest>

#include <cstring>
#include <filesystem>
#include <fstream>
#include <functional>
#include <set>
#include <thread>

using namespace kernelscope;
using kernelscope::testing::toyData;
namespace fs = std::filesystem;

namespace {

constexpr std::int64_t epochSteps = 16; // the last one is smaller

template <class Function>
QString refusal(Function function) {
    try {
        function();
    } catch (const Error& error) {
        return QString::fromStdString(error.what());
    }
    return {};
}

/// Everything that has memory: moments, running statistics, masks.
RunSetup setupOn(const char* device) {
    RunSetup setup;
    setup.network = {"toy", {1, 8, 8},
        {Conv{.filters = 3, .kernel = 3, .stride = 1, .padding = 0}, BatchNorm{}, Activation{},
            Pool{.size = 2, .stride = 2}, Flatten{}, Dropout{.rate = 0.3f}, Dense{.units = 4}}};
    setup.spec.batchSize = 16;
    setup.spec.epochs = 3;
    setup.spec.trainSamples = 250;
    setup.spec.seed = 5;
    setup.spec.optimizer.weightDecay = 0.01f;
    setup.spec.schedule.kind = ScheduleKind::Cosine;
    setup.spec.augmentation.shift = 1;
    setup.spec.augmentation.flip = true;
    setup.spec.stopping.patience = 2;
    setup.deviceId = device;
    setup.data = toyData();
    return setup;
}

/// Calls what a test wants at each moment.
class Listener final : public RunObserver {
public:
    std::function<void(std::int64_t)> onStep = [](std::int64_t) {};
    std::function<void()> onEvaluating = [] {};
    std::vector<std::string> warnings;
    std::size_t stepsAtStart = 0;

    void started(const RunRecord& record) override { stepsAtStart = record.steps.size(); }
    void stepsMade(std::span<const StepPoint> points) override { onStep(points.back().step); }
    void evaluating(std::size_t, std::size_t) override { onEvaluating(); }
    void warned(const std::string& message) override { warnings.push_back(message); }
};

/// Waits until another thread has written a file.
void waitFor(const fs::path& file) {
    QElapsedTimer timer;
    timer.start();
    while (!fs::exists(file) && timer.elapsed() < 60'000)
        std::this_thread::yield();
}

bool sameBits(const std::vector<float>& a, const std::vector<float>& b) {
    return a.size() == b.size() && (a.empty() || std::memcmp(a.data(), b.data(), a.size() * sizeof(float)) == 0);
}

/// What differs between two runs, times apart; empty where nothing does.
QString difference(const Checkpoint& a, const Checkpoint& b) {
    if (!sameBits(a.parameters, b.parameters))
        return "parameters";
    if (!sameBits(a.state, b.state))
        return "state";
    if (!sameBits(a.moments, b.moments))
        return "moments";
    if (!a.best != !b.best ||
        (a.best && (a.best->step != b.best->step || !sameBits(a.best->parameters, b.best->parameters))))
        return "best weights";
    if (a.learningRate != b.learningRate)
        return "learning rate";
    if (a.record.steps.size() != b.record.steps.size() || a.record.epochs.size() != b.record.epochs.size() ||
        a.record.events.size() != b.record.events.size())
        return "length";
    for (std::size_t i = 0; i < a.record.steps.size(); ++i) {
        const StepPoint& one = a.record.steps[i];
        const StepPoint& other = b.record.steps[i];
        if (one.step != other.step || one.loss != other.loss || one.correct != other.correct ||
            one.count != other.count)
            return QString("step %1").arg(one.step);
    }
    for (std::size_t i = 0; i < a.record.epochs.size(); ++i) {
        const EpochResult& one = a.record.epochs[i];
        const EpochResult& other = b.record.epochs[i];
        if (one.lastStep != other.lastStep || one.trainLoss != other.trainLoss ||
            one.trainAccuracy != other.trainAccuracy || one.testLoss != other.testLoss ||
            one.testAccuracy != other.testAccuracy)
            return QString("epoch %1").arg(one.epoch);
    }
    return {};
}

} // namespace

/// A run that goes on from a checkpoint is the run that was never stopped.
class CheckpointTest : public QObject {
    Q_OBJECT

    QTemporaryDir m_folder;
    fs::path path(const std::string& name) const { return fs::path(m_folder.path().toStdString()) / name; }

    /// Trains with a checkpoint at the end, and gives it.
    CheckpointPtr trained(RunSetup setup, const fs::path& file, Listener& listener, RunControl& control) {
        setup.files.checkpoint = file;
        Trainer(std::move(setup)).run(control, listener);
        return loadCheckpoint(file);
    }

    /// Makes the first steps one by one and stops behind exactly so many.
    CheckpointPtr stoppedAfter(const RunSetup& setup, std::int64_t step, const fs::path& file) {
        RunControl control;
        Listener listener;
        control.step();
        listener.onStep = [&](std::int64_t made) { made < step ? control.step() : control.cancel(); };
        return trained(setup, file, listener, control);
    }

    CheckpointPtr wholeRun(const RunSetup& setup, const std::string& name) {
        RunControl control;
        Listener listener;
        return trained(setup, path(name), listener, control);
    }

private slots:
    void goesOnAsIfNeverStopped_data() {
        QTest::addColumn<QByteArray>("device");
        QTest::addColumn<int>("optimizer");
        for (const char* device : {"cpu:1", "cpu:2", "reference"})
            for (const OptimizerKind kind : allOptimizers)
                QTest::addRow("%s %s", device, name(kind)) << QByteArray(device) << static_cast<int>(kind);
    }

    void goesOnAsIfNeverStopped() {
        QFETCH(QByteArray, device);
        QFETCH(int, optimizer);
        RunSetup setup = setupOn(device.constData());
        setup.spec.optimizer.kind = static_cast<OptimizerKind>(optimizer);
        const CheckpointPtr whole = wholeRun(setup, "whole");
        QCOMPARE(whole->step(), 3 * epochSteps);
        QCOMPARE(whole->record.stop, StopReason::Completed);
        // In the middle of an epoch, before its last step, and behind it with the test still to come.
        const bool isAdamOnTheCpu = setup.spec.optimizer.kind == OptimizerKind::Adam && device != "reference";
        const std::vector<std::int64_t> stops =
            isAdamOnTheCpu ? std::vector<std::int64_t>{1, 7, 15, 16, 17, 32, 47, 48} : std::vector<std::int64_t>{7, 16};
        for (const std::int64_t step : stops) {
            const CheckpointPtr stopped = stoppedAfter(setup, step, path("stopped"));
            QCOMPARE(stopped->step(), step);
            QCOMPARE(stopped->record.stop, StopReason::Running);
            RunControl control;
            Listener listener;
            const CheckpointPtr resumed =
                trained(resumeSetup(stopped, setup.deviceId, setup.data), path("resumed"), listener, control);
            QVERIFY2(difference(*whole, *resumed).isEmpty(),
                qPrintable(QString("%1 after a stop at %2").arg(difference(*whole, *resumed)).arg(step)));
            QCOMPARE(listener.stepsAtStart, static_cast<std::size_t>(step)); // the curves begin where they were
            QVERIFY(listener.warnings.empty());
            QCOMPARE(resumed->record.date, stopped->record.date);
        }
    }

    void manyStopsInARowChangeNothing() {
        const RunSetup setup = setupOn("cpu:2");
        const CheckpointPtr whole = wholeRun(setup, "whole");
        CheckpointPtr at = stoppedAfter(setup, 1, path("chain"));
        for (std::int64_t step = 2; step < 3 * epochSteps; step += 7)
            at = stoppedAfter(resumeSetup(at, setup.deviceId, setup.data), step, path("chain"));
        RunControl control;
        Listener listener;
        at = trained(resumeSetup(at, setup.deviceId, setup.data), path("chain"), listener, control);
        QVERIFY2(difference(*whole, *at).isEmpty(), qPrintable(difference(*whole, *at)));
        // Of a run that is complete nothing is left to do.
        const CheckpointPtr again =
            trained(resumeSetup(at, setup.deviceId, setup.data), path("again"), listener, control);
        QVERIFY(difference(*whole, *again).isEmpty());
        QCOMPARE(again->record.stop, StopReason::Completed);
    }

    /// As after kill -9: with whatever file there was at some moment, written beside the training.
    void everyFileOfARunLeadsToTheSameEnd() {
        RunSetup setup = setupOn("cpu:2");
        const CheckpointPtr whole = wholeRun(setup, "whole");
        setup.files.checkpointSeconds = 0;
        setup.files.checkpoint = path("live");
        fs::remove(path("live"));
        std::vector<fs::path> copies;
        RunControl control;
        Listener listener;
        const auto copy = [&] {
            waitFor(path("live"));
            copies.push_back(path("copy" + std::to_string(copies.size())));
            fs::copy_file(path("live"), copies.back());
        };
        control.step();
        listener.onStep = [&](std::int64_t made) {
            if (made > 1) // by then one was begun
                copy();
            control.step();
        };
        listener.onEvaluating = copy;
        Trainer(setup).run(control, listener);
        QVERIFY(!copies.empty());
        std::set<std::int64_t> steps;
        for (const fs::path& file : copies) {
            const CheckpointPtr from = loadCheckpoint(file);
            if (!steps.insert(from->step()).second)
                continue;
            RunControl free;
            Listener quiet;
            const CheckpointPtr end = trained(resumeSetup(from, setup.deviceId, setup.data), path("end"), quiet, free);
            QVERIFY2(difference(*whole, *end).isEmpty(), qPrintable(difference(*whole, *end)));
        }
    }

    void aChangedLearningRateHoldsOn() {
        const RunSetup setup = setupOn("cpu:1");
        const auto change = [](RunControl& control, std::int64_t made) {
            if (made == 10)
                control.setLearningRate(0.005f);
        };
        RunControl control;
        Listener listener;
        control.step();
        listener.onStep = [&](std::int64_t made) {
            change(control, made);
            control.step();
        };
        const CheckpointPtr whole = trained(setup, path("whole"), listener, control);
        QCOMPARE(whole->learningRate, 0.005f);
        RunControl first;
        first.step();
        listener.onStep = [&](std::int64_t made) {
            change(first, made);
            made < 20 ? first.step() : first.cancel();
        };
        const CheckpointPtr stopped = trained(setup, path("stopped"), listener, first);
        RunControl second;
        listener.onStep = [](std::int64_t) {};
        const CheckpointPtr resumed =
            trained(resumeSetup(stopped, setup.deviceId, setup.data), path("resumed"), listener, second);
        QVERIFY2(difference(*whole, *resumed).isEmpty(), qPrintable(difference(*whole, *resumed)));
        QCOMPARE(resumed->record.spec.optimizer.learningRate, setup.spec.optimizer.learningRate);
    }

    void anotherDeviceIsAllowedButSaid() {
        const RunSetup setup = setupOn("cpu:1");
        const CheckpointPtr stopped = stoppedAfter(setup, 5, path("stopped"));
        RunControl control;
        Listener listener;
        const CheckpointPtr resumed =
            trained(resumeSetup(stopped, "reference", setup.data), path("resumed"), listener, control);
        QCOMPARE(resumed->record.stop, StopReason::Completed);
        QCOMPARE(resumed->record.device.backend, std::string("reference"));
        QCOMPARE(listener.warnings.size(), std::size_t{1});
        QVERIFY(QString::fromStdString(listener.warnings[0]).contains("bit for bit"));
    }

    void otherDataIsRefusedWithTheReason() {
        const RunSetup setup = setupOn("cpu:1");
        const CheckpointPtr stopped = stoppedAfter(setup, 5, path("stopped"));
        const auto refusedWith = [&](DataSetPtr data) {
            return refusal([&] { Trainer(resumeSetup(stopped, "cpu:1", std::move(data))); });
        };
        QVERIFY(refusedWith(setup.data).isEmpty());
        QVERIFY2(refusedWith(toyData(257)).contains("257 training"), qPrintable(refusedWith(toyData(257))));
        // Of the same name and size, but with a label or a pixel that is another.
        DataInfo info = setup.data->info();
        MemoryDataSet::Part train, test;
        for (const Split split : {Split::Train, Split::Test})
            for (std::size_t i = 0; i < info.count(split); ++i) {
                MemoryDataSet::Part& part = split == Split::Train ? train : test;
                const auto image = setup.data->image(split, i);
                part.pixels.insert(part.pixels.end(), image.begin(), image.end());
                part.labels.push_back(setup.data->label(split, i));
            }
        train.labels[0] ^= 1;
        const QString other = refusedWith(std::make_shared<const MemoryDataSet>(info, train, test));
        QVERIFY2(other.contains("other images") && other.contains("Quadrants"), qPrintable(other));
        // Of all labels, not only of those of the images that are looked at.
        train.labels[0] ^= 1;
        for (const std::size_t i : {std::size_t{1}, std::size_t{2}, info.trainCount - 1}) {
            MemoryDataSet::Part changed = train;
            changed.labels[i] ^= 1;
            const QString labels = refusedWith(std::make_shared<const MemoryDataSet>(info, changed, test));
            QVERIFY2(labels.contains("other labels of the same images"), qPrintable(labels));
        }
        test.labels.back() ^= 1;
        QVERIFY(!refusedWith(std::make_shared<const MemoryDataSet>(info, train, test)).isEmpty());
        RunSetup changed = resumeSetup(stopped, "cpu:1", setup.data);
        changed.spec.batchSize = 8;
        QVERIFY(refusal([&] { Trainer{changed}; }).contains("other hyperparameters"));
    }

    /// Checkpoints of the format's first version know some images and their labels, and go on with them; what the run
    /// keeps then knows all labels.
    void checkpointsOfVersionOneGoOn() {
        const RunSetup setup = setupOn("cpu:1");
        Checkpoint old = *stoppedAfter(setup, 20, path("new"));
        QVERIFY(old.dataId.labels.has_value());
        old.dataId.labels.reset();
        saveCheckpoint(path("old"), old);
        std::string text = readWholeFile(path("old"), 1 << 20);
        QVERIFY(text.find("labels") == std::string::npos);
        const std::string version = "\"version\":\"2\"";
        const std::size_t at = text.find(version);
        QVERIFY(at != std::string::npos);
        text[at + version.size() - 2] = '1';
        writeFileAtomically(path("old"), text);
        const CheckpointPtr opened = loadCheckpoint(path("old"));
        QVERIFY(!opened->dataId.labels);
        RunControl control;
        Listener listener;
        const CheckpointPtr ended = trained(resumeSetup(opened, "cpu:1", setup.data), path("ended"), listener, control);
        QCOMPARE(difference(*ended, *wholeRun(setup, "never-stopped")), QString());
        QVERIFY(ended->dataId.labels == dataFingerprint(*setup.data).labels);
        // And one of a version to come says so.
        text[at + version.size() - 2] = '3';
        writeFileAtomically(path("old"), text);
        QVERIFY(refusal([&] { loadCheckpoint(path("old")); }).contains("version 3, expected version 2 or older"));
    }

    /// As large as networks and names of classes come from files and folders.
    void theLargestRunCanBeReadAgain() {
        Checkpoint large = *stoppedAfter(setupOn("cpu:1"), 20, path("small"));
        Network& network = large.record.network;
        network.layers.assign(996, Conv{.filters = 3, .kernel = 3, .stride = 1, .padding = Padding::same()});
        network.layers.insert(
            network.layers.end(), {BatchNorm{}, Flatten{}, Dropout{.rate = 0.3f}, Dense{.units = 256}});
        DataInfo& data = large.record.data;
        data.classes = 256;
        data.classNames.assign(256, std::string(253, 'c'));
        data.source = "/" + std::string(4000, 's');
        const Plan plan = compile(network);
        large.parameters.assign(plan.parameterCount, 0.5f);
        large.state.assign(plan.stateCount, 0.5f);
        large.moments.assign(2 * plan.parameterCount, 0.5f);
        auto best = std::make_shared<Snapshot>(*large.best);
        best->parameters = large.parameters;
        best->state = large.state;
        large.best = best;
        saveCheckpoint(path("large"), large);
        QVERIFY(loadCheckpoint(path("large"))->record.data.classNames == data.classNames);
        saveRunRecord(path("large.json"), large.record);
        QVERIFY(loadRunRecord(path("large.json")).network == network);
        // Beyond that it is told when it is saved, and the file of before stays.
        const auto refusesAll = [&] {
            for (const QString& message : {refusal([&] { saveCheckpoint(path("large"), large); }),
                     refusal([&] { saveRunRecord(path("large.json"), large.record); }), refusal([&] {
                         saveWeights(path("large.weights"), {large.record, best});
                     })})
                if (!message.contains("bytes of names and texts") || !message.contains("Shorten the names"))
                    return message + " was not refused";
            return QString();
        };
        network.name = std::string(200'000, 'n');
        QCOMPARE(refusesAll(), QString());
        network.name = "large";
        QVERIFY(loadCheckpoint(path("large"))->record.data.classNames == data.classNames);
        QVERIFY(!fs::exists(path("large.weights")));
        data.classNames.assign(256, std::string(253, '"'));
        QVERIFY(refusal([&] { saveCheckpoint(path("large"), large); }).contains("Cannot save the checkpoint"));
        QVERIFY(loadCheckpoint(path("large"))->record.data.classNames != data.classNames);
    }

    void theRecordIsReadableWhileTheRunGoesOn() {
        RunSetup setup = setupOn("cpu:1");
        setup.files.record = path("live.json");
        setup.files.recordSeconds = 0;
        RunControl control;
        Listener listener;
        std::vector<RunRecord> seen;
        listener.onStep = [&](std::int64_t made) {
            if (made > 1) {
                waitFor(path("live.json"));
                seen.push_back(loadRunRecord(path("live.json")));
            }
            control.step();
        };
        control.step();
        Trainer(setup).run(control, listener);
        QVERIFY(!seen.empty());
        for (const RunRecord& record : seen) {
            QCOMPARE(record.stop, StopReason::Running);
            QVERIFY(!record.steps.empty());
        }
    }

    /// Whoever pauses a run may never come back to it: what was made is kept before it waits.
    void aPausedRunIsKept() {
        RunSetup setup = setupOn("cpu:1");
        setup.files.checkpoint = path("paused.ckpt");
        setup.files.checkpointSeconds = 1e6;
        RunControl control;
        Listener listener;
        control.step();
        listener.onStep = [&](std::int64_t made) {
            if (made < 3)
                control.step();
        };
        std::thread training([&] { Trainer(setup).run(control, listener); });
        CheckpointPtr kept;
        QElapsedTimer timer;
        timer.start();
        while ((!kept || kept->step() < 3) && timer.elapsed() < 60'000) {
            waitFor(setup.files.checkpoint);
            kept = loadCheckpoint(setup.files.checkpoint);
        }
        control.cancel();
        training.join();
        QCOMPARE(kept->step(), 3);
        QCOMPARE(difference(*kept, *stoppedAfter(setupOn("cpu:1"), 3, path("stopped.ckpt"))), QString());
    }

    /// Neither is a pause in the middle of a test the end of what the epoch taught.
    void aRunPausedWhileItTestsIsKept() {
        RunSetup setup = setupOn("cpu:1");
        setup.files.checkpoint = path("paused in a test.ckpt");
        setup.files.checkpointSeconds = 1e6;
        RunControl control;
        Listener listener;
        constexpr std::int64_t epochEnd = 16;
        listener.onStep = [&](std::int64_t made) {
            if (made == epochEnd)
                control.pause(); // the next wait is the test's
        };
        std::thread training([&] { Trainer(setup).run(control, listener); });
        waitFor(setup.files.checkpoint);
        const CheckpointPtr kept = loadCheckpoint(setup.files.checkpoint);
        control.cancel();
        training.join();
        QCOMPARE(kept->step(), epochEnd);
        QVERIFY(kept->record.epochs.empty());
    }

    void aDiskThatCannotBeWrittenStopsNothing() {
        RunSetup setup = setupOn("cpu:1");
        setup.files.checkpointSeconds = 0;
        writeFileAtomically(path("a file"), "x");
        setup.files.checkpoint = path("a file") / "below";
        RunControl control;
        Listener listener;
        const RunResult result = Trainer(setup).run(control, listener);
        QCOMPARE(result.record.stop, StopReason::Completed);
        // Told once, and again for the last one where that was a while ago.
        QVERIFY(listener.warnings.size() == 1 || listener.warnings.size() == 2);
        for (const std::string& warning : listener.warnings)
            QVERIFY(QString::fromStdString(warning).contains("Choose another folder"));
    }

    /// What a full disk says differs each time, as the file grows that has no room.
    void aFullDiskIsToldOnceForEachFile() {
        RunSetup setup = setupOn("cpu:1");
        setup.files.checkpointSeconds = 0;
        setup.files.recordSeconds = 0;
        setup.files.checkpoint = path("full.ckpt");
        setup.files.record = path("full.json");
        RunControl control;
        Listener listener;
        RunResult result;
        {
            const testing::SizeLimit limit(100);
            result = Trainer(setup).run(control, listener);
        }
        QCOMPARE(result.record.stop, StopReason::Completed);
        std::size_t checkpoints = 0;
        std::size_t records = 0;
        for (const std::string& warning : listener.warnings) {
            checkpoints += warning.find("full.ckpt") != std::string::npos;
            records += warning.find("full.json") != std::string::npos;
        }
        QCOMPARE(records, std::size_t{1});
        QVERIFY(checkpoints == 1 || checkpoints == 2); // the last one as well
        QVERIFY(!std::filesystem::exists(path("full.ckpt")));
    }

    void aRunWithoutFilesKeepsNothing() {
        const RunSetup setup = setupOn("cpu:1");
        RunControl control;
        Listener listener;
        Trainer(setup).run(control, listener);
        QVERIFY(listener.warnings.empty());
    }

    void damagedFilesAreRefused() {
        const CheckpointPtr stopped = stoppedAfter(setupOn("cpu:1"), 20, path("good"));
        const std::string good = readWholeFile(path("good"), 1 << 20);
        const auto refusedAs = [&](const std::string& content) {
            std::ofstream(path("bad"), std::ios::binary) << content;
            return refusal([&] { loadCheckpoint(path("bad")); });
        };
        QVERIFY(refusedAs(good).isEmpty());
        for (std::size_t size = 0; size < good.size(); size += 97)
            QVERIFY2(refusedAs(good.substr(0, size)).startsWith("Cannot read the checkpoint"),
                qPrintable(QString::number(size)));
        const auto replaced = [&](const std::string& from, const std::string& to) {
            std::string text = good;
            const std::size_t at = text.find(from);
            if (at == std::string::npos || from.size() != to.size())
                return std::string("not there: " + from);
            return text.replace(at, from.size(), to);
        };
        for (const auto& [from, to] : std::initializer_list<std::pair<std::string, std::string>>{
                 {"kernelscope-checkpoint", "kernelscope-checkpoin!"}, {"\\\"count\\\":64", "\\\"count\\\":65"},
                 {"\\\"batchSize\\\":16", "\\\"batchSize\\\":17"}, {"\\\"seed\\\"", "\\\"sead\\\""},
                 {"\\\"filters\\\":3", "\\\"filters\\\":4"}, {"\"steps\"", "\"stops\""}, {"lossSum", "lossSim"}}) {
            const std::string text = replaced(from, to);
            QVERIFY2(!text.starts_with("not there"), text.c_str());
            QVERIFY2(!refusedAs(text).isEmpty(), from.c_str());
        }
        // Weights that the run does not keep, or of another moment than its best epoch.
        QVERIFY(stopped->best);
        const auto refusedWith = [&](const std::function<void(Checkpoint&, Snapshot&)>& change) {
            Checkpoint changed = *stopped;
            auto best = std::make_shared<Snapshot>(*stopped->best);
            changed.best = best;
            change(changed, *best);
            saveCheckpoint(path("bad"), changed);
            return refusal([&] { loadCheckpoint(path("bad")); });
        };
        QVERIFY(refusedWith([](Checkpoint&, Snapshot&) {}).isEmpty());
        QVERIFY(refusedWith([](Checkpoint& changed, Snapshot&) {
            changed.best = nullptr;
        }).contains("no best weights, expected those after epoch 1"));
        QVERIFY(refusedWith([](Checkpoint&, Snapshot& best) { best.step = 3; }).contains("best weights of step 3"));
        QVERIFY(refusedWith([](Checkpoint&, Snapshot& best) { best.epoch = 2; }).contains("best weights of step 16"));
        QVERIFY(refusedWith([](Checkpoint& changed, Snapshot&) {
            changed.record.spec.stopping.patience = 0;
        }).contains("best weights of step 16, expected none"));
        // A bit anywhere: refused, or a run of the same size.
        for (std::size_t at = 0; at < good.size(); at += 31) {
            std::string text = good;
            text[at] = static_cast<char>(text[at] ^ 0x10);
            refusedAs(text);
        }
        QVERIFY(stopped);
    }
};

QTEST_APPLESS_MAIN(CheckpointTest)
#include "checkpoint_test.moc"
