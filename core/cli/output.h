// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// How the commands write: numbers for people, tables, JSON lines, errors.
#pragma once

#include "base/error.h"

#include <nlohmann/json.hpp>

#include <cstdint>
#include <string>
#include <vector>

namespace kernelscope {

/// "3.14" for decimals 2.
std::string fixed(double value, int decimals);
/// "98.71 %" for 0.9871 and decimals 2.
std::string percent(double share, int decimals);
/// "12,345".
std::string thousands(std::int64_t value);
/// "1 step", "12,345 steps".
std::string counted(std::int64_t count, const std::string& what);
/// "0:07", "12:34", "1:02:03".
std::string clock(double seconds);

/// A table for the terminal; the first column is aligned left, as is each whose head ends with a space.
class Table {
public:
    explicit Table(std::vector<std::string> heads);
    void addRow(std::vector<std::string> cells);
    /// A line across before the next row.
    void addRule() { m_rows.emplace_back(); }
    std::string text() const;

private:
    std::vector<std::vector<std::string>> m_rows; ///< The heads first; an empty row is a rule.
};

/// Writes text to stdout and flushes, so that whoever reads a pipe sees it at once. Where that fails, it is told once
/// on stderr; a reader that went away has read enough.
void print(const std::string& text);

/// Whether print() failed, other than for want of a reader.
bool isOutputLost();

/// One JSON object as one line on stdout; text that is no UTF-8 is mended, numbers that are not finite become null.
void printJson(const nlohmann::ordered_json& object);

/// One line on stderr, and with `json` an object {"event": "error", "message": ...} on stdout, too.
void printError(const std::string& message, bool json);
/// Something that does not stop the command, likewise: "kernelscope-cli: warning: ...", event "warning".
void printWarning(const std::string& message, bool json);
/// Likewise an error; the object also holds the error's parts.
void printError(const Error& error, bool json);

} // namespace kernelscope
