// SPDX-License-Identifier: GPL-3.0-or-later
#include "draw/picture_source.h"

#include "base/error.h"
#include "data/drawing/picture_ink.h"
#include "draw/drawing_painter.h"
#include "files/atomic_file.h"

#include <QBuffer>
#include <QFileInfo>
#include <QImageReader>
#include <QMimeData>
#include <QUrl>

#include <algorithm>
#include <iterator>
#include <span>
#include <utility>

namespace kernelscope {
namespace {

/// A picture on the pad is no longer or wider than this: more than any network looks at.
constexpr int longestSide = 640;

/// Forms that Qt reads for us. What else its plug-ins know (SVG runs programs, in a way) stays outside.
const QList<QByteArray> otherForms{"bmp", "gif", "webp", "ppm", "pgm", "pbm"};

/// Clipboards name the forms they have.
const char* const encodedTypes[] = {"image/png", "image/jpeg", "image/bmp", "image/webp", "image/gif"};

[[noreturn]] void refuse(const QString& name, const QString& found, const std::string& expected) {
    throw Error({"Cannot use the picture", name.toStdString(), found.toStdString(), expected, {}});
}

void checkSize(const QSize& size, const QString& name) {
    const bool fits =
        size.width() <= kLongestPictureSide && size.height() <= kLongestPictureSide &&
        static_cast<std::uint64_t>(size.width()) * static_cast<std::uint64_t>(size.height()) <= kMostPicturePixels;
    if (!fits)
        refuse(name, QStringLiteral("%1 x %2 pixels").arg(size.width()).arg(size.height()),
            "at most " + std::to_string(kMostPicturePixels) + " pixels and " + std::to_string(kLongestPictureSide) +
                " a side");
}

/// On white, as core/ lays transparent PNGs, and no larger than the pad has use for.
Picture pictureOf(const QImage& image, const QString& name) {
    if (image.isNull())
        refuse(name, QStringLiteral("nothing"), "a picture");
    checkSize(image.size(), name);
    QImage small = image;
    if (std::max(image.width(), image.height()) > longestSide)
        small = image.scaled(longestSide, longestSide, Qt::KeepAspectRatio, Qt::SmoothTransformation);
    QImage opaque(small.size(), QImage::Format_RGB32);
    opaque.fill(Qt::white);
    small = small.convertToFormat(QImage::Format_ARGB32);
    for (int y = 0; y < small.height(); ++y) {
        const auto* from = reinterpret_cast<const QRgb*>(small.constScanLine(y));
        auto* to = reinterpret_cast<QRgb*>(opaque.scanLine(y));
        for (int x = 0; x < small.width(); ++x) {
            const int alpha = qAlpha(from[x]);
            const auto over = [alpha](int value) { return (value * alpha + 255 * (255 - alpha) + 127) / 255; };
            to[x] = qRgb(over(qRed(from[x])), over(qGreen(from[x])), over(qBlue(from[x])));
        }
    }
    return imageAsPicture(opaque, 3);
}

/// Known by content. PNG and JPEG have signatures.
bool isPngOrJpeg(const QByteArray& bytes) {
    return bytes.startsWith("\x89PNG") || bytes.startsWith("\xff\xd8\xff");
}

Picture decode(QByteArray bytes, const QString& name) {
    if (isPngOrJpeg(bytes))
        return decodePicture(
            std::span(reinterpret_cast<const std::uint8_t*>(bytes.constData()), static_cast<std::size_t>(bytes.size())),
            name.toStdString());
    QBuffer buffer(&bytes);
    buffer.open(QIODevice::ReadOnly);
    QImageReader reader(&buffer);
    reader.setDecideFormatFromContent(true);
    const QByteArray form = reader.format();
    if (!otherForms.contains(form))
        refuse(name, form.isEmpty() ? QStringLiteral("no picture") : QString::fromLatin1(form),
            "a PNG, JPEG, GIF, BMP, WebP or PPM picture");
    const QSize size = reader.size();
    if (size.isValid())
        checkSize(size, name); // what claims nothing is bounded by Qt's limit, 128 MB
    reader.setAutoTransform(true);
    const QImage image = reader.read();
    if (image.isNull())
        refuse(name, reader.errorString(), "a whole picture");
    return pictureOf(image, name);
}

Picture load(const PictureSource& source) {
    if (!source.path.isEmpty()) {
        const std::filesystem::path path = source.path.toStdString();
        const QFileInfo file(source.path);
        if (file.exists() && !file.isFile()) // a pipe would be waited for
            refuse(source.path, QStringLiteral("no file"), "a picture file");
        const std::string content = readWholeFile(path, kLargestPictureFile);
        return decode(QByteArray::fromStdString(content), source.path);
    }
    if (!source.bytes.isEmpty())
        return decode(source.bytes, source.name);
    return pictureOf(source.image, source.name);
}

std::shared_ptr<const PadPicture> prepare(Picture picture) {
    const int longest = std::max(picture.shape.width, picture.shape.height);
    if (longest > longestSide) {
        const auto scaled = [longest](int side) {
            return std::max(1, static_cast<int>(std::int64_t{side} * longestSide / longest));
        };
        picture = scaledPicture(picture, scaled(picture.shape.width), scaled(picture.shape.height));
    }
    PadPicture result;
    result.inkOnDark = inkOf(picture, false);
    result.inkOnLight = inkOf(picture, true);
    result.hasLightGround = hasLightGround(picture);
    result.source = std::move(picture);
    return std::make_shared<const PadPicture>(std::move(result));
}

/// The one local file that is meant; empty for anything else.
QString localFile(const QMimeData& mime) {
    const QList<QUrl> urls = mime.urls();
    return urls.size() == 1 && urls.front().isLocalFile() ? urls.front().toLocalFile() : QString();
}

} // namespace

bool PictureSource::isPictureName(const QString& path) {
    static const QStringList endings{"png", "jpg", "jpeg", "gif", "bmp", "webp", "ppm", "pgm", "pbm"};
    return endings.contains(QFileInfo(path).suffix().toLower());
}

bool PictureSource::isIn(const QMimeData& mime) {
    const auto has = [&mime](const char* type) { return mime.hasFormat(QLatin1String(type)); };
    const bool isPixels = mime.hasImage() || std::any_of(std::begin(encodedTypes), std::end(encodedTypes), has);
    return isPictureName(localFile(mime)) || (mime.urls().isEmpty() && isPixels);
}

std::optional<PictureSource> PictureSource::from(const QMimeData& mime) {
    PictureSource source;
    if (const QString path = localFile(mime); isPictureName(path)) {
        source.path = path;
        source.name = QFileInfo(path).fileName();
        return source;
    }
    if (!isIn(mime))
        return std::nullopt;
    source.name = QObject::tr("pasted picture");
    // Encoded ones are decoded in the reader's thread, with its limits.
    for (const char* type : encodedTypes)
        if (source.bytes.isEmpty() && mime.hasFormat(QLatin1String(type)))
            source.bytes = mime.data(QLatin1String(type));
    if (source.bytes.isEmpty())
        source.image = qvariant_cast<QImage>(mime.imageData());
    return source;
}

PictureReader::PictureReader(QObject* parent) : QObject(parent) {
    connect(&m_job, &BackgroundJob::done, this, &PictureReader::onDone);
    connect(&m_job, &BackgroundJob::failed, this, &PictureReader::onFailed);
}

void PictureReader::read(const PictureSource& source) {
    m_isWanted = true;
    m_next = source;
    emit started();
    startNext();
}

void PictureReader::forget() {
    m_isWanted = false;
    m_next.reset();
}

bool PictureReader::startNext() {
    if (!m_next || m_job.isRunning())
        return false;
    const PictureSource source = *std::exchange(m_next, std::nullopt);
    m_name = source.name;
    m_place = std::make_shared<std::shared_ptr<const PadPicture>>();
    m_job.start([place = m_place, source] { *place = prepare(load(source)); });
    return true;
}

void PictureReader::onDone() {
    const auto picture = *std::exchange(m_place, nullptr);
    if (startNext() || !m_isWanted)
        return;
    m_isWanted = false;
    emit finished(picture, m_name);
}

void PictureReader::onFailed(const QString& message) {
    if (startNext() || !m_isWanted)
        return;
    m_isWanted = false;
    emit failed(message);
}

} // namespace kernelscope
