// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/philox.h"

#include <QtTest>

using namespace kernelscope;

/// Known answers of Philox 4x32-10, as published with the generator (Random123, kat_vectors).
class PhiloxTest : public QObject {
    Q_OBJECT

private slots:
    void zeros() {
        const PhiloxBlock expected{0x6627e8d5u, 0xe169c58du, 0xbc57ac4cu, 0x9b00dbd8u};
        QVERIFY(philox({0, 0, 0, 0}, {0, 0}) == expected);
    }
    void ones() {
        const std::uint32_t f = 0xffffffffu;
        const PhiloxBlock expected{0x408f276du, 0x41c83b0eu, 0xa20bc7c6u, 0x6d5451fdu};
        QVERIFY(philox({f, f, f, f}, {f, f}) == expected);
    }
    void digitsOfPi() {
        const PhiloxBlock expected{0xd16cfe09u, 0x94fdccebu, 0x5001e420u, 0x24126ea1u};
        QVERIFY(philox({0x243f6a88u, 0x85a308d3u, 0x13198a2eu, 0x03707344u}, {0xa4093822u, 0x299f31d0u}) == expected);
    }
    void unitFloatsStayBelowOne() {
        QCOMPARE(unitFloat(0u), 0.0f);
        QVERIFY(unitFloat(0xffffffffu) < 1.0f);
    }
};

QTEST_APPLESS_MAIN(PhiloxTest)
#include "philox_test.moc"
