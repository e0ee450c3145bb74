// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/output.h"

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <cstdio>
#include <system_error>
#include <utility>

namespace kernelscope {
namespace {

bool outputLost = false; ///< Of this process; only its main thread prints.

} // namespace

std::string fixed(double value, int decimals) {
    char text[400]; // a double has up to 309 digits before the point
    const int length = std::snprintf(text, sizeof text, "%.*f", decimals, value);
    return {text, static_cast<std::size_t>(std::max(length, 0))};
}

std::string percent(double share, int decimals) {
    return fixed(100 * share, decimals) + " %";
}

std::string thousands(std::int64_t value) {
    std::string text = std::to_string(value);
    const std::size_t first = value < 0 ? 1 : 0;
    for (std::size_t at = text.size(); at > first + 3;) {
        at -= 3;
        text.insert(at, 1, ',');
    }
    return text;
}

std::string counted(std::int64_t count, const std::string& what) {
    return thousands(count) + " " + what + (count == 1 ? "" : "s");
}

std::string clock(double seconds) {
    const std::int64_t whole = std::llround(std::clamp(seconds, 0.0, 1e9));
    char text[40];
    if (whole >= 3600)
        std::snprintf(text, sizeof text, "%lld:%02d:%02d", static_cast<long long>(whole / 3600),
            static_cast<int>(whole / 60 % 60), static_cast<int>(whole % 60));
    else
        std::snprintf(text, sizeof text, "%d:%02d", static_cast<int>(whole / 60), static_cast<int>(whole % 60));
    return text;
}

Table::Table(std::vector<std::string> heads) : m_rows{std::move(heads)} {}

void Table::addRow(std::vector<std::string> cells) {
    cells.resize(m_rows.front().size());
    m_rows.push_back(std::move(cells));
}

std::string Table::text() const {
    const std::vector<std::string>& heads = m_rows.front();
    std::vector<std::size_t> widths(heads.size());
    std::size_t total = 0;
    for (std::size_t column = 0; column < widths.size(); ++column) {
        for (const std::vector<std::string>& row : m_rows)
            if (!row.empty())
                widths[column] = std::max(widths[column], row[column].size());
        total += widths[column] + (column == 0 ? 0 : 2);
    }
    std::string text;
    for (const std::vector<std::string>& row : m_rows) {
        std::string line;
        for (std::size_t column = 0; column < row.size(); ++column) {
            const std::string padding(widths[column] - row[column].size(), ' ');
            const bool left = column == 0 || heads[column].ends_with(' ');
            line += (column == 0 ? "" : "  ") + (left ? row[column] + padding : padding + row[column]);
        }
        if (row.empty())
            line.assign(total, '-');
        line.erase(line.find_last_not_of(' ') + 1);
        text += line + '\n';
    }
    return text;
}

void print(const std::string& text) {
    errno = 0;
    const bool written = std::fwrite(text.data(), 1, text.size(), stdout) == text.size();
    if (std::fflush(stdout) == 0 && written)
        return;
    const int code = errno;
    std::clearerr(stdout);
    if (code == EPIPE || std::exchange(outputLost, true))
        return;
    printError(
        Error({"Cannot write the output", "", "the system's error \"" + std::generic_category().message(code) + "\"",
            "", "Free some space where it goes to, or send it elsewhere."}),
        false);
}

bool isOutputLost() {
    return outputLost;
}

void printJson(const nlohmann::ordered_json& object) {
    print(object.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + '\n');
}

void printError(const std::string& message, bool json) {
    if (json)
        printJson({{"event", "error"}, {"message", message}});
    std::fprintf(stderr, "kernelscope-cli: %s\n", message.c_str());
}

void printWarning(const std::string& message, bool json) {
    if (json)
        printJson({{"event", "warning"}, {"message", message}});
    std::fprintf(stderr, "kernelscope-cli: warning: %s\n", message.c_str());
}

void printError(const Error& error, bool json) {
    if (json) {
        const ErrorParts& parts = error.parts();
        printJson({{"event", "error"}, {"message", error.what()}, {"doing", parts.doing}, {"subject", parts.subject},
            {"found", parts.found}, {"expected", parts.expected}, {"advice", parts.advice}});
    }
    std::fprintf(stderr, "kernelscope-cli: %s\n", error.what());
}

} // namespace kernelscope
