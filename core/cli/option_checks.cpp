// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/option_checks.h"

#include <charconv>
#include <cmath>
#include <cstdio>
#include <functional>
#include <string>

namespace kernelscope {
namespace {

/// All of the text as one number.
template <class Number>
bool parse(const std::string& text, Number& number) {
    const char* const end = text.data() + text.size();
    const auto [at, error] = std::from_chars(text.data(), end, number);
    return error == std::errc() && at == end;
}

CLI::Validator check(std::string expected, std::function<bool(const std::string&)> isGood) {
    const auto complaint = [expected, isGood = std::move(isGood)](const std::string& text) {
        return isGood(text) ? std::string() : "found '" + text + "', expected " + expected;
    };
    return CLI::Validator(complaint, "");
}

CLI::Validator number(const std::string& expected, std::function<bool(double)> isGood) {
    return check(expected, [isGood = std::move(isGood)](const std::string& text) {
        double value = 0;
        return parse(text, value) && isGood(value);
    });
}

} // namespace

CLI::Validator wholeNumber(std::uint64_t least, std::uint64_t most) {
    return check("a whole number from " + std::to_string(least) + " to " + std::to_string(most),
        [least, most](const std::string& text) {
            std::uint64_t value = 0;
            return parse(text, value) && value >= least && value <= most;
        });
}

CLI::Validator positive() {
    // As floats, which is what they become: 1e-60 would be 0, 1e60 infinite.
    return number("a finite number above 0", [](double value) {
        const auto rounded = static_cast<float>(value);
        return std::isfinite(rounded) && rounded > 0;
    });
}

CLI::Validator belowOne() {
    return number("0 or more, below 1", [](double value) { return value >= 0 && static_cast<float>(value) < 1; });
}

CLI::Validator numberBetween(double least, double most, bool above) {
    char text[64];
    std::snprintf(text, sizeof text, above ? "above %g, at most %g" : "%g to %g", least, most);
    return number(text, [least, most, above](double value) {
        // As floats, which is what they become.
        return (above ? static_cast<float>(value) > static_cast<float>(least) : value >= least) && value <= most;
    });
}

CLI::Validator fileName() {
    return check("the name of a file", [](const std::string& text) { return !text.empty(); });
}

} // namespace kernelscope
