// SPDX-License-Identifier: GPL-3.0-or-later
#include "data/npy_values.h"

#include <bit>
#include <cmath>
#include <limits>

namespace kernelscope {
namespace {

void appendUtf8(std::string& text, std::uint32_t code) {
    const auto add = [&](std::uint32_t byte) { text += static_cast<char>(byte); };
    if (code < 0x80) {
        add(code);
    } else if (code < 0x800) {
        add(0xC0 | code >> 6);
        add(0x80 | (code & 63));
    } else if (code < 0x10000) {
        add(0xE0 | code >> 12);
        add(0x80 | (code >> 6 & 63));
        add(0x80 | (code & 63));
    } else {
        add(0xF0 | code >> 18);
        add(0x80 | (code >> 12 & 63));
        add(0x80 | (code >> 6 & 63));
        add(0x80 | (code & 63));
    }
}

} // namespace

double npyValue(const std::uint8_t* bytes, const NpyHeader& header) {
    std::uint64_t bits = 0;
    const std::size_t size = header.valueBytes;
    for (std::size_t i = 0; i < size; ++i)
        bits = bits << 8 | bytes[header.isBigEndian ? i : size - 1 - i];
    switch (header.kind) {
    case NpyHeader::Kind::Bool:
        return bits != 0 ? 1.0 : 0.0;
    case NpyHeader::Kind::Signed: {
        const unsigned unused = 64 - 8 * static_cast<unsigned>(size);
        return static_cast<double>(static_cast<std::int64_t>(bits << unused) >> unused);
    }
    case NpyHeader::Kind::Float:
        if (size == 8)
            return std::bit_cast<double>(bits);
        if (size == 4)
            return static_cast<double>(std::bit_cast<float>(static_cast<std::uint32_t>(bits)));
        break;
    default:
        return static_cast<double>(bits);
    }
    // Half precision (IEEE 754 binary16).
    const double sign = (bits & 0x8000) != 0 ? -1.0 : 1.0;
    const int exponent = static_cast<int>(bits >> 10 & 31);
    const double fraction = static_cast<double>(bits & 1023) / 1024.0;
    if (exponent == 31)
        return std::numeric_limits<double>::quiet_NaN();
    return sign * (exponent == 0 ? std::ldexp(fraction, -14) : std::ldexp(1.0 + fraction, exponent - 15));
}

std::string npyText(std::span<const std::uint8_t> bytes, bool wide, bool isBigEndian) {
    std::string text;
    const std::size_t step = wide ? 4 : 1;
    for (std::size_t at = 0; at + step <= bytes.size(); at += step) {
        std::uint32_t code = 0;
        for (std::size_t i = 0; i < step; ++i)
            code = code << 8 | bytes[at + (isBigEndian ? i : step - 1 - i)];
        if (code == 0)
            break;
        if (code < 0x20 || code == 0x7F || code > 0x10FFFF || (code >= 0xD800 && code < 0xE000) ||
            (!wide && code >= 0x80))
            code = '?';
        appendUtf8(text, code);
    }
    return text;
}

} // namespace kernelscope
