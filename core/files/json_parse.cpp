// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/error.h"
#include "files/json_fields.h"

#include <algorithm>
#include <string_view>
#include <unordered_set>
#include <utility>

namespace kernelscope {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t deepestNesting = 64;
/// Objects look keys up one after the other: many in one object would take minutes. The outermost one has a set of
/// them.
constexpr std::size_t mostFields = 200;
/// No number that means something has more digits, and the parser keeps a number's text several times.
constexpr std::size_t mostDigits = 400;

/// "line 3, column 14" of a byte, both from 1.
std::string placeOf(std::string_view text, std::size_t byte) {
    const std::string_view before = text.substr(0, std::min(byte, text.size()));
    const auto line = std::count(before.begin(), before.end(), '\n') + 1;
    const std::size_t lineBegin = before.rfind('\n') + 1; // npos + 1 is 0
    return "line " + std::to_string(line) + ", column " + std::to_string(before.size() - lineBegin + 1);
}

/// Walks over the text and tells how far the parser got.
class CountingIterator {
public:
    using iterator_category = std::forward_iterator_tag;
    using value_type = char;
    using difference_type = std::ptrdiff_t;
    using pointer = const char*;
    using reference = const char&;

    CountingIterator() = default;
    CountingIterator(const char* at, std::size_t* count) : m_at(at), m_count(count) {}
    reference operator*() const { return *m_at; }
    CountingIterator& operator++() {
        ++m_at;
        ++*m_count;
        return *this;
    }
    CountingIterator operator++(int) {
        const CountingIterator old = *this;
        ++*this;
        return old;
    }
    bool operator==(const CountingIterator& other) const { return m_at == other.m_at; }
    bool operator!=(const CountingIterator& other) const { return m_at != other.m_at; }

private:
    const char* m_at = nullptr;
    std::size_t* m_count = nullptr;
};

/// Builds the value from the parser's events, refusing what the parser itself would let pass.
class Builder final : public nlohmann::json_sax<Json> {
public:
    Builder(std::string_view text, const std::string& doing, const std::string& source, const JsonLimits& limits)
        : m_text(text),
          m_doing(doing),
          m_source(source),
          m_limits(limits) {}

    Json parse() {
        checkTokens();
        const CountingIterator begin(m_text.data(), &m_byte);
        const CountingIterator end(m_text.data() + m_text.size(), &m_byte);
        Json::sax_parse(begin, end, this);
        return std::move(m_root);
    }

    bool null() override { return add(nullptr); }
    bool boolean(bool value) override { return add(value); }
    bool number_integer(number_integer_t value) override { return add(value); }
    bool number_unsigned(number_unsigned_t value) override { return add(value); }
    bool number_float(number_float_t value, const string_t&) override { return add(value); }
    bool string(string_t& value) override { return add(std::move(value)); }
    bool binary(binary_t&) override { return false; } // never occurs in text
    bool start_object(std::size_t) override { return open(Json::object()); }
    bool start_array(std::size_t) override { return open(Json::array()); }
    bool end_object() override { return close(); }
    bool end_array() override { return close(); }

    bool key(string_t& value) override {
        const Json& object = *m_open.back();
        const bool isOutermost = m_open.size() == 1;
        if (isOutermost ? !m_topKeys.insert(value).second : object.contains(value))
            fail("the field \"" + value + "\" a second time", "each field once");
        const std::size_t most = isOutermost ? m_limits.topFields : mostFields;
        if (object.size() >= most)
            fail("more than " + std::to_string(most) + " fields in one object", "fewer");
        m_key = std::move(value);
        return true;
    }

    bool parse_error(std::size_t byte, const std::string& token, const nlohmann::json::exception& error) override {
        // The byte is the last one read, from 1.
        m_byte = byte;
        constexpr int numberOverflow = 406;
        if (error.id == numberOverflow)
            fail("a number that is too large, " + token.substr(0, 40), "one that fits in 64 bits");
        if (byte > m_text.size())
            fail("the end of the text", "complete JSON");
        fail("something that is no JSON", "JSON");
    }

private:
    /// Refuses texts without an end and endless numbers before the parser copies them, and too many or too deep
    /// elements.
    void checkTokens() {
        std::size_t digits = 0;
        std::size_t elements = 0;
        std::size_t depth = 0;
        for (std::size_t at = 0; at < m_text.size(); ++at) {
            const char c = m_text[at];
            m_byte = at + 1;
            if (c == '"') {
                for (++at; at < m_text.size() && m_text[at] != '"'; ++at)
                    at += m_text[at] == '\\' ? 1 : 0;
                if (at >= m_text.size()) {
                    m_byte = m_text.size() + 1;
                    fail("the end of the text", "complete JSON");
                }
                digits = 0;
            } else if (c < '0' || c > '9') {
                digits = 0;
                const bool opens = c == '[' || c == '{';
                if (opens && ++depth > deepestNesting)
                    failNesting();
                depth -= (c == ']' || c == '}') && depth > 0 ? 1 : 0;
                elements += opens || c == ',' ? 1 : 0;
                if (elements > m_limits.elements)
                    fail("more than " + std::to_string(m_limits.elements) + " values", "fewer");
            } else if (++digits > mostDigits) {
                fail("a number of more than " + std::to_string(mostDigits) + " digits", "fewer");
            }
        }
        m_byte = 0;
    }

    [[noreturn]] void fail(const std::string& found, const std::string& expected) const {
        const std::string where = placeOf(m_text, m_byte == 0 ? 0 : m_byte - 1);
        throw Error({m_doing, m_source, found + " at " + where, expected, "Mend the text there, or use another file."});
    }

    [[noreturn]] void failNesting() const {
        fail("more than " + std::to_string(deepestNesting) + " levels of nesting", "fewer");
    }

    /// Puts a value where the parser is; gives its place.
    Json* place(Json&& value) {
        if (m_open.empty()) {
            m_root = std::move(value);
            return &m_root;
        }
        Json& parent = *m_open.back();
        if (parent.is_array()) {
            parent.push_back(std::move(value));
            return &parent.back();
        }
        // key() made sure that it is new; operator[] would look all others through again.
        auto& fields = parent.get_ref<Json::object_t&>();
        static_cast<Json::object_t::Container&>(fields).emplace_back(std::move(m_key), std::move(value));
        return &fields.back().second;
    }
    bool add(Json&& value) {
        place(std::move(value));
        return true;
    }

    bool open(Json&& value) {
        if (m_open.size() >= deepestNesting)
            failNesting();
        m_open.push_back(place(std::move(value)));
        return true;
    }
    bool close() {
        m_open.pop_back();
        return true;
    }

    std::string_view m_text;
    const std::string& m_doing;
    const std::string& m_source;
    JsonLimits m_limits;
    std::size_t m_byte = 0;
    Json m_root;
    std::vector<Json*> m_open; ///< Objects and arrays that are not closed yet; none grows while one inside it is open.
    std::string m_key;
    std::unordered_set<std::string> m_topKeys; ///< Of the outermost object.
};

} // namespace

JsonLimits limitsOfRecord(const std::string& text) {
    JsonLimits limits;
    limits.elements += text.size() / 4;
    return limits;
}

Json parseJson(const std::string& text, const std::string& doing, const std::string& source, const JsonLimits& limits) {
    return Builder(text, doing, source, limits).parse();
}

} // namespace kernelscope
