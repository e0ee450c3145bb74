// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/commands.h"
#include "cli/output.h"
#include "devices/devices.h"

#include <memory>

namespace kernelscope {
namespace {

int showDevices(bool json) {
    const std::vector<DeviceEntry> devices = listDevices();
    if (json) {
        for (const DeviceEntry& device : devices)
            printJson({{"id", device.info.id}, {"label", device.label}, {"name", device.info.name},
                {"backend", device.info.backend}, {"instructionSet", device.info.instructionSet},
                {"threads", device.info.threads}, {"precision", device.info.precision}, {"usable", device.usable()},
                {"driver", device.info.driver}, {"reason", device.reason}});
        return exitDone;
    }
    Table table({"device", "what it is ", "chip ", "instructions "});
    std::string reasons;
    for (const DeviceEntry& device : devices) {
        if (device.usable())
            table.addRow({device.info.id, device.label, device.info.name, device.info.instructionSet});
        else
            reasons += device.info.id + " cannot be used: " + device.reason + '\n';
    }
    print(table.text() + reasons);
    return exitDone;
}

} // namespace

void addDevicesCommand(CLI::App& app, Command& command) {
    auto json = std::make_shared<bool>(false);
    CLI::App* sub = app.add_subcommand("devices", "List what can train here, and why the rest cannot");
    sub->add_flag("--json", *json, "Print one JSON object a line, one for each device");
    sub->callback([json, &command] { command = [json] { return showDevices(*json); }; });
}

} // namespace kernelscope
