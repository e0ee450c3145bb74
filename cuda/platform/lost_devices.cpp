// SPDX-License-Identifier: GPL-3.0-or-later
#include "cuda/platform/lost_devices.h"

#include <deque>
#include <map>
#include <mutex>

namespace kernelscope::cuda {
namespace {

std::mutex mutex;

/// Texts are handed out as pointers and the module is never unloaded: nothing here is ever destroyed.
std::map<int, const char*>& reasons() {
    static auto* const map = new std::map<int, const char*>;
    return *map;
}

const char* keep(const std::string& text) {
    static auto* const texts = new std::deque<std::string>;
    return texts->emplace_back(text).c_str();
}

} // namespace

void markLost(int device, const std::string& reason) {
    const std::lock_guard lock(mutex);
    if (!reasons().contains(device))
        reasons()[device] = keep(reason);
}

const char* lostReason(int device) {
    const std::lock_guard lock(mutex);
    const auto found = reasons().find(device);
    return found == reasons().end() ? nullptr : found->second;
}

void forgetLostDevices() {
    const std::lock_guard lock(mutex);
    reasons().clear();
}

} // namespace kernelscope::cuda
