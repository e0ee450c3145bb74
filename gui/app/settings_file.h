// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// Values with names, in a file that is whole however the program ends.
#pragma once

#include <nlohmann/json.hpp>

#include <QString>

#include <functional>
#include <optional>
#include <set>
#include <string>

namespace kernelscope {

/// A JSON object of values, read when this is made and written by write() alone. QSettings would do, but for a full
/// disk: there it leaves a part of the new file in the place of the old one.
class SettingsFile {
public:
    explicit SettingsFile(const QString& path);

    const QString& path() const { return m_path; }

    /// Why the file that was there could not be read, as a sentence; empty where it could, or where there was none. It
    /// was moved aside then.
    const QString& problem() const { return m_problem; }

    /// Null where there is no such value.
    const nlohmann::json* value(const char* key) const;
    void set(const char* key, nlohmann::json value);
    void remove(const char* key);

    /// Called after each change, for whoever writes soon.
    void onChange(std::function<void()> tell) { m_tell = std::move(tell); }

    /// Writes what changed since the last time, if anything did, into what the file holds by now: another window may
    /// have written as well. The old file stays until the new one is whole.
    /// @return a message where it failed; the next call tries again.
    std::optional<QString> write();

private:
    void change(const char* key);
    nlohmann::json read() const;

    QString m_path;
    nlohmann::json m_values = nlohmann::json::object();
    QString m_problem;
    std::set<std::string> m_changed; ///< Names of values.
    std::function<void()> m_tell = [] {};
};

} // namespace kernelscope
