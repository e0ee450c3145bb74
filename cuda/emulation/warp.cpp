// SPDX-License-Identifier: GPL-3.0-or-later
#include "cuda/emulation/warp.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <memory>
#include <vector>

namespace kernelscope::emulation {
namespace {

struct Pending {
    Meeting meeting;
    bool lenient = false;
    int warp = 0;
};

struct Warps {
    std::vector<std::unique_ptr<Pending>> all;
    std::vector<Pending*> unused;
    std::vector<std::vector<Pending*>> waiting; ///< Of each warp, the meetings that wait for somebody.
    std::vector<unsigned> present;              ///< Of each warp, the lanes that exist and have not left the kernel.
};
Warps& warps = *new Warps; // never destroyed

const char* nameOf(WarpWord word) {
    switch (word) {
    case WarpWord::Shuffle:
        return "__shfl_sync";
    case WarpWord::ShuffleUp:
        return "__shfl_up_sync";
    case WarpWord::ShuffleDown:
        return "__shfl_down_sync";
    case WarpWord::ShuffleXor:
        return "__shfl_xor_sync";
    case WarpWord::Ballot:
        return "__ballot_sync";
    case WarpWord::Any:
        return "__any_sync";
    case WarpWord::All:
        return "__all_sync";
    case WarpWord::Sync:
        return "__syncwarp";
    case WarpWord::Exchange:
        break;
    }
    return "what a warp computes together";
}

std::string inHex(unsigned mask) {
    char text[16];
    std::snprintf(text, sizeof text, "0x%08x", mask);
    return text;
}

Pending& newMeeting(WarpWord word, unsigned mask, int warp, bool lenient) {
    if (warps.unused.empty()) {
        warps.all.push_back(std::make_unique<Pending>());
        warps.unused.push_back(warps.all.back().get());
    }
    Pending& pending = *warps.unused.back();
    warps.unused.pop_back();
    pending.meeting.word = word;
    pending.meeting.mask = mask;
    pending.meeting.arrived = pending.meeting.left = 0;
    pending.lenient = lenient;
    pending.warp = warp;
    warps.waiting[static_cast<std::size_t>(warp)].push_back(&pending);
    return pending;
}

void wakeLanes(const Pending& pending) {
    // In the order of threads, as everywhere: ascending or not.
    const bool ascending = threadAt(0) <= threadAt(threadCount() - 1);
    std::array<int, lanesOfWarp> threads{};
    std::size_t count = 0;
    for (int i = 0; i < lanesOfWarp; ++i) {
        const int lane = ascending ? i : lanesOfWarp - 1 - i;
        if ((pending.meeting.arrived >> lane & 1u) != 0)
            threads[count++] = pending.warp * lanesOfWarp + lane;
    }
    wakeUp(std::span(threads).first(count));
}

bool isComplete(const Pending& pending) {
    const unsigned expected = pending.lenient
                                  ? pending.meeting.mask & warps.present[static_cast<std::size_t>(pending.warp)]
                                  : pending.meeting.mask;
    return (pending.meeting.arrived & expected) == expected;
}

void complete(Pending& pending) {
    std::erase(warps.waiting[static_cast<std::size_t>(pending.warp)], &pending);
    wakeLanes(pending);
}

} // namespace

int laneOfThread() {
    return runningThread() % lanesOfWarp;
}

void beginWarps(int threads) {
    const auto count = static_cast<std::size_t>((threads + lanesOfWarp - 1) / lanesOfWarp);
    warps.waiting.resize(count);
    warps.present.assign(count, ~0u);
    if (threads % lanesOfWarp != 0)
        warps.present.back() = (1u << threads % lanesOfWarp) - 1;
    if (warps.unused.size() == warps.all.size())
        return;
    // A block that failed left some.
    for (auto& meetings : warps.waiting)
        meetings.clear();
    warps.unused.clear();
    for (const auto& pending : warps.all)
        warps.unused.push_back(pending.get());
}

void leaveWarp(int thread) {
    const auto warp = static_cast<std::size_t>(thread / lanesOfWarp);
    warps.present[warp] &= ~(1u << thread % lanesOfWarp);
    auto& meetings = warps.waiting[warp];
    for (std::size_t i = meetings.size(); i-- > 0;)
        if (meetings[i]->lenient && isComplete(*meetings[i]))
            complete(*meetings[i]);
}

const Meeting& meetWarp(unsigned mask, WarpWord word, const std::uint32_t* value, std::size_t words,
    const std::source_location& where, bool lenient) {
    const int warp = runningThread() / lanesOfWarp;
    const int lane = laneOfThread();
    if ((mask >> lane & 1u) == 0) {
        noteFault(std::string(nameOf(word)) + " of lane " + std::to_string(lane) + ", which its mask " + inHex(mask) +
                  " does not name");
        leaveKernel();
    }
    const unsigned missing = mask & ~warps.present[static_cast<std::size_t>(warp)];
    if (!lenient && missing != 0) {
        noteFault(std::string(nameOf(word)) + ": the mask " + inHex(mask) + " names lanes " + inHex(missing) +
                  ", which have left the kernel or do not exist");
        leaveKernel();
    }

    auto& meetings = warps.waiting[static_cast<std::size_t>(warp)];
    const auto found = std::find_if(meetings.begin(), meetings.end(),
        [&](const Pending* pending) { return pending->meeting.mask == mask && pending->meeting.word == word; });
    Pending& pending = found != meetings.end() ? **found : newMeeting(word, mask, warp, lenient);
    for (std::size_t i = 0; i < words; ++i) // a call of memcpy() would cost more than all else here
        pending.meeting.values[lane][i] = value[i];
    pending.meeting.arrived |= 1u << lane;
    if (isComplete(pending))
        complete(pending);
    waitUntilWoken(nameOf(word), where);
    return pending.meeting;
}

void leaveMeeting(const Meeting& meeting) {
    auto& own = const_cast<Meeting&>(meeting);
    own.left |= 1u << laneOfThread();
    if (own.left == own.arrived)
        warps.unused.push_back(reinterpret_cast<Pending*>(&own)); // its first member
}

unsigned ballot(unsigned mask, bool predicate, WarpWord word, const std::source_location& where) {
    const std::uint32_t value = predicate ? 1 : 0;
    const Meeting& meeting = meetWarp(mask, word, &value, 1, where);
    unsigned result = 0;
    for (int lane = 0; lane < lanesOfWarp; ++lane)
        if ((meeting.arrived >> lane & 1u) != 0)
            result |= meeting.values[lane][0] << lane;
    leaveMeeting(meeting);
    return result;
}

void syncWarp(unsigned mask, const std::source_location& where) {
    leaveMeeting(meetWarp(mask, WarpWord::Sync, nullptr, 0, where, true));
}

} // namespace kernelscope::emulation
