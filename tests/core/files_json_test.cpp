// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/error.h"
#include "files/json_column.h"
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
        row("many values", "[" + QByteArray("0,").repeated(20000), "more than 7000 values", "line 1, column 14001");
        row("a long text", "[\"" + QByteArray(100'000, 'x') + "\"]", "bytes of names and texts", "line 1, column 2");
        row("many texts", "[\n" + QByteArray("\"abcdefghij\",").repeated(9'900), "values", "line 2");
        row("much text", "[\n" + QByteArray("\"" + QByteArray(1000, 'x') + "\",").repeated(200),
            "bytes of names and texts", "line 2");
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

    /// An array that is left in the text gives what a tree would have given.
    void longArraysAreReadElementByElement() {
        const std::string text =
            "{\"os\": [ {\"t\": \"a\\\"],[{b\", \"n\": [1, {\"x\": \"}\"}]} , {\"t\": \"\", \"n\": []}\n"
            "            ], \"empty\": [ ], \"o\": {\"ns\": [ 1.5,-2E3 ,null, 0.1, 1e-400, 18446744073709551616], "
            "\"is\": [3,\n"
            "            -9223372036854775808], \"bad\": [1, 2.0, \"x\", {\"y\": 1}, [2], true]}, \"os2\": [{\"t\": "
            "1}]}";
        const Json tree = Json::parse(text);
        const JsonDocument document = parseJsonDocument(
            text, "Cannot read the thing", "thing.json", {"os", "empty", "os2", "o.ns", "o.is", "o.bad"});
        QCOMPARE(document.root["os"].size(), std::size_t{0});
        JsonFields fields(document, "Cannot read the thing", "thing.json");
        std::vector<std::string> texts;
        fields.forEachObject("os", [&](JsonFields& object) {
            texts.push_back(object.text("t"));
            QVERIFY(object.value("n") == tree["os"][texts.size() - 1]["n"]);
        });
        QVERIFY((texts == std::vector<std::string>{"a\"],[{b", ""}));
        fields.forEachObject("empty", [&](JsonFields&) { QFAIL("there is none"); });
        JsonFields inner = fields.object("o");
        JsonColumn numbers = inner.column("ns");
        QCOMPARE(numbers.size(), std::size_t{6});
        for (std::size_t i = 0; i < numbers.size(); ++i) {
            const double value = numbers.number();
            QVERIFY(i == 2 ? std::isnan(value) : value == tree["o"]["ns"][i].get<double>());
        }
        JsonColumn integers = inner.column("is");
        QCOMPARE(integers.integer(), std::int64_t{3});
        QCOMPARE(integers.integer(), std::numeric_limits<std::int64_t>::min());
        JsonColumn bad = inner.column("bad");
        QCOMPARE(bad.integer(), std::int64_t{1});
        QVERIFY(refusal([&] { bad.integer(); }).contains("found 2.0 in o.bad[1], expected a whole number"));
        QVERIFY(refusal([&] { bad.number(); }).contains("found \"x\" in o.bad[2], expected a number"));
        QVERIFY(refusal([&] { bad.number(); }).contains("found an object in o.bad[3]"));
        QVERIFY(refusal([&] { bad.number(); }).contains("found an array in o.bad[4]"));
        QVERIFY(refusal([&] { bad.number(); }).contains("found true in o.bad[5]"));
        QVERIFY(refusal([&] {
            fields.forEachObject("os2", [](JsonFields& object) { object.text("t"); });
        }).contains("found 1 in os2[0].t, expected a text"));
        fields.finish();
    }

    void longArraysOfWrongThingsAreRefused() {
        const auto message = [](const std::string& text) {
            return refusal([&] {
                const JsonDocument document =
                    parseJsonDocument(text, "Cannot read the thing", "thing.json", {"a", "o.a"});
                JsonFields fields(document, "Cannot read the thing", "thing.json");
                fields.forEachObject("a", [](JsonFields&) {});
            });
        };
        QVERIFY(message("{\"a\": {}}").contains("found an object in a, expected an array of objects"));
        QVERIFY(message("{\"b\": []}").contains("no field a"));
        QVERIFY(message("{\"a\": [1]}").contains("found 1 in a[0], expected an object"));
        QVERIFY(
            message("{\"a\": [{}, {},\n{\"x\": 1, \"x\": 2}]}").contains("\"x\" a second time at line 2, column 1"));
        QVERIFY(message("{\"a\": [1, 2").contains("the end of the text"));
        QVERIFY(message("{\"a\": [1,, 2]}").contains("no JSON"));
        QVERIFY(message("{\"a\": [1 2]}").contains("no JSON"));
        QVERIFY(message("{\"a\": [1e999]}").contains("too large"));
        QVERIFY(message("{\"a\": [], \"a\": []}").contains("a second time"));
        // Not at the path, so it counts.
        QVERIFY(message("{\"o\": {\"b\": [" + std::string(20000, '0')).contains("digits"));
        std::string many = "{\"o\": {\"a\": [";
        for (int i = 0; i < 20000; ++i)
            many += "[0],";
        QVERIFY(message(many + "0]}, \"a\": []}").isEmpty());
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
