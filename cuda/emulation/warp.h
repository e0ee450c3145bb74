// SPDX-License-Identifier: GPL-3.0-or-later
/// @file
/// What the 32 threads of a warp do together: each leaves a value, waits until all that the mask names have come, and
/// reads what it wants of the others'.
#pragma once

#include "cuda/emulation/block.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <source_location>
#include <type_traits>

namespace kernelscope::emulation {

constexpr int lanesOfWarp = 32;
constexpr std::size_t mostLaneWords = 8;

/// What threads of a warp meet for.
enum class WarpWord { Shuffle, ShuffleUp, ShuffleDown, ShuffleXor, Ballot, Any, All, Sync, Exchange };

/// A value of a lane, in words.
template <class T>
struct LaneWords {
    static_assert(std::is_trivially_copyable_v<T> && sizeof(T) <= mostLaneWords * sizeof(std::uint32_t));
    static constexpr std::size_t count = (sizeof(T) + sizeof(std::uint32_t) - 1) / sizeof(std::uint32_t);
    std::uint32_t words[count] = {};
    explicit LaneWords(const T& value) { std::memcpy(words, &value, sizeof(T)); }
};

/// Threads of a warp that meet.
struct Meeting {
    WarpWord word = WarpWord::Sync; ///< Others do not join.
    unsigned mask = 0;              ///< Bit i: lane i is to come.
    unsigned arrived = 0, left = 0;
    std::uint32_t values[lanesOfWarp][mostLaneWords];

    template <class T>
    T valueOf(int lane) const {
        T value;
        std::memcpy(&value, values[lane], sizeof(T));
        return value;
    }
};

/// Leaves a value and waits for all lanes of the mask. A mask without the calling lane, or with lanes that do not exist
/// or have left the kernel, ends the kernel with a fault; of a `lenient` one, lanes that are not there are not waited
/// for.
const Meeting& meetWarp(unsigned mask, WarpWord word, const std::uint32_t* value, std::size_t words,
    const std::source_location& where, bool lenient = false);
/// The calling lane has read what it wanted. To be called once for each meetWarp().
void leaveMeeting(const Meeting& meeting);

int laneOfThread();

// For block.cpp.
void beginWarps(int threads);
void leaveWarp(int thread);

/// Warp words that give a value: lane `source` of the calling lane's `width` group.
template <class T>
T shuffle(unsigned mask, T value, int source, WarpWord word, const std::source_location& where) {
    const LaneWords<T> words(value);
    const Meeting& meeting = meetWarp(mask, word, words.words, words.count, where);
    T result;
    if (source >= 0 && source < lanesOfWarp && (meeting.arrived >> source & 1u) != 0)
        result = meeting.valueOf<T>(source);
    else
        std::memset(&result, 0xff, sizeof result); // a lane that is not asked: undefined, so that using it shows
    leaveMeeting(meeting);
    return result;
}

/// What each lane of the whole warp gave: for what a warp computes together, such as products of tensor cores.
template <class T>
std::array<T, lanesOfWarp> exchangeInWarp(
    const T& value, const std::source_location& where = std::source_location::current()) {
    const LaneWords<T> words(value);
    const Meeting& meeting = meetWarp(0xffffffffu, WarpWord::Exchange, words.words, words.count, where);
    std::array<T, lanesOfWarp> result;
    for (int lane = 0; lane < lanesOfWarp; ++lane)
        result[static_cast<std::size_t>(lane)] = meeting.valueOf<T>(lane);
    leaveMeeting(meeting);
    return result;
}

/// Which lanes of the mask gave true, as bits.
unsigned ballot(unsigned mask, bool predicate, WarpWord word, const std::source_location& where);

void syncWarp(unsigned mask, const std::source_location& where);

} // namespace kernelscope::emulation
