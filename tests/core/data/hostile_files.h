// SPDX-License-Identifier: GPL-3.0-or-later
// For tests of readers: small files made here, good or spoilt (made_files.h), and how much memory reading them took. To
// be included by one source of an executable, for it replaces operator new.
#pragma once

#include "core/data/made_files.h"

#include <atomic>
#include <cstdint>
#include <cstdlib>
#include <new>

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
