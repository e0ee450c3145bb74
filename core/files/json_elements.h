// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// The elements of an array that is still text.
#pragma once

#include "files/json_parse.h"

namespace kernelscope {

/// Walks over an array that parseJsonDocument() left in the text. What is in it is known to be JSON.
class JsonElements {
public:
    /// The text must outlive it.
    JsonElements(std::string_view text, const JsonArrayText& array);

    std::size_t size() const { return m_array.count; }
    /// How many next() gave.
    std::size_t done() const { return m_done; }

    /// Where the next element stands, without the white space around it. At most size() calls.
    JsonRange next();
    std::string_view nextText();

private:
    std::string_view m_text;
    JsonArrayText m_array;
    std::size_t m_at;
    std::size_t m_done = 0;
};

} // namespace kernelscope
