// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/settings_file.h"

#include "base/error.h"
#include "files/atomic_file.h"
#include "files/json_parse.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>

#include <filesystem>
#include <new>
#include <utility>

namespace kernelscope {
namespace {

constexpr std::size_t mostBytes = std::size_t{1} << 20; // some kilobytes are usual

std::filesystem::path native(const QString& path) {
    return QFile::encodeName(path).toStdString();
}

} // namespace

SettingsFile::SettingsFile(const QString& path) : m_path(path) {
    if (!QFileInfo::exists(path))
        return;
    try {
        JsonLimits limits;
        limits.textBytes = 2 * limits.textBytes; // a network's own limit, and all the rest
        const std::string text = readWholeFile(native(path), mostBytes);
        nlohmann::json values = parseJson(text, "Cannot read the settings", path.toStdString(), limits);
        if (!values.is_object())
            throw Error({"Cannot read the settings", path.toStdString(), values.type_name(), "an object", ""});
        m_values = std::move(values);
    } catch (const Error& error) {
        m_problem = QString::fromStdString(error.what());
    } catch (const std::bad_alloc&) {
        m_problem = QStringLiteral("There is not enough memory to read the settings, %1.").arg(path);
    }
    if (m_problem.isEmpty())
        return;
    std::error_code ignored; // where it cannot be moved, the next write replaces it
    std::filesystem::rename(native(path), native(path + QStringLiteral(".damaged")), ignored);
}

const nlohmann::json* SettingsFile::value(const char* key) const {
    const auto found = m_values.find(key);
    return found == m_values.end() ? nullptr : &*found;
}

void SettingsFile::set(const char* key, nlohmann::json value) {
    nlohmann::json& place = m_values[key];
    m_isChanged = m_isChanged || place != value;
    place = std::move(value);
}

void SettingsFile::remove(const char* key) {
    if (m_values.erase(key) > 0)
        m_isChanged = true;
}

std::optional<QString> SettingsFile::write() {
    if (!m_isChanged)
        return std::nullopt;
    QDir().mkpath(QFileInfo(m_path).absolutePath());
    try {
        writeFileAtomically(native(m_path),
            m_values.dump(1, ' ', false, nlohmann::json::error_handler_t::replace) + "\n", Outlasts::Process);
    } catch (const Error& error) {
        return QString::fromStdString(error.what());
    } catch (const std::bad_alloc&) {
        return QStringLiteral("There is not enough memory to write the settings, %1.").arg(m_path);
    }
    m_isChanged = false;
    return std::nullopt;
}

} // namespace kernelscope
