// SPDX-License-Identifier: GPL-3.0-or-later
#include "files/json_elements.h"

namespace kernelscope {
namespace {

bool isSpace(char c) {
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

} // namespace

JsonElements::JsonElements(std::string_view text, const JsonArrayText& array)
    : m_text(text),
      m_array(array),
      m_at(array.begin) {}

JsonRange JsonElements::next() {
    while (m_at < m_array.end && isSpace(m_text[m_at]))
        ++m_at;
    const std::size_t begin = m_at;
    std::size_t depth = 0;
    for (; m_at < m_array.end && (depth > 0 || m_text[m_at] != ','); ++m_at) {
        const char c = m_text[m_at];
        if (c == '"')
            for (++m_at; m_text[m_at] != '"'; ++m_at)
                m_at += m_text[m_at] == '\\' ? 1 : 0;
        depth += c == '[' || c == '{' ? 1 : 0;
        depth -= c == ']' || c == '}' ? 1 : 0;
    }
    std::size_t end = m_at;
    while (end > begin && isSpace(m_text[end - 1]))
        --end;
    m_at += m_at < m_array.end ? 1 : 0; // the comma
    ++m_done;
    return {m_text, begin, end};
}

std::string_view JsonElements::nextText() {
    const JsonRange range = next();
    return m_text.substr(range.begin, range.end - range.begin);
}

} // namespace kernelscope
