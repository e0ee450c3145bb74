// SPDX-License-Identifier: GPL-3.0-or-later
#include "data/gzip_inflate.h"

#include "data/read_error.h"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include <zlib.h>

namespace kernelscope {
namespace {

constexpr std::uint8_t kFirstOfMagic = 0x1F;

/// zlib's inflate over the stored bytes, one gzip member after the other.
class GzipStream final : public ByteStream {
public:
    explicit GzipStream(GzipSource source) : m_source(std::move(source)) {
        constexpr int kGzipWithLargestWindow = 16 + MAX_WBITS;
        if (inflateInit2(&m_stream, kGzipWithLargestWindow) != Z_OK)
            throw Error({"Cannot read the data file", m_source.path.string(), "no memory to inflate it", {},
                "Close other programs."});
    }
    ~GzipStream() override { inflateEnd(&m_stream); }

    GzipStream(const GzipStream&) = delete;
    GzipStream& operator=(const GzipStream&) = delete;

    std::size_t read(std::span<std::uint8_t> bytes) override {
        std::size_t filled = 0;
        while (filled < bytes.size() && !m_ended) {
            if (m_stream.avail_in == 0)
                refill();
            const std::size_t room = std::min<std::size_t>(bytes.size() - filled, std::size_t{1} << 30); // fits a uInt
            m_stream.next_out = bytes.data() + filled;
            m_stream.avail_out = static_cast<uInt>(room);
            const int result = inflate(&m_stream, Z_NO_FLUSH);
            filled += room - m_stream.avail_out;
            if (result == Z_STREAM_END)
                endMember();
            else if (result != Z_OK && !(result == Z_BUF_ERROR && m_stream.avail_in == 0))
                refuseFile(m_source.path, std::string("damaged compressed data (") + reason() + ")",
                    "an intact gzip file", kCopyAgain);
        }
        return filled;
    }

private:
    const char* reason() const { return m_stream.msg != nullptr ? m_stream.msg : "not gzip's format"; }

    void refill() {
        const std::size_t count = m_source.read(m_buffer);
        if (count == 0)
            refuseFile(m_source.path,
                "compressed data that is cut off after " + std::to_string(m_source.storedSize) + " bytes",
                "a whole gzip file", kCopyAgain);
        m_stream.next_in = m_buffer.data();
        m_stream.avail_in = static_cast<uInt>(count);
    }

    /// A gzip file may consist of several members; anything else behind a member is no part of it.
    void endMember() {
        if (m_stream.avail_in == 0) {
            const std::size_t count = m_source.read(m_buffer);
            m_stream.next_in = m_buffer.data();
            m_stream.avail_in = static_cast<uInt>(count);
            if (count == 0) {
                m_ended = true;
                return;
            }
        }
        if (*m_stream.next_in != kFirstOfMagic)
            refuseFile(m_source.path, "more bytes behind the compressed data", "the end of the file", kCopyAgain);
        inflateReset(&m_stream);
    }

    GzipSource m_source;
    z_stream m_stream{};
    std::array<std::uint8_t, 64 * 1024> m_buffer;
    bool m_ended = false;
};

} // namespace

std::unique_ptr<ByteStream> inflateGzip(GzipSource source) {
    return std::make_unique<GzipStream>(std::move(source));
}

} // namespace kernelscope
