// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/session.h"

#include "analysis/confusion_matrix.h"
#include "app/run_archive.h"
#include "app/session_keeper.h"
#include "app/settings.h"
#include "files/run_record_json.h"
#include "files/safetensors.h"
#include "gui/made_up_data.h"
#include "size_limit.h"

#include <QSignalSpy>
#include <QTemporaryDir>
#include <QtTest>

using namespace kernelscope;

namespace {

/// A run of half a second on the built-in digits.
void makeShort(Session& session) {
    session.setNetwork(preset("tiny"));
    TrainingSpec spec = session.spec();
    spec.trainSamples = 640;
    spec.epochs = 1;
    session.setSpec(spec);
}

void trainToTheEnd(Session& session, bool sameWeights = false) {
    QSignalSpy finished(&session.run(), &RunSource::finished);
    if (sameWeights)
        session.trainSameWeights();
    else
        session.train();
    QVERIFY(finished.wait(60'000));
}

} // namespace

class SessionTest : public QObject {
    Q_OBJECT

private slots:
    void beginsWithSomethingToLookAt();
    void shipsANetworkThatReadsDigits();
    void listsTheDevices();
    void aDeviceThatIsGoneIsLeft();
    void showsFirstWeightsOfANewNetwork();
    void refusesAnIllegalNetwork();
    void looksForDevicesAgainWhenARunFails();
    void refusesAnIllegalSpec();
    void firstWeightsFollowTheSeed();
    void firstWeightsOfALargeNetworkAreDrawnBesides();
    void sampleAndSnapshotDecideWhatIsSeen();
    void aPictureIsLookedAtInsteadOfTheSample();
    void aPictureThatTheNetworkCannotTakeIsForgotten();
    void trainsAndKeepsTheRun();
    void viewsStandStillAtFullSpeed();
    void viewsStandStillWhileDevicesAreCompared();
    void keepsWhatTheTestImagesAreTakenFor();
    void drawsNewWeightsUnlessToldNotTo();
    void trainsFromTheSameWeightsAgain();
    void editsNothingButTheLearningRateWhileItRuns();
    void keepsItsDataWhenOtherDataCannotBeOpened();
    void anOpeningIsGivenUp();
    void whatIsAskedForLastIsOpened();
    void aRunGivesUpAnOpening();
    void aRecordOpenedMeanwhileTakesAnotherNumber();
    void savesWhatWasLearnt();
    void saysWhyItCouldNotSave();
    void knowsTheArticlesSetup();
    void settingsBringItBack();
    void whatIsSetUpIsWrittenWhenItRests();
    void whatIsSetUpIsWrittenWhenARunBegins();
    void settingsSurviveAnyDamage();
    void settingsThatCannotBeReadAreKept();
    void aFullDiskLeavesTheOldSettings();
    void twoWindowsShareTheSettings();
    void everyChangeIsWritten();
};

void SessionTest::viewsStandStillAtFullSpeed() {
    Session session;
    makeShort(session);
    TrainingSpec spec = session.spec();
    spec.epochs = 1000;
    session.setSpec(spec);
    session.setPace(Session::Pace::FullSpeed);
    QVERIFY(!session.areViewsFrozen()); // nothing runs
    const SnapshotPtr before = session.snapshot();
    QSignalSpy shown(&session, &Session::snapshotChanged);
    QSignalSpy steps(&session.run(), &RunSource::stepsArrived);
    session.train();
    QVERIFY(session.areViewsFrozen());
    QTRY_VERIFY_WITH_TIMEOUT(steps.count() >= 3, 60'000);
    QCOMPARE(shown.count(), 0);
    QCOMPARE(session.snapshot(), before);
    QVERIFY(session.latestWeights() != before); // what a window that closes would save

    // Whoever waits, or would rather watch, sees the latest.
    session.run().pause();
    QVERIFY(!session.areViewsFrozen());
    QVERIFY(shown.count() > 0);
    session.run().resume();
    QVERIFY(session.areViewsFrozen());
    session.setPace(Session::Pace::Watch);
    QVERIFY(!session.areViewsFrozen());
    const auto seen = shown.count();
    QTRY_VERIFY_WITH_TIMEOUT(shown.count() > seen + 2, 60'000);
    session.setPace(Session::Pace::FullSpeed);
    QVERIFY(session.finishRun(std::chrono::seconds(60)));
    QVERIFY(!session.areViewsFrozen());
    QCOMPARE(session.snapshot(), session.runs().back().result->weights);
}

void SessionTest::viewsStandStillWhileDevicesAreCompared() {
    Session session;
    makeShort(session);
    const SnapshotPtr before = session.snapshot();
    QSignalSpy shown(&session, &Session::snapshotChanged);
    session.setMeasuring(true);
    for (int run = 0; run < 2; ++run) {
        QSignalSpy finished(&session.run(), &RunSource::finished);
        session.measureEpoch(QStringLiteral("cpu"));
        QVERIFY(finished.wait(60'000));
        QVERIFY(session.areViewsFrozen()); // between two devices as well
        QCOMPARE(session.snapshot(), before);
    }
    QCOMPARE(shown.count(), 0);
    session.setMeasuring(false);
    QCOMPARE(shown.count(), 1);
    QCOMPARE(session.snapshot(), session.runs().back().result->weights);
    QVERIFY(session.snapshotTitle().contains(QStringLiteral("2")));
}

void SessionTest::beginsWithSomethingToLookAt() {
    Session session;
    QVERIFY(session.data());
    QCOMPARE(session.data()->info().source, std::string("digits"));
    QVERIFY(session.snapshot());
    QVERIFY(!session.snapshotTitle().isEmpty());
    QCOMPARE(session.snapshot()->parameters.size(), session.plan().parameterCount);
    QTRY_VERIFY_WITH_TIMEOUT(session.probeResult(), 20'000);
    QCOMPARE(session.probeResult()->outputs.size(), session.network().layers.size());
    QVERIFY(!session.currentRecord());
    QVERIFY(!session.canTrainSameWeights());
}

void SessionTest::shipsANetworkThatReadsDigits() {
    Session session;
    QCOMPARE(session.snapshotTitle(), QString("Shipped network"));
    QCOMPARE(session.network(), preset("classic"));
    int right = 0;
    const Probe probe(session.network());
    for (std::size_t i = 0; i < 50; ++i) {
        const Tensor image = imageTensor(*session.data(), Split::Test, i);
        right += probe.look(*session.snapshot(), image).predicted == session.data()->label(Split::Test, i) ? 1 : 0;
    }
    QVERIFY2(right >= 45, qPrintable(QString::number(right)));
}

void SessionTest::listsTheDevices() {
    Session session;
    QSignalSpy changed(&session, &Session::devicesChanged);
    QVERIFY(changed.wait(20'000));
    QVERIFY(session.devices().size() >= 4); // all cores, one thread, the reference, a GPU or the reason why not
    QCOMPARE(session.devices().front().info.id, session.deviceId().toStdString());
}

void SessionTest::aDeviceThatIsGoneIsLeft() {
    Session session;
    session.setDeviceId(QStringLiteral("cuda:99")); // as an earlier start's settings may have it
    QSignalSpy told(&session, &Session::told);
    QVERIFY(told.wait(20'000));
    QVERIFY(told.front().front().toString().contains(QStringLiteral("cuda:99")));
    QCOMPARE(session.deviceId(), QStringLiteral("cpu"));
}

void SessionTest::showsFirstWeightsOfANewNetwork() {
    Session session;
    QSignalSpy networkChanged(&session, &Session::networkChanged);
    QSignalSpy snapshotChanged(&session, &Session::snapshotChanged);
    session.selectLayer(3);
    session.setNetwork(preset("lenet-5"));
    QCOMPARE(networkChanged.count(), 1);
    QVERIFY(snapshotChanged.count() >= 1);
    QCOMPARE(session.selectedLayer(), 0);
    QCOMPARE(session.snapshot()->parameters, initialParameters(session.plan(), session.spec().seed));
    QTRY_VERIFY_WITH_TIMEOUT(
        session.probeResult() && session.probeResult()->outputs.size() == session.network().layers.size(), 20'000);
}

void SessionTest::refusesAnIllegalNetwork() {
    Session session;
    const Network before = session.network();
    Network illegal = before;
    illegal.layers.insert(illegal.layers.begin(), Conv{8, 99, 1, 0});
    QSignalSpy failed(&session, &Session::failed);
    session.setNetwork(illegal);
    QCOMPARE(failed.count(), 1);
    QVERIFY(failed[0][1].toString().contains("99"));
    QCOMPARE(session.network(), before);
}

/// A device may have been lost by what failed: the list is made anew, whose entry then says so.
void SessionTest::looksForDevicesAgainWhenARunFails() {
    Session session;
    QSignalSpy listed(&session, &Session::devicesChanged);
    QTRY_VERIFY(session.data() && listed.count() == 1);
    QSignalSpy failed(&session, &Session::failed);
    session.setDeviceId("cpu:100000");
    session.train();
    QTRY_COMPARE(failed.count(), 1);
    QTRY_COMPARE(listed.count(), 2);
    QVERIFY(session.canEdit());
}

void SessionTest::refusesAnIllegalSpec() {
    Session session;
    TrainingSpec spec = session.spec();
    spec.batchSize = 0;
    QSignalSpy failed(&session, &Session::failed);
    QSignalSpy changed(&session, &Session::specChanged);
    session.setSpec(spec);
    QCOMPARE(failed.count(), 1);
    QCOMPARE(changed.count(), 1); // the form shows again what holds
    QCOMPARE(session.spec().batchSize, 32);
}

void SessionTest::firstWeightsFollowTheSeed() {
    Session session;
    session.setNetwork(preset("tiny"));
    TrainingSpec spec = session.spec();
    spec.seed = 77;
    session.setSpec(spec);
    QCOMPARE(session.snapshot()->parameters, initialParameters(session.plan(), 77));
}

void SessionTest::firstWeightsOfALargeNetworkAreDrawnBesides() {
    Session session;
    const Network large{"large", {1, 28, 28}, {Flatten{}, Dense{4000}, Dense{10}}};
    session.setNetwork(large);
    QVERIFY(!session.snapshot()); // the window does not wait for three million values
    // What is asked for meanwhile counts: another seed, or another network.
    TrainingSpec spec = session.spec();
    spec.seed = 5;
    session.setSpec(spec);
    QTRY_VERIFY_WITH_TIMEOUT(session.snapshot(), 20'000);
    QCOMPARE(session.snapshot()->parameters, initialParameters(session.plan(), 5));
    session.setNetwork({"larger", {1, 28, 28}, {Flatten{}, Dense{4001}, Dense{10}}});
    session.setNetwork(preset("tiny"));
    const SnapshotPtr small = session.snapshot();
    QVERIFY(small);
    session.setNetwork(large);
    QTRY_VERIFY_WITH_TIMEOUT(session.snapshot(), 20'000);
    QCOMPARE(session.snapshot()->parameters, initialParameters(session.plan(), 5));
}

void SessionTest::sampleAndSnapshotDecideWhatIsSeen() {
    Session session;
    session.setNetwork(preset("tiny"));
    QTRY_VERIFY_WITH_TIMEOUT(session.probeResult(), 20'000);
    const std::vector<float> first = session.probeResult()->input.values;
    session.setSample(41);
    const Tensor wanted = imageTensor(*session.data(), Split::Test, 41);
    QVERIFY(first != wanted.values);
    QTRY_COMPARE(session.probeResult()->input.values, wanted.values);
    QCOMPARE(session.probeResult()->label, int(session.data()->label(Split::Test, 41)));
    session.setSample(10'000'000); // there is no such image
    QCOMPARE(session.sample(), std::size_t{41});
}

void SessionTest::aPictureIsLookedAtInsteadOfTheSample() {
    Session session;
    QTRY_VERIFY_WITH_TIMEOUT(session.probeResult(), 20'000);
    session.setSample(3);
    QVERIFY(!session.looksAtPicture());
    QCOMPARE(session.sampleTitle(), QString("test image 4"));
    Tensor picture{session.network().input, std::vector<float>(28 * 28, 0.25f)};
    picture.values[100] = 0.75f;
    QSignalSpy changed(&session, &Session::sampleChanged);
    session.lookAt(picture, "your drawing");
    QCOMPARE(changed.count(), 1);
    QVERIFY(session.looksAtPicture());
    QCOMPARE(session.sampleTitle(), QString("your drawing"));
    QTRY_VERIFY_WITH_TIMEOUT(session.probeResult()->input.values == picture.values, 20'000);
    QCOMPARE(session.probeResult()->label, -1);
    // It stays on show while weights change.
    makeShort(session);
    trainToTheEnd(session);
    QTRY_VERIFY_WITH_TIMEOUT(session.probeResult() && session.probeResult()->step == session.snapshot()->step, 20'000);
    QVERIFY(session.probeResult()->input.values == picture.values);
    // The test image that was on show before is a choice as well.
    session.setSample(3);
    QVERIFY(!session.looksAtPicture());
    QTRY_COMPARE_WITH_TIMEOUT(
        session.probeResult()->label, static_cast<int>(session.data()->label(Split::Test, 3)), 20'000);
    session.lookAt(picture, "image 7 of the training set", 5);
    QTRY_COMPARE_WITH_TIMEOUT(session.probeResult()->label, 5, 20'000);
}

void SessionTest::aPictureThatTheNetworkCannotTakeIsForgotten() {
    Session session;
    session.lookAt({{1, 8, 8}, std::vector<float>(64)}, "your drawing");
    QVERIFY(!session.looksAtPicture());
    session.lookAt({{1, 28, 28}, std::vector<float>(64)}, "your drawing");
    QVERIFY(!session.looksAtPicture());
    session.lookAt({{1, 28, 28}, std::vector<float>(28 * 28)}, "your drawing");
    QVERIFY(session.looksAtPicture());
    QSignalSpy changed(&session, &Session::sampleChanged);
    session.setNetwork(preset("tiny")); // takes the same images
    QVERIFY(session.looksAtPicture());
    session.setNetwork({"small", {1, 8, 8}, {Flatten{}, Dense{10}}});
    QVERIFY(!session.looksAtPicture());
    QCOMPARE(changed.count(), 1);
}

void SessionTest::trainsAndKeepsTheRun() {
    Session session;
    makeShort(session);
    QSignalSpy begun(&session, &Session::currentRecordChanged);
    QSignalSpy runs(&session, &Session::runsChanged);
    trainToTheEnd(session);
    QCOMPARE(begun.count(), 1);
    QCOMPARE(runs.count(), 1);
    QCOMPARE(session.runs().size(), std::size_t{1});
    QCOMPARE(session.runs()[0].number, 1);
    QCOMPARE(session.currentRecord()->steps.size(), std::size_t{20});
    QCOMPARE(session.currentRecord()->epochs.size(), std::size_t{1});
    QCOMPARE(session.snapshot(), session.runs()[0].result->weights);
    QTRY_VERIFY_WITH_TIMEOUT(session.probeResult() && session.probeResult()->step == 20, 20'000);
    session.removeRun(1);
    QVERIFY(session.runs().empty());
    trainToTheEnd(session);
    QCOMPARE(session.runs().front().number, 2); // numbers are not used twice
}

void SessionTest::keepsWhatTheTestImagesAreTakenFor() {
    Session session;
    QVERIFY(session.predictions().epochs.isEmpty());
    makeShort(session);
    TrainingSpec spec = session.spec();
    spec.epochs = 2;
    session.setSpec(spec);
    QSignalSpy changed(&session, &Session::predictionsChanged);
    trainToTheEnd(session);
    QVERIFY(changed.count() >= 2);
    const RunPredictions& predictions = session.predictions();
    QCOMPARE(predictions.run, 1);
    QVERIFY(predictions.data == session.data());
    QCOMPARE(predictions.epochs.epochs().size(), std::size_t{2});
    for (std::size_t i = 0; i < 2; ++i) {
        const EpochPredictions& epoch = *predictions.epochs.epochs()[i];
        const EpochResult& result = session.currentRecord()->epochs[i];
        QCOMPARE(epoch.epoch, result.epoch);
        QCOMPARE(epoch.step, result.lastStep);
        const ConfusionMatrix matrix = confusionOf(*predictions.data, epoch.images);
        QCOMPARE(matrix.total(), static_cast<std::int64_t>(predictions.data->info().testCount));
        QCOMPARE(matrix.accuracy().value(), result.testAccuracy);
    }
    trainToTheEnd(session);
    QCOMPARE(session.predictions().run, 2);
    QCOMPARE(session.predictions().epochs.epochs().front()->epoch, 1);
}

void SessionTest::drawsNewWeightsUnlessToldNotTo() {
    Session session;
    makeShort(session);
    trainToTheEnd(session);
    QCOMPARE(session.runs()[0].result->record.spec.seed, std::uint64_t{1});
    trainToTheEnd(session);
    const std::uint64_t drawn = session.runs()[1].result->record.spec.seed;
    QVERIFY(drawn != 1);
    QCOMPARE(session.spec().seed, drawn);
    session.setKeepsSeed(true);
    trainToTheEnd(session);
    QCOMPARE(session.runs()[2].result->record.spec.seed, drawn);
}

void SessionTest::trainsFromTheSameWeightsAgain() {
    Session session;
    makeShort(session);
    session.setDeviceId("cpu:1");
    trainToTheEnd(session);
    trainToTheEnd(session);
    QVERIFY(session.canTrainSameWeights());
    session.setDeviceId("reference");
    trainToTheEnd(session, true);
    const RunRecord& second = session.runs()[1].result->record;
    const RunRecord& third = session.runs()[2].result->record;
    QCOMPARE(third.device.backend, std::string("reference"));
    QCOMPARE(third.spec.seed, second.spec.seed);
    // Same weights, same first batch: the same loss but for the order of additions.
    QVERIFY(std::abs(third.steps[0].loss - second.steps[0].loss) < 1e-4f);
    QVERIFY(session.runs()[0].result->record.steps[0].loss != second.steps[0].loss);
    session.setNetwork(preset("lenet-5"));
    QVERIFY(!session.canTrainSameWeights());
}

void SessionTest::editsNothingButTheLearningRateWhileItRuns() {
    Session session;
    makeShort(session);
    TrainingSpec spec = session.spec();
    spec.epochs = 100'000;
    session.setSpec(spec);
    QSignalSpy events(&session.run(), &RunSource::eventArrived);
    session.train();
    QTRY_VERIFY_WITH_TIMEOUT(session.currentRecord() && !session.currentRecord()->steps.empty(), 20'000);
    QVERIFY(!session.canEdit());
    const Network network = session.network();
    session.setNetwork(preset("classic"));
    session.setDeviceId("reference");
    session.openData("/nowhere");
    spec.epochs = 1;
    spec.optimizer.learningRate = 0.004f;
    session.setSpec(spec);
    QCOMPARE(session.network(), network);
    QCOMPARE(session.deviceId(), QString("cpu"));
    QCOMPARE(session.spec().epochs, 100'000);
    QCOMPARE(session.spec().optimizer.learningRate, 0.004f);
    QTRY_COMPARE(events.count(), 1);
    QCOMPARE(session.currentRecord()->events.back().value, 0.004f);
    QVERIFY(session.finishRun(std::chrono::seconds(20)));
    QVERIFY(session.canEdit());
    QCOMPARE(session.runs().back().result->record.stop, StopReason::Stopped);
}

void SessionTest::keepsItsDataWhenOtherDataCannotBeOpened() {
    Session session;
    const DataSetPtr before = session.data();
    QSignalSpy failed(&session, &Session::failed);
    QSignalSpy loading(&session, &Session::dataLoading);
    session.openData("/no/such/folder");
    QCOMPARE(loading.count(), 1);
    QVERIFY(failed.wait(20'000));
    QVERIFY(failed[0][1].toString().contains("/no/such/folder"));
    QCOMPARE(session.data(), before);
    QCOMPARE(session.dataSource(), QString("digits"));
}

void SessionTest::anOpeningIsGivenUp() {
    QTemporaryDir folder;
    QVERIFY(testing::writeIdxFolder(folder.path(), {1, 6, 6}, 3000, 300));
    Session session;
    const DataSetPtr before = session.data();
    QSignalSpy cancelled(&session, &Session::dataCancelled);
    QSignalSpy failed(&session, &Session::failed);
    QSignalSpy changed(&session, &Session::dataChanged);
    session.openData(folder.path());
    QCOMPARE(session.openingSource(), folder.path());
    session.cancelOpening(); // also where the thread has read everything by now
    QVERIFY(cancelled.wait(20'000));
    QCOMPARE(session.openingSource(), QString());
    QCOMPARE(session.data(), before);
    QCOMPARE(failed.count(), 0); // nothing is wrong
    QCOMPARE(changed.count(), 0);
    session.openData(folder.path());
    QVERIFY(changed.wait(20'000));
    QCOMPARE(session.dataSource(), folder.path());
    QCOMPARE(session.data()->info().trainCount, std::size_t{3000});
    QCOMPARE(session.openingFraction(), 0.0);
}

void SessionTest::whatIsAskedForLastIsOpened() {
    QTemporaryDir first;
    QTemporaryDir last;
    QVERIFY(testing::writeIdxFolder(first.path(), {1, 6, 6}, 3000, 300));
    QVERIFY(testing::writeIdxFolder(last.path(), {1, 5, 5}, 20, 10));
    Session session;
    QSignalSpy cancelled(&session, &Session::dataCancelled);
    QSignalSpy failed(&session, &Session::failed);
    QSignalSpy changed(&session, &Session::dataChanged);
    session.openData(first.path());
    session.openData("/no/such/folder");
    session.openData(last.path());
    QCOMPARE(session.openingSource(), last.path());
    QVERIFY(changed.wait(20'000));
    QCOMPARE(changed.count(), 1);
    QCOMPARE(session.dataSource(), last.path());
    QCOMPARE(failed.count(), 0);
    QCOMPARE(cancelled.count(), 0);
}

void SessionTest::aRunGivesUpAnOpening() {
    QTemporaryDir folder;
    QVERIFY(testing::writeIdxFolder(folder.path(), {1, 6, 6}, 3000, 300));
    Session session;
    makeShort(session);
    QSignalSpy told(&session, &Session::told);
    QSignalSpy cancelled(&session, &Session::dataCancelled);
    session.openData(folder.path());
    trainToTheEnd(session);
    QCOMPARE(told.count(), 1);
    QTRY_COMPARE_WITH_TIMEOUT(cancelled.count(), 1, 20'000);
    QCOMPARE(session.openingSource(), QString());
    QCOMPARE(session.dataSource(), QString("digits")); // the data does not change behind anyone's back
}

void SessionTest::aRecordOpenedMeanwhileTakesAnotherNumber() {
    Session session;
    makeShort(session);
    TrainingSpec spec = session.spec();
    spec.epochs = 100'000;
    session.setSpec(spec);
    session.train();
    QTRY_VERIFY_WITH_TIMEOUT(session.currentRecord() && !session.currentRecord()->steps.empty(), 20'000);
    QCOMPARE(session.addRun(*session.currentRecord(), "/file"), 2);
    QVERIFY(session.finishRun(std::chrono::seconds(20)));
    QCOMPARE(session.currentRun(), 1);
    QCOMPARE(session.predictions().run, 1);
}

void SessionTest::savesWhatWasLearnt() {
    Session session;
    makeShort(session);
    trainToTheEnd(session);
    QTemporaryDir folder;
    const QString weights = folder.filePath("weights.safetensors");
    const QString record = folder.filePath("run.json");
    QCOMPARE(saveRun(*session.runs()[0].result, weights, record), std::optional<QString>());
    QCOMPARE(loadWeights(weights.toStdString()).parameters, session.runs()[0].result->weights->parameters);
    QCOMPARE(loadRunRecord(record.toStdString()).steps.size(), std::size_t{20});
}

void SessionTest::saysWhyItCouldNotSave() {
    Session session;
    makeShort(session);
    trainToTheEnd(session);
    const auto failure = saveRun(*session.runs()[0].result, "/no/such/folder/weights.safetensors", QString());
    QVERIFY(failure);
    QVERIFY2(failure->contains("/no/such/folder"), qPrintable(*failure));
}

void SessionTest::knowsTheArticlesSetup() {
    Session session;
    session.setNetwork(preset("classic"));
    QVERIFY(session.isArticleSetup());
    TrainingSpec spec = session.spec();
    spec.seed = 5; // the article names none
    session.setSpec(spec);
    QVERIFY(session.isArticleSetup());
    spec.batchSize = 64;
    session.setSpec(spec);
    QVERIFY(!session.isArticleSetup());
}

void SessionTest::whatIsSetUpIsWrittenWhenItRests() {
    QTemporaryDir folder;
    const QString path = folder.filePath("settings.json");
    Session session;
    Settings settings(path);
    SessionKeeper keeper(session, settings, std::chrono::milliseconds(10));
    session.setNetwork(preset("lenet-5"));
    TrainingSpec spec = session.spec();
    spec.batchSize = 17;
    session.setSpec(spec);
    QVERIFY(!QFile::exists(path));
    QTRY_VERIFY(QFile::exists(path));
    Session next; // as the next start would, had this one been killed
    Settings(path).restore(next);
    QCOMPARE(next.network(), preset("lenet-5"));
    QCOMPARE(next.spec().batchSize, 17);
}

void SessionTest::whatIsSetUpIsWrittenWhenARunBegins() {
    QTemporaryDir folder;
    const QString path = folder.filePath("settings.json");
    Session session;
    Settings settings(path);
    SessionKeeper keeper(session, settings, std::chrono::hours(1));
    makeShort(session);
    QVERIFY(!QFile::exists(path));
    trainToTheEnd(session);
    Session next;
    Settings(path).restore(next);
    QCOMPARE(next.network(), session.network());
    QCOMPARE(next.spec().epochs, 1);
}

void SessionTest::settingsBringItBack() {
    QTemporaryDir folder;
    const QString path = folder.filePath("settings.json");
    TrainingSpec spec;
    {
        Session session;
        session.setNetwork(preset("lenet-5"));
        spec = session.spec();
        spec.optimizer.kind = OptimizerKind::Momentum;
        spec.optimizer.learningRate = 0.0123f;
        spec.optimizer.momentum = 0.5f;
        spec.optimizer.beta1 = 0.8f;
        spec.optimizer.beta2 = 0.99f;
        spec.optimizer.epsilon = 1e-5f;
        spec.batchSize = 17;
        spec.epochs = 9;
        spec.seed = 123456789012345ull;
        spec.trainSamples = 1000;
        session.setSpec(spec);
        session.setDeviceId("cpu:1");
        session.setKeepsSeed(true);
        session.setPace(Session::Pace::FullSpeed);
        session.setSample(77);
        session.selectLayer(2);
        Settings settings(path);
        settings.save(session);
        settings.setThemeMode(Theme::Mode::Dark);
        QVERIFY(!settings.write());
    }
    Session session;
    Settings settings(path);
    settings.restore(session);
    QCOMPARE(session.network(), preset("lenet-5"));
    QVERIFY(session.spec() == spec);
    QCOMPARE(session.pace(), Session::Pace::FullSpeed);
    QCOMPARE(session.deviceId(), QString("cpu:1"));
    QVERIFY(session.keepsSeed());
    QCOMPARE(session.sample(), std::size_t{77});
    QCOMPARE(session.selectedLayer(), 2);
    QCOMPARE(settings.themeMode(), Theme::Mode::Dark);
}

void SessionTest::settingsSurviveAnyDamage() {
    QTemporaryDir folder;
    const QString good = folder.filePath("good.json");
    Session session;
    {
        Settings settings(good);
        settings.save(session);
        settings.setWorkspace("look");
        settings.setThemeMode(Theme::Mode::Light);
        QVERIFY(!settings.write());
    }
    QFile file(good);
    QVERIFY(file.open(QIODevice::ReadOnly));
    const QByteArray whole = file.readAll();
    QVERIFY(whole.size() > 200);
    QSignalSpy failed(&session, &Session::failed);
    const auto restoreFrom = [&](const QByteArray& content, int number) {
        QFile damaged(folder.filePath(QString("damaged%1.json").arg(number)));
        QVERIFY(damaged.open(QIODevice::WriteOnly));
        damaged.write(content);
        damaged.close();
        Settings settings(damaged.fileName());
        settings.themeMode();
        settings.workspace();
        settings.windowGeometry();
        settings.takeSavedOnClose();
        settings.restore(session);
        QVERIFY(session.spec().batchSize >= 1);
        QVERIFY(session.spec().epochs >= 1);
        QCOMPARE(session.network(), preset("classic"));
    };
    int number = 0;
    for (qsizetype size = 0; size < whole.size(); size += 7)
        restoreFrom(whole.left(size), ++number);
    restoreFrom("{\"run/batchSize\": -3, \"run/epochs\": 1e99, \"run/learningRate\": \"nan\", \"run/momentum\": 2,"
                "\"run/seed\": -1, \"run/trainSamples\": 99999999999, \"run/optimizer\": \"rm -rf\","
                "\"run/network\": \"{\\\"format\\\": 3}\", \"run/device\": [], \"run/keepsSeed\": 7,"
                "\"look/sample\": -5, \"look/layer\": 99999, \"view/theme\": 17, \"view/geometry\": \"xx\"}",
        ++number);
    QCOMPARE(failed.count(), 0);
}

/// What cannot be read is told, and moved aside before something else is written in its place.
void SessionTest::settingsThatCannotBeReadAreKept() {
    QTemporaryDir folder;
    const QString path = folder.filePath("settings.json");
    for (const QByteArray& content : {QByteArray("{\"run/batchSize\": 17,"), QByteArray("[1]"),
             QByteArray(2 << 20, ' '), QByteArray("{\"a\": [") + QByteArray(100'000, '[')}) {
        QFile file(path);
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(content);
        file.close();
        Settings settings(path);
        QVERIFY2(settings.problem().contains("settings.json"), qPrintable(settings.problem()));
        settings.setWorkspace("look");
        QVERIFY(!settings.write());
        QFile damaged(path + ".damaged");
        QVERIFY(damaged.open(QIODevice::ReadOnly));
        QCOMPARE(damaged.readAll(), content);
        QCOMPARE(Settings(path).workspace(), QString("look"));
    }
}

/// Two windows write the same file: neither takes what the other changed.
void SessionTest::twoWindowsShareTheSettings() {
    QTemporaryDir folder;
    const QString path = folder.filePath("settings.json");
    Settings first(path);
    first.setSavedOnClose(folder.path());
    QVERIFY(!first.write());
    Settings second(path);
    QCOMPARE(second.takeSavedOnClose(), folder.path());
    second.setWorkspace("look");
    QVERIFY(!second.write());
    first.setThemeMode(Theme::Mode::Dark);
    QVERIFY(!first.write());
    Settings third(path);
    QCOMPARE(third.workspace(), QString("look"));
    QCOMPARE(third.themeMode(), Theme::Mode::Dark);
    QVERIFY(third.takeSavedOnClose().isEmpty()); // told once
}

/// What no view's session knows of is written as well: a killed process loses no recent file.
void SessionTest::everyChangeIsWritten() {
    QTemporaryDir folder;
    const QString path = folder.filePath("settings.json");
    Session session;
    Settings settings(path);
    SessionKeeper keeper(session, settings, std::chrono::milliseconds(0));
    settings.setRecentFiles({folder.path()});
    QTRY_COMPARE(Settings(path).recentFiles(), QStringList{folder.path()});
}

/// A disk that is full leaves the old settings as they were, and says so once.
void SessionTest::aFullDiskLeavesTheOldSettings() {
    QTemporaryDir folder;
    const QString path = folder.filePath("settings.json");
    Session session;
    Settings settings(path);
    settings.save(session);
    QVERIFY(!settings.write());
    QFile file(path);
    QVERIFY(file.open(QIODevice::ReadOnly));
    const QByteArray before = file.readAll();
    SessionKeeper keeper(session, settings, std::chrono::milliseconds(0));
    QSignalSpy failed(&keeper, &SessionKeeper::failed);
    QSignalSpy written(&keeper, &SessionKeeper::written);
    {
        const testing::SizeLimit full(static_cast<rlim_t>(before.size() / 2));
        for (const char* name : {"lenet-5", "tiny"}) {
            session.setNetwork(preset(name));
            QTRY_COMPARE(failed.count(), 1);
            QCoreApplication::processEvents(); // the timer of the second network
            QCOMPARE(failed.count(), 1);
        }
        QVERIFY2(
            failed.front().front().toString().contains("settings.json"), qPrintable(failed.front().front().toString()));
        QVERIFY(file.seek(0));
        QCOMPARE(file.readAll(), before);
    }
    session.setNetwork(preset("deep"));
    QTRY_VERIFY(written.count() > 0);
    QCOMPARE(failed.count(), 1);
    Session next;
    Settings(path).restore(next);
    QCOMPARE(next.network(), preset("deep"));
}

QTEST_GUILESS_MAIN(SessionTest)
#include "session_test.moc"
