// SPDX-License-Identifier: GPL-3.0-or-later
#include "data/drawing/ink_frame.h"
#include "data/drawing/picture_ink.h"
#include "draw/draw_pad.h"
#include "draw/draw_page.h"
#include "editor/notice.h"
#include "gui/window_fixture.h"
#include "strip/stage_card.h"
#include "train/class_bars.h"
#include "train/train_workspace.h"

#include <QAccessible>
#include <QAction>
#include <QBuffer>
#include <QCheckBox>
#include <QClipboard>
#include <QLabel>
#include <QMimeData>
#include <QPainter>
#include <QPointingDevice>
#include <QPushButton>
#include <QSlider>
#include <QTabletEvent>
#include <QToolButton>
#include <QtTest>

#include <cmath>
#include <memory>
#include <numbers>

using namespace kernelscope;

namespace {

constexpr int patience = 20'000;

/// A stroke as people make it, in parts of the pad.
using Path = std::vector<QPointF>;

Path line(QPointF from, QPointF to) {
    Path path;
    for (int i = 0; i <= 12; ++i) // a hand is not a ruler
        path.push_back(from + (to - from) * i / 12.0 + QPointF(0.006 * std::sin(i * 1.3), 0.005 * std::cos(i * 0.9)));
    return path;
}

Path zero() {
    Path path;
    for (int i = 0; i <= 40; ++i) {
        const double angle = -1.3 - 2 * std::numbers::pi * i / 39;
        path.push_back({0.5 + 0.2 * std::cos(angle) + 0.003 * i / 40, 0.5 + 0.33 * std::sin(angle)});
    }
    return path;
}

QImage pageWithAOne(QColor ground, QColor ink) {
    QImage image(300, 200, QImage::Format_RGB32);
    image.fill(ground);
    QPainter painter(&image);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(ink, 16, Qt::SolidLine, Qt::RoundCap));
    painter.drawLine(150, 40, 142, 160);
    return image;
}

QByteArray encoded(const QImage& image, const char* form) {
    QByteArray bytes;
    QBuffer buffer(&bytes);
    buffer.open(QIODevice::WriteOnly);
    image.save(&buffer, form);
    return bytes;
}

} // namespace

/// The page over a real session and the shipped network, with real input.
class DrawTest : public QObject {
    Q_OBJECT

    std::unique_ptr<Session> m_session;
    std::unique_ptr<DrawPage> m_page;
    QTemporaryDir m_folder;

    template <class W>
    W* child(const char* name) {
        return m_page->findChild<W*>(QLatin1String(name));
    }
    DrawPad* pad() { return child<DrawPad>("drawPad"); }
    QString verdict() { return child<QLabel>("drawVerdict")->text(); }
    QString bars() { return child<ClassBars>("drawBars")->accessibleDescription(); }
    void click(const char* name) { QTest::mouseClick(child<QWidget>(name), Qt::LeftButton); }

    QPoint at(QPointF place) {
        const QRectF rect = pad()->padRect();
        return QPointF(rect.left() + place.x() * rect.width(), rect.top() + place.y() * rect.height()).toPoint();
    }

    void draw(const Path& path) {
        QTest::mousePress(pad(), Qt::LeftButton, {}, at(path.front()));
        for (std::size_t i = 1; i < path.size(); ++i) {
            QMouseEvent move(QEvent::MouseMove, at(path[i]), pad()->mapToGlobal(at(path[i])), Qt::NoButton,
                Qt::LeftButton, Qt::NoModifier);
            QApplication::sendEvent(pad(), &move);
        }
        QTest::mouseRelease(pad(), Qt::LeftButton, {}, at(path.back()));
    }

    QString write(const char* name, const QByteArray& content) {
        const QString path = m_folder.filePath(QLatin1String(name));
        QFile file(path);
        if (!file.open(QIODevice::WriteOnly) || file.write(content) != content.size())
            qWarning("cannot write %s", name);
        return path;
    }

    /// What the network says to the page's input, looked up beside the page.
    QString expectedAnswer() {
        const ProbeResult result = Probe(m_session->network()).look(*m_session->snapshot(), m_page->input());
        const double sure = static_cast<double>(result.probabilities[static_cast<std::size_t>(result.predicted)]);
        return QStringLiteral("Answer %1, %2\u00a0%.").arg(result.predicted).arg(sure * 100, 0, 'f', 1);
    }

    void drop(QWidget* target, const QMimeData& mime, bool& accepted) {
        QDragEnterEvent enter(QPoint(20, 20), Qt::CopyAction, &mime, Qt::LeftButton, Qt::NoModifier);
        QApplication::sendEvent(target, &enter);
        accepted = enter.isAccepted();
        if (!accepted)
            return;
        QDropEvent event(QPointF(20, 20), Qt::CopyAction, &mime, Qt::LeftButton, Qt::NoModifier);
        QApplication::sendEvent(target, &event);
        accepted = event.isAccepted();
    }

private slots:
    void initTestCase() {
        QLocale::setDefault(QLocale(QLocale::English, QLocale::UnitedStates));
        QVERIFY(m_folder.isValid());
    }

    void init() {
        m_session = std::make_unique<Session>();
        m_page = std::make_unique<DrawPage>(*m_session);
        m_page->resize(1180, 480);
        m_page->show();
        QVERIFY(QTest::qWaitForWindowExposed(m_page.get()));
    }

    void cleanup() {
        m_page.reset();
        m_session.reset();
        QApplication::clipboard()->clear();
    }

    void aStrokeBringsAnAnswerAndClearTakesItAway() {
        QTRY_COMPARE(verdict(), QStringLiteral("Draw something."));
        QVERIFY(bars().isEmpty());
        QVERIFY(!child<QPushButton>("lookInside")->isEnabled());
        QVERIFY(!child<QToolButton>("clearPadButton")->isEnabled());
        draw(line({0.5, 0.2}, {0.48, 0.8}));
        QTRY_VERIFY_WITH_TIMEOUT(!bars().isEmpty(), patience);
        QCOMPARE(bars(), expectedAnswer());
        QVERIFY(verdict().contains(QStringLiteral("says the network")));
        QCOMPARE(child<QLabel>("drawWeights")->text(), QStringLiteral("Weights: Shipped network"));
        QVERIFY(child<QPushButton>("lookInside")->isEnabled());
        click("clearPadButton");
        QTRY_COMPARE(verdict(), QStringLiteral("Draw something."));
        QVERIFY(bars().isEmpty());
        QVERIFY(m_page->input().values.empty());
        // A result on its way when the pad was cleared does not come after all.
        draw(line({0.5, 0.2}, {0.48, 0.8}));
        QTRY_VERIFY_WITH_TIMEOUT(!m_page->input().values.empty(), patience);
        click("clearPadButton");
        QTRY_COMPARE(verdict(), QStringLiteral("Draw something."));
        QTest::qWait(100);
        QCOMPARE(verdict(), QStringLiteral("Draw something."));
    }

    void theShippedNetworkReadsWhatPeopleDraw() {
        const std::vector<std::pair<int, std::vector<Path>>> digits{
            {1, {line({0.52, 0.18}, {0.47, 0.82})}},
            {0, {zero()}},
            {7, {[] {
                 Path path = line({0.3, 0.22}, {0.68, 0.2});
                 const Path down = line({0.68, 0.2}, {0.45, 0.82});
                 path.insert(path.end(), down.begin() + 1, down.end());
                 return path;
             }()}},
        };
        for (const auto& [digit, strokes] : digits)
            for (const int thickness : {6, 8, 11}) {
                child<QSlider>("thickness")->setValue(thickness);
                for (const Path& stroke : strokes)
                    draw(stroke);
                QTRY_VERIFY2_WITH_TIMEOUT(
                    bars().startsWith(QStringLiteral("Answer %1,").arg(digit)), qPrintable(bars()), patience);
                QCOMPARE(bars(), expectedAnswer());
                click("clearPadButton");
                QTRY_VERIFY(bars().isEmpty());
            }
    }

    void strokesCanBeUndoneAndDoneAgain() {
        draw(line({0.3, 0.2}, {0.3, 0.8}));
        QTRY_VERIFY(!m_page->input().values.empty());
        const std::vector<float> one = m_page->input().values;
        draw(line({0.7, 0.2}, {0.7, 0.8}));
        QTRY_VERIFY(m_page->input().values != one);
        const std::vector<float> two = m_page->input().values;
        auto* undo = child<QAction>("undoStroke");
        auto* redo = child<QAction>("redoStroke");
        QVERIFY(!redo->isEnabled());
        QTest::keyClick(m_page.get(), Qt::Key_Z, Qt::ControlModifier);
        QTRY_COMPARE(m_page->input().values, one);
        QTest::keyClick(m_page.get(), Qt::Key_Z, Qt::ControlModifier);
        QTRY_VERIFY(m_page->input().values.empty());
        QVERIFY(!undo->isEnabled());
        QTest::keyClick(m_page.get(), Qt::Key_Z, Qt::ControlModifier | Qt::ShiftModifier);
        QTRY_COMPARE(m_page->input().values, one);
        click("redoStrokeButton");
        QTRY_COMPARE(m_page->input().values, two);
        click("clearPadButton");
        QTRY_VERIFY(m_page->input().values.empty());
        click("undoStrokeButton"); // clearing as well
        QTRY_COMPARE(m_page->input().values, two);
        // What is drawn after an undo forgets what was undone.
        click("undoStrokeButton");
        draw(line({0.2, 0.5}, {0.8, 0.5}));
        QVERIFY(!redo->isEnabled());
    }

    void theEraserTakesInkAway() {
        draw(line({0.5, 0.2}, {0.5, 0.8}));
        QTRY_VERIFY(!m_page->input().values.empty());
        click("eraser");
        child<QSlider>("thickness")->setValue(20);
        draw(line({0.5, 0.15}, {0.5, 0.85}));
        QTRY_VERIFY(m_page->input().values.empty());
        QTRY_COMPARE(verdict(), QStringLiteral("Draw something."));
        QVERIFY(child<QAction>("clearPad")->isEnabled()); // there are strokes, though no ink is left
    }

    /// Along a line with the pen that drew it: nothing is left, no grey rim either.
    void theEraserTakesALineOfItsOwnWidth() {
        child<QCheckBox>("placeByMass")->setChecked(false);
        draw(line({0.3, 0.2}, {0.6, 0.8}));
        QTRY_VERIFY(!m_page->input().values.empty());
        click("eraser");
        draw(line({0.3, 0.2}, {0.6, 0.8}));
        QTRY_VERIFY(m_page->input().values.empty());
    }

    void theKeyboardDraws() {
        pad()->setFocus(Qt::TabFocusReason);
        for (int i = 0; i < 8; ++i)
            QTest::keyClick(pad(), Qt::Key_Up);
        QTest::keyClick(pad(), Qt::Key_Space);
        for (int i = 0; i < 16; ++i)
            QTest::keyClick(pad(), Qt::Key_Down);
        QTest::keyClick(pad(), Qt::Key_Space);
        QTRY_VERIFY_WITH_TIMEOUT(bars().startsWith(QStringLiteral("Answer 1,")), patience);
        const std::vector<float> one = m_page->input().values;
        QTest::keyClick(pad(), Qt::Key_Right); // lifted: moves only
        QTest::qWait(60);
        QCOMPARE(m_page->input().values, one);
        QTest::keyClick(pad(), Qt::Key_Space);
        QTest::keyClick(pad(), Qt::Key_Right, Qt::ShiftModifier);
        QTest::keyClick(pad(), Qt::Key_Escape);
        QTRY_VERIFY(m_page->input().values != one);
        QTest::keyClick(pad(), Qt::Key_Delete);
        QTRY_VERIFY(m_page->input().values.empty());
        // Two keys that are held move slantwise.
        QTest::keyClick(pad(), Qt::Key_Space);
        QTest::keyPress(pad(), Qt::Key_Left);
        for (int i = 0; i < 8; ++i)
            QTest::keyPress(pad(), Qt::Key_Up);
        QTest::keyRelease(pad(), Qt::Key_Left);
        QTest::keyRelease(pad(), Qt::Key_Up);
        QTest::keyClick(pad(), Qt::Key_Space);
        QTRY_VERIFY(!m_page->input().values.empty());
        QVERIFY(std::get<Stroke>(*pad()->drawing().visible().front()).points.size() > 5);
        const Stroke& stroke = std::get<Stroke>(*pad()->drawing().visible().front());
        QVERIFY(stroke.points.back().at.x() < stroke.points.front().at.x() - 0.2);
        QVERIFY(stroke.points.back().at.y() < stroke.points.front().at.y() - 0.2);
    }

    /// Whoever draws with the mouse still pauses a run by Space.
    void spaceIsTheWindowsWhileTheMouseDraws() {
        draw(line({0.5, 0.2}, {0.5, 0.8}));
        QVERIFY(pad()->hasFocus() || QTest::qWaitForWindowActive(m_page.get()));
        QKeyEvent space(QEvent::KeyPress, Qt::Key_Space, Qt::NoModifier);
        QApplication::sendEvent(pad(), &space);
        QVERIFY(!space.isAccepted());
    }

    void aPenDrawsWiderWhenItIsPressed() {
        const QPointingDevice pen(QStringLiteral("pen"), 1, QInputDevice::DeviceType::Stylus,
            QPointingDevice::PointerType::Pen, QInputDevice::Capability::Position | QInputDevice::Capability::Pressure,
            1, 1);
        const QPointingDevice eraser(QStringLiteral("eraser"), 2, QInputDevice::DeviceType::Stylus,
            QPointingDevice::PointerType::Eraser, QInputDevice::Capability::Position, 1, 1);
        const auto send = [this](const QPointingDevice& device, QEvent::Type type, QPointF place, double pressure) {
            const QPoint point = at(place);
            QTabletEvent event(type, &device, point, pad()->mapToGlobal(point), pressure, 0, 0, 0, 0, 0, Qt::NoModifier,
                Qt::LeftButton, type == QEvent::TabletRelease ? Qt::NoButton : Qt::LeftButton);
            QApplication::sendEvent(pad(), &event);
            QVERIFY(event.isAccepted());
        };
        send(pen, QEvent::TabletPress, {0.5, 0.2}, 0.1);
        for (int i = 1; i <= 10; ++i)
            send(pen, QEvent::TabletMove, {0.5, 0.2 + 0.06 * i}, 0.1 * i);
        send(pen, QEvent::TabletRelease, {0.5, 0.8}, 0);
        const auto widthAt = [this](double y) {
            const QImage raster = pad()->raster();
            int width = 0;
            for (int x = 0; x < raster.width(); ++x)
                width += qRed(raster.pixel(x, static_cast<int>(y * raster.height()))) > 127 ? 1 : 0;
            return width;
        };
        QVERIFY2(widthAt(0.72) > 1.5 * widthAt(0.3), qPrintable(QString::number(widthAt(0.3))));
        QTRY_VERIFY(!m_page->input().values.empty());
        send(eraser, QEvent::TabletPress, {0.5, 0.72}, 1);
        send(eraser, QEvent::TabletMove, {0.5, 0.74}, 1);
        send(eraser, QEvent::TabletRelease, {0.5, 0.74}, 0);
        QVERIFY(qRed(pad()->raster().pixel(pad()->raster().width() / 2, pad()->raster().height() * 73 / 100)) == 0);
    }

    /// Tests run on after this one: nothing is left behind.
    void thePageMayCloseWhileThePenIsDown() {
        pad()->setFocus(Qt::TabFocusReason);
        QTest::keyClick(pad(), Qt::Key_Down);
        QTest::keyClick(pad(), Qt::Key_Space);
        QTest::keyClick(pad(), Qt::Key_Down);
        QVERIFY(pad()->drawing().canUndo());
        m_page.reset();
        init();
        QTest::mousePress(pad(), Qt::LeftButton, {}, at({0.5, 0.5}));
        QVERIFY(pad()->drawing().canUndo());
        m_page.reset();
    }

    void aFingerDraws() {
        std::unique_ptr<QPointingDevice> screen(QTest::createTouchDevice());
        QTest::touchEvent(m_page->window(), screen.get()).press(0, at({0.5, 0.2}), pad());
        for (int i = 1; i <= 6; ++i)
            QTest::touchEvent(m_page->window(), screen.get()).move(0, at({0.5, 0.2 + 0.1 * i}), pad());
        QTest::touchEvent(m_page->window(), screen.get()).release(0, at({0.5, 0.8}), pad());
        QTRY_VERIFY_WITH_TIMEOUT(bars().startsWith(QStringLiteral("Answer 1,")), patience);
    }

    void theAnswerFollowsTheTraining() {
        draw(zero());
        QTRY_VERIFY_WITH_TIMEOUT(!bars().isEmpty(), patience);
        m_session->setNetwork(preset("tiny"));
        TrainingSpec spec = m_session->spec();
        spec.epochs = 100'000; // until it is stopped
        m_session->setSpec(spec);
        m_session->setDeviceId(QStringLiteral("cpu:1"));
        QSet<QString> titles;
        QSet<QString> answers;
        connect(m_session.get(), &Session::snapshotChanged, m_page.get(), [&] {
            titles.insert(child<QLabel>("drawWeights")->text());
            answers.insert(bars());
        });
        m_session->train();
        QTRY_VERIFY_WITH_TIMEOUT(titles.size() >= 4 && answers.size() >= 3, 60'000);
        m_session->run().stop();
        QTRY_VERIFY_WITH_TIMEOUT(
            m_session->run().state() == RunSource::State::Idle && m_session->runs().size() == 1, 60'000);
        QTRY_VERIFY(child<QLabel>("drawWeights")->text().startsWith(QStringLiteral("Weights: Run 1, step ")));
        QTRY_COMPARE_WITH_TIMEOUT(bars(), expectedAnswer(), patience);
        m_page.reset(); // before what it was watched with
    }

    void aDigitThatIsPastedIsSeenAsItself() {
        const DataSetPtr digits = m_session->data();
        const Probe probe(m_session->network());
        const SnapshotPtr weights = m_session->snapshot();
        int same = 0;
        constexpr std::uint32_t count = 200;
        for (std::uint32_t i = 0; i < count; ++i) {
            const Tensor image = imageTensor(*digits, Split::Test, i);
            const auto pixels = digits->image(Split::Test, i);
            Picture picture{{1, 28, 28}, {pixels.begin(), pixels.end()}, false};
            auto placed = std::make_shared<PadPicture>();
            placed->inkOnDark = inkOf(picture, false);
            placed->hasLightGround = hasLightGround(picture);
            placed->source = picture;
            QVERIFY(!placed->hasLightGround);
            Drawing drawing;
            drawing.place({placed, false});
            DrawingPainter painter;
            painter.paint(drawing, {560, 560}, DrawingPainter::PictureLook::Ink);
            const Picture raster = imageAsPicture(painter.image(), 1);
            const Tensor input = inkTensor(centredInk({560, 560, raster.pixels}, 28, 28), {1, 28, 28});
            same += probe.look(*weights, image).predicted == probe.look(*weights, input).predicted ? 1 : 0;
        }
        qInfo("%d of %u built-in digits are taken for the same class when they are pasted", same, count);
        QVERIFY2(same > 0.95 * count, qPrintable(QString::number(same)));
    }

    void picturesArePasted() {
        QApplication::clipboard()->setImage(pageWithAOne(Qt::white, Qt::black));
        QTest::keyClick(m_page.get(), Qt::Key_V, Qt::ControlModifier);
        QTRY_VERIFY_WITH_TIMEOUT(bars().startsWith(QStringLiteral("Answer 1,")), patience);
        auto* inverts = child<QCheckBox>("invertPicture");
        QVERIFY(inverts->isVisible());
        QVERIFY(inverts->isChecked());
        QVERIFY(child<QLabel>("inputHow")->text().contains(QStringLiteral("inverted")));
        const std::vector<float> ink = m_page->input().values;
        inverts->click(); // the page itself is no ink, as it is the ground
        QTRY_VERIFY(m_page->input().values != ink);
        inverts->click();
        QTRY_COMPARE(m_page->input().values, ink);
        // One can draw on, and undo down to the empty pad.
        draw(line({0.2, 0.9}, {0.8, 0.9}));
        QTRY_VERIFY(m_page->input().values != ink);
        child<QAction>("undoStroke")->trigger();
        child<QAction>("undoStroke")->trigger();
        QTRY_VERIFY(m_page->input().values.empty());
        QVERIFY(!inverts->isVisible());

        auto* png = new QMimeData;
        png->setData(QStringLiteral("image/png"), encoded(pageWithAOne(Qt::black, Qt::white), "PNG"));
        QApplication::clipboard()->setMimeData(png);
        QTest::keyClick(m_page.get(), Qt::Key_V, Qt::ControlModifier);
        QTRY_VERIFY_WITH_TIMEOUT(bars().startsWith(QStringLiteral("Answer 1,")), patience);
        QVERIFY(!inverts->isChecked());

        auto* file = new QMimeData;
        file->setUrls({QUrl::fromLocalFile(write("one.png", encoded(pageWithAOne(Qt::yellow, Qt::darkBlue), "PNG")))});
        QApplication::clipboard()->setMimeData(file);
        QTest::keyClick(m_page.get(), Qt::Key_V, Qt::ControlModifier);
        QTRY_VERIFY_WITH_TIMEOUT(inverts->isChecked(), patience);
        QTRY_VERIFY_WITH_TIMEOUT(bars().startsWith(QStringLiteral("Answer 1,")), patience);

        QApplication::clipboard()->setText(QStringLiteral("no picture"));
        QTest::keyClick(m_page.get(), Qt::Key_V, Qt::ControlModifier);
        QVERIFY(child<Notice>("pictureProblem")->isVisible());
        QVERIFY(!m_page->input().values.empty()); // what lies on the pad stays
    }

    void picturesAreDropped() {
        for (const char* form : {"PNG", "JPG", "BMP", "PPM"}) {
            const QString name = QStringLiteral("one.%1").arg(QString::fromLatin1(form).toLower());
            QMimeData mime;
            mime.setUrls({QUrl::fromLocalFile(
                write(qPrintable(name), encoded(pageWithAOne(QColor(230, 225, 210), QColor(40, 40, 60)), form)))});
            bool accepted = false;
            drop(m_page.get(), mime, accepted);
            QVERIFY(accepted);
            QTRY_VERIFY2_WITH_TIMEOUT(bars().startsWith(QStringLiteral("Answer 1,")), form, patience);
            child<QAction>("clearPad")->trigger();
            QTRY_VERIFY(bars().isEmpty());
        }
        // A network's file is the window's business.
        QMimeData other;
        other.setUrls({QUrl::fromLocalFile(m_folder.filePath(QStringLiteral("net.json")))});
        bool accepted = true;
        drop(m_page.get(), other, accepted);
        QVERIFY(!accepted);
        QMimeData remote;
        remote.setUrls({QUrl(QStringLiteral("https://localhost/one.png"))});
        drop(m_page.get(), remote, accepted);
        QVERIFY(!accepted);
    }

    void hostilePicturesAreRefusedByName() {
        const QByteArray png = encoded(pageWithAOne(Qt::white, Qt::black), "PNG");
        QByteArray hugeBitmap = encoded(QImage(4, 4, QImage::Format_RGB32), "BMP");
        hugeBitmap.replace(18, 4, QByteArray("\x60\xea\x00\x00", 4)); // 60,000 wide
        hugeBitmap.replace(22, 4, QByteArray("\x60\xea\x00\x00", 4));
        QByteArray hugePng = png;
        hugePng.replace(16, 8, QByteArray("\x00\x00\xff\xff\x00\x00\xff\xff", 8));
        QVERIFY(QDir(m_folder.path()).mkpath(QStringLiteral("folder.png")));
        const QStringList paths{write("text.png", "this is no picture"), write("empty.jpg", {}),
            write("cut.png", png.left(png.size() / 2)), write("huge.bmp", hugeBitmap), write("huge.png", hugePng),
            write("program.png", "<svg xmlns='http://www.w3.org/2000/svg' width='99' height='99'/>"),
            m_folder.filePath(QStringLiteral("missing.png")), m_folder.filePath(QStringLiteral("folder.png"))};
        auto* problem = child<Notice>("pictureProblem");
        draw(zero());
        QTRY_VERIFY_WITH_TIMEOUT(bars().startsWith(QStringLiteral("Answer 0,")), patience);
        for (const QString& path : paths) {
            m_page->openPicture(path);
            QVERIFY(!problem->isVisible());
            QTRY_VERIFY2_WITH_TIMEOUT(problem->isVisible(), qPrintable(path), patience);
            QVERIFY2(problem->text().contains(path), qPrintable(path + QStringLiteral(" / ") + problem->text()));
            QVERIFY2(problem->text().contains(QStringLiteral("found")), qPrintable(problem->text()));
        }
        QVERIFY(bars().startsWith(QStringLiteral("Answer 0,"))); // the drawing stays
        m_page->openPicture(write("good.png", png));             // and a good one is read after all that
        QTRY_VERIFY_WITH_TIMEOUT(bars().startsWith(QStringLiteral("Answer 1,")), patience);
        QVERIFY(!problem->isVisible());
    }

    /// The newest picture wins; what was asked for before arrives nowhere.
    void theNewestPictureWins() {
        const QString first = write("zero.png", encoded(pageWithAOne(Qt::black, Qt::white).mirrored(), "PNG"));
        QImage blank(40, 40, QImage::Format_RGB32);
        blank.fill(Qt::black);
        const QString last = write("blank.png", encoded(blank, "PNG"));
        m_page->openPicture(first);
        m_page->openPicture(first);
        m_page->openPicture(last);
        QTRY_VERIFY_WITH_TIMEOUT(pad()->drawing().canUndo(), patience);
        QCOMPARE(pad()->drawing().visible().size(), std::size_t{1});
        QCOMPARE(pad()->drawing().picture()->picture->source.shape.width, 40);
        pad()->undo();
        QVERIFY(!pad()->drawing().canUndo());                       // the first two never came
        QTRY_COMPARE(verdict(), QStringLiteral("Draw something.")); // a picture without ink predicts nothing either
        m_page->openPicture(first);
        child<QAction>("clearPad")->trigger();
    }

    /// A wide picture keeps its aspect, whatever the pad's is.
    void aWidePictureIsNotStretched() {
        child<QCheckBox>("placeByMass")->setChecked(false);
        QImage picture(280, 140, QImage::Format_RGB32);
        picture.fill(Qt::black);
        for (int y = 40; y < 100; ++y)
            for (int x = 110; x < 170; ++x)
                picture.setPixel(x, y, qRgb(255, 255, 255)); // a square
        m_page->openPicture(write("square.png", encoded(picture, "PNG")));
        QTRY_VERIFY_WITH_TIMEOUT(!m_page->input().values.empty(), patience);
        int across = 0;
        int down = 0;
        for (std::size_t i = 0; i < 28; ++i) {
            across += m_page->input().values[14 * 28 + i] > 0.5f;
            down += m_page->input().values[i * 28 + 14] > 0.5f;
        }
        QCOMPARE(across, 6); // 60 of 280 pixels
        QCOMPARE(down, across);
    }

    void aNetworkInColourTakesPicturesAsTheyAre() {
        m_session->setNetwork({"colour", {3, 32, 32}, {Flatten{}, Dense{7}}});
        QCOMPARE(child<QLabel>("inputTitle")->text(), QStringLiteral("What the network sees: 32 × 32"));
        draw(zero());
        QTRY_VERIFY_WITH_TIMEOUT(!bars().isEmpty(), patience);
        QCOMPARE(m_page->input().values.size(), std::size_t{3 * 32 * 32});
        // Seven classes, and data with ten: plain numbers.
        QCOMPARE(bars(), expectedAnswer());
        QVERIFY(child<QLabel>("inputHow")->text().contains(QStringLiteral("White ink on black")));
        for (std::size_t i = 0; i < 32 * 32; ++i)
            QCOMPARE(m_page->input().values[i], m_page->input().values[i + 2 * 32 * 32]);
        QImage picture(96, 32, QImage::Format_RGB32);
        picture.fill(Qt::blue);
        for (int y = 0; y < 32; ++y)
            for (int x = 32; x < 64; ++x)
                picture.setPixel(x, y, qRgb(8 * y, 255 - 4 * x, 90));
        m_page->openPicture(write("wide.png", encoded(picture, "PNG")));
        QTRY_VERIFY_WITH_TIMEOUT(pad()->drawing().picture(), patience);
        QTRY_COMPARE_WITH_TIMEOUT(m_page->input().values[32 * 32 * 2], 90 / 255.0f, patience);
        for (int y = 0; y < 32; ++y)
            for (int x = 0; x < 32; ++x)
                QCOMPARE(
                    m_page->input().values[static_cast<std::size_t>(32 * y + x)], static_cast<float>(8 * y) / 255.0f);
        QVERIFY(!child<QCheckBox>("placeByMass")->isEnabled());
        QVERIFY(!child<QCheckBox>("invertPicture")->isVisible());
    }

    void aDrawingSurvivesAnotherNetwork() {
        draw(zero());
        QTRY_VERIFY_WITH_TIMEOUT(!m_page->input().values.empty(), patience);
        m_session->setNetwork({"small", {1, 14, 14}, {Flatten{}, Dense{10}}});
        QTRY_VERIFY_WITH_TIMEOUT(m_page->input().values.size() == 14 * 14, patience);
        QTRY_COMPARE_WITH_TIMEOUT(bars(), expectedAnswer(), patience);
        m_session->setNetwork({"wide", {1, 20, 40}, {Flatten{}, Dense{10}}});
        QTRY_VERIFY_WITH_TIMEOUT(m_page->input().values.size() == 20 * 40, patience);
        QVERIFY(std::abs(pad()->padRect().width() - 2 * pad()->padRect().height()) < 2);
        m_session->setNetwork({"flat", {100, 1, 1}, {Dense{10}}});
        QTRY_VERIFY(m_page->input().values.empty());
        QVERIFY(!pad()->isEnabled());
        QVERIFY(child<QLabel>("inputHow")->text().contains(QStringLiteral("nothing to draw")));
    }

    void dataOfOtherImagesNamesNoClasses() {
        // Ten classes as well, but of pictures in another size, whose names mean nothing to this network.
        const QString path = m_folder.filePath(QStringLiteral("animals"));
        const QStringList animals{"ant", "bee", "cat", "dog", "elk", "fox", "gnu", "hen", "ibis", "jay"};
        for (const QString& animal : animals) {
            QVERIFY(QDir().mkpath(path + QLatin1Char('/') + animal));
            QImage image(12, 12, QImage::Format_RGB32);
            image.fill(QColor(20 * static_cast<int>(animals.indexOf(animal)), 60, 90));
            for (int i = 0; i < 8; ++i)
                QVERIFY(image.save(QStringLiteral("%1/%2/%3.png").arg(path, animal).arg(i)));
        }
        QSignalSpy changed(m_session.get(), &Session::dataChanged);
        m_session->openData(path);
        QVERIFY(changed.count() > 0 || changed.wait(20'000));
        QCOMPARE(m_session->data()->info().classes, 10);
        draw(zero());
        QTRY_VERIFY_WITH_TIMEOUT(!bars().isEmpty(), patience);
        QTRY_COMPARE_WITH_TIMEOUT(bars(), expectedAnswer(), patience);
    }

    void whatLiesOnThePadMayBeTheImage() {
        auto* byMass = child<QCheckBox>("placeByMass");
        QVERIFY(byMass->isChecked()); // the data are digits
        draw(line({0.2, 0.1}, {0.2, 0.3}));
        QTRY_VERIFY(!m_page->input().values.empty());
        const std::vector<float> placed = m_page->input().values;
        byMass->click();
        QTRY_VERIFY(m_page->input().values != placed);
        // At a fifth from the left and the top, where it was drawn.
        QVERIFY(m_page->input().values[5 * 28 + 5] > 0.9f);
        QCOMPARE(m_page->input().values[14 * 28 + 14], 0.0f);
    }

    void ofManyClassesTheLikeliestAreShown() {
        m_session->setNetwork({"many", {1, 28, 28}, {Flatten{}, Dense{100}}});
        auto* view = child<ClassBars>("drawBars");
        QCOMPARE(view->sizeHint().height(), 10 * (view->fontMetrics().height() + 4));
        const QImage before = view->grab().toImage();
        draw(zero());
        QTRY_VERIFY_WITH_TIMEOUT(!bars().isEmpty(), patience);
        QCOMPARE(bars(), expectedAnswer());
        QVERIFY(view->grab().toImage() != before);
        // Sorted; the true class is among them, and what is no number comes last.
        std::vector<float> answer(100, 0.001f);
        answer[70] = 0.5f;
        answer[3] = 0.3f;
        answer[99] = std::nanf("");
        view->setAnswer(answer, 70, -1);
        QCOMPARE(view->shownClasses(), (std::vector<std::size_t>{70, 3, 0, 1, 2, 4, 5, 6, 7, 8}));
        view->setAnswer(answer, 70, 99);
        QCOMPARE(view->shownClasses(), (std::vector<std::size_t>{70, 3, 0, 1, 2, 4, 5, 6, 7, 99}));
    }

    void theImageThatIsFedInCanBeSaved() {
        const QString path = m_folder.filePath(QStringLiteral("fed.png"));
        const auto problem = [this] { return m_page->findChild<Notice*>("pictureProblem")->text(); };
        m_page->saveInput(path); // there is none
        QVERIFY2(problem().contains(QStringLiteral("no image")), qPrintable(problem()));
        draw(zero());
        QTRY_VERIFY_WITH_TIMEOUT(!m_page->input().values.empty(), patience);
        m_page->saveInput(path);
        QTRY_VERIFY_WITH_TIMEOUT(QFile::exists(path), patience);
        const QImage saved(path);
        QCOMPARE(saved.size(), QSize(28, 28));
        for (int y = 0; y < 28; ++y)
            for (int x = 0; x < 28; ++x)
                QCOMPARE(qRed(saved.pixel(x, y)),
                    static_cast<int>(std::lround(m_page->input().values[static_cast<std::size_t>(28 * y + x)] * 255)));
        m_page->saveInput(path + QStringLiteral("/below.png"));
        QTRY_VERIFY2_WITH_TIMEOUT(problem().contains(QStringLiteral("fed.png")), qPrintable(problem()), patience);
        // What was saved is fed in again as it was.
        const std::vector<float> values = m_page->input().values;
        m_page->openPicture(path);
        QTRY_VERIFY_WITH_TIMEOUT(pad()->drawing().picture(), patience);
        QTRY_COMPARE_WITH_TIMEOUT(m_page->input().values, values, patience);
    }

    void everyControlHasAName() {
        int seen = 0;
        for (QWidget* widget : m_page->findChildren<QWidget*>()) {
            if (widget->focusPolicy() == Qt::NoFocus || !widget->isVisible() ||
                widget->objectName().startsWith(QLatin1String("qt_")))
                continue;
            ++seen;
            QAccessibleInterface* accessible = QAccessible::queryAccessibleInterface(widget);
            QVERIFY2(accessible && !accessible->text(QAccessible::Name).isEmpty(), widget->metaObject()->className());
            QVERIFY(!widget->objectName().isEmpty());
        }
        QVERIFY(seen >= 10);
    }

    /// From the pad to Look and to the strip, and back to the test images.
    void aDrawingIsLookedAtInTheWholeWindow() {
        m_page.reset();
        testing::Application app(m_folder.filePath(QStringLiteral("settings.json")));
        app.show();
        QTest::keyClick(&app.window, Qt::Key_1, Qt::ControlModifier);
        app.find<QToolButton>("drawPageButton")->click();
        m_page.reset(app.window.findChild<DrawPage*>(QStringLiteral("drawPage")));
        draw(zero());
        QTRY_VERIFY_WITH_TIMEOUT(!bars().isEmpty(), patience);
        QTest::mouseClick(child<QPushButton>("lookInside"), Qt::LeftButton);
        QCOMPARE(app.window.currentWorkspace(), QStringLiteral("look"));
        QVERIFY(app.session.looksAtPicture());
        QCOMPARE(app.find<QLabel>("sampleTitle")->text(), QStringLiteral("Image: your drawing"));
        QCOMPARE(app.find<StageCard>("inputCard")->accessibleName(), QStringLiteral("Input: your drawing"));
        QTRY_VERIFY_WITH_TIMEOUT(app.session.probeResult() && app.session.probeResult()->label == -1, patience);
        QVERIFY(app.session.probeResult()->input.values == m_page->input().values);
        QTRY_VERIFY_WITH_TIMEOUT(
            app.find<StageCard>("answerCard")->accessibleName() == QStringLiteral("Answer: says 0"), patience);
        // A picture may be dropped anywhere on the window.
        app.window.open(write("one.png", encoded(pageWithAOne(Qt::white, Qt::black), "PNG")));
        QCOMPARE(app.window.currentWorkspace(), QStringLiteral("train"));
        QTRY_VERIFY_WITH_TIMEOUT(bars().startsWith(QStringLiteral("Answer 1,")), patience);
        // Strip and Look go on with what the pad has now.
        QCOMPARE(app.session.sampleTitle(), QStringLiteral("your picture"));
        QTRY_VERIFY_WITH_TIMEOUT(
            app.session.probeResult() && app.session.probeResult()->input.values == m_page->input().values, patience);
        (void)m_page.release(); // the window's
    }
};

QTEST_MAIN(DrawTest)
#include "draw_test.moc"
