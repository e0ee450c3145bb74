// SPDX-License-Identifier: GPL-3.0-or-later
#include "check/device_check.h"

#include "base/error.h"
#include "cpu/cpu_backend.h"
#include "reference/reference_backend.h"

#include <QtTest>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <functional>
#include <limits>
#include <memory>
#include <utility>

using namespace kernelscope;

namespace {

/// What a device that is not right does otherwise than the CPU.
struct Fault {
    std::function<void(TrainingSpec&)> specification = {};        ///< Loads something else than it was told.
    std::function<void(Arena, std::span<float>)> reading = {};    ///< Hands other values out.
    std::function<void(Arena, std::vector<float>&)> writing = {}; ///< Takes other values in.
    std::function<void(Evaluation&, std::span<Prediction>)> evaluating = {};
    std::function<void(Metrics&)> draining = {};
    std::string precision = "fp32";
};

class FaultyExecutor final : public Executor {
public:
    FaultyExecutor(std::unique_ptr<Executor> right, const Fault& fault) : m_right(std::move(right)), m_fault(fault) {}

    const Plan& plan() const override { return m_right->plan(); }
    double executedFlops() const override { return m_right->executedFlops(); }
    void trainSteps(const BatchPlan& batches) override { m_right->trainSteps(batches); }
    Metrics drainMetrics() override {
        Metrics metrics = m_right->drainMetrics();
        if (m_fault.draining)
            m_fault.draining(metrics);
        return metrics;
    }
    Evaluation evaluate(SampleRange range, std::span<Prediction> predictions) override {
        Evaluation evaluation = m_right->evaluate(range, predictions);
        if (m_fault.evaluating)
            m_fault.evaluating(evaluation, predictions);
        return evaluation;
    }
    StepTimes profile(const BatchPlan& batch) override { return m_right->profile(batch); }
    std::size_t arenaSize(Arena arena) const override { return m_right->arenaSize(arena); }
    void read(Arena arena, std::span<float> values) const override {
        m_right->read(arena, values);
        if (m_fault.reading)
            m_fault.reading(arena, values);
    }
    void write(Arena arena, std::span<const float> values) override {
        std::vector<float> taken(values.begin(), values.end());
        if (m_fault.writing)
            m_fault.writing(arena, taken);
        m_right->write(arena, taken);
    }

private:
    std::unique_ptr<Executor> m_right;
    const Fault& m_fault;
};

class FaultyBackend final : public Backend {
public:
    explicit FaultyBackend(Fault fault = {}) : m_fault(std::move(fault)) {}

    DeviceInfo device() const override {
        DeviceInfo info = m_right.device();
        info.precision = m_fault.precision;
        return info;
    }
    std::unique_ptr<Executor> load(const Network& network, DataSetPtr data, const TrainingSpec& spec) const override {
        TrainingSpec own = spec;
        if (m_fault.specification)
            m_fault.specification(own);
        return std::make_unique<FaultyExecutor>(m_right.load(network, std::move(data), own), m_fault);
    }

private:
    CpuBackend m_right{1};
    Fault m_fault;
};

/// Rounds to 10 bits of fraction, as TF32 does.
float rounded(float value) {
    const auto bits = (std::bit_cast<std::uint32_t>(value) + 0x1000u) & 0xffffe000u;
    return std::bit_cast<float>(bits);
}

CheckReport check(const Backend& backend, const char* filter) {
    return checkDevice(backend, deviceChecks(filter));
}

QString verdict(const CheckReport& report) {
    return QString::fromStdString(report.verdict());
}

} // namespace

/// The check of a device finds nothing on those that are right, and each fault on one that is not.
class DeviceCheckTest : public QObject {
    Q_OBJECT

private slots:
    /// The layers are compared by cpu_parity_test and reference_parity_test, from the same table.
    void everyOtherCaseAgrees_data() {
        QTest::addColumn<int>("row");
        for (std::size_t i = 0; i < m_cases.size(); ++i)
            if (m_cases[i].group != "layers")
                QTest::addRow("%s: %s", m_cases[i].group.c_str(), m_cases[i].name.c_str()) << static_cast<int>(i);
    }
    void everyOtherCaseAgrees() {
        QFETCH(int, row);
        const CheckCase& each = m_cases.at(static_cast<std::size_t>(row));
        std::vector<std::unique_ptr<Backend>> backends;
        backends.push_back(std::make_unique<CpuBackend>(3));
        if (each.group != "training") { // which takes a while, and is compared with the reference
            backends.push_back(std::make_unique<CpuBackend>(1));
            backends.push_back(std::make_unique<ReferenceBackend>());
        }
        for (const std::unique_ptr<Backend>& backend : backends) {
            const CheckResult result = runCheck(each, *backend);
            const CheckFigure* worst = result.worst();
            QVERIFY2(result.passed(),
                (backend->device().id + ": " + (worst ? worst->what + " " + deviationText(worst->deviation) : "") +
                    result.failure)
                    .c_str());
        }
    }

    void everyLayerIsInTheCheck() {
        std::size_t layers = 0;
        QSet<QString> names;
        for (const CheckCase& each : m_cases) {
            layers += each.group == "layers";
            names.insert(QString::fromStdString(each.group + ": " + each.name));
        }
        QCOMPARE(layers, layerCases().size());
        QCOMPARE(static_cast<std::size_t>(names.size()), m_cases.size());
    }

    void eachFaultIsFound_data() {
        QTest::addColumn<QString>("filter");
        QTest::addColumn<int>("fault");
        for (std::size_t i = 0; i < faults().size(); ++i)
            QTest::addRow("%s", faults()[i].name) << faults()[i].filter << static_cast<int>(i);
    }
    void eachFaultIsFound() {
        QFETCH(QString, filter);
        QFETCH(int, fault);
        const CheckReport right = check(FaultyBackend(), filter.toUtf8());
        QVERIFY2(right.agrees(), qPrintable(verdict(right)));
        const CheckReport wrong =
            check(FaultyBackend(faults().at(static_cast<std::size_t>(fault)).fault), filter.toUtf8());
        QVERIFY2(!wrong.agrees() && wrong.passed() < wrong.planned, qPrintable(verdict(wrong)));
    }

    /// What is coarse is wrong in fp32 and right in TF32; what is wrong is wrong in both.
    void tf32HasItsOwnTolerances() {
        Fault coarse;
        coarse.writing = [](Arena arena, std::vector<float>& values) {
            if (arena == Arena::Parameters)
                std::transform(values.begin(), values.end(), values.begin(), rounded);
        };
        const CheckReport asFloat = check(FaultyBackend(coarse), "layers: conv 3 stride 2");
        QVERIFY(asFloat.planned > 3);
        QVERIFY2(!asFloat.agrees(), qPrintable(verdict(asFloat)));
        coarse.precision = "tf32";
        const CheckReport asTf32 = check(FaultyBackend(coarse), "layers: conv 3 stride 2");
        QVERIFY2(asTf32.agrees(), qPrintable(verdict(asTf32)));
        coarse.reading = [](Arena arena, std::span<float> values) {
            if (arena == Arena::Gradients)
                values[values.size() / 2] = 0;
        };
        const CheckReport wrong = check(FaultyBackend(coarse), "layers: conv 3 stride 2");
        QVERIFY2(!wrong.agrees(), qPrintable(verdict(wrong)));
    }

    void aDeviceThatFailsIsNamed() {
        Fault fault;
        fault.draining = [](Metrics&) {
            throw Error({"Cannot train on the device", "cuda:0", "", "", "The GPU is lost until a restart."});
        };
        const CheckReport report = check(FaultyBackend(fault), "layers: dense 7 to 3");
        QCOMPARE(report.results.size(), std::size_t{1});
        QVERIFY(!report.agrees());
        QVERIFY(report.results.front().failure.find("lost until a restart") != std::string::npos);
        QCOMPARE(verdict(report),
            QString("0 of 1 case agrees with the reference; the device failed at layers: dense 7 to 3."));
    }

    void theVerdictIsASentence() {
        CheckReport report{{}, {}, 3};
        QCOMPARE(verdict(report), QString("Nothing was checked."));
        report.results.push_back({"layers", "a", {{"loss", 3.1e-7, 1e-5}, {"gradients", 1e-7, 1e-4}}, ""});
        report.results.push_back({"repetition", "b", {{"values", 0, 0}}, ""});
        QVERIFY(!report.agrees());
        QCOMPARE(verdict(report),
            QString("2 of 2 cases agree with the reference; greatest deviation 3.1e-07 of 1.0e-05 (layers: a). "
                    "Cancelled after 2 of 3 cases."));
        report.results.push_back({"dropout masks", "c", {{"values", 2, 0}}, ""});
        QCOMPARE(verdict(report), QString("2 of 3 cases agree with the reference; dropout masks: c differs."));
        report.results.back().figures.front().deviation = std::numeric_limits<double>::quiet_NaN();
        QVERIFY(!report.results.back().passed());
        QCOMPARE(report.worst(), &report.results.back());
        report.results.back().figures.front().deviation = 0;
        QVERIFY(report.agrees());
        // A case that compared nothing proves nothing.
        report.results.back().figures.clear();
        QVERIFY(!report.agrees());
    }

    void itEndsWhereItIsCancelled() {
        std::vector<std::size_t> seen;
        const CheckReport report =
            checkDevice(ReferenceBackend(), deviceChecks("layers: dense"), [&](const CheckReport& soFar) {
                seen.push_back(soFar.results.size());
                return soFar.results.size() < 2;
            });
        QCOMPARE(report.results.size(), std::size_t{2});
        QVERIFY(report.planned > 2 && !report.isComplete() && !report.agrees());
        QCOMPARE(seen, (std::vector<std::size_t>{0, 1, 2}));
    }

private:
    struct NamedFault {
        const char* name;
        QString filter; ///< The cases that must find it.
        Fault fault;
    };

    static const std::vector<NamedFault>& faults() {
        static const auto changing = [](auto change) {
            Fault fault;
            fault.specification = change;
            return fault;
        };
        static const auto reading = [](Arena which, auto change) {
            Fault fault;
            fault.reading = [which, change](Arena arena, std::span<float> values) {
                if (arena == which && !values.empty())
                    change(values);
            };
            return fault;
        };
        static const std::vector<NamedFault> all{
            {"a gradient that is 1 % off", "layers: dense 7 to 3",
                reading(Arena::Gradients, [](std::span<float> values) { values[0] *= 1.01f; })},
            {"statistics that stay", "layers: conv, batch norm, ReLU",
                reading(Arena::State, [](std::span<float> values) { values[0] += 1e-3f; })},
            {"losses that are 0.01 % off", "layers: dense 64 to 10",
                [] {
                    Fault fault;
                    fault.evaluating = [](Evaluation& found, std::span<Prediction>) { found.lossSum *= 1.0001; };
                    return fault;
                }()},
            {"no weight decay", "updates: adam", changing([](TrainingSpec& spec) { spec.optimizer.weightDecay = 0; })},
            {"another beta", "updates: adamw", changing([](TrainingSpec& spec) { spec.optimizer.beta2 = 0.99f; })},
            {"another optimizer", "updates: nesterov",
                changing([](TrainingSpec& spec) { spec.optimizer.kind = OptimizerKind::Momentum; })},
            {"no augmentation", "images: moved", changing([](TrainingSpec& spec) { spec.augmentation = {}; })},
            {"a mirror by another seed", "images: mirrored", changing([](TrainingSpec& spec) { ++spec.seed; })},
            {"masks by another seed", "dropout masks", changing([](TrainingSpec& spec) { ++spec.seed; })},
            {"masks by a seed of 32 bits", "dropout masks",
                changing([](TrainingSpec& spec) { spec.seed &= 0xffffffffu; })},
            {"classes in another order", "images: what they are taken for",
                [] {
                    Fault fault;
                    fault.evaluating = [](Evaluation&, std::span<Prediction> images) {
                        if (!images.empty())
                            std::swap(images[0].classes[0], images[0].classes[1]);
                    };
                    return fault;
                }()},
            {"a bit that changes from run to run", "repetition: tiny",
                reading(Arena::Parameters,
                    [count = std::make_shared<int>(0)](std::span<float> values) {
                        float& value = values[values.size() / 3];
                        if (++*count % 2 == 0)
                            value = std::nextafter(value, 1.0f);
                    })},
            {"another momentum of Adam", "training: tiny",
                changing([](TrainingSpec& spec) { spec.optimizer.beta1 = 0.8f; })},
            {"steps that are lost", "training: tiny",
                [] {
                    Fault fault;
                    fault.draining = [](Metrics& metrics) { metrics.steps.pop_back(); };
                    return fault;
                }()},
        };
        return all;
    }

    const std::vector<CheckCase> m_cases = deviceChecks();
};

QTEST_APPLESS_MAIN(DeviceCheckTest)
#include "device_check_test.moc"
