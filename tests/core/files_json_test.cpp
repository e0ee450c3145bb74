// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/error.h"
#include "files/json_fields.h"
#include "refusal.h"

#include <QtTest>

#include <cmath>
#include <functional>

using namespace kernelscope;
using kernelscope::testing::refusal;

namespace {

using Json = nlohmann::ordered_json;

Json parse(const std::string& text) {
    return parseJson(text, "Cannot read the thing", "thing.json");
}

} // namespace

class FilesJsonTest : public QObject {
    Q_OBJECT

private slots:
    void badTextIsRefusedWithItsPlace_data() {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QString>("found");
        QTest::addColumn<QString>("place");
        const auto row = [](const char* name, const QByteArray& text, const char* found, const char* place) {
            QTest::newRow(name) << text << found << place;
        };
        row("nothing", "", "the end of the text", "line 1, column 1");
        row("unfinished", "{\"a\":\n [1,", "the end of the text", "line 2, column 5");
        row("double comma", "[1,\n2,,3]", "no JSON", "line 2, column 3");
        row("text after the end", "{}\n\n x", "no JSON", "line 3, column 2");
        row("single quotes", "{'a': 1}", "no JSON", "line 1, column 2");
        row("bare word", "[NaN]", "no JSON", "line 1, column 2");
        row("broken UTF-8", "[\"\xff\"]", "no JSON", "line 1, column 3");
        row("duplicate key", "{\"a\": 1,\n \"b\": 2,\n \"a\": 3}", "the field \"a\" a second time", "line 3");
        row("huge number", "[1e999]", "too large", "line 1");
        row("deep nesting", QByteArray(100000, '['), "more than 64 levels", "line 1, column 65");
        row("deep objects", QByteArray("{\"a\":").repeated(1000), "more than 64 levels", "line 1, column 321");
        QByteArray many = "{";
        for (int i = 0; i < 300; ++i)
            many += "\"" + QByteArray::number(i) + "\":0,";
        row("many fields", many, "more than 200 fields", "line 1");
        row("many fields further in", "[" + many, "more than 200 fields", "line 1");
        row("many values", "[" + QByteArray("0,").repeated(20000), "more than 10000 values", "line 1, column 20001");
        row("duplicate key further in", "[{\"a\": 1, \"a\": 3}]", "the field \"a\" a second time", "line 1");
    }
    void badTextIsRefusedWithItsPlace() {
        QFETCH(QByteArray, text);
        QFETCH(QString, found);
        QFETCH(QString, place);
        const QString message = refusal([&] { parse(text.toStdString()); });
        QVERIFY2(message.startsWith("Cannot read the thing 'thing.json': found "), qPrintable(message));
        QVERIFY2(message.contains(found) && message.contains(place), qPrintable(message));
    }

    void everyPrefixIsRefused() {
        const std::string text = "{\"a\": [1, -2.5e3, \"t\\u00e9xt\", null, true], \"b\": {\"c\": {}}}";
        QVERIFY(parse(text) == Json::parse(text));
        for (std::size_t length = 0; length < text.size(); ++length)
            QVERIFY2(!refusal([&] { parse(text.substr(0, length)); }).isEmpty(), qPrintable(QString::number(length)));
    }

    void orderAndSixtyFourLevelsAreKept() {
        QCOMPARE(parse("{\"z\":1,\"a\":2}").dump(), std::string("{\"z\":1,\"a\":2}"));
        const std::string deep = std::string(64, '[') + std::string(64, ']');
        QCOMPARE(parse(deep).dump(), deep);
    }

    void fieldsGiveWhatStandsThere() {
        const Json json = parse(R"({"i": -7, "wide": 9007199254740993, "u": 18446744073709551615, "n": 2.5, "nan": null,
            "t": "word", "c": "b", "o": {"x": 1}, "os": [{"x": 1}, {"x": 2}], "ns": [1, 2.5, null], "is": [3, -4],
            "ts": ["p", "q"], "v": [[]]})");
        JsonFields fields(json, "Cannot read the thing", "thing.json", "");
        QCOMPARE(fields.integer("i"), -7);
        QCOMPARE(fields.integer("absent", 5), 5);
        QCOMPARE(fields.integer64("wide"), std::int64_t{9007199254740993});
        QCOMPARE(fields.unsigned64("u"), std::uint64_t{18446744073709551615u});
        QCOMPARE(fields.number("n"), 2.5);
        QVERIFY(std::isnan(fields.number("nan")));
        QCOMPARE(fields.number("absent", 1.5), 1.5);
        QCOMPARE(fields.text("t"), std::string("word"));
        QCOMPARE(fields.text("absent", "fallback"), std::string("fallback"));
        QCOMPARE(fields.choice("c", {"a", "b"}), std::string("b"));
        QCOMPARE(fields.choice("absent", {"a", "b"}, "a"), std::string("a"));
        JsonFields object = fields.object("o");
        QCOMPARE(object.integer("x"), 1);
        std::vector<JsonFields> objects = fields.objects("os");
        QCOMPARE(objects.size(), std::size_t{2});
        QCOMPARE(objects[1].integer("x"), 2);
        const std::vector<double> numbers = fields.numbers("ns");
        QVERIFY(numbers[0] == 1 && numbers[1] == 2.5 && std::isnan(numbers[2]));
        QVERIFY((fields.integers("is") == std::vector<std::int64_t>{3, -4}));
        QVERIFY((fields.texts("ts") == std::vector<std::string>{"p", "q"}));
        QVERIFY(fields.value("v").is_array());
        QVERIFY(!fields.has("absent"));
        fields.finish();
    }

    void wrongFieldsAreNamed() {
        const Json json = parse(R"({"format": "thing", "version": 3, "t": "word", "half": 0.5, "wide": 3000000000,
            "negative": -1, "o": {"inner": [{"x": "y"}]}, "mixed": [1, "2"], "new\nline": 0})");
        const auto message = [&](const std::function<void(JsonFields&)>& ask) {
            return refusal([&] {
                JsonFields fields(json, "Cannot read the thing", "thing.json", "");
                ask(fields);
            });
        };
        QVERIFY(message([](auto& f) { f.integer("t"); }).contains("found \"word\" in t, expected a whole number"));
        QVERIFY(message([](auto& f) { f.integer("half"); }).contains("0.5 in half"));
        QVERIFY(message([](auto& f) { f.integer("wide"); }).contains("3000000000 in wide"));
        QVERIFY(message([](auto& f) { f.unsigned64("negative"); }).contains("expected a whole number from 0 on"));
        QVERIFY(message([](auto& f) { f.number("t"); }).contains("expected a number"));
        QVERIFY(message([](auto& f) { f.text("half"); }).contains("expected a text"));
        QVERIFY(message([](auto& f) { f.text("gone"); }).contains("found no field gone, expected a text there"));
        QVERIFY(message([](auto& f) { f.choice("t", {"a", "b"}); }).contains("expected one of a, b"));
        QVERIFY(message([](auto& f) { f.object("t"); }).contains("expected an object"));
        QVERIFY(message([](auto& f) { f.objects("mixed"); }).contains("found 1 in mixed[0]"));
        QVERIFY(message([](auto& f) { f.numbers("mixed"); }).contains("found \"2\" in mixed[1]"));
        QVERIFY(message([](auto& f) { f.integers("mixed"); }).contains("found \"2\" in mixed[1]"));
        QVERIFY(message([](auto& f) { f.texts("mixed"); }).contains("found 1 in mixed[0]"));
        QVERIFY(message([](auto& f) { f.object("o").objects("inner")[0].integer("x"); }).contains("in o.inner[0].x"));
        QVERIFY(message([](auto& f) { f.format("other", 1); }).contains("expected \"other\""));
        QVERIFY(message([](auto& f) { f.format("thing", 2); }).contains("a newer Kernelscope"));
        QVERIFY(message([](auto& f) { f.format("thing", 3); }).isEmpty());
        const QString unknown = message([](auto& f) {
            f.format("thing", 3);
            f.finish();
        });
        QVERIFY2(unknown.contains("the unknown field t, expected only format, version"), qPrintable(unknown));
    }
};

QTEST_APPLESS_MAIN(FilesJsonTest)
#include "files_json_test.moc"
