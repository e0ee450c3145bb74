// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// The values of NumPy arrays, out of their bytes.
#pragma once

#include "data/npy_header.h"

#include <cstdint>
#include <span>
#include <string>

namespace kernelscope {

/// One number from its NpyHeader::valueBytes bytes. Integers of 8 bytes may lose their last digits, which no pixel or
/// label has. Half precision is IEEE 754 binary16; its infinities become NaN.
double npyValue(const std::uint8_t* bytes, const NpyHeader& header);

/// One text from its bytes, as UTF-8, up to the first zero; what is no printable character becomes "?".
/// @param wide 4 bytes for each character (NumPy's U) instead of one (S).
std::string npyText(std::span<const std::uint8_t> bytes, bool wide, bool isBigEndian);

} // namespace kernelscope
