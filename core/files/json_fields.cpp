// SPDX-License-Identifier: GPL-3.0-or-later
#include "files/json_fields.h"

#include "base/error.h"
#include "files/json_elements.h"

#include <algorithm>
#include <limits>
#include <utility>

namespace kernelscope {
namespace {

using Json = nlohmann::ordered_json;

/// Of a file's words in a message.
constexpr std::size_t longestQuote = 60;

/// What stands in a field, for a message.
std::string describe(const Json& value) {
    if (value.is_object())
        return "an object";
    if (value.is_array())
        return "an array";
    std::string text = value.dump(-1, ' ', false, Json::error_handler_t::replace);
    if (text.size() > longestQuote)
        text = text.substr(0, longestQuote) + "...";
    return text;
}

std::string list(const std::vector<std::string>& words) {
    std::string all;
    for (const std::string& word : words)
        all += (all.empty() ? "" : ", ") + word;
    return all;
}

/// The value as an integer of a type, where it is one.
template <class Integer>
bool toInteger(const Json& value, Integer& result) {
    if (value.is_number_unsigned()) {
        const auto wide = value.get<std::uint64_t>();
        result = static_cast<Integer>(wide);
        return std::in_range<Integer>(wide);
    }
    if (value.is_number_integer()) {
        const auto wide = value.get<std::int64_t>();
        result = static_cast<Integer>(wide);
        return std::in_range<Integer>(wide);
    }
    return false;
}

bool toNumber(const Json& value, double& result) {
    if (value.is_null())
        result = std::numeric_limits<double>::quiet_NaN();
    else if (value.is_number())
        result = value.get<double>();
    else
        return false;
    return true;
}

constexpr const char* mendIt = "Mend the file there, or use another one.";

} // namespace

JsonFields::JsonFields(const Json& json, std::string doing, std::string source, std::string path)
    : m_json(&json),
      m_doing(std::move(doing)),
      m_source(std::move(source)),
      m_path(std::move(path)) {
    if (!json.is_object())
        throw Error({m_doing, m_source, describe(json) + (m_path.empty() ? "" : " in " + m_path), "an object", mendIt});
}

JsonFields::JsonFields(const JsonDocument& document, std::string doing, std::string source)
    : JsonFields(document.root, std::move(doing), std::move(source), "") {
    m_document = &document;
}

void JsonFields::format(const std::string& name, int version) {
    if (const std::string found = text("format"); found != name)
        fail("format", '"' + found + '"', '"' + name + '"');
    const int found = integer("version");
    if (found < 1)
        fail("version", std::to_string(found), "a version from 1 on");
    if (found > version)
        throw Error({m_doing, m_source, "version " + std::to_string(found) + " of its format",
            "version " + std::to_string(version) + " or older",
            "It was written by a newer Kernelscope: update this one."});
}

bool JsonFields::has(const std::string& key) const {
    return m_json->contains(key);
}

int JsonFields::integer(const std::string& key) {
    int result = 0;
    const Json& json = require(key, "a whole number");
    if (!toInteger(json, result))
        fail(key, describe(json), "a whole number from -2147483648 to 2147483647");
    return result;
}

int JsonFields::integer(const std::string& key, int fallback) {
    m_read.push_back(key);
    return has(key) ? integer(key) : fallback;
}

int JsonFields::integerBetween(const std::string& key, int least, int most) {
    const int result = integer(key);
    if (result < least || result > most)
        fail(key, std::to_string(result), std::to_string(least) + " to " + std::to_string(most));
    return result;
}

std::int64_t JsonFields::integer64(const std::string& key) {
    std::int64_t result = 0;
    const Json& json = require(key, "a whole number");
    if (!toInteger(json, result))
        fail(key, describe(json), "a whole number");
    return result;
}

std::uint64_t JsonFields::unsigned64(const std::string& key) {
    std::uint64_t result = 0;
    const Json& json = require(key, "a whole number from 0 on");
    if (!toInteger(json, result))
        fail(key, describe(json), "a whole number from 0 on");
    return result;
}

double JsonFields::number(const std::string& key) {
    double result = 0;
    const Json& json = require(key, "a number");
    if (!toNumber(json, result))
        fail(key, describe(json), "a number");
    return result;
}

double JsonFields::number(const std::string& key, double fallback) {
    m_read.push_back(key);
    return has(key) ? number(key) : fallback;
}

double JsonFields::numberBetween(const std::string& key, double least, double most) {
    const double result = number(key);
    if (!(result >= least && result <= most))
        fail(key, describe(value(key)), "a number from " + Json(least).dump() + " to " + Json(most).dump());
    return result;
}

bool JsonFields::boolean(const std::string& key, bool fallback) {
    m_read.push_back(key);
    if (!has(key))
        return fallback;
    const Json& json = require(key, "true or false");
    if (!json.is_boolean())
        fail(key, describe(json), "true or false");
    return json.get<bool>();
}

std::string JsonFields::text(const std::string& key) {
    const Json& json = require(key, "a text");
    if (!json.is_string())
        fail(key, describe(json), "a text");
    return json.get<std::string>();
}

std::string JsonFields::text(const std::string& key, const std::string& fallback) {
    m_read.push_back(key);
    return has(key) ? text(key) : fallback;
}

std::string JsonFields::choice(
    const std::string& key, std::initializer_list<const char*> choices, const char* fallback) {
    if (fallback && !has(key)) {
        m_read.push_back(key);
        return fallback;
    }
    const std::vector<std::string> words(choices.begin(), choices.end());
    const std::string expected = "one of " + list(words);
    const Json& json = require(key, expected.c_str());
    if (!json.is_string() || std::find(words.begin(), words.end(), json.get<std::string>()) == words.end())
        fail(key, describe(json), expected);
    return json.get<std::string>();
}

JsonFields JsonFields::object(const std::string& key) {
    JsonFields fields(require(key, "an object"), m_doing, m_source, pathOf(key));
    fields.m_document = m_document;
    return fields;
}

std::vector<JsonFields> JsonFields::objects(const std::string& key) {
    const Json& json = require(key, "an array of objects");
    if (!json.is_array())
        fail(key, describe(json), "an array of objects");
    std::vector<JsonFields> all;
    all.reserve(json.size());
    for (const Json& element : json)
        all.emplace_back(element, m_doing, m_source, pathOf(key) + "[" + std::to_string(all.size()) + "]");
    return all;
}

const JsonArrayText& JsonFields::longArray(const std::string& key, const char* expected) {
    const Json& json = require(key, expected);
    if (!json.is_array())
        fail(key, describe(json), expected);
    return m_document->longArrays.at(pathOf(key));
}

void JsonFields::forEachObject(const std::string& key, const std::function<void(JsonFields&)>& read) {
    JsonElements elements(m_document->text, longArray(key, "an array of objects"));
    for (std::size_t i = 0; i < elements.size(); ++i) {
        const Json element = parseJson(elements.next(), m_doing, m_source);
        JsonFields fields(element, m_doing, m_source, pathOf(key) + "[" + std::to_string(i) + "]");
        read(fields);
    }
}

std::vector<double> JsonFields::numbers(const std::string& key) {
    const Json& json = require(key, "an array of numbers");
    if (!json.is_array())
        fail(key, describe(json), "an array of numbers");
    std::vector<double> all(json.size());
    for (std::size_t i = 0; i < all.size(); ++i)
        if (!toNumber(json[i], all[i]))
            fail(key + "[" + std::to_string(i) + "]", describe(json[i]), "a number");
    return all;
}

std::vector<std::int64_t> JsonFields::integers(const std::string& key) {
    const Json& json = require(key, "an array of whole numbers");
    if (!json.is_array())
        fail(key, describe(json), "an array of whole numbers");
    std::vector<std::int64_t> all(json.size());
    for (std::size_t i = 0; i < all.size(); ++i)
        if (!toInteger(json[i], all[i]))
            fail(key + "[" + std::to_string(i) + "]", describe(json[i]), "a whole number");
    return all;
}

std::vector<std::string> JsonFields::texts(const std::string& key) {
    const Json& json = require(key, "an array of texts");
    if (!json.is_array())
        fail(key, describe(json), "an array of texts");
    std::vector<std::string> all;
    all.reserve(json.size());
    for (const Json& element : json) {
        if (!element.is_string())
            fail(key + "[" + std::to_string(all.size()) + "]", describe(element), "a text");
        all.push_back(element.get<std::string>());
    }
    return all;
}

const Json& JsonFields::value(const std::string& key) {
    return require(key, "a value");
}

void JsonFields::finish() const {
    for (const auto& [key, ignored] : m_json->items())
        if (std::find(m_read.begin(), m_read.end(), key) == m_read.end()) {
            std::vector<std::string> known = m_read;
            std::sort(known.begin(), known.end());
            known.erase(std::unique(known.begin(), known.end()), known.end());
            throw Error(
                {m_doing, m_source, "the unknown field " + pathOf(key), "only " + list(known), "Is it misspelt?"});
        }
}

void JsonFields::fail(const std::string& key, const std::string& found, const std::string& expected) const {
    throw Error({m_doing, m_source, found + " in " + pathOf(key), expected, mendIt});
}

std::string JsonFields::pathOf(const std::string& key) const {
    return m_path.empty() ? key : m_path + "." + key;
}

const Json& JsonFields::require(const std::string& key, const char* expected) {
    m_read.push_back(key);
    const auto found = m_json->find(key);
    if (found == m_json->end())
        throw Error({m_doing, m_source, "no field " + pathOf(key), expected + std::string(" there"), mendIt});
    return *found;
}

} // namespace kernelscope
