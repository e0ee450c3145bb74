// SPDX-License-Identifier: GPL-3.0-or-later
#include "draw/draw_page.h"

#include "app/class_names.h"
#include "app/file_saver.h"
#include "data/drawing/ink_frame.h"
#include "data/drawing/picture_ink.h"
#include "draw/draw_pad.h"
#include "editor/notice.h"
#include "train/class_bars.h"
#include "train/form_widgets.h"
#include "train/sample_image.h"
#include "widgets/heading.h"
#include "widgets/number_text.h"
#include "widgets/open_dialog.h"
#include "widgets/save_dialog.h"
#include "widgets/tiles.h"

#include <QAction>
#include <QApplication>
#include <QBuffer>
#include <QCheckBox>
#include <QClipboard>
#include <QDragEnterEvent>
#include <QFileInfo>
#include <QLabel>
#include <QMimeData>
#include <QPushButton>
#include <QSignalBlocker>
#include <QSlider>
#include <QToolButton>

#include <algorithm>
#include <cmath>
#include <utility>

namespace kernelscope {
namespace {

using namespace std::chrono_literals;

/// Whether the classes are the ten digits, by their names.
bool areDigits(const QStringList& names) {
    for (int i = 0; i < names.size(); ++i)
        if (names[i] != QString::number(i))
            return false;
    return names.size() == 10;
}

} // namespace

DrawPage::DrawPage(Session& session, QWidget* parent)
    : QWidget(parent),
      m_session(session),
      m_pad(new DrawPad(this)),
      m_thickness(new QSlider(Qt::Horizontal, this)),
      m_eraser(new QToolButton(this)),
      m_problem(new Notice(Notice::Kind::Problem, "pictureProblem", this)),
      m_reading(new Notice(Notice::Kind::Information, "pictureReading", this)),
      m_inputTitle(heading(QString(), this)),
      m_image(new SampleImage(this)),
      m_how(mutedText("inputHow", this)),
      m_byMass(new QCheckBox(tr("Place it as &MNIST's digits are"), this)),
      m_inverts(new QCheckBox(tr("&Invert: dark is the ink"), this)),
      m_save(new QPushButton(tr("&Save image…"), this)),
      m_saver(new FileSaver(this)),
      m_verdict(new QLabel(this)),
      m_bars(new ClassBars(this)),
      m_weights(mutedText("drawWeights", this)),
      m_look(new QPushButton(tr("&Look inside"), this)) {
    setObjectName(QStringLiteral("drawPage"));
    setAcceptDrops(true);
    m_throttle.setSingleShot(true);
    m_throttle.setInterval(33ms);
    connect(&m_throttle, &QTimer::timeout, this, &DrawPage::refresh);
    build();
    connectSession();
    connectReader();
    showSetup();
    showHistory();
}

DrawPage::~DrawPage() {
    m_pad->disconnect(this); // it loses the focus on its way out, lifts the pen, and would tell what is half gone
}

void DrawPage::connectSession() {
    connect(&m_session, &Session::networkChanged, this, &DrawPage::showSetup);
    connect(&m_session, &Session::dataChanged, this, &DrawPage::showSetup);
    connect(&m_session, &Session::snapshotChanged, this, &DrawPage::refreshSoon);
    connect(&m_probe, &ProbeService::finished, this, &DrawPage::showAnswer);
    connect(&m_probe, &ProbeService::failed, this, [this](const QString& message) { m_problem->show(message); });
    connect(m_pad, &DrawPad::changed, this, [this] {
        m_problem->dismiss(); // what it was about is over
        m_isInputStale = true;
        refreshSoon();
    });
    connect(m_pad, &DrawPad::historyChanged, this, &DrawPage::showHistory);
}

void DrawPage::connectReader() {
    m_readingSince.setSingleShot(true);
    m_readingSince.setInterval(400ms);
    connect(&m_reader, &PictureReader::started, this, [this] {
        m_problem->dismiss();
        m_readingSince.start();
    });
    connect(&m_readingSince, &QTimer::timeout, this, [this] {
        m_reading->show(tr("A picture is being read…"), {{tr("Cancel"), tr("Leaves the pad as it is"), [this] {
                                                              m_reader.forget();
                                                              m_reading->dismiss();
                                                          }}});
    });
    connect(&m_reader, &PictureReader::finished, this, [this](const std::shared_ptr<const PadPicture>& picture) {
        m_readingSince.stop();
        m_reading->dismiss();
        m_pad->place({picture, picture->hasLightGround});
    });
    connect(&m_reader, &PictureReader::failed, this, [this](const QString& message) {
        m_readingSince.stop();
        m_reading->dismiss();
        m_problem->show(message);
    });
}

void DrawPage::showSetup() {
    const bool isOtherNetwork = !m_network || *m_network != m_session.network();
    if (isOtherNetwork)
        m_network = std::make_shared<const Network>(m_session.network());
    const Shape& shape = m_network->input;
    const bool isImage = !shape.isFlat();
    m_pad->setEnabled(isImage);
    m_pad->setFrame({shape.width, shape.height});
    m_pad->setPictureLook(shape.channels == 3 ? DrawingPainter::PictureLook::Colour : DrawingPainter::PictureLook::Ink);
    m_inputTitle->setText(tr("What the network sees: %1 × %2").arg(shape.width).arg(shape.height));
    if (const QStringList names = classNames(m_session); isOtherNetwork || m_names != names) {
        m_names = names;
        std::vector<std::string> plain;
        for (const QString& name : names)
            plain.push_back(name.toStdString());
        m_bars->setClasses(plain);
        m_probe.cancel();
        showAnswer(nullptr);
    }
    // Digits are placed as MNIST's, whoever drew them; what else networks learn fills its image in ways of its own.
    if (const bool are = areDigits(m_names); !m_isSetUp || are != m_wereDigits) {
        const QSignalBlocker blocker(m_byMass);
        m_byMass->setChecked(are);
        m_wereDigits = are;
        m_isSetUp = true;
    }
    m_isInputStale = true;
    showHow();
    refreshSoon();
}

bool DrawPage::isPictureInColour() const {
    return m_pad->drawing().picture() && m_network->input.channels == 3;
}

bool DrawPage::isPlacedByMass() const {
    return m_byMass->isChecked() && !isPictureInColour();
}

void DrawPage::showHistory() {
    m_undo->setEnabled(m_pad->drawing().canUndo());
    m_redo->setEnabled(m_pad->drawing().canRedo());
    m_clear->setEnabled(!m_pad->drawing().isEmpty());
    showHow();
}

void DrawPage::showHow() {
    const Shape& shape = m_network->input;
    const DrawnPicture* picture = m_pad->drawing().picture();
    m_byMass->setEnabled(!isPictureInColour());
    m_inverts->setVisible(picture && !isPictureInColour());
    if (picture) {
        const QSignalBlocker blocker(m_inverts);
        m_inverts->setChecked(picture->inverts);
    }
    if (shape.isFlat()) {
        m_how->setText(tr("This network takes %1 values that are no image: there is nothing to draw.")
                           .arg(countText(shape.channels)));
        return;
    }
    const QString size = tr("%1 × %2").arg(shape.width).arg(shape.height);
    QStringList sentences;
    if (isPictureInColour())
        sentences += tr("The picture's middle, scaled to %1.").arg(size);
    else if (isPlacedByMass())
        sentences += tr("Scaled to fit %1 × %2 pixels, its centre of mass in the middle.")
                         .arg(std::lround(kInkBoxPart * shape.width))
                         .arg(std::lround(kInkBoxPart * shape.height));
    else
        sentences += tr("As it is on the pad, scaled to %1.").arg(size);
    if (picture && !isPictureInColour())
        sentences += picture->inverts ? tr("The picture is inverted: its dark ink was taken from a light ground.")
                                      : tr("The picture's light ink was taken from a dark ground.");
    if (shape.channels > 1 && !isPictureInColour())
        sentences += tr("White ink on black, the same in all %1 channels.").arg(shape.channels);
    m_how->setText(sentences.join(QLatin1Char(' ')));
}

void DrawPage::refreshSoon() {
    if (isVisible() && !m_throttle.isActive())
        m_throttle.start();
}

void DrawPage::refresh() {
    if (m_isInputStale)
        takeInput();
    const bool isEmpty = m_input.values.empty();
    const SnapshotPtr snapshot = m_session.snapshot();
    m_look->setEnabled(!isEmpty);
    m_save->setEnabled(!isEmpty);
    m_weights->setText(
        m_session.snapshotTitle().isEmpty() ? QString() : tr("Weights: %1").arg(m_session.snapshotTitle()));
    if (isEmpty || !snapshot) {
        m_probe.cancel();
        showAnswer(nullptr);
        return;
    }
    m_probe.request({m_network, snapshot, nullptr, 0, std::make_shared<const Tensor>(m_input), -1});
}

void DrawPage::takeInput() {
    m_isInputStale = false;
    const Shape& shape = m_network->input;
    m_input = {shape, {}};
    if (!m_pad->drawing().isEmpty() && !shape.isFlat()) {
        const Picture raster = imageAsPicture(m_pad->raster(), isPictureInColour() ? 3 : 1);
        if (isPlacedByMass())
            m_input = inkTensor(
                centredInk({raster.shape.width, raster.shape.height, raster.pixels}, shape.width, shape.height), shape);
        else if (std::any_of(raster.pixels.begin(), raster.pixels.end(), [](std::uint8_t ink) { return ink > 0; }))
            m_input = pictureTensor(raster, shape);
    }
    m_image->setTensor(m_input.values.empty() || shape.channels == 1 || shape.channels == 3
                           ? m_input
                           : Tensor{{1, shape.height, shape.width}, // any channel is like the others
                                 {m_input.values.begin(), m_input.values.begin() + shape.height * shape.width}});
    // Strip and Look go on with the drawing that they were sent, until another image is chosen there.
    if (m_session.looksAtPicture() && !m_input.values.empty())
        sendToLook();
}

void DrawPage::showAnswer(const ProbeResultPtr& result) {
    if (!result || static_cast<qsizetype>(result->probabilities.size()) != m_names.size()) {
        m_bars->setAnswer({}, -1, -1);
        const bool hasNoInk = m_input.values.empty() && !m_network->input.isFlat();
        m_verdict->setText(!hasNoInk ? QString()
                           : m_pad->drawing().picture()
                               ? tr("There is no ink in the picture: all of it has one colour.")
                               : tr("Draw something."));
        return;
    }
    const auto predicted = static_cast<std::size_t>(result->predicted);
    m_bars->setAnswer(result->probabilities, result->predicted, -1);
    m_verdict->setText(tr("%1, says the network, %2 sure.")
                           .arg(QStringLiteral("<b>%1</b>").arg(m_names[result->predicted].toHtmlEscaped()),
                               percentText(static_cast<double>(result->probabilities[predicted]), 1)));
}

void DrawPage::paste() {
    if (const QMimeData* mime = QApplication::clipboard()->mimeData())
        if (const auto source = PictureSource::from(*mime)) {
            m_reader.read(*source);
            return;
        }
    m_problem->show(tr("There is no picture on the clipboard. Copy one, or a picture file, and paste again."));
}

void DrawPage::openPicture(const QString& path) {
    m_reader.read({path, {}, {}, QFileInfo(path).fileName()});
}

void DrawPage::choosePicture() {
    askWhatToOpen(this,
        {tr("Open a picture"), tr("Pictures (*.png *.jpg *.jpeg *.gif *.bmp *.webp *.ppm *.pgm *.pbm);;All files (*)"),
            QStringLiteral("openPictureDialog")},
        [this](const QString& path) { openPicture(path); });
}

void DrawPage::saveInput(const QString& path) {
    QByteArray bytes;
    QBuffer buffer(&bytes);
    buffer.open(QIODevice::WriteOnly);
    if (m_input.values.empty() || !pictureImage(m_input).save(&buffer, "PNG")) {
        m_problem->show(tr("There is no image to save."));
        return;
    }
    m_saver->save(path, bytes.toStdString(), [this](const std::optional<QString>& failure) {
        if (failure)
            m_problem->show(*failure);
    });
}

void DrawPage::chooseSavePath() {
    askWhereToSave(this,
        {tr("Save the image that is fed in"), QStringLiteral("drawing.png"), tr("PNG pictures (*.png)"),
            QStringLiteral("png"), QStringLiteral("saveImageDialog")},
        [this](const QString& path) { saveInput(path); });
}

void DrawPage::lookInside() {
    if (m_isInputStale)
        takeInput(); // the last stroke counts, however short ago it was
    if (m_input.values.empty())
        return;
    sendToLook();
    emit lookRequested();
}

void DrawPage::sendToLook() {
    m_session.lookAt(m_input, m_pad->drawing().picture() ? tr("your picture") : tr("your drawing"));
}

void DrawPage::showEvent(QShowEvent* event) {
    QWidget::showEvent(event);
    refreshSoon();
}

void DrawPage::dragEnterEvent(QDragEnterEvent* event) {
    // Other files are for the window.
    if (PictureSource::isIn(*event->mimeData()))
        event->acceptProposedAction();
    else
        event->ignore();
}

void DrawPage::dropEvent(QDropEvent* event) {
    if (const auto source = PictureSource::from(*event->mimeData())) {
        event->acceptProposedAction();
        m_reader.read(*source);
    } else {
        event->ignore();
    }
}

} // namespace kernelscope
