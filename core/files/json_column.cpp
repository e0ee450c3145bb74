// SPDX-License-Identifier: GPL-3.0-or-later
#include "files/json_column.h"

#include <charconv>
#include <limits>
#include <system_error>
#include <utility>

namespace kernelscope {
namespace {

/// Of a file's words in a message.
constexpr std::size_t longestQuote = 60;

} // namespace

JsonColumn JsonFields::column(const std::string& key) {
    return {*this, key, m_document->text, longArray(key, "an array of numbers")};
}

JsonColumn::JsonColumn(const JsonFields& fields, std::string key, std::string_view text, const JsonArrayText& array)
    : m_fields(&fields),
      m_key(std::move(key)),
      m_elements(text, array) {}

double JsonColumn::number() {
    const std::string_view element = m_elements.nextText();
    if (element == "null")
        return std::numeric_limits<double>::quiet_NaN();
    double value = 0;
    const auto [end, error] = std::from_chars(element.data(), element.data() + element.size(), value);
    // The parser let no number pass that is too large; what is too small for a double is nothing.
    if (error == std::errc::result_out_of_range)
        return 0;
    if (error != std::errc() || end != element.data() + element.size())
        failElement(element, "a number");
    return value;
}

std::int64_t JsonColumn::integer() {
    const std::string_view element = m_elements.nextText();
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(element.data(), element.data() + element.size(), value);
    if (error != std::errc() || end != element.data() + element.size())
        failElement(element, "a whole number");
    return value;
}

void JsonColumn::fail(const std::string& found, const std::string& expected) const {
    m_fields->fail(m_key + "[" + std::to_string(m_elements.done() - 1) + "]", found, expected);
}

void JsonColumn::failElement(std::string_view element, const char* expected) const {
    if (element.starts_with('{') || element.starts_with('['))
        fail(element.starts_with('{') ? "an object" : "an array", expected);
    std::string found(element.substr(0, longestQuote));
    fail(found + (element.size() > longestQuote ? "..." : ""), expected);
}

} // namespace kernelscope
