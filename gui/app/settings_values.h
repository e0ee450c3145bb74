// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// Settings as JSON values. What is read is checked: of another type, out of range or longer than anything sensible is
/// as good as nothing.
#pragma once

#include <nlohmann/json.hpp>

#include <QByteArray>
#include <QString>
#include <QStringList>

#include <cstdint>
#include <optional>

namespace kernelscope::settings_values {

/// At most 100,000 bytes.
std::optional<QString> text(const nlohmann::json* value);

/// 0 to `most`.
std::optional<std::uint64_t> count(const nlohmann::json* value, std::uint64_t most);

/// A finite one.
std::optional<float> number(const nlohmann::json* value);

std::optional<bool> truth(const nlohmann::json* value);

/// Whether it is an absolute path of sane length.
bool isPath(const QString& text);

/// The first ones that are, each once.
QStringList paths(const nlohmann::json* value, qsizetype most);

/// At most so many; none where there are more.
QByteArray bytes(const nlohmann::json* value, qsizetype most);

nlohmann::json toJson(const QStringList& texts);
nlohmann::json toJson(const QByteArray& bytes);
/// The number with the fewest digits that is read back as this one.
nlohmann::json toJson(float value);

} // namespace kernelscope::settings_values
