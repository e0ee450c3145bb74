// SPDX-License-Identifier: GPL-3.0-or-later
#include "data/npy_header.h"

#include "data/read_error.h"

#include <algorithm>
#include <array>
#include <limits>
#include <optional>
#include <string_view>

namespace kernelscope {

namespace {

constexpr std::string_view kMagic = "\x93NUMPY";
/// NumPy itself refuses longer ones than 10,000 bytes.
constexpr std::size_t kLongestHeader = 16384;
constexpr std::size_t kMostDimensions = 8;
constexpr std::uint64_t kMostValues = std::uint64_t{1} << 48;
constexpr std::size_t kLongestText = 1024;

/// {'descr': '<f4', 'fortran_order': False, 'shape': (3, 4), }
class DictionaryParser {
public:
    DictionaryParser(std::string_view text, const std::filesystem::path& path) : m_text(text), m_path(path) {}

    struct Values {
        std::optional<std::string> type;
        std::optional<bool> fortranOrder;
        std::optional<std::vector<std::uint64_t>> shape;
    };

    Values parse() {
        expect('{');
        Values values;
        while (!accept('}')) {
            const std::string key = string();
            expect(':');
            if (key == "descr" && !values.type)
                values.type = type();
            else if (key == "fortran_order" && !values.fortranOrder)
                values.fortranOrder = boolean();
            else if (key == "shape" && !values.shape)
                values.shape = tuple();
            else
                fail("the key '" + key + "'");
            if (!accept(',')) {
                expect('}');
                break;
            }
        }
        skipSpace();
        if (m_at != m_text.size())
            fail("more behind the dictionary");
        if (!values.type || !values.fortranOrder || !values.shape)
            fail("a dictionary without descr, fortran_order or shape");
        return values;
    }

private:
    [[noreturn]] void fail(const std::string& found) const {
        refuseFile(m_path, found + " in the array's header", "a header as NumPy writes it", "Save the array again.");
    }

    void skipSpace() {
        while (m_at < m_text.size() && (m_text[m_at] == ' ' || m_text[m_at] == '\n'))
            ++m_at;
    }

    bool accept(char c) {
        skipSpace();
        if (m_at >= m_text.size() || m_text[m_at] != c)
            return false;
        ++m_at;
        return true;
    }

    void expect(char c) {
        if (!accept(c))
            fail(std::string("no '") + c + "' at byte " + std::to_string(m_at));
    }

    std::string string() {
        skipSpace();
        const char quote = m_at < m_text.size() ? m_text[m_at] : '\0';
        if (quote != '\'' && quote != '"')
            fail("no text at byte " + std::to_string(m_at));
        const std::size_t end = m_text.find(quote, m_at + 1);
        if (end == std::string_view::npos || end - m_at > 64)
            fail("a text without end at byte " + std::to_string(m_at));
        const std::string value(m_text.substr(m_at + 1, end - m_at - 1));
        m_at = end + 1;
        return value;
    }

    std::string type() {
        skipSpace();
        if (m_at < m_text.size() && m_text[m_at] == '[')
            refuseFile(m_path, "an array of records", "an array of plain numbers",
                "Save images and labels as arrays of their own.");
        return string();
    }

    bool boolean() {
        skipSpace();
        for (const auto& [word, value] : {std::pair{std::string_view("True"), true}, {"False", false}})
            if (m_text.substr(m_at).starts_with(word)) {
                m_at += word.size();
                return value;
            }
        fail("neither True nor False for fortran_order");
    }

    std::vector<std::uint64_t> tuple() {
        expect('(');
        std::vector<std::uint64_t> values;
        while (!accept(')')) {
            if (values.size() == kMostDimensions)
                fail("more than " + std::to_string(kMostDimensions) + " dimensions");
            values.push_back(integer());
            if (!accept(',')) {
                expect(')');
                break;
            }
        }
        return values;
    }

    std::uint64_t integer() {
        skipSpace();
        const std::size_t begin = m_at;
        std::uint64_t value = 0;
        for (; m_at < m_text.size() && m_text[m_at] >= '0' && m_text[m_at] <= '9'; ++m_at) {
            if (value > kMostValues)
                fail("a dimension beyond any file");
            value = 10 * value + static_cast<std::uint64_t>(m_text[m_at] - '0');
        }
        if (m_at == begin)
            fail("no number at byte " + std::to_string(m_at));
        if (m_at < m_text.size() && m_text[m_at] == 'L') // Python 2's
            ++m_at;
        return value;
    }

    std::string_view m_text;
    std::size_t m_at = 0;
    const std::filesystem::path& m_path;
};

void setType(NpyHeader& header, const std::string& type, const std::filesystem::path& path) {
    const auto refuse = [&] {
        refuseFile(path, "values of the type '" + type + "'", "numbers of 1, 2, 4 or 8 bytes",
            "Convert the array first, with numpy.astype.");
    };
    if (type.size() < 2)
        refuse();
    const char order = type[0];
    if (order == 'O' || type[1] == 'O')
        refuseFile(path, "Python objects (a pickle, which could run any program)", "an array of plain numbers",
            "Save the array with a number type, as images.astype(\"uint8\").");
    const bool hasOrder = order == '<' || order == '>' || order == '|' || order == '=';
    const std::string_view rest = std::string_view(type).substr(hasOrder ? 1 : 0);
    header.isBigEndian = order == '>';
    std::size_t size = 0;
    if (rest.size() < 2 || rest.size() > 5)
        refuse();
    for (const char digit : rest.substr(1)) {
        if (digit < '0' || digit > '9')
            refuse();
        size = 10 * size + static_cast<std::size_t>(digit - '0');
    }
    const bool isPower = size == 1 || size == 2 || size == 4 || size == 8;
    switch (rest[0]) {
    case 'b':
        header.kind = NpyHeader::Kind::Bool;
        if (size != 1)
            refuse();
        break;
    case 'u':
    case 'i':
        header.kind = rest[0] == 'u' ? NpyHeader::Kind::Unsigned : NpyHeader::Kind::Signed;
        if (!isPower)
            refuse();
        break;
    case 'f':
        header.kind = NpyHeader::Kind::Float;
        if (!isPower || size == 1)
            refuse();
        break;
    case 'U':
    case 'S':
        header.kind = rest[0] == 'U' ? NpyHeader::Kind::Text : NpyHeader::Kind::Bytes;
        if (size == 0 || size > kLongestText)
            refuse();
        size *= rest[0] == 'U' ? 4 : 1; // UCS-4
        break;
    default:
        refuse();
    }
    header.valueBytes = size;
}

} // namespace

std::uint64_t NpyHeader::count() const {
    std::uint64_t product = 1;
    for (const std::uint64_t dimension : shape)
        product *= dimension;
    return product;
}

std::string NpyHeader::text() const {
    static constexpr std::array kNames = {"bool", "uint", "int", "float", "text", "text"};
    std::string text = kNames[static_cast<std::size_t>(kind)];
    if (kind == Kind::Unsigned || kind == Kind::Signed || kind == Kind::Float)
        text += std::to_string(8 * valueBytes);
    if (shape.empty())
        return text + ", a single value";
    text += " of ";
    for (std::size_t i = 0; i < shape.size(); ++i)
        text += (i == 0 ? "" : " x ") + std::to_string(shape[i]);
    return text;
}

NpyHeader readNpyHeader(ByteStream& stream, const std::filesystem::path& path) {
    std::array<std::uint8_t, 12> begin{};
    const auto read = [&](std::span<std::uint8_t> bytes) {
        if (stream.read(bytes) != bytes.size())
            refuseFile(path, "an array that is cut off in its header", "a whole .npy array");
    };
    read(std::span(begin).first(10));
    if (!std::equal(kMagic.begin(), kMagic.end(), begin.begin(),
            [](char c, std::uint8_t byte) { return static_cast<std::uint8_t>(c) == byte; }))
        refuseFile(path, "no NumPy array", "a file that starts with \\x93NUMPY", "Save the arrays with numpy.savez.");
    const int version = begin[6];
    if (version < 1 || version > 3)
        refuseFile(path, "version " + std::to_string(version) + " of the .npy format", "1, 2 or 3");
    std::size_t length = begin[8] | std::size_t{begin[9]} << 8;
    NpyHeader header;
    header.headerBytes = 10;
    if (version >= 2) {
        read(std::span(begin).subspan(10));
        length |= std::size_t{begin[10]} << 16 | std::size_t{begin[11]} << 24;
        header.headerBytes = 12;
    }
    if (length > kLongestHeader)
        refuseFile(path, "a header of " + bytesText(length), "at most " + bytesText(kLongestHeader));
    header.headerBytes += length;
    std::vector<std::uint8_t> text(length);
    read(text);
    const auto values = DictionaryParser({reinterpret_cast<const char*>(text.data()), text.size()}, path).parse();
    setType(header, *values.type, path);
    header.isFortranOrder = *values.fortranOrder;
    header.shape = *values.shape;
    std::uint64_t count = 1;
    for (const std::uint64_t dimension : header.shape) {
        if (dimension != 0 && count > kMostValues / dimension)
            refuseFile(path, "a header that claims more values than any file holds", "the array's real shape");
        count *= dimension;
    }
    return header;
}

} // namespace kernelscope
