// SPDX-License-Identifier: GPL-3.0-or-later
#include "check/parity.h"
#include "reference/reference_backend.h"

#include <QtTest>

using namespace kernelscope;

/// The reference backend, in float, against the reference layers in double: the table of cases itself is sound (every
/// case has images clear of ties, no case needs more precision than float has).
class ReferenceParityTest : public QObject {
    Q_OBJECT

private slots:
    void tableCoversWhatItPromises() {
        QVERIFY(convolutionCases().size() >= 50);
        QVERIFY(poolingCases().size() >= 50);
        QSet<QString> names;
        for (const LayerCase& layerCase : layerCases()) {
            const QString name = QString::fromStdString(layerCase.name);
            QVERIFY2(!names.contains(name), qPrintable(name));
            names.insert(name);
        }
    }

    void oneStep_data() {
        QTest::addColumn<int>("row");
        int row = 0;
        for (const LayerCase& layerCase : layerCases())
            QTest::newRow(layerCase.name.c_str()) << row++;
    }

    void oneStep() {
        QFETCH(int, row);
        const LayerCase layerCase = m_cases.at(static_cast<std::size_t>(row));
        const Parity parity = compareWithReference(ReferenceBackend(), layerCase);
        QVERIFY2(parity.holds(), parity.text().c_str());
    }

private:
    const std::vector<LayerCase> m_cases = layerCases();
};

QTEST_APPLESS_MAIN(ReferenceParityTest)
#include "reference_parity_test.moc"
