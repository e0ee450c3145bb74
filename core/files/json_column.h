// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// Long columns of numbers in JSON, read without a tree.
#pragma once

#include "files/json_elements.h"
#include "files/json_fields.h"

namespace kernelscope {

/// The numbers of an array that was left in the text, one after the other: size() calls of number() or integer().
class JsonColumn {
public:
    JsonColumn(const JsonFields& fields, std::string key, std::string_view text, const JsonArrayText& array);

    std::size_t size() const { return m_elements.size(); }

    /// The next number; null is NaN. Throws Error naming the element.
    double number();
    /// The next whole number. Throws Error naming the element.
    std::int64_t integer();

    /// Throws the Error about the number that was read last.
    [[noreturn]] void fail(const std::string& found, const std::string& expected) const;

private:
    [[noreturn]] void failElement(std::string_view element, const char* expected) const;

    const JsonFields* m_fields;
    std::string m_key;
    JsonElements m_elements;
};

} // namespace kernelscope
