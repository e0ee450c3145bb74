// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// Text to JSON with limits: whatever a file says, reading it takes little more memory than the file. A value of the
/// tree takes 16 to 80 bytes, more than most values take as text; so values are counted while the tree grows, and
/// arrays that may be long (a run's steps) stay in the text, from where JsonFields reads them element by element.
#pragma once

#include <nlohmann/json.hpp>

#include <cstddef>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace kernelscope {

/// What a text may make the parser build: together below 1 MB.
struct JsonLimits {
    std::size_t elements = 7'000; ///< Values, objects and arrays.
    std::size_t topFields = 200;  ///< Of the outermost object. Others have 200 at most.
    /// Of all names and texts together; a single one that begins later in the text than that has a quarter at most.
    std::size_t textBytes = 96 << 10;
};

/// A part of a text that is JSON by itself; the whole text where only that is given. Messages name lines of the whole.
struct JsonRange {
    JsonRange(std::string_view whole) : JsonRange(whole, 0, whole.size()) {}
    JsonRange(const std::string& whole) : JsonRange(std::string_view(whole)) {}
    JsonRange(const char* whole) : JsonRange(std::string_view(whole)) {}
    JsonRange(std::string_view whole, std::size_t from, std::size_t to) : text(whole), begin(from), end(to) {}

    std::string_view text;
    std::size_t begin;
    std::size_t end;
};

/// Parses text as JSON, refusing duplicate keys, nesting deeper than 64 and what is beyond the limits. Throws Error
/// naming source, line and column.
nlohmann::ordered_json parseJson(
    JsonRange range, const std::string& doing, const std::string& source, const JsonLimits& limits = {});

/// Gets a field of the outermost object when it is complete; may keep the value or parts of it. Gives the bytes of text
/// that it keeps, name included: only these go on to count towards JsonLimits::textBytes.
using JsonFieldTaker = std::function<std::size_t(const std::string& name, nlohmann::ordered_json& value)>;

/// As parseJson(), but hands each field of the outermost object over and forgets it: of an object with thousands of
/// fields only one is in memory. The limit of elements holds for each. What is no object gives no field.
void parseJsonFields(JsonRange range, const std::string& doing, const std::string& source, const JsonLimits& limits,
    const JsonFieldTaker& take);

/// An array that was read over: it is JSON, and the text between its brackets holds so many elements.
struct JsonArrayText {
    std::size_t begin = 0; ///< After the opening bracket.
    std::size_t end = 0;   ///< The closing bracket.
    std::size_t count = 0;
};

/// A JSON text, as a tree but for its long arrays.
struct JsonDocument {
    nlohmann::ordered_json root;                     ///< Long arrays stand here as empty ones.
    std::string_view text;                           ///< Must outlive the document.
    std::map<std::string, JsonArrayText> longArrays; ///< By path: "epochs", "steps.loss".
};

/// As parseJson(), with limits that do not count what is inside of the arrays at these paths: "epochs" for a field of
/// the outermost object, "steps.loss" for one of an object there.
JsonDocument parseJsonDocument(std::string_view text, const std::string& doing, const std::string& source,
    const std::vector<std::string>& longArrays, const JsonLimits& limits = {});

} // namespace kernelscope
