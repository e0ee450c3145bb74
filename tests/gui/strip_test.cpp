// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/session.h"
#include "gui/made_up_probe.h"
#include "strip/network_strip.h"
#include "strip/stage_card.h"
#include "strip/strip_view.h"
#include "widgets/layer_text.h"

#include <QAccessible>
#include <QScrollBar>
#include <QToolButton>
#include <QtTest>

#include <memory>

using namespace kernelscope;
using tests::madeUpProbe;

namespace {

Plan planOf(const char* name) {
    return compile(preset(name), Fusion::Off);
}

} // namespace

class StripTest : public QObject {
    Q_OBJECT

private:
    std::unique_ptr<StripView> m_strip;

    void make(const char* network, const QSize& size = {1280, 220}) {
        m_strip = std::make_unique<StripView>();
        m_strip->setPlan(planOf(network));
        m_strip->setSelectedLayer(0);
        m_strip->resize(size);
    }

    QWidget* child(const char* name) { return m_strip->findChild<QWidget*>(QString::fromLatin1(name)); }

private slots:
    void initTestCase() { QLocale::setDefault(QLocale(QLocale::English, QLocale::UnitedStates)); }
    void cleanup() { m_strip.reset(); }

    void formulasAndSentences() {
        const Plan plan = planOf("classic");
        QCOMPARE(parameterFormula(plan, 0), QStringLiteral("32 × 1 × 3 × 3 + 32 = 320"));
        QCOMPARE(parameterFormula(plan, 3), QStringLiteral("64 × 32 × 3 × 3 + 64 = 18,496"));
        QCOMPARE(parameterFormula(plan, 7), QStringLiteral("64 × 1,600 + 64 = 102,464"));
        QCOMPARE(parameterFormula(plan, 1), QStringLiteral("nothing to learn"));
        QCOMPARE(layerSentence(plan, 3),
            QStringLiteral("64 kernels of 3×3 over 32 channels; each makes one 11×11 feature map."));
        QVERIFY(layerSentence(plan, 2).contains(QStringLiteral("from 26×26 to 13×13")));
        QVERIFY(layerSentence(plan, 9).endsWith(QStringLiteral("probabilities.")));
        QVERIFY(layerToolTip(plan, 3).contains(QStringLiteral("4.46\u00a0MFLOP")));

        const Plan deep = planOf("deep");
        QVERIFY(layerSentence(deep, 0).endsWith(QStringLiteral("Zeros around the image keep its size.")));
        QVERIFY(layerSentence(deep, 1).startsWith(QStringLiteral("Each of the 32 maps is shifted and scaled")));
        QVERIFY(layerSentence(deep, 18).startsWith(QStringLiteral("Each of the 64 units is shifted and scaled")));
        QVERIFY(layerSentence(deep, 7).contains(QStringLiteral("a chance of 20 %")));
        QCOMPARE(layerCaption(deep.network.layers[7]), QStringLiteral("dropout 20 %"));
        QCOMPARE(layerCaption(Activation{ActivationKind::LeakyRelu, 0.2f}), QStringLiteral("leaky ReLU"));
        QCOMPARE(parameterFormula(deep, 1), QStringLiteral("32 + 32 = 64"));
        QVERIFY(layerToolTip(deep, 1).contains(QStringLiteral("Running statistics")));
    }

    void everyPresetOfTheFirstLessonsFitsTheNarrowestWindow() {
        for (const char* name : {"classic", "lenet-5", "tiny"}) {
            make(name);
            m_strip->show();
            QVERIFY(QTest::qWaitForWindowExposed(m_strip.get()));
            QVERIFY2(!m_strip->horizontalScrollBar()->isVisible(), name);
        }
    }

    void aLongNetworkScrollsToTheChosenLayer() {
        Network network = preset("classic");
        network.layers.pop_back();
        for (int i = 0; i < 12; ++i)
            network.layers.emplace_back(Dense{64});
        network.layers.emplace_back(Dense{10});
        m_strip = std::make_unique<StripView>();
        m_strip->setPlan(compile(network, Fusion::Off));
        m_strip->resize(900, 220);
        m_strip->show();
        QVERIFY(QTest::qWaitForWindowExposed(m_strip.get()));
        QVERIFY(m_strip->horizontalScrollBar()->isVisible());
        const int last = static_cast<int>(network.layers.size()) - 1;
        m_strip->setSelectedLayer(last);
        StageCard* card = m_strip->layerCard(last);
        const QRect seen(card->mapTo(m_strip.get(), QPoint()), card->size());
        QVERIFY(m_strip->rect().contains(seen));
    }

    void clicksChooseALayer() {
        make("classic");
        m_strip->show();
        QSignalSpy chosen(m_strip.get(), &StripView::layerChosen);
        QTest::mouseClick(m_strip->layerCard(3), Qt::LeftButton);
        QCOMPARE(chosen.count(), 1);
        QCOMPARE(chosen[0][0].toInt(), 3);
        QVERIFY(m_strip->layerCard(3)->isChecked());
        QVERIFY(!m_strip->layerCard(0)->isChecked());
        // Again: stays chosen.
        QTest::mouseClick(m_strip->layerCard(3), Qt::LeftButton);
        QVERIFY(m_strip->layerCard(3)->isChecked());
        QTest::mouseClick(child("answerCard"), Qt::LeftButton);
        QVERIFY(m_strip->layerCard(9)->isChecked());
    }

    void arrowKeysChooseALayer() {
        make("classic");
        m_strip->show();
        QVERIFY(QTest::qWaitForWindowExposed(m_strip.get()));
        m_strip->activateWindow();
        m_strip->layerCard(0)->setFocus();
        QSignalSpy chosen(m_strip.get(), &StripView::layerChosen);
        QTest::keyClick(m_strip->layerCard(0), Qt::Key_Right);
        QTest::keyClick(m_strip->layerCard(1), Qt::Key_Right);
        QCOMPARE(chosen.last()[0].toInt(), 2);
        QTRY_VERIFY(m_strip->layerCard(2)->hasFocus());
        QTest::keyClick(m_strip->layerCard(2), Qt::Key_End);
        QCOMPARE(chosen.last()[0].toInt(), 9);
        QTest::keyClick(m_strip->layerCard(9), Qt::Key_Right);
        QCOMPARE(chosen.count(), 3);
        QTest::keyClick(m_strip->layerCard(9), Qt::Key_Home);
        QCOMPARE(chosen.last()[0].toInt(), 0);
    }

    void onlyTheChosenCardIsATabStop() {
        make("classic");
        m_strip->setSelectedLayer(5);
        for (int i = 0; i < 10; ++i)
            QCOMPARE((m_strip->layerCard(i)->focusPolicy() & Qt::TabFocus) != 0, i == 5);
    }

    void buttonsAskForSamplesAndEndTheFlow() {
        make("tiny");
        m_strip->show();
        QSignalSpy steps(m_strip.get(), &StripView::sampleStepWanted);
        QSignalSpy random(m_strip.get(), &StripView::randomSampleWanted);
        QVERIFY(m_strip->flow().isPlaying());
        QTest::mouseClick(child("nextSample"), Qt::LeftButton);
        QTest::mouseClick(child("previousSample"), Qt::LeftButton);
        QTest::mouseClick(child("randomSample"), Qt::LeftButton);
        QCOMPARE(steps.count(), 2);
        QCOMPARE(steps[0][0].toInt(), 1);
        QCOMPARE(steps[1][0].toInt(), -1);
        QCOMPARE(random.count(), 1);
        QVERIFY(!m_strip->flow().isPlaying());
        QTest::mouseClick(child("flowButton"), Qt::LeftButton);
        QVERIFY(m_strip->flow().isPlaying());
    }

    /// Nobody expects another image from a click on this one.
    void theInputIsLookedAtOnly() {
        make("tiny");
        m_strip->show();
        QVERIFY(QTest::qWaitForWindowExposed(m_strip.get()));
        QSignalSpy steps(m_strip.get(), &StripView::sampleStepWanted);
        QTest::mouseClick(child("inputCard"), Qt::LeftButton, {}, {10, 10});
        QCOMPARE(steps.count(), 0);
        QVERIFY(m_strip->flow().isPlaying());
        QCOMPARE(child("inputCard")->focusPolicy(), Qt::NoFocus);
    }

    void aDigitFlowsFromStageToStage() {
        make("tiny");
        const Plan plan = planOf("tiny");
        m_strip->setResult(madeUpProbe(plan));
        DigitFlow& flow = m_strip->flow();
        flow.setAllowed(true);
        QSignalSpy moved(&flow, &DigitFlow::moved);
        QSignalSpy wanted(&flow, &DigitFlow::sampleWanted);
        m_strip->setResult(madeUpProbe(plan, 3, 4));
        QVERIFY(flow.isPulsing());
        // The answer waits for the pulse; that to the image before is gone with it.
        auto* answer = static_cast<StageCard*>(child("answerCard"));
        QCOMPARE(answer->accessibleName(), QStringLiteral("Answer: on its way"));
        QVERIFY(answer->accessibleDescription().isEmpty());
        QTRY_VERIFY(!flow.isPulsing());
        QCOMPARE(answer->accessibleName(), QStringLiteral("Answer: says 3"));
        QVERIFY(moved.count() > 10);
        double before = -1;
        for (const auto& arguments : moved) {
            QVERIFY(arguments[0].toDouble() >= before);
            before = arguments[0].toDouble();
        }
        QCOMPARE(before, 7.0); // input, five layers, answer
        QCOMPARE(wanted.count(), 0);
        QTRY_COMPARE(wanted.count(), 1);
    }

    /// Nobody waits on a start screen for thumbnails to come in one by one.
    void theFirstResultIsShownAtOnce() {
        make("tiny");
        DigitFlow& flow = m_strip->flow();
        flow.setAllowed(true);
        QSignalSpy wanted(&flow, &DigitFlow::sampleWanted);
        m_strip->setResult(madeUpProbe(planOf("tiny")));
        QVERIFY(!flow.isPulsing());
        QCOMPARE(static_cast<StageCard*>(child("answerCard"))->accessibleName(), QStringLiteral("Answer: says 7"));
        QTRY_COMPARE(wanted.count(), 1); // and the flow begins with the next
    }

    void theFlowStopsWhenNothingShouldMove() {
        make("tiny");
        const Plan plan = planOf("tiny");
        m_strip->show();
        QVERIFY(QTest::qWaitForWindowExposed(m_strip.get()));
        DigitFlow& flow = m_strip->flow();
        flow.setAllowed(true);
        m_strip->setResult(madeUpProbe(plan));
        m_strip->setResult(madeUpProbe(plan));
        QVERIFY(flow.isPulsing());
        m_strip->setTraining(true);
        QVERIFY(!flow.isRunning());
        QVERIFY(!flow.isPulsing());
        QVERIFY(child("flowButton")->isHidden());
        m_strip->setTraining(false);
        flow.setAllowed(true);
        m_strip->hide();
        QVERIFY(!flow.isRunning());
    }

    void theAnswerIsJudged() {
        make("tiny");
        const Plan plan = planOf("tiny");
        m_strip->setResult(madeUpProbe(plan, 7, 7));
        auto* answer = static_cast<StageCard*>(child("answerCard"));
        QCOMPARE(answer->accessibleName(), QStringLiteral("Answer: says 7"));
        QCOMPARE(answer->accessibleDescription(), QStringLiteral("90.0\u00a0%, right"));
        m_strip->setResult(madeUpProbe(plan, 3, 8));
        QCOMPARE(answer->accessibleDescription(), QStringLiteral("90.0\u00a0%, wrong: it is 8"));
    }

    /// A result may arrive for the network before.
    void aResultOfAnotherNetworkIsIgnored() {
        make("tiny");
        m_strip->setResult(madeUpProbe(planOf("classic")));
        QCOMPARE(static_cast<StageCard*>(child("answerCard"))->accessibleName(), QStringLiteral("Answer: softmax"));
    }

    void thumbnailsFollowTheResult() {
        make("classic");
        m_strip->setTraining(true);
        const Plan plan = planOf("classic");
        ProbeResult result = madeUpProbe(plan);
        m_strip->setResult(result);
        const QImage before = m_strip->layerCard(3)->grab().toImage();
        const QImage otherBefore = m_strip->layerCard(0)->grab().toImage();
        for (float& value : result.outputs[3].values)
            value = value > 0 ? 1.0F : 0.0F;
        m_strip->setResult(result);
        QVERIFY(m_strip->layerCard(3)->grab().toImage() != before);
        QCOMPARE(m_strip->layerCard(0)->grab().toImage(), otherBefore);
    }

    /// With the real session: what is chosen here is chosen there, and its activations come back.
    void theSessionFollows() {
        Session session;
        NetworkStrip strip(session);
        strip.resize(1280, strip.sizeHint().height());
        strip.show();
        QTRY_VERIFY_WITH_TIMEOUT(session.probeResult(), 20000);
        auto* answer = strip.findChild<StageCard*>(QStringLiteral("answerCard"));
        QTRY_VERIFY(answer->accessibleName().startsWith(QStringLiteral("Answer: says ")));
        const ProbeResultPtr before = session.probeResult();
        QTest::mouseClick(strip.findChild<QToolButton*>(QStringLiteral("previousSample")), Qt::LeftButton);
        QCOMPARE(session.sample(), session.data()->info().testCount - 1);
        QTRY_VERIFY(session.probeResult() != before);
        QTest::mouseClick(strip.findChild<QToolButton*>(QStringLiteral("nextSample")), Qt::LeftButton);
        QCOMPARE(session.sample(), std::size_t{0});
        QTest::mouseClick(strip.view()->layerCard(2), Qt::LeftButton);
        QCOMPARE(session.selectedLayer(), 2);
        session.selectLayer(1);
        QVERIFY(strip.view()->layerCard(1)->isChecked());
        session.setNetwork(preset("lenet-5"));
        QVERIFY(strip.findChild<StageCard*>(QStringLiteral("layerCard11")));
        QTRY_VERIFY(session.probeResult());
        QTRY_VERIFY(strip.findChild<StageCard*>(QStringLiteral("answerCard"))
                        ->accessibleName()
                        .startsWith(QStringLiteral("Answer: says ")));
    }

    /// A drawing stays until somebody asks for another image, and stands between two test images.
    void aDrawingIsShownWithoutAClass() {
        Session session;
        NetworkStrip strip(session);
        strip.resize(1280, strip.sizeHint().height());
        strip.show();
        QTRY_VERIFY_WITH_TIMEOUT(session.probeResult(), 20000);
        session.setSample(5);
        QVERIFY(strip.view()->flow().isPlaying());
        Tensor drawing{{1, 28, 28}, std::vector<float>(28 * 28)};
        for (int y = 4; y < 24; ++y)
            drawing.values[static_cast<std::size_t>(y * 28 + 14)] = 1;
        session.lookAt(drawing, QStringLiteral("your drawing"));
        QVERIFY(!strip.view()->flow().isPlaying());
        auto* input = strip.findChild<StageCard*>(QStringLiteral("inputCard"));
        QCOMPARE(input->accessibleName(), QStringLiteral("Input: your drawing"));
        auto* answer = strip.findChild<StageCard*>(QStringLiteral("answerCard"));
        QTRY_VERIFY_WITH_TIMEOUT(answer->accessibleDescription().endsWith(QStringLiteral("class unknown")), 20000);
        QTest::mouseClick(strip.findChild<QToolButton*>(QStringLiteral("previousSample")), Qt::LeftButton);
        QCOMPARE(session.sample(), std::size_t{5});
        QVERIFY(!session.looksAtPicture());
        QCOMPARE(input->accessibleName(), QStringLiteral("Input: test image 6"));
        QTRY_VERIFY_WITH_TIMEOUT(!answer->accessibleDescription().contains(QStringLiteral("unknown")), 20000);
        session.lookAt(drawing, QStringLiteral("your drawing"));
        QTest::mouseClick(strip.findChild<QToolButton*>(QStringLiteral("nextSample")), Qt::LeftButton);
        QCOMPARE(session.sample(), std::size_t{6});
        QVERIFY(!session.looksAtPicture());
    }

    void everyWidgetThatTakesFocusHasAName() {
        make("lenet-5");
        for (QWidget* widget : m_strip->findChildren<QWidget*>()) {
            if (widget->focusPolicy() == Qt::NoFocus)
                continue;
            QAccessibleInterface* accessible = QAccessible::queryAccessibleInterface(widget);
            QVERIFY(accessible && !accessible->text(QAccessible::Name).isEmpty());
            QVERIFY2(!widget->toolTip().isEmpty(), qPrintable(widget->objectName()));
            QVERIFY(!widget->objectName().isEmpty());
        }
    }
};

QTEST_MAIN(StripTest)
#include "strip_test.moc"
