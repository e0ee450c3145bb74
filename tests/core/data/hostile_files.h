// SPDX-License-Identifier: GPL-3.0-or-later
// For tests of readers: small files made here, good or spoilt (made_files.h), and how much memory reading them took. To
// be included by one source of an executable, for it replaces operator new.
#pragma once

#include "core/data/made_files.h"

#include <atomic>
#include <cstdint>
#include <cstdlib>
#include <fstream>
#include <new>
#include <optional>
#include <string>

#include <malloc.h>

// Every allocation by new of this executable passes here, so that a test can say how much memory a hostile file took.
namespace {
std::atomic<std::int64_t> g_live = 0;
std::atomic<std::int64_t> g_most = 0;
std::int64_t g_before = 0;

/// Starts anew from what is allocated now.
[[maybe_unused]] void watchMemory() {
    g_before = g_live;
    g_most = g_before;
}
/// The most bytes that were allocated at once since watchMemory(), beyond those of then.
[[maybe_unused]] std::size_t mostMemory() {
    return static_cast<std::size_t>(g_most - g_before);
}

/// The most bytes that have been resident since the last call of forgetPeak(); nothing where that is not known.
[[maybe_unused]] std::optional<std::size_t> residentPeak() {
    std::ifstream status("/proc/self/status");
    for (std::string word; status >> word;)
        if (std::size_t kilobytes = 0; word == "VmHWM:" && status >> kilobytes)
            return kilobytes * 1024;
    return std::nullopt;
}
[[maybe_unused]] bool forgetPeak() {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
    return false; // whose own memory is many times that of the program
#else
    malloc_trim(0);
    std::ofstream file("/proc/self/clear_refs");
    return static_cast<bool>(file << 5 << std::flush);
#endif
}

/// The most bytes that were resident at once while work() ran, beyond those of before: memory of C libraries counts,
/// too. Nothing where that cannot be measured.
template <class Work>
[[maybe_unused]] std::optional<std::size_t> mostResident(const Work& work) {
    if (!forgetPeak())
        return std::nullopt;
    const std::optional<std::size_t> before = residentPeak();
    work();
    const std::optional<std::size_t> after = residentPeak();
    return before && after ? std::optional(*after - *before) : std::nullopt;
}
} // namespace

void* operator new(std::size_t size, const std::nothrow_t&) noexcept {
    void* memory = std::malloc(size > 0 ? size : 1);
    if (memory == nullptr)
        return nullptr;
    const std::int64_t live = g_live += static_cast<std::int64_t>(malloc_usable_size(memory));
    std::int64_t most = g_most.load();
    while (live > most && !g_most.compare_exchange_weak(most, live)) {
    }
    return memory;
}
void* operator new(std::size_t size) {
    if (void* memory = operator new(size, std::nothrow))
        return memory;
    throw std::bad_alloc();
}
void operator delete(void* memory) noexcept {
    if (memory != nullptr)
        g_live -= static_cast<std::int64_t>(malloc_usable_size(memory));
    std::free(memory);
}
void operator delete(void* memory, std::size_t) noexcept {
    operator delete(memory);
}
