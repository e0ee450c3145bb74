// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// Reading JSON objects field by field with errors that name the field. Shared by networks, run records and weights.
#pragma once

#include "files/json_parse.h"

#include <cstdint>
#include <functional>
#include <initializer_list>
#include <string>
#include <vector>

namespace kernelscope {

class JsonColumn;

/// One JSON object whose fields are asked for by name and type. Each getter throws Error naming the field's whole path
/// ("layers[3].kernel"), what was found there and what was expected; those with a default accept a missing field.
/// The JSON value must outlive it.
class JsonFields {
public:
    /// @param doing,source for messages; @param path of this object within the file, empty at the top.
    JsonFields(const nlohmann::ordered_json& json, std::string doing, std::string source, std::string path);

    /// The outermost object of a document, whose long arrays are asked for by column() and forEachObject(). The
    /// document must outlive it.
    JsonFields(const JsonDocument& document, std::string doing, std::string source);

    /// Checks the fields "format" and "version"; a newer version is refused with the advice to update.
    void format(const std::string& name, int version);

    bool has(const std::string& key) const;
    int integer(const std::string& key);
    int integer(const std::string& key, int fallback);
    int integerBetween(const std::string& key, int least, int most);
    std::int64_t integer64(const std::string& key);
    std::uint64_t unsigned64(const std::string& key);
    /// Any finite number; null is NaN (JSON has no other way to write one).
    double number(const std::string& key);
    double number(const std::string& key, double fallback);
    /// As number(), but null is refused.
    double numberBetween(const std::string& key, double least, double most);
    /// true or false; a missing field is the fallback.
    bool boolean(const std::string& key, bool fallback);
    std::string text(const std::string& key);
    std::string text(const std::string& key, const std::string& fallback);
    /// A text that is one of the choices.
    std::string choice(
        const std::string& key, std::initializer_list<const char*> choices, const char* fallback = nullptr);
    JsonFields object(const std::string& key);
    std::vector<JsonFields> objects(const std::string& key);
    /// Calls `read` for each object of a long array, parsed by itself.
    void forEachObject(const std::string& key, const std::function<void(JsonFields&)>& read);
    /// A long array of numbers, for one walk over it. This JsonFields must outlive it.
    JsonColumn column(const std::string& key);
    std::vector<double> numbers(const std::string& key);
    std::vector<std::int64_t> integers(const std::string& key);
    std::vector<std::string> texts(const std::string& key);
    /// The value itself, for what has a reader of its own; marks the field as read.
    const nlohmann::ordered_json& value(const std::string& key);

    /// Refuses fields that nobody asked for.
    void finish() const;

    /// Throws the Error about a field: "found <found> in <path of key>, expected <expected>". For readers that know
    /// more about the value than its type.
    [[noreturn]] void fail(const std::string& key, const std::string& found, const std::string& expected) const;

private:
    std::string pathOf(const std::string& key) const;
    const nlohmann::ordered_json& require(const std::string& key, const char* expected);
    const JsonArrayText& longArray(const std::string& key, const char* expected);

    const nlohmann::ordered_json* m_json;
    const JsonDocument* m_document = nullptr;
    std::string m_doing;
    std::string m_source;
    std::string m_path;
    std::vector<std::string> m_read;
};

} // namespace kernelscope
