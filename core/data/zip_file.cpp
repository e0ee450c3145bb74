// SPDX-License-Identifier: GPL-3.0-or-later
#include "data/zip_file.h"

#include "data/gzip_file.h"
#include "data/read_error.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include <zlib.h>

namespace kernelscope {

namespace {

// Records begin with these.
constexpr std::uint32_t kLocalHeader = 0x04034B50;
constexpr std::uint32_t kDirectoryEntry = 0x02014B50;
constexpr std::uint32_t kDirectoryEnd = 0x06054B50;
constexpr std::uint32_t kZip64DirectoryEnd = 0x06064B50;
constexpr std::uint32_t kZip64Locator = 0x07064B50;

constexpr std::size_t kLocalHeaderBytes = 30;
constexpr std::size_t kDirectoryEntryBytes = 46;
constexpr std::size_t kDirectoryEndBytes = 22;
constexpr std::size_t kZip64EndBytes = 56;
constexpr std::size_t kZip64LocatorBytes = 20;
constexpr std::size_t kLongestComment = 0xFFFF;

constexpr std::uint32_t kInZip64 = 0xFFFFFFFF; ///< Where a size or an offset is this, zip64's field has it.
constexpr std::uint32_t kZip64Field = 1;

constexpr std::uint32_t kStored = 0;
constexpr std::uint32_t kDeflated = 8;

/// Data sets have a handful.
constexpr std::uint64_t kMostEntries = 1000;
constexpr std::size_t kLongestName = 1024;

/// A number with the low byte first.
std::uint64_t number(std::span<const std::uint8_t> bytes, std::size_t at, std::size_t count) {
    std::uint64_t value = 0;
    for (std::size_t i = count; i-- > 0;)
        value = value << 8 | bytes[at + i];
    return value;
}

std::uint32_t number32(std::span<const std::uint8_t> bytes, std::size_t at) {
    return static_cast<std::uint32_t>(number(bytes, at, 4));
}

std::size_t number16(std::span<const std::uint8_t> bytes, std::size_t at) {
    return static_cast<std::size_t>(number(bytes, at, 2));
}

} // namespace

/// Stored or raw deflate.
class ZipFile::EntryStream final : public ByteStream {
public:
    EntryStream(ZipFile& zip, Entry entry, std::uint64_t contentAt)
        : m_zip(zip),
          m_entry(std::move(entry)),
          m_at(contentAt),
          m_storedLeft(m_entry.storedSize),
          m_left(m_entry.size) {
        if (m_entry.isDeflated && inflateInit2(&m_stream, -MAX_WBITS) != Z_OK)
            throw Error({"Cannot read the data file", name(), "no memory to inflate it", {}, "Close other programs."});
    }
    ~EntryStream() override {
        if (m_entry.isDeflated)
            inflateEnd(&m_stream);
    }

    EntryStream(const EntryStream&) = delete;
    EntryStream& operator=(const EntryStream&) = delete;

    std::size_t read(std::span<std::uint8_t> bytes) override {
        std::size_t filled = 0;
        while (filled < bytes.size() && m_left > 0) {
            constexpr std::size_t kPiece = std::size_t{1} << 20;
            const auto wanted = static_cast<std::size_t>(
                std::min<std::uint64_t>({bytes.size() - filled, m_left, std::uint64_t{kPiece}}));
            const std::span<std::uint8_t> to = bytes.subspan(filled, wanted);
            const std::size_t count = m_entry.isDeflated ? inflated(to) : stored(to);
            m_checksum = static_cast<std::uint32_t>(crc32(m_checksum, to.data(), static_cast<uInt>(count)));
            filled += count;
            m_left -= count;
            if (m_left == 0 && m_checksum != m_entry.checksum)
                refuseFile(name(), "content that does not fit its checksum", "an intact archive");
        }
        return filled;
    }

private:
    std::filesystem::path name() const { return m_zip.path() / m_entry.name; }

    [[noreturn]] void refuseEnd() const {
        refuseFile(name(), "less than the " + bytesText(m_entry.size) + " that its header claims", "a whole archive");
    }

    std::size_t stored(std::span<std::uint8_t> bytes) {
        const std::size_t count = m_zip.readStored(
            m_at, bytes.first(static_cast<std::size_t>(std::min<std::uint64_t>(bytes.size(), m_storedLeft))));
        if (count == 0)
            refuseEnd();
        m_at += count;
        m_storedLeft -= count;
        return count;
    }

    std::size_t inflated(std::span<std::uint8_t> bytes) {
        m_stream.next_out = bytes.data();
        m_stream.avail_out = static_cast<uInt>(bytes.size());
        while (m_stream.avail_out > 0) {
            if (m_stream.avail_in == 0 && m_storedLeft > 0) {
                const std::size_t count = stored(m_buffer);
                m_stream.next_in = m_buffer.data();
                m_stream.avail_in = static_cast<uInt>(count);
            }
            const int result = inflate(&m_stream, Z_NO_FLUSH);
            if (result == Z_STREAM_END)
                break;
            if (result == Z_BUF_ERROR && m_stream.avail_in == 0 && m_storedLeft == 0)
                refuseEnd();
            if (result != Z_OK && result != Z_BUF_ERROR)
                refuseFile(name(),
                    std::string("damaged compressed data (") +
                        (m_stream.msg != nullptr ? m_stream.msg : "not deflate's format") + ")",
                    "an intact archive");
        }
        const std::size_t count = bytes.size() - m_stream.avail_out;
        if (count < bytes.size() && count < m_left)
            refuseEnd();
        return count;
    }

    ZipFile& m_zip;
    Entry m_entry;
    std::uint64_t m_at;
    std::uint64_t m_storedLeft;
    std::uint64_t m_left;
    std::uint32_t m_checksum = 0;
    z_stream m_stream{};
    std::array<std::uint8_t, 64 * 1024> m_buffer;
};

ZipFile::ZipFile(std::filesystem::path path, OpenProgress* progress) : m_file(std::move(path)) {
    readDirectory();
    checkOverlaps();
    m_file.watch(progress);
}

std::size_t ZipFile::readStored(std::uint64_t offset, std::span<std::uint8_t> bytes) {
    m_file.seek(offset);
    return m_file.read(bytes);
}

std::vector<std::uint8_t> ZipFile::bytesAt(std::uint64_t offset, std::uint64_t count, const char* what) {
    if (offset > storedSize() || count > storedSize() - offset)
        refuseFile(path(), std::string(what) + " beyond the file's end", "a whole zip archive");
    std::vector<std::uint8_t> bytes(static_cast<std::size_t>(count));
    if (readStored(offset, bytes) != bytes.size())
        refuseFile(path(), std::string(what) + " that is cut off", "a whole zip archive");
    return bytes;
}

void ZipFile::readDirectory() {
    const std::uint64_t tailSize = std::min<std::uint64_t>(storedSize(), kDirectoryEndBytes + kLongestComment);
    const std::uint64_t tailAt = storedSize() - tailSize;
    const std::vector<std::uint8_t> tail = bytesAt(tailAt, tailSize, "a directory");
    // The last record that looks like the end of a directory: a comment may follow it.
    std::optional<std::size_t> found;
    for (std::size_t at = tail.size() < kDirectoryEndBytes ? 0 : tail.size() - kDirectoryEndBytes + 1; at-- > 0;)
        if (number32(tail, at) == kDirectoryEnd) {
            found = at;
            break;
        }
    if (!found)
        refuseFile(path(), "no directory at its end", "a whole zip archive");
    const std::span<const std::uint8_t> end = std::span(tail).subspan(*found);
    if (number(end, 4, 2) != 0 && number(end, 4, 2) != 0xFFFF)
        refuseFile(path(), "one part of an archive that was split", "an archive in one file", "Join its parts first.");
    std::uint64_t count = number(end, 10, 2);
    std::uint64_t size = number(end, 12, 4);
    std::uint64_t at = number(end, 16, 4);
    if (*found >= kZip64LocatorBytes && number32(tail, *found - kZip64LocatorBytes) == kZip64Locator) {
        const std::uint64_t zip64At = number(tail, *found - kZip64LocatorBytes + 8, 8);
        const std::vector<std::uint8_t> zip64 = bytesAt(zip64At, kZip64EndBytes, "a directory");
        if (number32(zip64, 0) != kZip64DirectoryEnd)
            refuseFile(path(), "a damaged zip64 directory", "an intact zip archive");
        count = number(zip64, 32, 8);
        size = number(zip64, 40, 8);
        at = number(zip64, 48, 8);
    }
    if (count > kMostEntries)
        refuseFile(path(), std::to_string(count) + " files", "at most " + std::to_string(kMostEntries),
            "Choose an archive of arrays (.npz).");
    if (at > storedSize() || size > storedSize() - at)
        refuseFile(path(), "a directory beyond the file's end", "a whole zip archive");
    const std::uint64_t directoryEnd = at + size;
    for (std::uint64_t i = 0; i < count; ++i) {
        const std::vector<std::uint8_t> record = recordAt(at, directoryEnd);
        m_entries.push_back(readEntry(record));
        at += record.size();
    }
}

/// One entry of the directory, which ends there.
std::vector<std::uint8_t> ZipFile::recordAt(std::uint64_t offset, std::uint64_t end) {
    const auto refuse = [&] { refuseFile(path(), "a damaged directory", "an intact zip archive"); };
    if (end - offset < kDirectoryEntryBytes)
        refuse();
    const std::vector<std::uint8_t> fixed = bytesAt(offset, kDirectoryEntryBytes, "a directory");
    if (number32(fixed, 0) != kDirectoryEntry)
        refuse();
    const std::size_t nameLength = number16(fixed, 28);
    const std::size_t whole = kDirectoryEntryBytes + nameLength + number16(fixed, 30) + number16(fixed, 32);
    if (end - offset < whole)
        refuse();
    if (nameLength > kLongestName)
        refuseFile(path(), "a name of " + bytesText(nameLength) + " in its directory",
            "names of at most " + bytesText(kLongestName), "Choose an archive of arrays (.npz).");
    return bytesAt(offset, whole, "a directory");
}

ZipFile::Entry ZipFile::readEntry(std::span<const std::uint8_t> record) const {
    Entry entry;
    const std::size_t nameLength = number16(record, 28);
    const std::span<const std::uint8_t> name = record.subspan(kDirectoryEntryBytes, nameLength);
    entry.name.assign(name.begin(), name.end());
    const std::filesystem::path inside = path() / entry.name; // for messages only
    const std::size_t method = number16(record, 10);
    entry.isDeflated = method == kDeflated;
    entry.isReadable = method == kDeflated || method == kStored;
    entry.isEncrypted = (record[8] & 1) != 0;
    entry.checksum = number32(record, 16);
    entry.storedSize = number(record, 20, 4);
    entry.size = number(record, 24, 4);
    entry.headerAt = number(record, 42, 4);
    std::span<const std::uint8_t> extra = record.subspan(kDirectoryEntryBytes + nameLength, number16(record, 30));
    while (extra.size() >= 4) {
        const std::size_t length = number16(extra, 2);
        if (length > extra.size() - 4)
            break;
        if (number16(extra, 0) == kZip64Field) {
            std::span<const std::uint8_t> field = extra.subspan(4, length);
            for (std::uint64_t* value : {&entry.size, &entry.storedSize, &entry.headerAt}) {
                if (*value != kInZip64 || field.size() < 8)
                    continue;
                *value = number(field, 0, 8);
                field = field.subspan(8);
            }
        }
        extra = extra.subspan(4 + length);
    }
    if (entry.headerAt > storedSize() || entry.storedSize > storedSize() - entry.headerAt)
        refuseFile(inside, "a claim of " + bytesText(entry.storedSize) + " at byte " + std::to_string(entry.headerAt),
            "no more than the archive has, " + bytesText(storedSize()));
    const std::uint64_t most = entry.isDeflated ? entry.storedSize * GzipFile::kMaxInflation : entry.storedSize;
    if (entry.size > most && entry.isReadable)
        refuseFile(inside, "a claim of " + bytesText(entry.size),
            "at most the " + bytesText(most) + " that " + bytesText(entry.storedSize) + " can hold");
    return entry;
}

void ZipFile::checkOverlaps() const {
    std::vector<const Entry*> byPlace;
    for (const Entry& entry : m_entries)
        byPlace.push_back(&entry);
    std::sort(byPlace.begin(), byPlace.end(), [](const Entry* a, const Entry* b) { return a->headerAt < b->headerAt; });
    for (std::size_t i = 1; i < byPlace.size(); ++i)
        if (byPlace[i]->headerAt - byPlace[i - 1]->headerAt < kLocalHeaderBytes + byPlace[i - 1]->storedSize)
            refuseFile(path(), "files that lie over each other", "an intact zip archive");
}

std::unique_ptr<ByteStream> ZipFile::open(const Entry& entry) {
    const std::filesystem::path inside = path() / entry.name;
    if (entry.isEncrypted)
        refuseFile(inside, "encrypted content", "an archive without a password", "Save it without one.");
    if (!entry.isReadable)
        refuseFile(inside, "a compression that is not supported", "stored or deflated content",
            "Save it with numpy.savez or numpy.savez_compressed.");
    const std::vector<std::uint8_t> header = bytesAt(entry.headerAt, kLocalHeaderBytes, "a file");
    if (number32(header, 0) != kLocalHeader)
        refuseFile(inside, "a damaged header", "an intact zip archive");
    const std::uint64_t contentAt = entry.headerAt + kLocalHeaderBytes + number16(header, 26) + number16(header, 28);
    if (contentAt > storedSize() || entry.storedSize > storedSize() - contentAt)
        refuseFile(inside, "content beyond the file's end", "a whole zip archive");
    return std::make_unique<EntryStream>(*this, entry, contentAt);
}

} // namespace kernelscope
