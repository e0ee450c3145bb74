// SPDX-License-Identifier: GPL-3.0-or-later
#include "fuzz/fuzz_target.h"

#include <QtTest>

#include <algorithm>
#include <random>

using namespace kernelscope;

/// What the fuzzer begins with, and simple changes of it, passes through each target in every build.
class FuzzCorpusTest : public QObject {
    Q_OBJECT

private slots:
    void targets_data() {
        QTest::addColumn<int>("index");
        std::vector<fuzz::Target>& all = fuzz::targets();
        std::sort(all.begin(), all.end(), [](const auto& a, const auto& b) { return a.name < b.name; });
        QVERIFY(all.size() >= 12);
        for (std::size_t i = 0; i < all.size(); ++i)
            QTest::newRow(all[i].name.c_str()) << static_cast<int>(i);
    }

    void targets() {
        QFETCH(int, index);
        const fuzz::Target& target = fuzz::targets()[static_cast<std::size_t>(index)];
        const std::vector<fuzz::Bytes> seeds = target.seeds();
        QVERIFY(seeds.size() >= 3);
        QVERIFY(seeds.size() >= target.goodSeeds);
        for (std::size_t i = 0; i < target.goodSeeds; ++i)
            QVERIFY2(target.accepts(seeds[i]), qPrintable(QStringLiteral("seed %1 is refused").arg(i)));
        std::mt19937 random(1);
        for (const fuzz::Bytes& seed : seeds) {
            QVERIFY(!seed.empty());
            QVERIFY2(seed.size() < 16384, "a seed should be small");
            target.run(seed);
            for (int i = 0; i < 60; ++i) {
                fuzz::Bytes changed = seed;
                const std::size_t at = random() % changed.size();
                if (i % 3 == 0)
                    changed.resize(at);
                else if (i % 3 == 1)
                    changed[at] = static_cast<std::uint8_t>(random());
                else
                    changed.insert(changed.begin() + static_cast<std::ptrdiff_t>(at), static_cast<std::uint8_t>(i));
                target.run(changed);
            }
        }
        target.run({});
    }
};

QTEST_APPLESS_MAIN(FuzzCorpusTest)
#include "fuzz_corpus_test.moc"
