// SPDX-License-Identifier: GPL-3.0-or-later
// Renders an SVG as square PNGs: kernelscope_render_icon IN.svg SIZE OUT.png [SIZE OUT.png ..]. Part of the build, not
// installed.
#include <QImage>
#include <QPainter>
#include <QSvgRenderer>

#include <cstdio>

int main(int argc, char** argv) {
    QSvgRenderer svg(QString::fromLocal8Bit(argc > 1 ? argv[1] : ""));
    if (argc < 4 || !svg.isValid()) {
        std::fprintf(stderr, "Usage: kernelscope_render_icon IN.svg SIZE OUT.png [SIZE OUT.png ..]\n");
        return 2;
    }
    for (int i = 2; i + 1 < argc; i += 2) {
        const int size = QByteArray(argv[i]).toInt();
        QImage image(size, size, QImage::Format_ARGB32_Premultiplied);
        image.fill(Qt::transparent);
        QPainter painter(&image);
        svg.render(&painter);
        painter.end();
        if (!image.save(QString::fromLocal8Bit(argv[i + 1]))) {
            std::fprintf(stderr, "Cannot write %s\n", argv[i + 1]);
            return 1;
        }
    }
    return 0;
}
