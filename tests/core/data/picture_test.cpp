// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/error.h"
#include "core/data/hostile_files.h"
#include "core/data/made_pictures.h"
#include "data/picture.h"

#include <QtTest>

#include <cmath>
#include <cstdlib>

using namespace kernelscope;

namespace {

/// The error that decoding gives; empty where it gives none.
QString errorOf(const Bytes& bytes) {
    try {
        decodePicture(bytes, "a picture");
    } catch (const Error& error) {
        return QString::fromUtf8(error.what());
    }
    return {};
}

/// 3 x 2 pixels, each another grey.
const Bytes kGreys = {10, 20, 30, 40, 50, 60};

/// A picture whose halves are dark and bright, in any number of channels.
Bytes halves(int width, int height, int channels) {
    Bytes pixels;
    for (int y = 0; y < height; ++y)
        for (int x = 0; x < width; ++x)
            for (int c = 0; c < channels; ++c)
                pixels.push_back(x < width / 2 ? 40 : 200);
    return pixels;
}

bool isAbout(int value, int expected) {
    return std::abs(value - expected) <= 3;
}

} // namespace

class PictureTest : public QObject {
    Q_OBJECT

private slots:
    void greyPng() {
        const Picture picture = decodePicture(::greyPng(3, 2, kGreys), "");
        QVERIFY((picture.shape == Shape{1, 2, 3}));
        QCOMPARE(picture.pixels, kGreys);
        QVERIFY(!picture.wasTransparent);
    }

    void colorPngBecomesPlanes() {
        const Picture picture = decodePicture(::colorPng(2, 1, {1, 2, 3, 4, 5, 6}), "");
        QVERIFY((picture.shape == Shape{3, 1, 2}));
        QCOMPARE(picture.pixels, (Bytes{1, 4, 2, 5, 3, 6}));
    }

    void interlacedPng() {
        PngForm form;
        form.width = 5;
        form.height = 5;
        Bytes pixels;
        for (int i = 0; i < 25; ++i)
            pixels.push_back(static_cast<std::uint8_t>(10 * i));
        form.interlaced = true;
        QCOMPARE(decodePicture(png(form, pixels), "").pixels, pixels);
    }

    void otherDepths() {
        PngForm form;
        form.width = 2;
        form.depth = 16;
        QCOMPARE(decodePicture(png(form, {0xFF, 0xFF, 0x80, 0x80}), "").pixels, (Bytes{255, 128}));
        form.depth = 1;
        form.width = 4;
        QCOMPARE(decodePicture(png(form, {0b10100000}), "").pixels, (Bytes{255, 0, 255, 0}));
    }

    void palettePng() {
        PngForm form;
        form.width = 3;
        form.colorType = PNG_COLOR_TYPE_PALETTE;
        form.palette = {{1, 2, 3}, {200, 100, 50}};
        Picture picture = decodePicture(png(form, {1, 0, 1}), "");
        QCOMPARE(picture.pixels, (Bytes{200, 1, 200, 100, 2, 100, 50, 3, 50}));
        QVERIFY(!picture.wasTransparent);
        form.paletteOpacity = {0};
        picture = decodePicture(png(form, {1, 0, 1}), "");
        QCOMPARE(picture.pixels, (Bytes{200, 255, 200, 100, 255, 100, 50, 255, 50}));
        QVERIFY(picture.wasTransparent);
    }

    void transparencyIsLaidOnWhite() {
        PngForm form;
        form.width = 3;
        form.colorType = PNG_COLOR_TYPE_GRAY_ALPHA;
        const Picture grey = decodePicture(png(form, {100, 255, 100, 0, 0, 51}), "");
        QCOMPARE(grey.pixels, (Bytes{100, 255, 204}));
        QVERIFY(grey.wasTransparent);
        form.width = 1;
        form.colorType = PNG_COLOR_TYPE_RGB_ALPHA;
        QCOMPARE(decodePicture(png(form, {0, 100, 255, 102}), "").pixels, (Bytes{153, 193, 255}));
        QVERIFY(!decodePicture(png(form, {0, 100, 255, 255}), "").wasTransparent);
    }

    void jpegs_data() {
        QTest::addColumn<int>("space");
        QTest::addColumn<bool>("progressive");
        QTest::addColumn<int>("channels");
        QTest::newRow("grey") << int(JCS_GRAYSCALE) << false << 1;
        QTest::newRow("grey, progressive") << int(JCS_GRAYSCALE) << true << 1;
        QTest::newRow("colour") << int(JCS_RGB) << false << 3;
        QTest::newRow("colour, progressive") << int(JCS_RGB) << true << 3;
        QTest::newRow("CMYK") << int(JCS_CMYK) << false << 3;
    }

    void jpegs() {
        QFETCH(int, space);
        QFETCH(bool, progressive);
        QFETCH(int, channels);
        JpegForm form;
        form.width = 32;
        form.height = 16;
        form.space = static_cast<J_COLOR_SPACE>(space);
        form.progressive = progressive;
        Bytes pixels = halves(32, 16, form.space == JCS_GRAYSCALE ? 1 : form.space == JCS_CMYK ? 4 : 3);
        if (form.space == JCS_CMYK) // no black ink: stored inverted, as Adobe does it
            for (std::size_t i = 3; i < pixels.size(); i += 4)
                pixels[i] = 255;
        const Picture picture = decodePicture(jpeg(form, pixels), "");
        QVERIFY((picture.shape == Shape{channels, 16, 32}));
        for (int c = 0; c < channels; ++c) {
            const std::size_t row = static_cast<std::size_t>(c * 16 + 7) * 32;
            QVERIFY(isAbout(picture.pixels[row + 3], 40));
            QVERIFY(isAbout(picture.pixels[row + 28], 200));
        }
    }

    void orientationIsFollowed_data() {
        QTest::addColumn<int>("orientation");
        QTest::addColumn<QByteArray>("pixels"); // of 10 20 30 / 40 50 60
        QTest::newRow("1") << 1 << QByteArray("\x0A\x14\x1E\x28\x32\x3C");
        QTest::newRow("2") << 2 << QByteArray("\x1E\x14\x0A\x3C\x32\x28");
        QTest::newRow("3") << 3 << QByteArray("\x3C\x32\x28\x1E\x14\x0A");
        QTest::newRow("4") << 4 << QByteArray("\x28\x32\x3C\x0A\x14\x1E");
        QTest::newRow("5") << 5 << QByteArray("\x0A\x28\x14\x32\x1E\x3C");
        QTest::newRow("6") << 6 << QByteArray("\x28\x0A\x32\x14\x3C\x1E");
        QTest::newRow("7") << 7 << QByteArray("\x3C\x1E\x32\x14\x28\x0A");
        QTest::newRow("8") << 8 << QByteArray("\x1E\x3C\x14\x32\x0A\x28");
        QTest::newRow("9 is none") << 9 << QByteArray("\x0A\x14\x1E\x28\x32\x3C");
    }

    void orientationIsFollowed() {
        QFETCH(int, orientation);
        QFETCH(QByteArray, pixels);
        for (const bool littleEndian : {true, false}) {
            PngForm form;
            form.width = 3;
            form.height = 2;
            form.exif = orientationExif(orientation, littleEndian);
            const Bytes bytes = png(form, kGreys);
            const Picture picture = decodePicture(bytes, "");
            QCOMPARE(picture.pixels, Bytes(pixels.begin(), pixels.end()));
            const bool turned = orientation >= 5 && orientation <= 8;
            QCOMPARE(picture.shape.width, turned ? 2 : 3);
            const PictureHeader header = decodePictureHeader(bytes, "");
            QCOMPARE(header.width, turned ? 2 : 3);
            QCOMPARE(header.height, turned ? 3 : 2);
            QVERIFY(!header.isColor);
        }
    }

    void orientationOfJpegs() {
        JpegForm form;
        form.width = 32;
        form.height = 16;
        form.space = JCS_GRAYSCALE;
        form.exif = orientationExif(6, false);
        const Picture picture = decodePicture(jpeg(form, halves(32, 16, 1)), "");
        QVERIFY((picture.shape == Shape{1, 32, 16}));
        QVERIFY(isAbout(picture.pixels.front(), 40)); // what was on the left is on top
        QVERIFY(isAbout(picture.pixels.back(), 200));
    }

    void scalingTakesMeans() {
        const Picture picture = decodePicture(::greyPng(3, 2, kGreys), "");
        QCOMPARE(scaledPicture(picture, 1, 1).pixels, (Bytes{35}));
        QCOMPARE(scaledPicture(picture, 3, 1).pixels, (Bytes{25, 35, 45}));
        // Two columns of one and a half each: (10 + 20/2) / 1.5 and (20/2 + 30) / 1.5.
        QCOMPARE(scaledPicture(picture, 2, 2).pixels, (Bytes{13, 27, 43, 57}));
        QCOMPARE(scaledPicture(picture, 6, 2).pixels, (Bytes{10, 10, 20, 20, 30, 30, 40, 40, 50, 50, 60, 60}));
        const Picture same = scaledPicture(colorPicture(picture), 2, 5);
        QVERIFY((same.shape == Shape{3, 5, 2}));
        QVERIFY(isGrey(same));
    }

    void greyAndColor() {
        const Picture grey = decodePicture(::greyPng(3, 2, kGreys), "");
        const Picture color = colorPicture(grey);
        QVERIFY((color.shape == Shape{3, 2, 3}));
        QVERIFY(isGrey(color));
        QCOMPARE(greyPicture(color).pixels, kGreys);
        const Picture red = decodePicture(::colorPng(1, 1, {255, 0, 0}), "");
        QVERIFY(!isGrey(red));
        QCOMPARE(greyPicture(red).pixels, (Bytes{77}));
        QVERIFY(!isGrey(decodePicture(::colorPng(1, 1, {9, 9, 10}), "")));
    }

    void files() {
        const QTemporaryDir folder;
        const std::filesystem::path path = std::filesystem::path(folder.path().toStdString()) / "picture.txt";
        write(path, ::greyPng(3, 2, kGreys));
        QCOMPARE(readPicture(path).pixels, kGreys);
        QCOMPARE(readPictureHeader(path).width, 3);
        QVERIFY_THROWS_EXCEPTION(Error, readPicture(folder.path().toStdString()));
        QVERIFY_THROWS_EXCEPTION(Error, readPicture(path.parent_path() / "missing.png"));
    }

    void hostilePictures_data() {
        QTest::addColumn<QByteArray>("bytes");
        QTest::addColumn<QString>("expected");
        const auto add = [](const char* name, const Bytes& bytes, const char* expected) {
            QTest::newRow(name) << QByteArray(reinterpret_cast<const char*>(bytes.data()),
                                       static_cast<qsizetype>(bytes.size()))
                                << QString::fromLatin1(expected);
        };
        const Bytes good = ::greyPng(3, 2, kGreys);
        add("nothing", {}, "an empty file");
        add("text", {'h', 'e', 'l', 'l', 'o'}, "a text file");
        add("GIF", {'G', 'I', 'F', '8', '9', 'a', 0, 0}, "GIF");
        add("PNG, its magic alone", firstBytes(good, 8), "damaged PNG");
        for (const std::size_t count : {std::size_t{20}, std::size_t{40}, good.size() - 12, good.size() - 1})
            add(("PNG cut after byte " + std::to_string(count)).c_str(), firstBytes(good, count), "damaged PNG");
        Bytes spoilt = good;
        spoilt[45] ^= 1;
        add("PNG with a bit turned", spoilt, "damaged PNG");
        add("PNG that claims 30000 x 30000", pngThatClaims(good, 30000, 30000), "at most 67 million pixels");
        add("PNG that claims 8000 x 8000", pngThatClaims(good, 8000, 8000), "a header that claims 8000 x 8000");
        add("PNG that claims 2^31 columns", pngThatClaims(good, 0x7FFFFFFF, 1), "damaged PNG");
        add("PNG without columns", pngThatClaims(good, 0, 1), "damaged PNG");
        // Claims that the file is large enough for: 1 bit a pixel, which would become four bytes, and nothing behind
        // it.
        PngForm palette;
        palette.width = palette.height = 4096;
        palette.colorType = PNG_COLOR_TYPE_PALETTE;
        palette.depth = 1;
        palette.palette = {{0, 0, 0}, {255, 255, 255}};
        palette.paletteOpacity = {0, 255};
        for (const bool interlaced : {false, true}) {
            palette.interlaced = interlaced;
            Bytes large = png(palette, Bytes(std::size_t{4096} * 4096 / 8));
            const std::string data = "IDAT";
            const auto at = std::search(large.begin(), large.end(), data.begin(), data.end());
            std::fill(at + 10, large.end() - 12, std::uint8_t{0xFF});
            add(interlaced ? "interlaced PNG of garbage" : "PNG of garbage", large, "damaged PNG");
        }
        JpegForm form;
        form.width = form.height = 64;
        form.space = JCS_GRAYSCALE;
        Bytes noise;
        for (std::uint32_t i = 0, x = 1; i < 64 * 64; ++i, x = x * 1664525 + 1013904223)
            noise.push_back(static_cast<std::uint8_t>(x >> 24));
        const Bytes photo = jpeg(form, noise);
        add("JPEG, its magic alone", firstBytes(photo, 3), "damaged JPEG");
        for (const std::size_t count : {std::size_t{30}, photo.size() / 2, photo.size() - 100})
            add(("JPEG cut after byte " + std::to_string(count)).c_str(), firstBytes(photo, count), "damaged JPEG");
        for (const int side : {65500, 8000}) {
            Bytes claims = photo;
            for (std::size_t at = 2; at + 9 < claims.size(); ++at) {
                if (claims[at] != 0xFF || claims[at + 1] != 0xC0)
                    continue;
                claims[at + 5] = claims[at + 7] = static_cast<std::uint8_t>(side >> 8);
                claims[at + 6] = claims[at + 8] = static_cast<std::uint8_t>(side);
                break;
            }
            add(("JPEG that claims " + std::to_string(side)).c_str(), claims,
                side == 65500 ? "at most 67 million pixels" : "a header that claims 8000 x 8000");
        }
        JpegForm wide;
        wide.width = wide.height = 1600;
        Bytes flat = jpeg(wide, Bytes(std::size_t{1600} * 1600 * 3, 100));
        flat[900] = 0xFF;
        flat[901] = 0xD9; // the end, after a few rows
        add("large JPEG that ends early", flat, "damaged JPEG");
        flat = jpeg(wide, Bytes(std::size_t{1600} * 1600 * 3, 100));
        flat.resize(flat.size() / 2);
        add("large JPEG cut in its middle", flat, "damaged JPEG");
        PngForm flatPng;
        flatPng.width = flatPng.height = 1600;
        for (const bool interlaced : {false, true}) {
            flatPng.interlaced = interlaced;
            Bytes large = png(flatPng, Bytes(std::size_t{1600} * 1600, 7));
            large[large.size() - 17] ^= 1; // of the pixels' checksum
            add(interlaced ? "interlaced large PNG with a wrong checksum" : "large PNG with a wrong checksum", large,
                "damaged PNG");
            large[large.size() - 17] ^= 1;
            large.resize(large.size() - 8); // without its last chunk
            add(interlaced ? "interlaced large PNG without its end" : "large PNG without its end", large,
                "damaged PNG");
        }
        form.progressive = true;
        Bytes scans = jpeg(form, noise);
        scans.resize(scans.size() - 2);
        const Bytes scan = {0xFF, 0xDA, 0, 8, 1, 1, 0, 1, 5, 0x02, 0};
        for (int i = 0; i < 1000; ++i)
            scans = joined(std::move(scans), scan);
        add("JPEG of a thousand scans", scans, "damaged JPEG");
    }

    void hostilePictures() {
        QFETCH(QByteArray, bytes);
        QFETCH(QString, expected);
        const Bytes content(bytes.begin(), bytes.end());
        watchMemory();
        const QString error = errorOf(content);
        QVERIFY2(error.contains(expected), qPrintable(error));
        QVERIFY(error.contains("a picture"));
        QVERIFY2(mostMemory() < content.size() + (1 << 20), qPrintable(QString::number(mostMemory())));
    }

    /// What libjpeg and libpng allocate by themselves.
    void memoryOfDecoders() {
        const auto most = [](const Bytes& bytes, const char* expected) {
            QString error;
            const auto resident = mostResident([&] { error = errorOf(bytes); });
            QVERIFY2(error.contains(QLatin1String(expected)), qPrintable(error));
            if (resident)
                QVERIFY2(*resident < bytes.size() + (2 << 20), qPrintable(QString::number(*resident)));
        };
        // A progressive JPEG's coefficients are held for the whole picture: 200 MB are claimed.
        JpegForm form;
        form.width = form.height = 64;
        form.progressive = true;
        Bytes photo = jpeg(form, halves(64, 64, 3));
        const Bytes frame = {0xFF, 0xC2};
        const auto at = std::search(photo.begin(), photo.end(), frame.begin(), frame.end());
        const Bytes side = {0x1F, 0xFE, 0x1F, 0xFE};
        std::copy(side.begin(), side.end(), at + 5);
        Bytes comment = {0xFF, 0xFE, 0xFF, 0xFF};
        comment.resize(2 + 65535, 'x');
        photo.insert(photo.begin() + 2, comment.begin(), comment.end());
        most(photo, "progressive");

        // Texts and profiles of a PNG are of no use.
        const Bytes good = ::greyPng(3, 2, kGreys);
        const Bytes packed = [] {
            Bytes bytes = gzip(Bytes(3'900'000)); // a header of ten bytes, then raw deflate, then eight of a trailer
            Bytes zlib = {0x78, 0x9C};
            zlib.insert(zlib.end(), bytes.begin() + 10, bytes.end() - 8);
            append32(zlib, static_cast<std::uint32_t>(adler32_z(1, Bytes(3'900'000).data(), 3'900'000)));
            return zlib;
        }();
        Bytes text = {'z', 'T', 'X', 't', 'k', 0, 0};
        text.insert(text.end(), packed.begin(), packed.end());
        Bytes chunk;
        append32(chunk, static_cast<std::uint32_t>(text.size() - 4));
        chunk.insert(chunk.end(), text.begin(), text.end());
        append32(chunk, static_cast<std::uint32_t>(crc32_z(0, text.data(), text.size())));
        Bytes texts(good.begin(), good.end() - 12);
        texts[45] ^= 1; // in the pixels
        Bytes before(good.begin(), good.begin() + 33);
        for (int i = 0; i < 50; ++i)
            before = joined(std::move(before), chunk);
        most(joined(before, Bytes(texts.begin() + 33, texts.end())), "damaged PNG");
    }

    /// The limit on coefficients is far from what photographs need.
    void progressivePhotographs() {
        JpegForm form;
        form.width = 1500;
        form.height = 1000;
        form.progressive = true;
        form.quality = 30;
        Bytes pixels;
        for (int y = 0; y < form.height; ++y)
            for (int x = 0; x < form.width; ++x)
                for (int c = 0; c < 3; ++c)
                    pixels.push_back(static_cast<std::uint8_t>(
                        128 + 60 * std::sin(0.013 * x + 0.7 * c) + 50 * std::sin(0.021 * y + 0.0001 * x * y)));
        const Picture picture = decodePicture(jpeg(form, pixels), "");
        QVERIFY((picture.shape == Shape{3, 1000, 1500}));
        QVERIFY(isAbout(picture.pixels[500 * 1500 + 700], pixels[3 * (500 * 1500 + 700)]));
    }

    void compressedPictures() {
        const QTemporaryDir folder;
        const std::filesystem::path path = std::filesystem::path(folder.path().toStdString()) / "picture.png";
        Bytes bomb = ::greyPng(3, 2, kGreys);
        bomb.resize(std::size_t{20} << 20);
        write(path, gzip(bomb));
        watchMemory();
        try {
            readPicture(path);
            QFAIL("it was accepted");
        } catch (const Error& error) {
            QVERIFY(error.parts().found.find("gzip") != std::string::npos);
            QVERIFY(mostMemory() < (1 << 20));
        }
        QVERIFY_THROWS_EXCEPTION(Error, readPictureHeader(path));
    }

    /// Spoilt in any one byte, a picture is decoded or refused, but never more.
    void everyByteSpoilt() {
        PngForm form;
        form.width = 3;
        form.height = 2;
        form.exif = orientationExif(6, true);
        JpegForm jpegForm;
        jpegForm.width = 32;
        jpegForm.height = 16;
        jpegForm.exif = orientationExif(3, false);
        for (const Bytes& good : {png(form, kGreys), jpeg(jpegForm, halves(32, 16, 3))}) {
            int refused = 0;
            for (std::size_t at = 0; at < good.size(); ++at)
                for (const int flip : {0x01, 0x80, 0xFF}) {
                    Bytes spoilt = good;
                    spoilt[at] = static_cast<std::uint8_t>(spoilt[at] ^ flip);
                    refused += errorOf(spoilt).isEmpty() ? 0 : 1;
                }
            QVERIFY(refused > 20);
        }
    }
};

QTEST_APPLESS_MAIN(PictureTest)
#include "picture_test.moc"
