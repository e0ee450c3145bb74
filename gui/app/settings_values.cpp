// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/settings_values.h"

#include <QDir>

#include <charconv>
#include <cmath>
#include <iterator>
#include <limits>

namespace kernelscope::settings_values {

using nlohmann::json;

namespace {

constexpr std::size_t longestText = 100'000; // a network's JSON is a thousandth of that
constexpr qsizetype longestPath = 4096;

} // namespace

std::optional<QString> text(const json* value) {
    if (!value || !value->is_string())
        return std::nullopt;
    const auto& string = value->get_ref<const std::string&>();
    return string.size() <= longestText ? std::optional(QString::fromStdString(string)) : std::nullopt;
}

std::optional<std::uint64_t> count(const json* value, std::uint64_t most) {
    if (!value || !value->is_number_unsigned())
        return std::nullopt;
    const auto number = value->get<std::uint64_t>();
    return number <= most ? std::optional(number) : std::nullopt;
}

std::optional<float> number(const json* value) {
    if (!value || !value->is_number())
        return std::nullopt;
    const double number = value->get<double>();
    return std::abs(number) <= std::numeric_limits<float>::max() ? std::optional(static_cast<float>(number))
                                                                 : std::nullopt;
}

std::optional<bool> truth(const json* value) {
    return value && value->is_boolean() ? std::optional(value->get<bool>()) : std::nullopt;
}

bool isPath(const QString& text) {
    return text.size() <= longestPath && QDir::isAbsolutePath(text) && !text.contains(QChar::Null);
}

QStringList paths(const json* value, qsizetype most) {
    QStringList result;
    if (!value || !value->is_array())
        return result;
    for (const json& each : *value) {
        const QString path = text(&each).value_or(QString());
        if (result.size() < most && isPath(path) && !result.contains(path))
            result += path;
    }
    return result;
}

json toJson(const QStringList& texts) {
    json result = json::array();
    for (const QString& text : texts)
        result.push_back(text.toStdString());
    return result;
}

QByteArray bytes(const json* value, qsizetype most) {
    const QByteArray result = QByteArray::fromBase64(text(value).value_or(QString()).toLatin1());
    return result.size() <= most ? result : QByteArray();
}

json toJson(const QByteArray& bytes) {
    return bytes.toBase64().toStdString();
}

json toJson(float value) {
    if (!std::isfinite(value))
        return nullptr;
    char digits[32];
    const auto end = std::to_chars(std::begin(digits), std::end(digits), value).ptr;
    return json::parse(std::begin(digits), end);
}

} // namespace kernelscope::settings_values
