// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// What the 32 threads of a warp do together: each leaves a value, waits until all that the mask names have come, and
/// reads what it wants of the others'.
#pragma once

#include "cuda/emulation/block.h"

#include <cstddef>
#include <cstring>
#include <source_location>
#include <type_traits>

namespace kernelscope::emulation {

constexpr int lanesOfWarp = 32;
constexpr std::size_t mostLaneBytes = 64;

/// Threads of a warp that meet.
struct Meeting {
    const char* kind = nullptr; ///< Which operation: others do not join.
    unsigned mask = 0;          ///< Bit i: lane i is to come.
    unsigned arrived = 0, left = 0;
    alignas(16) std::byte values[lanesOfWarp][mostLaneBytes];

    template <class T>
    T valueOf(int lane) const {
        T value;
        std::memcpy(&value, values[lane], sizeof(T));
        return value;
    }
};

/// Leaves a value and waits for all lanes of the mask. A mask without the calling lane,
/// or with lanes that do not exist or have left the kernel, ends the kernel with a fault; of a `lenient` one, lanes
/// that are not there are not waited for.
const Meeting& meetWarp(unsigned mask, const char* kind, const void* value, std::size_t bytes,
    const std::source_location& where, bool lenient = false);
/// The calling lane has read what it wanted. To be called once for each meetWarp().
void leaveMeeting(const Meeting& meeting);

int laneOfThread();

// For block.cpp.
void beginWarps(int threads);
void leaveWarp(int thread);

/// Warp words that give a value: lane `source` of the calling lane's `width` group.
template <class T>
T shuffle(unsigned mask, T value, int source, const char* kind, const std::source_location& where) {
    static_assert(std::is_trivially_copyable_v<T> && sizeof(T) <= 8);
    const Meeting& meeting = meetWarp(mask, kind, &value, sizeof(T), where);
    T result;
    if (source >= 0 && source < lanesOfWarp && (meeting.arrived >> source & 1u) != 0)
        result = meeting.valueOf<T>(source);
    else
        std::memset(&result, 0xff, sizeof result); // a lane that is not asked: undefined, so that using it shows
    leaveMeeting(meeting);
    return result;
}

/// Which lanes of the mask gave true, as bits.
unsigned ballot(unsigned mask, bool predicate, const char* kind, const std::source_location& where);

void syncWarp(unsigned mask, const std::source_location& where);

} // namespace kernelscope::emulation
