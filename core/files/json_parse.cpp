// SPDX-License-Identifier: GPL-3.0-or-later
#include "files/json_parse.h"

#include "base/error.h"

#include <algorithm>
#include <cstdint>
#include <functional>
#include <optional>
#include <utility>

namespace kernelscope {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t deepestNesting = 64;
/// Objects look keys up one after the other: many in one object would take minutes. The outermost one's are sorted.
constexpr std::size_t mostFields = 200;
/// No number that means something has more digits, and the parser keeps a number's text several times.
constexpr std::size_t mostDigits = 400;
constexpr std::size_t mostBetween = 64 << 10;
/// Of a file's words in a message.
constexpr std::size_t longestQuote = 40;

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

/// An array that is being read over.
struct Left {
    JsonArrayText array;
    std::size_t depth = 0; ///< Of brackets open inside.
};

/// Builds the value from the parser's events, refusing what the parser itself would let pass.
class Builder final : public nlohmann::json_sax<Json> {
public:
    Builder(JsonRange range, const std::string& doing, const std::string& source, const JsonLimits& limits)
        : m_text(range.text),
          m_begin(range.begin),
          m_end(range.end),
          m_doing(doing),
          m_source(source),
          m_limits(limits) {}

    /// Paths of arrays to leave in the text, and where to note them.
    void leave(const std::vector<std::string>& paths, std::map<std::string, JsonArrayText>& left) {
        m_longPaths = &paths;
        m_longArrays = &left;
    }
    void handOver(const JsonFieldTaker& take) { m_take = &take; }

    Json parse() {
        checkTokens();
        m_byte = m_begin;
        const CountingIterator begin(m_text.data() + m_begin, &m_byte);
        const CountingIterator end(m_text.data() + m_end, &m_byte);
        Json::sax_parse(begin, end, this);
        return std::move(m_root);
    }

    bool null() override { return add(nullptr); }
    bool boolean(bool value) override { return add(value); }
    bool number_integer(number_integer_t value) override { return add(value); }
    bool number_unsigned(number_unsigned_t value) override { return add(value); }
    bool number_float(number_float_t value, const string_t&) override { return add(value); }
    bool string(string_t& value) override {
        countText(value);
        return add(std::move(value));
    }
    bool binary(binary_t&) override { return false; } // never occurs in text
    bool start_object(std::size_t) override { return open(Json::object()); }
    bool start_array(std::size_t) override {
        if (!m_left && isLong()) {
            place(Json::array());
            m_left.emplace();
            m_left->array.begin = m_byte;
            return true;
        }
        return open(Json::array());
    }
    bool end_object() override { return close(); }
    bool end_array() override { return close(); }

    bool key(string_t& value) override {
        if (m_left)
            return true;
        countText(value);
        const Json& object = *m_open.back();
        const bool isOutermost = m_open.size() == 1;
        if (isOutermost ? !isNewTopKey(value) : object.contains(value))
            fail("the field \"" + value.substr(0, longestQuote) + "\" a second time", "each field once");
        const std::size_t most = isOutermost ? m_limits.topFields : mostFields;
        if ((isOutermost ? m_topKeys.size() : object.size() + 1) > most)
            fail("more than " + std::to_string(most) + " fields in one object", "fewer");
        m_key = std::move(value);
        return true;
    }

    bool parse_error(std::size_t byte, const std::string& token, const nlohmann::json::exception& error) override {
        // The byte is the last one read, from 1.
        m_byte = m_begin + byte;
        constexpr int numberOverflow = 406;
        if (error.id == numberOverflow)
            fail("a number that is too large, " + token.substr(0, longestQuote), "one that fits in 64 bits");
        if (m_byte > m_end)
            fail("the end of the text", "complete JSON");
        fail("something that is no JSON", "JSON");
    }

private:
    /// Refuses what the parser would copy before it complains: texts without an end, long texts, endless numbers; and
    /// elements too deep in each other.
    void checkTokens() {
        std::size_t digits = 0;
        std::size_t depth = 0;
        std::size_t between = 0; // the parser keeps all that it has read since the last text or number
        for (std::size_t at = m_begin; at < m_end; ++at) {
            const char c = m_text[at];
            m_byte = at + 1;
            if (c == '"') {
                for (++at; at < m_end && m_text[at] != '"'; ++at)
                    at += m_text[at] == '\\' ? 1 : 0;
                if (at >= m_end) {
                    m_byte = m_end + 1;
                    fail("the end of the text", "complete JSON");
                }
                // The parser takes several times the room of one text: by and by there is less for it.
                const bool isLate = m_byte - m_begin > m_limits.textBytes;
                if (const std::size_t most = m_limits.textBytes / (isLate ? 4 : 1); at - m_byte > most)
                    failText(most);
                digits = between = 0;
            } else if (c < '0' || c > '9') {
                digits = 0;
                if (++between > mostBetween)
                    fail("more than " + std::to_string(mostBetween) + " bytes without a text or a number", "fewer");
                if ((c == '[' || c == '{') && ++depth > deepestNesting)
                    failNesting();
                depth -= (c == ']' || c == '}') && depth > 0 ? 1 : 0;
            } else if (between = 0; ++digits > mostDigits) {
                fail("a number of more than " + std::to_string(mostDigits) + " digits", "fewer");
            }
        }
    }

    [[noreturn]] void fail(const std::string& found, const std::string& expected) const {
        const std::string where = placeOf(m_text, m_byte == 0 ? 0 : m_byte - 1);
        throw Error({m_doing, m_source, found + " at " + where, expected, "Mend the text there, or use another file."});
    }

    [[noreturn]] void failNesting() const {
        fail("more than " + std::to_string(deepestNesting) + " levels of nesting", "fewer");
    }

    [[noreturn]] void failText(std::size_t most) const {
        fail("more than " + std::to_string(most) + " bytes of names and texts", "fewer");
    }

    /// Remembers a field of the outermost object. Two names of one hash would be taken for one: of 64 bits, that is no
    /// chance but an intention.
    bool isNewTopKey(const std::string& key) {
        const std::uint64_t hash = std::hash<std::string>()(key);
        const auto place = std::lower_bound(m_topKeys.begin(), m_topKeys.end(), hash);
        if (place != m_topKeys.end() && *place == hash)
            return false;
        m_topKeys.insert(place, hash);
        return true;
    }

    void countText(const std::string& text) {
        if (!m_left && (m_textBytes += text.size()) > m_limits.textBytes)
            failText(m_limits.textBytes);
    }

    /// Whether the array that begins here is one to leave in the text.
    bool isLong() {
        if (!m_longPaths || m_open.empty() || m_open.size() > 2 || !m_open.back()->is_object())
            return false;
        m_path = m_open.size() == 1 ? m_key : m_outerKey + "." + m_key;
        return std::find(m_longPaths->begin(), m_longPaths->end(), m_path) != m_longPaths->end();
    }

    /// Puts a value where the parser is; gives its place.
    Json* place(Json&& value) {
        if (++m_elements > m_limits.elements)
            fail("more than " + std::to_string(m_limits.elements) + " values", "fewer");
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
        if (m_left) {
            m_left->array.count += m_left->depth == 0 ? 1 : 0;
            return true;
        }
        place(std::move(value));
        done();
        return true;
    }

    bool open(Json&& value) {
        if (m_left) {
            m_left->array.count += m_left->depth == 0 ? 1 : 0;
            ++m_left->depth;
            return true;
        }
        if (m_open.size() == 1)
            m_outerKey = m_key;
        m_open.push_back(place(std::move(value)));
        return true;
    }

    bool close() {
        if (m_left && m_left->depth > 0) {
            --m_left->depth;
        } else if (m_left) {
            m_left->array.end = m_byte - 1;
            m_longArrays->emplace(m_path, m_left->array);
            m_left.reset();
            done();
        } else {
            m_open.pop_back();
            done();
        }
        return true;
    }

    /// After each value that is complete: a field of the outermost object goes to who takes them.
    void done() {
        if (!m_take || m_open.size() != 1 || !m_root.is_object())
            return;
        auto& fields = static_cast<Json::object_t::Container&>(m_root.get_ref<Json::object_t&>());
        m_keptText += (*m_take)(fields.back().first, fields.back().second);
        fields.pop_back();
        m_elements = 0;
        m_textBytes = m_keptText;
    }

    std::string_view m_text;
    std::size_t m_begin;
    std::size_t m_end;
    const std::string& m_doing;
    const std::string& m_source;
    const JsonLimits& m_limits;
    const std::vector<std::string>* m_longPaths = nullptr;
    std::map<std::string, JsonArrayText>* m_longArrays = nullptr;
    const JsonFieldTaker* m_take = nullptr;
    std::size_t m_byte = 0; ///< Read so far, from the text's begin.
    std::size_t m_elements = 0;
    std::size_t m_textBytes = 0;
    std::size_t m_keptText = 0; ///< Of what was handed over.
    Json m_root;
    std::vector<Json*> m_open; ///< Objects and arrays that are not closed yet; none grows while one inside it is open.
    std::string m_key;
    std::string m_outerKey;               ///< Of what is open in the outermost object.
    std::string m_path;                   ///< Of the array that is left in the text.
    std::optional<Left> m_left;           ///< While the parser is inside an array that is left in the text.
    std::vector<std::uint64_t> m_topKeys; ///< Hashes of the outermost object's fields, sorted.
};

} // namespace

nlohmann::ordered_json parseJson(
    JsonRange range, const std::string& doing, const std::string& source, const JsonLimits& limits) {
    return Builder(range, doing, source, limits).parse();
}

void parseJsonFields(JsonRange range, const std::string& doing, const std::string& source, const JsonLimits& limits,
    const JsonFieldTaker& take) {
    Builder builder(range, doing, source, limits);
    builder.handOver(take);
    builder.parse();
}

JsonDocument parseJsonDocument(std::string_view text, const std::string& doing, const std::string& source,
    const std::vector<std::string>& longArrays, const JsonLimits& limits) {
    JsonDocument document{{}, text, {}};
    Builder builder(text, doing, source, limits);
    builder.leave(longArrays, document.longArrays);
    document.root = builder.parse();
    return document;
}

} // namespace kernelscope
