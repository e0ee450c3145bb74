// SPDX-License-Identifier: GPL-3.0-or-later
#include "training/run_control.h"

#include <QtTest>

#include <atomic>
#include <functional>
#include <thread>
#include <vector>

using namespace kernelscope;
using State = RunControl::State;

/// The states one by one, then under threads. Nothing here sleeps for a time: threads wait for what they need.
class RunControlTest : public QObject {
    Q_OBJECT

private slots:
    void startsRunning() {
        RunControl control;
        QCOMPARE(control.state(), State::Running);
        const RunControl::Turn turn = control.waitForTurn();
        QVERIFY(turn.go && !turn.single && !turn.learningRate);
        QCOMPARE(turn.waited, 0.0);
    }

    void transitions_data() {
        QTest::addColumn<int>("lever");
        QTest::addColumn<int>("expected");
        QTest::newRow("pause") << 0 << static_cast<int>(State::Paused);
        QTest::newRow("resume") << 1 << static_cast<int>(State::Running);
        QTest::newRow("step") << 2 << static_cast<int>(State::Stepping);
        QTest::newRow("cancel") << 3 << static_cast<int>(State::Cancelled);
    }

    /// From every state each lever leads to its own, but nothing leads out of Cancelled.
    void transitions() {
        QFETCH(int, lever);
        QFETCH(int, expected);
        const std::vector<std::function<void(RunControl&)>> levers{[](RunControl& c) { c.pause(); },
            [](RunControl& c) { c.resume(); }, [](RunControl& c) { c.step(); }, [](RunControl& c) { c.cancel(); }};
        for (std::size_t before = 0; before < levers.size(); ++before) {
            RunControl control;
            levers[before](control);
            levers[static_cast<std::size_t>(lever)](control);
            QCOMPARE(control.state(), before == 3 ? State::Cancelled : static_cast<State>(expected));
            QCOMPARE(control.isCancelled(), control.state() == State::Cancelled);
        }
    }

    void aStepIsOneTurn() {
        RunControl control;
        control.step();
        const RunControl::Turn turn = control.waitForTurn();
        QVERIFY(turn.go && turn.single);
        QCOMPARE(control.state(), State::Paused);
        QVERIFY(!control.turnNow());
        control.resume();
        const std::optional<RunControl::Turn> next = control.turnNow();
        QVERIFY(next && next->go && !next->single);
    }

    void pausingWaitsForTheLever() {
        for (const bool cancelled : {false, true}) {
            RunControl control;
            control.pause();
            std::atomic<bool> returned = false;
            RunControl::Turn turn;
            std::thread waiting([&] {
                turn = control.waitForTurn();
                returned = true;
            });
            for (int i = 0; i < 100; ++i)
                std::this_thread::yield();
            QVERIFY(!returned);
            cancelled ? control.cancel() : control.resume();
            waiting.join();
            QCOMPARE(turn.go, !cancelled);
            QVERIFY(turn.waited >= 0);
        }
    }

    void waitingWhilePausedTakesNoStep() {
        RunControl control;
        control.pause();
        std::thread waiting([&] { control.waitWhilePaused(); });
        control.step();
        waiting.join();
        QCOMPARE(control.state(), State::Stepping);
        QVERIFY(control.waitForTurn().single);
    }

    void theLatestLearningRateWins() {
        RunControl control;
        control.setLearningRate(0.1f);
        control.setLearningRate(0.2f);
        const RunControl::Turn turn = control.waitForTurn();
        QVERIFY(turn.learningRate.has_value());
        QCOMPARE(*turn.learningRate, 0.2f);
        QVERIFY(!control.waitForTurn().learningRate);
    }

    void aLearningRateWaitsWithThePause() {
        RunControl control;
        control.pause();
        control.setLearningRate(0.5f);
        QVERIFY(!control.turnNow());
        control.step();
        const RunControl::Turn turn = control.waitForTurn();
        QVERIFY(turn.single && turn.learningRate == 0.5f);
    }

    /// Each step asked for while paused is made once, as one turn; a user who waits for the effect loses none.
    void everyAwaitedStepIsMadeOnce() {
        RunControl control;
        control.pause();
        std::atomic<int> made = 0;
        std::thread worker([&] {
            for (;;) {
                const RunControl::Turn turn = control.waitForTurn();
                if (!turn.go)
                    return;
                if (turn.single)
                    ++made;
            }
        });
        for (int i = 1; i <= 500; ++i) {
            control.step();
            while (made < i)
                std::this_thread::yield();
            QCOMPARE(made.load(), i);
        }
        control.cancel();
        worker.join();
        QCOMPARE(made.load(), 500);
    }

    /// Many threads at all levers at once: the worker never hangs and always sees the cancellation.
    void allLeversAtOnce() {
        for (int round = 0; round < 20; ++round) {
            RunControl control;
            std::atomic<long> turns = 0;
            std::thread worker([&] {
                while (control.waitForTurn().go)
                    ++turns;
            });
            std::vector<std::thread> users;
            for (int user = 0; user < 3; ++user)
                users.emplace_back([&control, user] {
                    for (int i = 0; i < 200; ++i)
                        switch ((i + user) % 5) {
                        case 0:
                            control.pause();
                            break;
                        case 1:
                            control.step();
                            break;
                        case 2:
                            control.resume();
                            break;
                        case 3:
                            control.setLearningRate(static_cast<float>(i + 1));
                            break;
                        default:
                            control.state();
                            break;
                        }
                });
            for (std::thread& user : users)
                user.join();
            control.cancel();
            worker.join();
            QVERIFY(control.isCancelled());
            control.resume();
            QVERIFY(control.isCancelled());
        }
    }
};

QTEST_APPLESS_MAIN(RunControlTest)
#include "run_control_test.moc"
