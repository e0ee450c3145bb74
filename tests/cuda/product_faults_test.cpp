// SPDX-License-Identifier: GPL-3.0-or-later
// The table of faults that `./dev faults` plants in the product's own code must not rot: each one's text has to be
// there still, once, and its test has to be one that is built.
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QSet>
#include <QtTest>

class ProductFaultsTest : public QObject {
    Q_OBJECT

    static QByteArray contentOf(const QString& path) {
        QFile file(path);
        return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
    }

private slots:
    void eachFaultCanBePlanted_data() {
        QTest::addColumn<QJsonObject>("fault");
        const QByteArray table =
            contentOf(QStringLiteral(KERNELSCOPE_SOURCE_DIR "/tests/cuda/product_faults/faults.json"));
        const QJsonArray faults = QJsonDocument::fromJson(table).array();
        QSet<QString> names;
        for (const QJsonValue& fault : faults) {
            const QString name = fault.toObject().value(QStringLiteral("name")).toString();
            QVERIFY2(!names.contains(name), qPrintable(name));
            names.insert(name);
            QTest::newRow(qPrintable(name)) << fault.toObject();
        }
        QVERIFY2(names.size() >= 40, qPrintable(QString::number(names.size())));
    }
    void eachFaultCanBePlanted() {
        QFETCH(QJsonObject, fault);
        const auto text = [&fault](const char* field) { return fault.value(QLatin1String(field)).toString(); };
        const QByteArray content = contentOf(QStringLiteral(KERNELSCOPE_SOURCE_DIR "/") + text("file"));
        QVERIFY2(!text("text").isEmpty() && text("text") != text("planted"), "nothing would be planted");
        QCOMPARE(content.count(text("text").toUtf8()), qsizetype{1});
        const QString test = QStringLiteral(KERNELSCOPE_SOURCE_DIR "/tests/cuda/%1.cpp").arg(text("test"));
        QVERIFY2(QFile::exists(test), qPrintable(test));
    }
};

QTEST_GUILESS_MAIN(ProductFaultsTest)
#include "product_faults_test.moc"
