// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/settings.h"

#include "app/session.h"
#include "app/settings_values.h"
#include "base/error.h"
#include "network/network_json.h"

#include <QDir>
#include <QMetaEnum>
#include <QStandardPaths>

#include <algorithm>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>

namespace kernelscope {
namespace {

using namespace settings_values;

constexpr qsizetype mostRecentFiles = 10;
constexpr qsizetype mostRecentData = 100;
constexpr qsizetype longestState = 1000; // of a window or a splitter

/// None of these is ever below 0.
std::uint64_t unsignedOf(int value) {
    return static_cast<std::uint64_t>(std::max(value, 0));
}

std::string splitterKey(const QString& name) {
    return "splitters/" + name.toStdString();
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

Settings::Settings()
    : Settings(QStandardPaths::writableLocation(QStandardPaths::GenericConfigLocation) +
               QStringLiteral("/kernelscope/kernelscope.json")) {}

Settings::Settings(const QString& path) : m_file(path) {}

Settings::~Settings() {
    write();
}

Theme::Mode Settings::themeMode() const {
    bool isKnown = false;
    const QByteArray name = text(m_file.value("view/theme")).value_or(QString()).toLatin1();
    const int mode = QMetaEnum::fromType<Theme::Mode>().keyToValue(name.constData(), &isKnown);
    return isKnown ? static_cast<Theme::Mode>(mode) : Theme::Mode::System;
}

void Settings::setThemeMode(Theme::Mode mode) {
    m_file.set("view/theme", QMetaEnum::fromType<Theme::Mode>().valueToKey(static_cast<int>(mode)));
}

QByteArray Settings::windowGeometry() const {
    return bytes(m_file.value("view/geometry"), longestState);
}

void Settings::setWindowGeometry(const QByteArray& geometry) {
    m_file.set("view/geometry", toJson(geometry));
}

QString Settings::workspace() const {
    return text(m_file.value("view/workspace")).value_or(QString());
}

void Settings::setWorkspace(const QString& name) {
    m_file.set("view/workspace", name.toStdString());
}

QString Settings::trainPage() const {
    return text(m_file.value("view/trainPage")).value_or(QString());
}

void Settings::setTrainPage(const QString& name) {
    m_file.set("view/trainPage", name.toStdString());
}

QByteArray Settings::splitter(const QString& name) const {
    return bytes(m_file.value(splitterKey(name).c_str()), longestState);
}

void Settings::setSplitter(const QString& name, const QByteArray& state) {
    m_file.set(splitterKey(name).c_str(), toJson(state));
}

QStringList Settings::ghostFiles() const {
    return paths(m_file.value("files/ghosts"), mostRecentFiles);
}

void Settings::setGhostFiles(const QStringList& files) {
    m_file.set("files/ghosts", toJson(files));
}

QStringList Settings::recentFiles() const {
    return paths(m_file.value("files/recent"), mostRecentFiles);
}

void Settings::setRecentFiles(const QStringList& files) {
    m_file.set("files/recent", toJson(files));
}

QString Settings::lastFolder() const {
    const QString folder = text(m_file.value("files/folder")).value_or(QString());
    return isPath(folder) ? folder : QString();
}

void Settings::setLastFolder(const QString& folder) {
    m_file.set("files/folder", folder.toStdString());
}

QString Settings::takeSavedOnClose() {
    const QString folder = text(m_file.value("saved-on-close")).value_or(QString());
    m_file.remove("saved-on-close");
    return isPath(folder) && QDir(folder).exists() ? folder : QString();
}

void Settings::setSavedOnClose(const QString& folder) {
    m_file.set("saved-on-close", folder.toStdString());
}

void Settings::restore(Session& session) const {
    restoreNetwork(session);
    restoreSpec(session);
    if (const auto id = text(m_file.value("run/device")); id && !id->isEmpty())
        session.setDeviceId(*id);
    if (const auto keeps = truth(m_file.value("run/keepsSeed")))
        session.setKeepsSeed(*keeps);
    session.setPace(
        text(m_file.value("run/pace")) == QLatin1String("fullSpeed") ? Session::Pace::FullSpeed : Session::Pace::Watch);
    session.setRecentData(paths(m_file.value("data/recent"), mostRecentData));
    if (const auto source = text(m_file.value("run/data"));
        source && !source->isEmpty() && *source != session.dataSource())
        session.openData(*source);
    if (const auto index = count(m_file.value("look/sample"), 1u << 30))
        session.setSample(*index);
    if (const auto layer = count(m_file.value("look/layer"), 1000))
        session.selectLayer(static_cast<int>(*layer));
}

void Settings::save(const Session& session) {
    const TrainingSpec& spec = session.spec();
    m_file.set("run/network", kernelscope::toJson(session.network()).dump());
    m_file.set("run/optimizer", name(spec.optimizer.kind));
    m_file.set("run/learningRate", toJson(spec.optimizer.learningRate));
    m_file.set("run/momentum", toJson(spec.optimizer.momentum));
    m_file.set("run/beta1", toJson(spec.optimizer.beta1));
    m_file.set("run/beta2", toJson(spec.optimizer.beta2));
    m_file.set("run/epsilon", toJson(spec.optimizer.epsilon));
    m_file.set("run/weightDecay", toJson(spec.optimizer.weightDecay));
    m_file.set("run/schedule", name(spec.schedule.kind));
    m_file.set("run/stepEpochs", unsignedOf(spec.schedule.stepEpochs));
    m_file.set("run/stepFactor", toJson(spec.schedule.stepFactor));
    m_file.set("run/warmupEpochs", toJson(spec.schedule.warmupEpochs));
    m_file.set("run/shift", unsignedOf(spec.augmentation.shift));
    m_file.set("run/flip", spec.augmentation.flip);
    m_file.set("run/targetAccuracy", toJson(spec.stopping.targetAccuracy));
    m_file.set("run/patience", unsignedOf(spec.stopping.patience));
    m_file.set("run/batchSize", unsignedOf(spec.batchSize));
    m_file.set("run/epochs", unsignedOf(spec.epochs));
    m_file.set("run/seed", spec.seed);
    m_file.set("run/trainSamples", std::uint64_t{spec.trainSamples});
    m_file.set("run/keepsSeed", session.keepsSeed());
    m_file.set("run/device", session.deviceId().toStdString());
    m_file.set("run/pace", session.pace() == Session::Pace::FullSpeed ? "fullSpeed" : "watch");
    if (session.openingSource().isEmpty()) // else what was there is either this or what is being opened
        m_file.set("run/data", session.dataSource().toStdString());
    m_file.set("data/recent", toJson(session.recentData()));
    m_file.set("look/sample", std::uint64_t{session.sample()});
    m_file.set("look/layer", unsignedOf(session.selectedLayer()));
}

void Settings::restoreNetwork(Session& session) const {
    const auto json = text(m_file.value("run/network"));
    if (!json || json->isEmpty())
        return;
    try {
        const Network network = parseNetwork(json->toStdString(), m_file.path().toStdString());
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
    change(optimizerKind(text(m_file.value("run/optimizer")).value_or(QString())),
        [](TrainingSpec& s, OptimizerKind kind) { s.optimizer.kind = kind; });
    change(number(m_file.value("run/learningRate")), [](TrainingSpec& s, float v) { s.optimizer.learningRate = v; });
    change(number(m_file.value("run/momentum")), [](TrainingSpec& s, float v) { s.optimizer.momentum = v; });
    change(number(m_file.value("run/beta1")), [](TrainingSpec& s, float v) { s.optimizer.beta1 = v; });
    change(number(m_file.value("run/beta2")), [](TrainingSpec& s, float v) { s.optimizer.beta2 = v; });
    change(number(m_file.value("run/epsilon")), [](TrainingSpec& s, float v) { s.optimizer.epsilon = v; });
    change(number(m_file.value("run/weightDecay")), [](TrainingSpec& s, float v) { s.optimizer.weightDecay = v; });
    change(scheduleKind(text(m_file.value("run/schedule")).value_or(QString())),
        [](TrainingSpec& s, ScheduleKind kind) { s.schedule.kind = kind; });
    change(count(m_file.value("run/stepEpochs"), 100000),
        [](TrainingSpec& s, auto v) { s.schedule.stepEpochs = static_cast<int>(v); });
    change(number(m_file.value("run/stepFactor")), [](TrainingSpec& s, float v) { s.schedule.stepFactor = v; });
    change(number(m_file.value("run/warmupEpochs")), [](TrainingSpec& s, float v) { s.schedule.warmupEpochs = v; });
    change(count(m_file.value("run/shift"), static_cast<qulonglong>(greatestShift())),
        [](TrainingSpec& s, auto v) { s.augmentation.shift = static_cast<int>(v); });
    change(truth(m_file.value("run/flip")), [](TrainingSpec& s, bool v) { s.augmentation.flip = v; });
    change(number(m_file.value("run/targetAccuracy")), [](TrainingSpec& s, float v) { s.stopping.targetAccuracy = v; });
    change(count(m_file.value("run/patience"), 100000),
        [](TrainingSpec& s, auto v) { s.stopping.patience = static_cast<int>(v); });
    change(count(m_file.value("run/batchSize"), 65536),
        [](TrainingSpec& s, auto v) { s.batchSize = static_cast<int>(v); });
    change(count(m_file.value("run/epochs"), 100000), [](TrainingSpec& s, auto v) { s.epochs = static_cast<int>(v); });
    change(count(m_file.value("run/seed"), ~0ull), [](TrainingSpec& s, auto v) { s.seed = v; });
    if (session.data())
        change(count(m_file.value("run/trainSamples"), session.data()->info().trainCount),
            [](TrainingSpec& s, auto v) { s.trainSamples = v; });
    session.setSpec(spec);
}

} // namespace kernelscope
