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
        m_values = read();
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

nlohmann::json SettingsFile::read() const {
    JsonLimits limits;
    limits.textBytes = 2 * limits.textBytes; // a network's own limit, and all the rest
    const std::string source = m_path.toStdString();
    nlohmann::json values =
        parseJson(readWholeFile(native(m_path), mostBytes), "Cannot read the settings", source, limits);
    if (!values.is_object())
        throw Error({"Cannot read the settings", source, values.type_name(), "an object", ""});
    return values;
}

const nlohmann::json* SettingsFile::value(const char* key) const {
    const auto found = m_values.find(key);
    return found == m_values.end() ? nullptr : &*found;
}

void SettingsFile::set(const char* key, nlohmann::json value) {
    nlohmann::json& place = m_values[key];
    if (place == value)
        return;
    place = std::move(value);
    change(key);
}

void SettingsFile::remove(const char* key) {
    if (m_values.erase(key) > 0)
        change(key);
}

void SettingsFile::change(const char* key) {
    m_changed.insert(key);
    m_tell();
}

std::optional<QString> SettingsFile::write() {
    if (m_changed.empty())
        return std::nullopt;
    QDir().mkpath(QFileInfo(m_path).absolutePath());
    try {
        nlohmann::json whole = m_values;
        try {
            nlohmann::json found = read();
            for (const std::string& key : m_changed)
                if (const auto value = m_values.find(key); value != m_values.end())
                    found[key] = *value;
                else
                    found.erase(key);
            whole = std::move(found);
        } catch (const Error&) {
            // There is none yet, or it makes no sense: all that is known here.
        }
        writeFileAtomically(native(m_path), whole.dump(1, ' ', false, nlohmann::json::error_handler_t::replace) + "\n",
            Outlasts::Process);
    } catch (const Error& error) {
        return QString::fromStdString(error.what());
    } catch (const std::bad_alloc&) {
        return QStringLiteral("There is not enough memory to write the settings, %1.").arg(m_path);
    }
    m_changed.clear();
    return std::nullopt;
}

} // namespace kernelscope
