// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/settings.h"

#include "app/session.h"
#include "base/error.h"
#include "network/network_json.h"

#include <nlohmann/json.hpp>

#include <QDir>
#include <QMetaEnum>

#include <cmath>
#include <limits>
#include <optional>

namespace kernelscope {
namespace {

constexpr qsizetype mostRecentFiles = 10;
constexpr int longestText = 100'000; // a network's JSON is a thousandth of that

constexpr int longestPath = 4096;

/// A text of sane length, or nothing.
std::optional<QString> text(const QSettings& settings, const char* key) {
    const QVariant value = settings.value(QLatin1String(key));
    if (value.typeId() != QMetaType::QString)
        return std::nullopt;
    const QString string = value.toString();
    return string.size() <= longestText ? std::optional(string) : std::nullopt;
}

std::optional<qulonglong> count(const QSettings& settings, const char* key, qulonglong most) {
    bool isNumber = false;
    const qulonglong value = settings.value(QLatin1String(key)).toULongLong(&isNumber);
    return isNumber && value <= most ? std::optional(value) : std::nullopt;
}

std::optional<float> number(const QSettings& settings, const char* key) {
    bool isNumber = false;
    const float value = settings.value(QLatin1String(key)).toFloat(&isNumber);
    return isNumber && std::isfinite(value) ? std::optional(value) : std::nullopt;
}

template <class Enum>
std::optional<Enum> choice(const QSettings& settings, const char* key) {
    bool known = false;
    const std::string name = settings.value(QLatin1String(key)).toString().toStdString();
    const int value = QMetaEnum::fromType<Enum>().keyToValue(name.c_str(), &known);
    return known ? std::optional(static_cast<Enum>(value)) : std::nullopt;
}

std::optional<OptimizerKind> optimizerKind(const QString& text) {
    for (const OptimizerKind kind : allOptimizers)
        if (text == QLatin1String(name(kind)))
            return kind;
    return std::nullopt;
}

std::optional<ScheduleKind> scheduleKind(const QString& text) {
    for (const ScheduleKind kind : allSchedules)
        if (text == QLatin1String(name(kind)))
            return kind;
    return std::nullopt;
}

} // namespace

Settings::Settings() : m_settings(QSettings::IniFormat, QSettings::UserScope, "kernelscope", "kernelscope") {}

Settings::Settings(const QString& path) : m_settings(path, QSettings::IniFormat) {}

Theme::Mode Settings::themeMode() const {
    return choice<Theme::Mode>(m_settings, "view/theme").value_or(Theme::Mode::System);
}

void Settings::setThemeMode(Theme::Mode mode) {
    m_settings.setValue(
        "view/theme", QLatin1String(QMetaEnum::fromType<Theme::Mode>().valueToKey(static_cast<int>(mode))));
}

QByteArray Settings::windowGeometry() const {
    // Qt checks the bytes itself.
    return m_settings.value("view/geometry").toByteArray();
}

void Settings::setWindowGeometry(const QByteArray& geometry) {
    m_settings.setValue("view/geometry", geometry);
}

QString Settings::workspace() const {
    return text(m_settings, "view/workspace").value_or(QString());
}

void Settings::setWorkspace(const QString& name) {
    m_settings.setValue("view/workspace", name);
}

QString Settings::trainPage() const {
    return text(m_settings, "view/trainPage").value_or(QString());
}

void Settings::setTrainPage(const QString& name) {
    m_settings.setValue("view/trainPage", name);
}

QByteArray Settings::splitter(const QString& name) const {
    constexpr qsizetype longestState = 1000;
    const QByteArray state = m_settings.value(QStringLiteral("splitters/") + name).toByteArray();
    return state.size() <= longestState ? state : QByteArray(); // Qt checks the bytes themselves
}

void Settings::setSplitter(const QString& name, const QByteArray& state) {
    m_settings.setValue(QStringLiteral("splitters/") + name, state);
}

QStringList Settings::ghostFiles() const {
    return paths("files/ghosts");
}

void Settings::setGhostFiles(const QStringList& files) {
    m_settings.setValue("files/ghosts", files);
}

QStringList Settings::recentFiles() const {
    return paths("files/recent");
}

QStringList Settings::paths(const char* key) const {
    constexpr qsizetype longestPath = 4096;
    const QVariant value = m_settings.value(QLatin1String(key));
    QStringList result;
    // A list of one is read back as a text.
    for (const QString& path :
        value.typeId() == QMetaType::QString ? QStringList(value.toString()) : value.toStringList())
        if (path.size() <= longestPath && QDir::isAbsolutePath(path) && !path.contains(QChar::Null) &&
            !result.contains(path) && result.size() < mostRecentFiles)
            result += path;
    return result;
}

void Settings::setRecentFiles(const QStringList& files) {
    m_settings.setValue("files/recent", files);
}

QString Settings::lastFolder() const {
    const QStringList folder = paths("files/folder");
    return folder.isEmpty() ? QString() : folder.front();
}

void Settings::setLastFolder(const QString& folder) {
    m_settings.setValue("files/folder", folder);
}

QString Settings::takeSavedOnClose() {
    const QString folder = text(m_settings, "saved-on-close").value_or(QString());
    m_settings.remove("saved-on-close");
    return QDir(folder).exists() ? folder : QString();
}

void Settings::setSavedOnClose(const QString& folder) {
    m_settings.setValue("saved-on-close", folder);
}

void Settings::restore(Session& session) const {
    restoreNetwork(session);
    restoreSpec(session);
    if (const auto id = text(m_settings, "run/device"); id && !id->isEmpty())
        session.setDeviceId(*id);
    if (const auto keeps = text(m_settings, "run/keepsSeed"))
        session.setKeepsSeed(*keeps == QLatin1String("true"));
    session.setPace(
        text(m_settings, "run/pace") == QLatin1String("fullSpeed") ? Session::Pace::FullSpeed : Session::Pace::Watch);
    QStringList recent;
    for (const QString& path : m_settings.value("data/recent").toStringList().mid(0, 100))
        if (path.size() <= longestPath && QDir::isAbsolutePath(path))
            recent << path;
    session.setRecentData(recent);
    if (const auto source = text(m_settings, "run/data");
        source && !source->isEmpty() && *source != session.dataSource())
        session.openData(*source);
    if (const auto index = count(m_settings, "look/sample", 1u << 30))
        session.setSample(*index);
    if (const auto layer = count(m_settings, "look/layer", 1000))
        session.selectLayer(static_cast<int>(*layer));
}

void Settings::save(const Session& session) {
    const TrainingSpec& spec = session.spec();
    m_settings.setValue("run/network", QString::fromStdString(toJson(session.network()).dump()));
    m_settings.setValue("run/optimizer", QLatin1String(name(spec.optimizer.kind)));
    m_settings.setValue("run/learningRate", QString::number(spec.optimizer.learningRate, 'g', 9));
    m_settings.setValue("run/momentum", QString::number(spec.optimizer.momentum, 'g', 9));
    m_settings.setValue("run/beta1", QString::number(spec.optimizer.beta1, 'g', 9));
    m_settings.setValue("run/beta2", QString::number(spec.optimizer.beta2, 'g', 9));
    m_settings.setValue("run/epsilon", QString::number(spec.optimizer.epsilon, 'g', 9));
    m_settings.setValue("run/weightDecay", QString::number(spec.optimizer.weightDecay, 'g', 9));
    m_settings.setValue("run/schedule", QLatin1String(name(spec.schedule.kind)));
    m_settings.setValue("run/stepEpochs", spec.schedule.stepEpochs);
    m_settings.setValue("run/stepFactor", QString::number(spec.schedule.stepFactor, 'g', 9));
    m_settings.setValue("run/warmupEpochs", QString::number(spec.schedule.warmupEpochs, 'g', 9));
    m_settings.setValue("run/shift", spec.augmentation.shift);
    m_settings.setValue("run/flip", spec.augmentation.flip ? "true" : "false");
    m_settings.setValue("run/targetAccuracy", QString::number(spec.stopping.targetAccuracy, 'g', 9));
    m_settings.setValue("run/patience", spec.stopping.patience);
    m_settings.setValue("run/batchSize", spec.batchSize);
    m_settings.setValue("run/epochs", spec.epochs);
    m_settings.setValue("run/seed", QString::number(spec.seed));
    m_settings.setValue("run/trainSamples", static_cast<qulonglong>(spec.trainSamples));
    m_settings.setValue("run/keepsSeed", session.keepsSeed() ? "true" : "false");
    m_settings.setValue("run/device", session.deviceId());
    m_settings.setValue("run/pace", session.pace() == Session::Pace::FullSpeed ? "fullSpeed" : "watch");
    if (session.openingSource().isEmpty()) // else what was there is either this or what is being opened
        m_settings.setValue("run/data", session.dataSource());
    m_settings.setValue("data/recent", session.recentData());
    m_settings.setValue("look/sample", static_cast<qulonglong>(session.sample()));
    m_settings.setValue("look/layer", session.selectedLayer());
}

void Settings::restoreNetwork(Session& session) const {
    const auto json = text(m_settings, "run/network");
    if (!json || json->isEmpty())
        return;
    try {
        const Network network = parseNetwork(json->toStdString(), m_settings.fileName().toStdString());
        compile(network); // refused in silence here: the session would tell the user of a mistake that is not theirs
        session.setNetwork(network);
    } catch (const Error&) {
    }
}

void Settings::restoreSpec(Session& session) const {
    TrainingSpec spec = session.spec();
    const auto accept = [&](TrainingSpec wanted) {
        try {
            validate(wanted, std::numeric_limits<std::size_t>::max());
            spec = wanted;
        } catch (const Error&) {
        }
    };
    // One by one, so that a bad value takes no good one with it.
    const auto change = [&](auto value, auto apply) {
        if (!value)
            return;
        TrainingSpec wanted = spec;
        apply(wanted, *value);
        accept(wanted);
    };
    change(optimizerKind(text(m_settings, "run/optimizer").value_or(QString())),
        [](TrainingSpec& s, OptimizerKind kind) { s.optimizer.kind = kind; });
    change(number(m_settings, "run/learningRate"), [](TrainingSpec& s, float v) { s.optimizer.learningRate = v; });
    change(number(m_settings, "run/momentum"), [](TrainingSpec& s, float v) { s.optimizer.momentum = v; });
    change(number(m_settings, "run/beta1"), [](TrainingSpec& s, float v) { s.optimizer.beta1 = v; });
    change(number(m_settings, "run/beta2"), [](TrainingSpec& s, float v) { s.optimizer.beta2 = v; });
    change(number(m_settings, "run/epsilon"), [](TrainingSpec& s, float v) { s.optimizer.epsilon = v; });
    change(number(m_settings, "run/weightDecay"), [](TrainingSpec& s, float v) { s.optimizer.weightDecay = v; });
    change(scheduleKind(text(m_settings, "run/schedule").value_or(QString())),
        [](TrainingSpec& s, ScheduleKind kind) { s.schedule.kind = kind; });
    change(count(m_settings, "run/stepEpochs", 100000),
        [](TrainingSpec& s, auto v) { s.schedule.stepEpochs = static_cast<int>(v); });
    change(number(m_settings, "run/stepFactor"), [](TrainingSpec& s, float v) { s.schedule.stepFactor = v; });
    change(number(m_settings, "run/warmupEpochs"), [](TrainingSpec& s, float v) { s.schedule.warmupEpochs = v; });
    change(count(m_settings, "run/shift", static_cast<qulonglong>(greatestShift())),
        [](TrainingSpec& s, auto v) { s.augmentation.shift = static_cast<int>(v); });
    change(text(m_settings, "run/flip"),
        [](TrainingSpec& s, const QString& v) { s.augmentation.flip = v == QLatin1String("true"); });
    change(number(m_settings, "run/targetAccuracy"), [](TrainingSpec& s, float v) { s.stopping.targetAccuracy = v; });
    change(count(m_settings, "run/patience", 100000),
        [](TrainingSpec& s, auto v) { s.stopping.patience = static_cast<int>(v); });
    change(
        count(m_settings, "run/batchSize", 65536), [](TrainingSpec& s, auto v) { s.batchSize = static_cast<int>(v); });
    change(count(m_settings, "run/epochs", 100000), [](TrainingSpec& s, auto v) { s.epochs = static_cast<int>(v); });
    change(count(m_settings, "run/seed", ~0ull), [](TrainingSpec& s, auto v) { s.seed = v; });
    if (session.data())
        change(count(m_settings, "run/trainSamples", session.data()->info().trainCount),
            [](TrainingSpec& s, auto v) { s.trainSamples = v; });
    session.setSpec(spec);
}

} // namespace kernelscope
